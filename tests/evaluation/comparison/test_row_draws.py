"""Which rows are compared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_views import linked_view, persons_schema, persons_view

from censemble.evaluation.comparison.row_draws import draw_rows, effective_size, shared_attributes, units_of
from censemble.schema import Attribute, Schema


def test_rows_of_equal_weight_come_once() -> None:
    """Weights of 7 each are as good as 1 each: no copies, no row of weight 0."""
    rows = draw_rows(np.array([7.0, 7.0, 0.0, 7.0, 7.0]), 3, np.random.default_rng(0))
    assert len(set(rows.tolist())) == 3 and 2 not in rows


def test_rows_come_as_often_as_their_weights_ask() -> None:
    """Over 4,000 draws shares equal shares of weight; single rows come their expected number of times, rounded."""
    weights = np.array([1.0, 2.0, 5.0, 0.0])
    times = np.bincount(draw_rows(weights, 4000, np.random.default_rng(0)), minlength=4)
    assert np.abs(times - 4000 * weights / 8).max() <= 1


def test_nothing_to_draw_gives_no_rows() -> None:
    """Tables without weight, and a wish for none, give none."""
    rng = np.random.default_rng(0)
    assert len(draw_rows(np.zeros(3), 2, rng)) == len(draw_rows(np.ones(3), 0, rng)) == 0
    assert effective_size(np.zeros(3)) == 0


def test_effective_size_is_kishs() -> None:
    """(1 + 3)² / (1 + 9)."""
    assert effective_size(np.array([1.0, 3.0])) == pytest.approx(1.6)


def test_persons_of_a_household_belong_together() -> None:
    """Links give the units; orphans stand alone; flat rows do too."""
    schema = Schema((Attribute("size", "households", "ordinal", ("1", "2")),))
    view = linked_view(schema, {"size": np.array([0, 1])}, {}, np.array([0, 1, 1, -1, -1]))
    units = units_of(view).tolist()
    assert units[1] == units[2] and len(set(units)) == 4
    assert units_of(persons_view(persons_schema((3,)), {"x0": np.array([0, 1])})).tolist() == [0, 1]


def test_attributes_that_a_table_lacks_are_named() -> None:
    """Only what all tables have is compared."""
    schema = persons_schema((2, 2))
    whole = persons_view(schema, {"x0": np.zeros(2, int), "x1": np.zeros(2, int)})
    half = persons_view(schema, {"x1": np.zeros(2, int)})
    assert shared_attributes(whole, half) == ((1,), "without x0, which not every table has")
    assert shared_attributes(whole, whole) == ((0, 1), "")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 5), min_size=1, max_size=30), st.integers(1, 40), st.integers(0, 999))
def test_draws_keep_close_to_the_weights(weights: list[float], n: int, random_seed: int) -> None:
    """Every row comes as often as its weight asks for, give or take less than one; the draw has the size asked for."""
    w = np.array(weights)
    if w.sum() <= 1e-6:
        w = np.ones(len(w))
    held = w[w > 0]
    n = min(n, len(held)) if held.min() == held.max() else n  # equal weights: no row comes twice
    rows = draw_rows(w, n, np.random.default_rng(random_seed))
    times, expected = np.bincount(rows, minlength=len(w)), n * w / w.sum()
    assert len(rows) == n
    assert (np.abs(times - expected) < 1 + 1e-6).all() and (times[w == 0] == 0).all()


def test_draws_are_by_weight() -> None:
    """Over many draws each row comes as often as its share of the weight says."""
    rng, w = np.random.default_rng(5), np.array([1.0, 0.0, 3.0, 0.5, 2.0])
    times = sum(np.bincount(draw_rows(w, 2, rng), minlength=5) for _ in range(2000))
    assert times / 2000 == pytest.approx(2 * w / w.sum(), abs=0.04)
