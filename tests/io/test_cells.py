"""Conditions of cells on coded attributes."""

from __future__ import annotations

import numpy as np
import pytest

from censemble.errors import Problem
from censemble.expressions import Expression
from censemble.io.cells import Place, cell_expression, cell_label, sort_key
from censemble.schema import Attribute

ATTRIBUTES = {
    "tenure": Attribute("tenure", "households", "categorical", ("owned", "rented", "free")),
    "size": Attribute("size", "households", "ordinal", ("1", "2", "3 or more")),
    "age": Attribute("age", "persons", "numeric", unit="years"),
    "type of home": Attribute("type of home", "households", "categorical", (">=4 rooms", "less")),
}
COLUMNS = {
    "tenure": np.array([0, 1, 2, -1, 0]),
    "size": np.array([0, 1, 2, 2, -1]),
    "age": np.array([15.0, 16.0, 64.5, np.nan, 85.0]),
    "type of home": np.array([0, 1, 0, 1, -1]),
}


def read(where: dict[str, list[str]]) -> tuple[Expression, list[Problem]]:
    problems: list[Problem] = []
    return cell_expression(where, ATTRIBUTES, place=Place("p.yaml", "cell"), problems=problems), problems


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, [True, True, True, True, True]),
        ({"tenure": ["owned"]}, [True, False, False, False, True]),
        ({"tenure": ["owned", "free"]}, [True, False, True, False, True]),
        ({"size": ["1"]}, [True, False, False, False, False]),
        ({"age": ["16..64"]}, [False, True, False, False, False]),
        ({"age": ["16..65"]}, [False, True, True, False, False]),
        ({"age": ["<16"]}, [True, False, False, False, False]),
        ({"age": [">16"]}, [False, False, True, False, True]),
        ({"age": ["85"]}, [False, False, False, False, True]),
        ({"age": ["<16", ">=85"]}, [True, False, False, False, True]),
        ({"tenure": ["owned"], "age": [">=20"]}, [False, False, False, False, True]),
        ({"type of home": [">=4 rooms"]}, [True, False, True, False, False]),
    ],
)
def test_conditions_select_records(where: dict[str, list[str]], expected: list[bool]) -> None:
    """Labels, lists, ranges and their conjunction count the records they name; missing values count nowhere."""
    expression, problems = read(where)
    assert problems == []
    assert expression.evaluate(COLUMNS).tolist() == expected


@pytest.mark.parametrize(
    ("where", "code", "in_action"),
    [
        ({"tenur": ["owned"]}, "unknown-attribute", "Did you mean 'tenure'?"),
        ({"tenure": ["rentd"]}, "unknown-category", "owned, rented, free"),
        ({"tenure": [">=3"]}, "range-on-labels", "owned, rented, free"),
        ({"age": ["5-9"]}, "not-a-range", "16..64"),
        ({"age": ["64..16"]}, "not-a-range", "16..64"),
        ({"age": ["<5", "old"]}, "not-a-range", "16..64"),
    ],
)
def test_unfit_conditions_are_problems(where: dict[str, list[str]], code: str, in_action: str) -> None:
    """Each unfit condition is one problem that lists what is accepted."""
    _, problems = read(where)
    assert [p.code for p in problems] == [code]
    assert in_action in problems[0].action


def test_labels_of_cells() -> None:
    """A cell without a label is named after its conditions; ranges keep the attribute's name."""
    assert cell_label({"tenure": ("owned", "free"), "age": ("16..64",)}) == "owned or free, age 16..64"
    assert cell_label({}) == "all"


def test_cells_sort_as_categories_and_low_to_high() -> None:
    """Cells of a long table follow the categories, or the lower ends of their ranges."""
    ages = sorted([">=85", "<5", "10..14", "9"], key=lambda t: sort_key(t, ATTRIBUTES["age"]))
    assert ages == ["<5", "9", "10..14", ">=85"]
    assert sorted(["free", "owned"], key=lambda t: sort_key(t, ATTRIBUTES["tenure"])) == ["owned", "free"]
