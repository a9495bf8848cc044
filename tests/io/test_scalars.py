"""Ranges and numbers as text."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.io.scalars import Range, is_empty, parse_number, parse_range

NUMBERS = st.integers(-1000, 1000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<10000", Range(-math.inf, 10000, include_high=False)),
        ("<= 3", Range(-math.inf, 3)),
        (">4", Range(4, math.inf, include_low=False)),
        (">=-1.5", Range(-1.5, math.inf)),
        ("16..64", Range(16, 64)),
        ("10000..<15000", Range(10000, 15000, include_high=False)),
        ("-5 .. -1", Range(-5, -1)),
    ],
)
def test_each_form_of_range(text: str, expected: Range) -> None:
    """Every documented form is read, blanks or not."""
    assert parse_range(text) == expected


@pytest.mark.parametrize("text", ["85", "5-9", "owned", "", "..", "1..2..3", "=>4", ">x"])
def test_other_texts_are_no_range(text: str) -> None:
    """A label, a bare number or a wrong range is None, not a guess."""
    assert parse_range(text) is None


@settings(deadline=None, max_examples=60)
@given(low=NUMBERS, high=NUMBERS, value=NUMBERS, is_open=st.booleans())
def test_membership_is_the_two_comparisons(low: int, high: int, value: int, is_open: bool) -> None:
    """A number is in the range just when both comparisons hold, and an empty range holds none."""
    interval = parse_range(f"{low}..{'<' if is_open else ''}{high}")
    assert interval is not None
    inside = low <= value <= high and not (is_open and value == high)
    assert (value in interval) == inside
    if is_empty(interval):
        assert not inside


@pytest.mark.parametrize(("text", "value"), [("1", 1.0), (" -2.5 ", -2.5), (".5", 0.5), ("1e3", 1000.0)])
def test_numbers_are_read(text: str, value: float) -> None:
    """Plain decimal numbers, with blanks around them."""
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["nan", "inf", "1_000", "4+", "", "0x10"])
def test_what_python_takes_for_a_number_is_not_always_one(text: str) -> None:
    """`nan`, `inf` and underscores in a code are text."""
    assert parse_number(text) is None
