"""Codes: categories, bins, missing and undeclared values, all in small integers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.coding import code_columns, coding_of, quantile_edges
from censemble.schema import Attribute

SEX = Attribute("sex", "persons", "categorical", ("female", "male"))
AGE = Attribute("age", "persons", "numeric", bins=(0, 18, 65))


def test_missing_and_undeclared_have_codes_of_their_own() -> None:
    """-1 is missing, anything else outside the categories is not declared."""
    coding = coding_of(SEX)
    assert coding.codes(np.array([0, 1, -1, -2, 7])).tolist() == [0, 1, 2, 3, 3]
    assert coding.labels[2:] == ("(missing)", "(not declared)")


def test_numbers_outside_all_bins_are_not_declared() -> None:
    """Bins are closed below and open above; infinite numbers and the last edge are outside."""
    coding = coding_of(AGE)
    values = np.array([0.0, 17.9, 18.0, 64.0, 65.0, -1.0, np.inf, np.nan])
    assert coding.codes(values).tolist() == [0, 0, 1, 1, 3, 3, 3, 2]


def test_given_edges_win_over_declared_bins() -> None:
    """The judge may bin by the reference."""
    assert coding_of(AGE, edges=(-np.inf, 40, np.inf)).labels[0] == "-inf to below 40"


def test_a_numeric_attribute_needs_bins() -> None:
    """Without edges there is nothing to count by."""
    with pytest.raises(ValueError, match="'income' has no bins"):
        coding_of(Attribute("income", "persons", "numeric"))


def test_an_absent_column_is_missing_everywhere() -> None:
    """A table may lack an attribute; its rows are then missing there."""
    table = code_columns({"sex": np.array([1, 0])}, [coding_of(SEX), coding_of(AGE)], np.ones(2))
    assert table.codes.tolist() == [[1, 0], [2, 2]]
    assert table.names == ("sex", "age") and table.n_rows == 2


def test_quantile_bins_hold_equal_weight() -> None:
    """Weights count, not rows."""
    values, weights = np.array([1.0, 2.0, 3.0]), np.array([2.0, 1.0, 1.0])
    assert quantile_edges(values, weights, 2) == (-np.inf, 2.0, np.inf)


def test_no_values_give_one_open_bin() -> None:
    """An attribute without any number still has a coding."""
    assert quantile_edges(np.array([np.nan, np.inf]), np.ones(2), 4) == (-np.inf, np.inf)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.integers(2, 8))
def test_every_number_falls_in_a_quantile_bin(numbers: list[float], n_bins: int) -> None:
    """Edges increase, there are at most as many bins as asked for, and every value has one."""
    values = np.array(numbers)
    edges = quantile_edges(values, np.ones(len(values)), n_bins)
    assert len(edges) <= n_bins + 1 and list(edges) == sorted(set(edges))
    coding = coding_of(Attribute("x", "persons", "numeric"), edges=edges)
    codes = coding.codes(values)
    assert (codes < coding.missing).all()
    assert len(np.unique(codes)) == len(edges) - 1
