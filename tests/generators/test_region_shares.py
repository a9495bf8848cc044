"""Shares of the whole region from tables of units."""

from __future__ import annotations

import numpy as np
import pytest
import tables_case as case

from censemble.errors import SchemaError
from censemble.generators.atoms import Atoms, atoms_of
from censemble.generators.region_shares import (
    counted_atoms,
    partitions_of,
    partly_missing,
    population_size,
    region_tables,
)

TENURE = case.SCHEMA.find("households", "tenure")
ATOMS = [atoms_of(TENURE, [], apart=True)]


def hours_atoms() -> list[Atoms]:
    """Sex, and hours of work in two classes."""
    sex = atoms_of(case.SCHEMA.find("persons", "sex"), [], apart=True)
    return [sex, atoms_of(case.SCHEMA.find("persons", "hours"), [("<", (35.0,))])]


def test_counts_are_summed_over_units() -> None:
    """Two zones make one table; what covers everybody gives shares by itself."""
    tables = region_tables(case.households()[1:2], ATOMS)
    assert tables[0].counts.tolist() == [60, 40]
    assert tables[0].covers_all
    assert partitions_of(tables, float("nan"))[0].shares.tolist() == [0.6, 0.4]


def test_a_unit_without_target_is_like_the_others() -> None:
    """Half of the units known: the count is doubled."""
    half = case.margin("tenure", "households", case.TENURE, [[30, 10], [np.nan, np.nan]])
    assert region_tables([half], ATOMS)[0].counts.tolist() == [60, 20]


def test_whoever_is_in_no_cell_is_a_class() -> None:
    """Only renters are counted: owners are the rest of the total, and without a total it is refused."""
    only = {"rented": case.TENURE["rented"]}
    tables = region_tables([case.margin("renters", "households", only, [[25]])], ATOMS)
    found = partitions_of(tables, 100.0)[0]
    assert found.shares[found.label].tolist() == [0.75, 0.25]
    with pytest.raises(SchemaError, match="'renters' does not count everybody"):
        partitions_of(tables, float("nan"))


def test_overlapping_cells_are_tables_of_their_own() -> None:
    """A cell of all beside its parts gives the number of all, and the parts their shares."""
    cells = {"all": case.always(), **case.TENURE}
    tables = region_tables([case.margin("tenure", "households", cells, [[100, 30, 70]])], ATOMS)
    assert len(tables) == 2
    assert population_size(tables) == pytest.approx(100)
    assert [p.shares.tolist() for p in partitions_of(tables, 100.0)] == [[0.3, 0.7]]


def test_tables_of_the_same_classes_are_pooled() -> None:
    """Inverse variance decides between two estimates; a table without error stands alone; the order may differ."""
    cells = dict(reversed(case.TENURE.items()))
    soft = [
        case.margin("a", "households", case.TENURE, [[50, 50]], sd=1.0),
        case.margin("b", "households", cells, [[30, 70]], sd=2.0),
    ]
    found = partitions_of(region_tables(soft, ATOMS), 100.0)
    assert len(found) == 1
    assert found[0].name == "a, b"
    assert found[0].shares[0] == pytest.approx((0.5 * 4 + 0.7) / 5)
    exact = [*soft, case.margin("c", "households", case.TENURE, [[10, 90]])]
    assert partitions_of(region_tables(exact, ATOMS), 100.0)[0].shares[0] == pytest.approx(0.1)


def test_the_size_is_that_of_the_largest_tables() -> None:
    """Tables of those at work do not pull down the number of all; a total that is named decides."""
    hours = {"part": case.between("hours", -np.inf, 34), "full": case.between("hours", 35, np.inf)}
    sexes = {"f": case.is_in("sex", [0]), "m": case.is_in("sex", [1])}
    margins = [case.margin("hours", "persons", hours, [[20, 40]]), case.margin("sex", "persons", sexes, [[52, 48]])]
    tables = region_tables(margins, hours_atoms())
    assert population_size(tables) == pytest.approx(100)
    assert np.isnan(population_size([]))
    assert partly_missing(tables, hours_atoms(), 100.0) == {"hours"}
    assert partly_missing(tables, hours_atoms(), 60.0) == frozenset()
    assert partly_missing(tables, hours_atoms(), float("nan")) == frozenset()


def test_people_whom_the_only_table_leaves_out_have_no_value() -> None:
    """Hours are counted of men alone: women have none, and no class of theirs has a share."""
    men = {
        "part": case.all_of(case.is_in("sex", [1]), case.between("hours", -np.inf, 34)),
        "full": case.all_of(case.is_in("sex", [1]), case.between("hours", 35, np.inf)),
    }
    sex, hours = hours_atoms()
    table = region_tables([case.margin("hours", "persons", men, [[10, 30]])], [sex, hours.with_missing()])
    found = partitions_of(table, 100.0)[0]
    np.testing.assert_allclose(found.shares[found.label], [[0, 0, 0.6], [0.1, 0.3, 0.6]])
    assert found.label[0, 2] == found.label[1, 2]


def test_atoms_that_cells_ask_for() -> None:
    """Seen are those of any cell that names the attribute, whatever else it asks."""
    atoms = [hours_atoms()[0], atoms_of(case.SCHEMA.find("persons", "age"), [("<", (18.0,))])]
    seen = counted_atoms([case.margin("m", "persons", {"a": case.SEX_AGE["f young"]}, [[1]])], atoms)
    assert {name: s.tolist() for name, s in seen.items()} == {"sex": [True, False], "age": [True, False]}
