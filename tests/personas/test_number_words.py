"""Numbers as a persona says them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.personas.number_words import age_text, number_text, spoken_numbers
from censemble.schema import Attribute

INCOME = Attribute("income", "persons", "numeric", unit="dollars")


def test_few_whole_numbers_are_said_as_they_are() -> None:
    """Each is a code of its own, without a level."""
    spoken = spoken_numbers(INCOME, np.array([3.0, 1.0, 3.0]), np.ones(3))
    assert (spoken.codes.tolist(), spoken.values, spoken.levels) == ([1, 0, 1], (1.0, 3.0), ("", ""))


def test_declared_bins_are_shown_by_their_median_and_level() -> None:
    """Weights decide the median and how high a bin is: 1 % below, 9 % in the middle, 90 % above."""
    values = np.array([1.5, 20.0, 25.0, 1000.0])
    attribute = Attribute("income", "persons", "numeric", bins=(0, 10, 100, 5000))
    spoken = spoken_numbers(attribute, values, np.array([1.0, 1.0, 8.0, 90.0]))
    assert spoken.values == (1.5, 25.0, 1000.0)
    assert spoken.levels == ("very low", "very low", "middling")
    assert spoken.codes.tolist() == [0, 1, 1, 2]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=60))
def test_levels_follow_the_numbers(values: list[float]) -> None:
    """Larger numbers never have smaller codes, and what is missing has none."""
    column = np.array(values)
    codes = spoken_numbers(INCOME, column, np.ones(len(values))).codes
    assert ((codes == -1) == np.isnan(column)).all()
    known = np.argsort(column[~np.isnan(column)], kind="stable")
    assert (np.diff(codes[~np.isnan(column)][known]) >= 0).all()


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "zero"), (10.0, "ten"), (11.0, "11"), (-54321.0, "-54,000"), (2.55, "2.5"), (2e6, "2,000,000")],
)
def test_numbers_are_written(value: float, text: str) -> None:
    """Small whole ones in words, others to two figures."""
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("years", "text"),
    [(0.5, "baby"), (19, "19-year-old"), (20, "in {their} early twenties"), (99, "in {their} late nineties")],
)
def test_ages_are_said(years: float, text: str) -> None:
    """Exact in youth, by a third of a decade later."""
    assert age_text(years) == text
