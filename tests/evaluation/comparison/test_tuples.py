"""Rows as numbers without collisions, and draws by weight that repeat no more than they must."""

from __future__ import annotations

import numpy as np
import pytest
from counting_case import random_view

from censemble.coding import CodedTable, Coding
from censemble.evaluation.comparison import tuples
from censemble.evaluation.comparison.tuples import tuple_numbers


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
