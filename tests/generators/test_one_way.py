"""One-way tables out of joint ones, and independent margins from tables alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from censemble.errors import SchemaError
from censemble.expressions import Expression, all_of, always, between, is_in, parse
from censemble.generators import Independent
from censemble.generators.one_way import one_way_margins
from censemble.margins import Cell, Margin
from censemble.schema import Attribute, Entity, Schema

SEX = Attribute("sex", "persons", "categorical", ("female", "male"))
AGE = Attribute("age", "persons", "numeric", bins=(0, 18, 100))
TENURE = Attribute("tenure", "households", "categorical", ("owned", "rented"))
SCHEMA = Schema((TENURE, SEX, AGE))
CHILD, ADULT = between("age", 0, 18, include_high=False), between("age", 18, 100)


def margin(
    name: str, wheres: Sequence[Expression], targets: Sequence[float], *, entity: Entity = "persons", sd: float = 0
) -> Margin:
    """A table of one zone."""
    cells = tuple(Cell(w.text, w, "") for w in wheres)
    counts = np.array([targets], dtype=np.float64)
    return Margin(name, "zone", entity, cells, counts, np.full(counts.shape, sd), np.ones(len(cells)))


def both(sd: float = 0) -> Margin:
    """Sex by age: women 10 and 30, men 20 and 40."""
    wheres = [all_of(is_in("sex", [s]), a) for s in (0, 1) for a in (CHILD, ADULT)]
    return margin("sex by age", wheres, [10, 30, 20, 40], sd=sd)


def test_joint_tables_are_summed_out() -> None:
    """Counts add up, standard deviations add up in squares."""
    sex, age = one_way_margins(SCHEMA, [both(3.0)])
    assert (sex.name, sex.targets.tolist()) == ("sex by age, sex", [[40.0, 60.0]])
    assert (age.name, age.targets.tolist()) == ("sex by age, age", [[30.0, 70.0]])
    assert age.sd == pytest.approx(np.full((1, 2), np.sqrt(18)))


def test_an_attribute_with_a_table_of_its_own_keeps_it() -> None:
    """The joint table then serves the other attribute alone."""
    own = margin("sex", [is_in("sex", [0]), is_in("sex", [1])], [45, 55])
    names = [m.name for m in one_way_margins(SCHEMA, [both(), own])]
    assert names == ["sex", "sex by age, age"]


def test_totals_stay_and_partly_named_attributes_are_left() -> None:
    """Age is named by one cell only: sex alone has a table, besides the total."""
    partly = margin("partly", [is_in("sex", [0]), all_of(is_in("sex", [1]), ADULT)], [40, 60])
    total = margin("all", [always()], [100])
    assert [m.name for m in one_way_margins(SCHEMA, [partly, total])] == ["all", "partly, sex"]


def test_attributes_joined_by_or_are_refused() -> None:
    """With the table's name and what to do."""
    odd = margin("odd", [parse("(sex == 0) | (age < 18)"), parse("(sex == 1) & (age >= 18)")], [60, 40])
    with pytest.raises(SchemaError, match=r"'odd'.*Leave this table out"):
        one_way_margins(SCHEMA, [odd])


def test_independent_margins_from_tables_alone() -> None:
    """Women are 40 %, children 30 %, and the one says nothing about the other; ages are uniform in their class."""
    pool = Independent().fit(Schema((SEX, AGE)), margins=[both()]).sample(20_000, np.random.default_rng(1))
    female, child = pool.persons["sex"] == 0, pool.persons["age"] < 18
    assert pool.generator == "independent"
    assert pool.prior_weights.sum() == pytest.approx(100.0)
    assert female.mean() == pytest.approx(0.4, abs=0.015)
    assert child.mean() == pytest.approx(0.3, abs=0.015)
    assert (female & child).mean() == pytest.approx(0.12, abs=0.015)
    assert pool.persons["age"][child].mean() == pytest.approx(8.75, abs=0.5)


def test_households_from_tables_alone() -> None:
    """Two persons a household on average, as the tables say; their attributes by themselves."""
    homes = margin("tenure", [is_in("tenure", [0]), is_in("tenure", [1])], [10, 40], entity="households")
    pool = Independent().fit(SCHEMA, margins=[homes, both()]).sample(5000, np.random.default_rng(1))
    assert pool.record_entity == "households"
    assert pool.households["tenure"].mean() == pytest.approx(0.8, abs=0.03)
    assert np.diff(pool.offsets).mean() == pytest.approx(2.0, abs=0.1)


def test_neither_sample_nor_tables_is_refused() -> None:
    """There is nothing to learn from."""
    with pytest.raises(SchemaError, match="seed sample"):
        Independent().fit(SCHEMA)
