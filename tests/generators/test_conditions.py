"""Conditions as users write them."""

from __future__ import annotations

from typing import Any

import generator_case
import numpy as np
import pytest

from censemble.errors import SchemaError
from censemble.generators import conditions
from censemble.schema import Schema

PEOPLE = Schema((generator_case.SEX, generator_case.AGE, generator_case.WORK))


def test_several_labels_and_a_range_hold_together() -> None:
    """All conditions must hold in the same row; missing values meet none."""
    columns = {"work": np.array([0, 1, 2, -1, 2]), "age": np.array([30.0, 30.0, 70.0, 30.0, np.nan])}
    wanted = {"work": ["part", "full"], "age": (18, 64)}
    kept = conditions.meeting(columns, wanted, PEOPLE, "persons", n_rows=5)
    assert kept.tolist() == [False, True, False, False, False]


def test_all_that_is_wrong_comes_in_one_message() -> None:
    """An unknown attribute, an unknown label and a label where a range is needed."""
    with pytest.raises(SchemaError) as caught:
        conditions.read_conditions({"hight": "a", "sex": ["male", "x"], "age": "old"}, PEOPLE, "persons")
    assert "no attribute 'hight'" in caught.value.message
    assert "'sex' has no label 'x'; it has female, male" in caught.value.message
    assert "'age' is numeric and needs (low, high)" in caught.value.message


@pytest.mark.parametrize("wanted", [(1, 2, 3), (5,), 7, ("a", "b"), (np.nan, 3.0)])
def test_ranges_need_two_numbers(wanted: Any) -> None:
    """Anything else is refused, not guessed at."""
    with pytest.raises(SchemaError, match="low <= high"):
        conditions.read_conditions({"age": wanted}, PEOPLE, "persons")


def test_an_empty_list_of_labels_is_refused() -> None:
    """It would let nobody through."""
    with pytest.raises(SchemaError, match="was given no label"):
        conditions.read_conditions({"sex": []}, PEOPLE, "persons")
