"""Groups that a model infers, and the tables that there are about them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from llmsynthor_case import AGES, PAYMENTS, SCHEMA, SEXES, crossed, fake_client, table, tables, targets

from censemble.expressions import always, between
from censemble.generators.llmsynthor.dependencies import covering, guiding, infer_groups, summed_out
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.proposal_form import Form
from censemble.llm import Settings


def groups_of(*groups: list[str]):  # type: ignore[no-untyped-def]
    """What comes of some groups that a model names."""
    text = json.dumps({"groups": [{"reason": "r", "attributes": g} for g in groups]})
    form = Form(targets().attributes, False)
    return infer_groups(fake_client(lambda call: text), targets(), form, settings=Settings())


def test_available_and_absent_joints_are_told_apart() -> None:
    """Age and payment have a table; sex and pet have none, and nothing is put in its place."""
    have, lack = groups_of(["pays", "age"], ["sex", "pet"])
    assert (have.attributes, have.table) == (("age", "pays"), "age by pays")
    assert (lack.attributes, lack.table) == (("sex", "pet"), "")
    assert "nothing was put in its place" in lack.words()


def test_a_group_of_one_attribute_named_twice_is_none() -> None:
    """Two names that are one attribute do not depend on each other; groups named twice count once."""
    assert len(groups_of(["age", "age"], ["age", "pays"], ["pays", "age"])) == 1


def test_an_answer_that_cannot_be_used_gives_no_groups() -> None:
    """Marginals still guide."""
    form = Form(targets().attributes, False)
    assert infer_groups(fake_client(lambda call: "no"), targets(), form, settings=Settings()) == ()


def test_marginals_are_summed_out_of_joints() -> None:
    """Ages follow from age by payment."""
    ages = summed_out(targets().tables[2], ["age"])
    assert ages is not None
    assert ages.margin.targets.tolist() == [[10, 30, 30, 30]]
    assert [box["age"].low for box in ages.boxes if box] == [0, 20, 40, 60]


def test_three_way_tables_serve_two_way_groups() -> None:
    """(x, y, z) is used for (y, z), as a slow sum says."""
    counts = np.arange(24.0)
    three = table("three", crossed(SEXES, AGES, PAYMENTS), counts[None, :])
    found = targets_of(SCHEMA, [three], "persons")
    assert covering(found, ["age", "pays"]) == "three"
    two = summed_out(found.tables[0], ["age", "pays"])
    assert two is not None
    assert two.margin.targets[0].tolist() == counts.reshape(2, 12).sum(axis=0).tolist()


def test_cells_that_do_not_line_up_are_not_summed() -> None:
    """Payment is told for adults only: no table of payment follows."""
    cells = {"child": AGES["0-19"], **{f"adult {k}": v for k, v in crossed({"a": AGES["20-39"]}, PAYMENTS).items()}}
    ragged = targets_of(SCHEMA, [*tables(), table("ragged", cells, [[10, 5, 5, 5]])], "persons").tables[-1]
    assert summed_out(ragged, ["pays"]) is None


def test_marginals_and_inferred_joints_guide() -> None:
    """Sex as it is, age and payment out of the joint, and the joint because it was named."""
    assert [t.names for t in guiding(targets(), groups_of(["pays", "age"]))] == [
        ("sex",), ("age",), ("pays",), ("age", "pays"),
    ]  # fmt: skip
    assert [t.names for t in guiding(targets(), ())] == [("sex",), ("age",), ("pays",)]


def test_the_implied_table_counts_what_it_says() -> None:
    """Its conditions are those of its boxes."""
    pays = summed_out(targets().tables[2], ["pays"])
    assert pays is not None
    columns = {"pays": np.array([0, 1, 1, 2])}
    assert [int(c.where.evaluate(columns).sum()) for c in pays.margin.cells] == [1, 2, 1]
    assert pays.margin.targets.sum() == pytest.approx(100)


def test_cells_inside_each_other_are_not_summed() -> None:
    """Women, and among them those of 20 and over: a sum over ages would count the latter twice."""
    over_20 = {"20+": between("age", 20, 79)}
    nested = table("nested", crossed(SEXES, {**AGES, **over_20}), np.arange(1.0, 11.0)[None, :])
    found = targets_of(SCHEMA, [tables()[0], nested], "persons")
    assert summed_out(found.tables[1], ["sex"]) is None
    assert "sex" not in {name for part in guiding(found, ()) for name in part.names}


def test_what_a_complete_table_does_not_list_is_nobody() -> None:
    """Cells of a long file that leaves out empty ones line up where the table counts everybody, and only then."""
    counts = np.array([5.0, 0, 3, 2, 0, 4, 1, 5, 6, 0, 2, 7])
    listed = {label: where for (label, where), n in zip(crossed(AGES, PAYMENTS).items(), counts, strict=True) if n}
    total = table("all", {"all": always()}, [[counts.sum()]], is_total=True)
    sparse = targets_of(SCHEMA, [total, table("sparse", listed, [counts[counts > 0]])], "persons").tables[1]
    assert summed_out(sparse, ["pays"]) is None
    assert summed_out(sparse, ["pays"], total=99.0) is None
    pays = summed_out(sparse, ["pays"], total=counts.sum())
    assert pays is not None
    by_code = {min(box["pays"].codes): n for box, n in zip(pays.boxes, pays.margin.targets[0], strict=True) if box}
    assert by_code == dict(enumerate(counts.reshape(4, 3).sum(axis=0)))
