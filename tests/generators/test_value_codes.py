"""Codes of a model, and values back from them."""

from __future__ import annotations

import generator_case
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.generators.conditions import Allowed
from censemble.generators.value_codes import value_codes
from censemble.schema import Attribute

AGE = generator_case.AGE


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-5, 200)), min_size=1, max_size=40), st.integers(1, 6))
def test_values_come_back_into_their_bins(values: list[int | None], n_bins: int) -> None:
    """Coding a value, drawing one for its code and coding that gives the same code, missing values included."""
    column = np.array([np.nan if v is None else float(v) for v in values])
    known = value_codes(AGE, column, np.ones(len(column)), n_bins=n_bins)
    codes = known.codes(column)
    drawn = known.decode(codes, np.random.default_rng(0))
    assert np.array_equal(known.codes(drawn), codes)
    assert np.array_equal(np.isnan(drawn), np.isnan(column))
    assert set(drawn[~np.isnan(drawn)]) <= set(column[~np.isnan(column)])


def test_values_in_a_bin_are_drawn_by_weight() -> None:
    """Of 10 and 12 in one bin, with weights 1 and 3, the second comes three times out of four."""
    known = value_codes(AGE, np.array([10.0, 12.0, 90.0]), np.array([1.0, 3.0, 4.0]), n_bins=1)
    drawn = known.decode(np.zeros(8000, np.int16), np.random.default_rng(1))
    assert (drawn == 12).mean() == pytest.approx(0.75, abs=0.02)


def test_shares_of_a_range_are_those_of_the_weights_inside() -> None:
    """A quarter of the weight of the first bin, all of the second, nothing of missing values."""
    column = np.array([10.0, 12.0, 70.0, np.nan])
    known = value_codes(AGE, column, np.array([1.0, 3.0, 1.0, 1.0]), n_bins=1)
    assert known.labels == ("0 to below 18", "65 to below 120", "(missing)")
    assert known.shares(Allowed(AGE, low=0, high=10)).tolist() == [0.25, 0.0, 0.0]
    assert known.shares(Allowed(AGE, low=11, high=99)).tolist() == [0.75, 1.0, 0.0]


def test_only_values_in_the_range_are_drawn() -> None:
    """Also where only a part of the bin is in it."""
    known = value_codes(AGE, np.arange(18.0), np.ones(18), n_bins=1)
    drawn = known.decode(np.zeros(500, np.int16), np.random.default_rng(1), allowed=Allowed(AGE, low=4, high=6))
    assert set(drawn.tolist()) == {4.0, 5.0, 6.0}


def test_each_drawing_may_have_limits_of_its_own() -> None:
    """Inside them where the bin has values there, at the nearer end where it has none."""
    known = value_codes(AGE, np.arange(18.0), np.ones(18), n_bins=1)
    low, high = np.array([3.0, 30.0, -9.0, np.nan]), np.array([3.5, 40.0, -2.0, np.nan])
    drawn = known.decode_within(np.zeros(4, np.int16), np.random.default_rng(1), low=low, high=high)
    assert drawn[:3].tolist() == [3.0, 30.0, -2.0]
    assert 0 <= drawn[3] < 18


def test_codes_that_the_sample_lacks_are_not_used() -> None:
    """Three tenures declared, two seen: two codes, and labels that are not declared stay what they are."""
    known = value_codes(generator_case.TENURE, np.array([2, 0, 2, -2]), np.ones(4))
    assert known.labels == ("owned", "free", "(not declared)")
    assert known.decode(np.array([0, 1, 2]), np.random.default_rng(0)).tolist() == [0, 2, -2]


def test_a_bin_spans_from_its_smallest_to_its_largest_number() -> None:
    """By hand; a missing value's bin has none, nor have categories."""
    known = value_codes(
        Attribute("income", "persons", "numeric"), np.array([1.0, 2.0, 8.0, np.nan]), np.ones(4), n_bins=1
    )
    low, high = known.span(np.array([0, 1]))
    assert (low[0], high[0]) == (1.0, 8.0)
    assert np.isnan([low[1], high[1]]).all()
    sex = value_codes(Attribute("sex", "persons", "categorical", ("f", "m")), np.array([0, 1]), np.ones(2))
    assert np.isnan(sex.span(np.array([0, 1]))).all()
