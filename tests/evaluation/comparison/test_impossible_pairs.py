"""Rows with pairs that the reference never shows, against looking at each row and pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from counting_case import by_name, random_view, slow_jackknife, slow_shares, value, view

from censemble.evaluation.comparison.impossible_pairs import measure_impossible_pairs, unseen_pairs
from censemble.evaluation.comparison.measure import Ground, View


def slow_share(ground: Ground, made: View) -> float:
    """Weighted share of rows with a pair not in the reference, one row at a time."""
    pairs = list(combinations(range(len(made.coded.codings)), 2))
    seen = {pair: slow_shares(ground.reference, pair) for pair in pairs}
    rows = zip(made.coded.codes.T.tolist(), made.coded.weights.tolist(), strict=True)
    hit = sum(w for row, w in rows if any((row[i], row[j]) not in seen[i, j] for i, j in pairs))
    return float(hit / made.coded.weights.sum())


def test_the_share_is_that_of_looking_at_each_row() -> None:
    """Value and error on random weighted tables, also with missing and undeclared codes."""
    ground, made = Ground(random_view(1, 40, weighted=True)), random_view(2, 60, weighted=True)
    found = measure_impossible_pairs(ground, made)
    assert 0 < value(found, "impossible_pairs") == pytest.approx(slow_share(ground, made))
    assert by_name(found)["impossible_pairs"].error == pytest.approx(slow_jackknife(ground, made, slow_share))


def test_the_worst_pairs_are_named_with_their_share() -> None:
    """A row counts once however many such pairs it holds; pairs come with the most frequent first."""
    reference = view({"a": [0, 1], "b": [0, 1], "c": [0, 0]})
    made = view({"a": [0, 0, 0, 1], "b": [1, 1, 0, 1], "c": [0, 0, 2, 0]})
    found = by_name(measure_impossible_pairs(Ground(reference), made))["impossible_pairs"]
    assert found.value == 0.75
    assert found.note.startswith("a=x, b=y (50.000% of rows); a=x, c=z (25.000% of rows); b=x, c=z")
    hit, pairs = unseen_pairs(Ground(reference), made, (0, 1, 2))
    assert hit.tolist() == [True, True, True, False] and [p.weight for p in pairs] == [2.0, 1.0, 1.0]


def test_rows_of_the_reference_without_weight_do_not_make_a_pair_possible() -> None:
    """A pair that only rows of weight 0 show does not occur."""
    reference = view({"a": [0, 1], "b": [0, 1]}, [1.0, 0.0])
    found = measure_impossible_pairs(Ground(reference), view({"a": [1, 0], "b": [1, 0]}))
    assert value(found, "impossible_pairs") == 0.5


def test_the_reference_itself_has_none_and_one_attribute_no_pairs() -> None:
    """0 for the reference; undefined with a reason where fewer than two attributes can be compared."""
    reference = random_view(3, 30)
    assert value(measure_impossible_pairs(Ground(reference), reference), "impossible_pairs") == 0.0
    single = by_name(measure_impossible_pairs(Ground(view({"a": [0]})), view({"a": [0]})))["impossible_pairs"]
    assert single.value is None and "needs 2 attributes" in single.note


def test_shuffling_a_column_is_found() -> None:
    """Two attributes that are one and the same in the reference, then shuffled: the rows that differ are found."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 3, 300)
    shuffled = rng.permutation(codes)
    found = measure_impossible_pairs(Ground(view({"a": codes, "b": codes})), view({"a": codes, "b": shuffled}))
    assert value(found, "impossible_pairs") == pytest.approx((codes != shuffled).mean())
