"""Which attributes count, and standard errors from groups of rows."""

from __future__ import annotations

import numpy as np
import pytest
from counting_case import view

from censemble.evaluation.comparison.compared import (
    compared_attributes,
    deletion_groups,
    joined,
    undefined,
    with_error,
)
from censemble.evaluation.comparison.measure import Ground, View


def test_attributes_that_one_table_lacks_are_left_out_and_named() -> None:
    """Only attributes of both tables count; the note names the others, of whichever table."""
    reference = view({"a": [0, 1], "b": [0, 1]}, names="abc")
    made = view({"b": [0, 1], "c": [0, 1]}, names="abc")
    found = compared_attributes(Ground(reference), made)
    assert found.lines == (1,) and found.note == "without a, c, which cannot be compared"
    assert found.lacks(1) == ""
    assert found.lacks(2) == "needs 2 attributes, 1 can be compared; without a, c, which cannot be compared"


def test_a_table_without_weight_cannot_be_compared() -> None:
    """No rows, or rows that all weigh nothing, are an obstacle that names the table."""
    some, nothing = view({"a": [0]}), view({"a": [0, 1]}, [0.0, 0.0], name="empty")
    for ground, made in ((Ground(some), nothing), (Ground(nothing), some)):
        found = compared_attributes(ground, made)
        assert found.lacks(1) == "empty has no rows with a weight above 0"


def test_groups_are_numbered_without_gaps() -> None:
    """Groups that hold no weight do not count as groups, or the jackknife would be too small."""
    made = view({"a": [0, 0, 0, 0]}, [1.0, 0.0, 1.0, 2.0])
    spread = View(made.dataset, "persons", made.coded, np.array([3, 5, 9, 3]))
    group, n_groups = deletion_groups(spread)
    assert n_groups == 2 and group[[0, 2, 3]].tolist() == [0, 1, 0]


def test_errors_need_two_groups_that_are_defined() -> None:
    """With one group, or where a deletion leaves nothing, there is no error but still a value."""
    assert with_error("m", np.array([1.0, np.nan])).error is None
    assert with_error("m", np.array([1.0, 2.0, np.nan])).error is None
    two = with_error("m", np.array([1.0, 0.0, 2.0]), spread=3.0)
    assert two.value == 1.0 and two.error == pytest.approx(np.hypot(1.0, 3.0))


def test_notes_are_joined_and_undefined_says_why() -> None:
    """Empty parts of notes fall out; an undefined measure has its reason as note."""
    assert joined("", "one", "", "two") == "one; two"
    assert [(m.metric, m.value, m.note) for m in undefined(("p", "q"), "why")] == [
        ("p", None, "why"),
        ("q", None, "why"),
    ]
