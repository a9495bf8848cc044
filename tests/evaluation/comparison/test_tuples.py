"""Rows as numbers without collisions, and draws by weight that repeat no more than they must."""

from __future__ import annotations

import numpy as np
import pytest
from counting_case import random_view
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.coding import CodedTable, Coding
from censemble.evaluation.comparison import tuples
from censemble.evaluation.comparison.tuples import draw_rows, tuple_numbers


@pytest.mark.parametrize("largest", [tuples.LARGEST, 30])
def test_rows_are_equal_where_their_codes_are(monkeypatch: pytest.MonkeyPatch, largest: int) -> None:
    """Over two tables, equal numbers mean equal codes and the reverse, however often numbers must be made smaller."""
    monkeypatch.setattr(tuples, "LARGEST", largest)
    tables = [random_view(1, 60).coded, random_view(2, 40).coded]
    numbers, n_tuples = tuple_numbers(tables, range(4))
    rows = [tuple(row) for t in tables for row in t.codes.T.tolist()]
    pairs = set(zip(rows, np.concatenate(numbers).tolist(), strict=True))
    assert len(pairs) == len(set(rows)) == n_tuples == len({n for _, n in pairs})


def test_many_large_attributes_do_not_overflow() -> None:
    """Forty attributes of 1,000 categories, 10^120 possible tuples: rows that differ once are told apart."""
    codings = tuple(Coding(f"k{i}", tuple(map(str, range(1000)))) for i in range(40))
    codes = np.full((40, 41), 999, np.int16)
    codes[np.arange(40), np.arange(40)] = 998
    numbers, n_tuples = tuple_numbers([CodedTable(codings, codes, np.ones(41))], range(40))
    assert n_tuples == 41 and len(set(numbers[0].tolist())) == 41


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 5), min_size=1, max_size=30), st.integers(1, 40), st.integers(0, 999))
def test_draws_keep_close_to_the_weights(weights: list[float], n: int, random_seed: int) -> None:
    """Every row comes as often as its weight asks for, give or take less than one; the draw has the size asked for."""
    w = np.array(weights)
    if w.sum() <= 1e-6:
        w = np.ones(len(w))
    rows = draw_rows(w, n, np.random.default_rng(random_seed))
    times, expected = np.bincount(rows, minlength=len(w)), n * w / w.sum()
    assert len(rows) == n
    assert (np.abs(times - expected) < 1 + 1e-6).all() and (times[w == 0] == 0).all()


def test_draws_are_by_weight() -> None:
    """Over many draws each row comes as often as its share of the weight says."""
    rng, w = np.random.default_rng(5), np.array([1.0, 0.0, 3.0, 0.5, 2.0])
    times = sum(np.bincount(draw_rows(w, 2, rng), minlength=5) for _ in range(2000))
    assert times / 2000 == pytest.approx(2 * w / w.sum(), abs=0.04)


def test_equal_weights_draw_without_replacement() -> None:
    """A draw from rows that weigh alike never repeats one."""
    rows = draw_rows(np.full(50, 7.0), 49, np.random.default_rng(0))
    assert len(set(rows.tolist())) == 49
