"""Tests of the checks of records."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from censemble.errors import Problem
from censemble.io.checks import (
    check_areas,
    check_design_weights,
    check_ids,
    check_pool_is_populated,
    check_sizes,
    link_persons,
)


def _array(*values: str) -> NDArray[Any]:
    return np.array(values, dtype=object)


def test_missing_and_duplicate_ids_are_named_once_each() -> None:
    """Blanks are named by row, a repeated id once with its rows, in the order of the file."""
    problems: list[Problem] = []
    check_ids(_array("b", "", "a", "b", "a", "b"), problems, source="h.csv", column="id", entity="household")
    assert [(p.code, p.where, p.found) for p in problems] == [
        ("missing-id", "row 3", "a blank"),
        ("duplicate-id", "household b", "rows 2, 5, 7"),
        ("duplicate-id", "household a", "rows 4, 6"),
    ]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12))
def test_ids_are_sound_exactly_when_they_are_unique(ids: list[str]) -> None:
    """There is a problem if and only if an id repeats."""
    problems: list[Problem] = []
    check_ids(_array(*ids), problems, source="h.csv", column="id", entity="household")
    assert bool(problems) == (len(set(ids)) < len(ids))


def test_persons_find_their_household() -> None:
    """Links are rows; a person without a household is -1 and a problem."""
    problems: list[Problem] = []
    rows = link_persons(_array("a", "b"), _array("b", "x", ""), problems, source="p.csv", column="hh")
    assert rows.tolist() == [1, -1, -1]
    assert [(p.code, p.where, p.found) for p in problems] == [
        ("person-without-household", "row 3", "'x'"),
        ("person-without-household", "row 4", "a blank"),
    ]


def test_sizes_must_agree_but_vacant_is_fine() -> None:
    """A size of 0 without persons passes, as does a missing size; the others are named."""
    problems: list[Problem] = []
    sizes, n_persons = np.array([0, 2, 3, np.nan, 1]), np.array([0, 2, 1, 4, 0])
    check_sizes(_array(*"abcde"), sizes, n_persons, problems, source="h.csv", column="NP")
    assert [(p.code, p.where, p.found) for p in problems] == [
        ("household-without-persons", "household e", "0 where NP says 1"),
        ("household-size", "household c", "1 where NP says 3"),
    ]


def test_zero_weights_are_a_problem_or_a_note() -> None:
    """Zero is refused unless the reader says that it means "not in the sample"."""
    weights, ids = np.array([1.5, 0, -1, np.nan, np.inf]), _array(*"abcde")
    for drop_zero, named in [(False, "bcde"), (True, "cde")]:
        problems: list[Problem] = []
        keep, notes = check_design_weights(weights, ids, problems, source="h.csv", column="W", drop_zero=drop_zero)
        assert keep.tolist() == [True, False, False, False, False]
        assert [p.where for p in problems] == [f"household {i}" for i in named]
        assert bool(notes) == drop_zero


def test_areas_and_an_empty_pool() -> None:
    """Records of other places are -1 with a note; no record at all is a problem."""
    area, notes = check_areas(_array("700", "600", "1"), ["600", "700"], source="h.csv", column="PUMA")
    assert area.tolist() == [1, 0, -1]
    assert notes == ["h.csv: left out 1 of 3 households: their PUMA is not in the crosswalk."]
    problems: list[Problem] = []
    check_pool_is_populated(0, problems, source="h.csv")
    assert [p.code for p in problems] == ["no-households"]
