"""Tables of two attributes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from censemble.evaluation.fit import LevelTable
from censemble.evaluation.two_way import layout, sums_of_fit, two_way_tables
from censemble.expressions import Expression, all_of, always, between, is_in, parse
from censemble.margins import Cell, Margin
from censemble.schema import Attribute, Schema

SCHEMA = Schema(
    (
        Attribute("sex", "persons", "categorical", ("female", "male")),
        Attribute("pet", "persons", "categorical", ("cat", "dog", "bird")),
        Attribute("age", "persons", "numeric", bins=(0, 20, 100)),
    )
)
SEXES = [is_in("sex", [0]), is_in("sex", [1])]
AGES = [between("age", 65, np.inf), between("age", 0, 20, include_high=False), between("age", 20, 64)]


def margin(cells: list[Expression], targets: Any = None, *, name: str = "t", level: str = "zone") -> Margin:
    """A table whose targets are 1, 2, ... where none are given."""
    values = np.atleast_2d(np.arange(1.0, len(cells) + 1) if targets is None else np.array(targets, dtype=float))
    listed = tuple(Cell(f"c{k}", where, "") for k, where in enumerate(cells))
    return Margin(name, level, "persons", listed, values, np.zeros_like(values), np.ones(len(listed)))


def crossed(first: list[Expression], second: list[Expression]) -> list[Expression]:
    """Every cell of the two."""
    return [all_of(a, b) for a in first for b in second]


def met(table: Margin) -> tuple[Any, Any]:
    """Targets of the first unit, and results that are one more."""
    return table.targets[0], table.targets[0] + 1


def test_ranges_are_ordered_and_labelled() -> None:
    """From low to high, open ends in words."""
    found = layout(margin(crossed(SEXES, AGES)), SCHEMA)
    assert found is not None
    assert (found.first, found.rows) == ("sex", ("female", "male"))
    assert found.columns == ("0 to <20", "20 to 64", "65 or more")
    assert found.places == ((0, 2), (0, 0), (0, 1), (1, 2), (1, 0), (1, 1))


@pytest.mark.parametrize(
    "cells",
    [
        SEXES,
        [always()],
        [*crossed(SEXES, AGES), SEXES[0]],
        [parse("(sex == 1) | (pet == 2)"), parse("(sex == 0) & (pet == 1)")],
        [all_of(s, a, is_in("pet", [1])) for s in SEXES for a in AGES],
        crossed(SEXES, AGES[:1]),
        crossed(SEXES, AGES) * 2,
    ],
    ids=["one", "total", "mixed", "neither rows nor columns", "three", "a single column", "cells twice"],
)
def test_other_tables_are_left_out(cells: list[Expression]) -> None:
    """Only what has rows and columns of its own is laid out."""
    assert layout(margin(cells), SCHEMA) is None


def test_grouped_categories_and_raw_codes_have_labels() -> None:
    """Several categories of one cell are joined; codes that no attribute declares are shown as they are."""
    cells = crossed([is_in("pet", [0, 1]), is_in("pet", [2])], [parse("NP == 1"), parse("NP >= 2")])
    found = layout(margin(cells), SCHEMA)
    assert found is not None
    assert (found.rows, found.columns) == (("cat or dog", "bird"), ("1", "2 or more"))


def test_cells_that_are_not_there_stay_empty() -> None:
    """A table may leave out combinations."""
    [table] = two_way_tables([margin(crossed(SEXES, AGES)[:5])], SCHEMA, met)
    assert table["target"] == [[2.0, 3.0, 1.0], [5.0, None, 4.0]]
    assert table["result"][1] == [6.0, None, 5.0]


def test_each_table_once_and_the_worst_six() -> None:
    """The same table at another level counts once; of many those that are missed most are shown, in their order."""
    groups = [[is_in("pet", [0]), is_in("pet", [k, 2])] for k in (0, 1)]
    tables = [margin(crossed(SEXES, groups[0])), margin(crossed(SEXES, groups[0]), level="county")]
    assert len(two_way_tables(tables, SCHEMA, met)) == 1
    many = [
        margin(crossed([parse(f"x{k} == 1"), parse(f"x{k} == 2")], SEXES), [100 - k] * 4, name=f"t{k}")
        for k in range(9)
    ]
    assert [t["margin"] for t in two_way_tables(many, SCHEMA, met)] == [f"t{k}" for k in range(3, 9)]


def test_sums_leave_out_units_without_a_target() -> None:
    """A zone that the table does not know adds neither target nor result."""
    target = np.array([[1.0, 2.0], [np.nan, 4.0]])
    controls, result = (("t", "c0"), ("t", "c1")), np.full((2, 2), 7.0)
    sums = sums_of_fit([LevelTable("zone", ("a", "b"), controls, target, target, target, target, result)])
    targets, results = sums(margin(SEXES))
    assert (targets.tolist(), results.tolist()) == ([1.0, 6.0], [7.0, 14.0])
