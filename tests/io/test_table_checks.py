"""Tests of the checks of crosswalks and target tables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import Problem
from censemble.geography import Geography
from censemble.io.table_checks import check_counts, check_crosswalk, check_parents, match_units


def _array(*values: str) -> NDArray[Any]:
    return np.array(values, dtype=object)


def test_a_crosswalk_may_repeat_a_zone_but_not_contradict_itself() -> None:
    """Equal rows of a zone pass (finer units in the file); different ones are a problem."""
    columns = {"puma": _array("1", "1", "1", "2"), "tract": _array("a", "a", "b", "c"), "zone": _array(*"xxyz")}
    problems: list[Problem] = []
    assert check_crosswalk(columns, ["puma", "tract", "zone"], problems, source="c.csv") == []
    assert problems == []
    columns["zone"] = _array(*"xxyx")
    check_crosswalk(columns, ["puma", "tract", "zone"], problems, source="c.csv")
    assert [(p.code, p.where, p.found) for p in problems] == [("duplicate-id", "zone x", "2 that differ")]


def test_levels_that_do_not_nest_are_noted() -> None:
    """A tract in two PUMAs is allowed, and said."""
    columns = {"puma": _array("1", "2"), "tract": _array("a", "a"), "zone": _array("x", "y")}
    notes = check_crosswalk(columns, ["puma", "tract", "zone"], [], source="c.csv")
    assert notes == ["c.csv: 1 units of tract lie in more than one puma (a)."]


def test_tables_and_crosswalk_must_hold_the_same_zones() -> None:
    """Both directions are problems, five of each named and the rest counted."""
    problems: list[Problem] = []
    units = [f"z{i:02}" for i in range(9)]
    rows = match_units(_array("z03", "q"), units, problems, source="t.csv", column="zone", crosswalk="c.csv")
    assert rows.tolist() == [-1, -1, -1, 0, -1, -1, -1, -1, -1]
    assert [p.code for p in problems] == ["unknown-zone"] + ["missing-zone"] * 6
    assert problems[-1].found == "the same in 3 more"


def test_stale_parents_are_named_with_both_values() -> None:
    """A parent that the crosswalk contradicts is a problem; a blank or an unknown zone is not compared."""
    geography = Geography.from_columns(["tract", "zone"], {"tract": ["a", "a", "b"], "zone": ["1", "2", "3"]})
    problems: list[Problem] = []
    parents = {"tract": _array("a", "b", "", "z")}
    check_parents(_array("1", "2", "3", "9"), parents, geography, problems, source="t.csv", level="zone")
    assert [str(p) for p in problems] == [
        "t.csv: zone 2: expected the tract of the crosswalk, found 'b' where the crosswalk has 'a'. "
        "Bring tract up to date, or drop the column."
    ]


def test_counts_are_whole_and_not_negative_where_exact() -> None:
    """Fractions pass in a soft table, nothing else does."""
    counts, labels = np.array([1, -1, 0.5, np.inf, np.nan]), _array(*"abcde")
    for whole, codes in [(True, 3), (False, 2)]:
        problems: list[Problem] = []
        check_counts(counts, labels, problems, source="t.csv", column="n", whole=whole)
        assert len(problems) == codes
        assert {p.code for p in problems} >= {"negative-count", "infinite-count"}
