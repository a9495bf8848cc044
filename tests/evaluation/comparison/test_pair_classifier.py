"""The best classifier on two coded attributes."""

from __future__ import annotations

import numpy as np
import pytest

from censemble.evaluation.comparison.pair_classifier import PRIOR, cross_fitted_aucs, separate_pairs
from censemble.evaluation.comparison.ranking import auc_and_error


def test_it_equals_scoring_row_by_row() -> None:
    """Counts of cells give the same areas as scoring every row by the ratio from the other folds."""
    rng = np.random.default_rng(0)
    codes = rng.integers(3, size=(2, 400)).astype(np.int16)
    labels, fold = np.arange(400) >= 150, np.arange(400) % 4
    cell = codes[0] * 3 + codes[1]
    aucs = []
    for k in range(4):
        others = fold != k
        real = np.array([(others & ~labels & (cell == c)).sum() for c in range(9)], float)
        made = np.array([(others & labels & (cell == c)).sum() for c in range(9)], float)
        total = real.sum() + made.sum()
        ratio = (made + PRIOR * made.sum() / total) / (real + PRIOR * real.sum() / total)
        score = np.round(np.log(ratio[cell]), 12)
        aucs.append(auc_and_error(score[~others & labels], score[~others & ~labels])[0])
    (pair,) = separate_pairs(("a", "b"), codes, labels, fold)
    assert pair.auc == pytest.approx(np.mean(aucs))
    assert pair.error == pytest.approx(max(np.std(aucs, ddof=1) / 2, np.sqrt((1 / 150 + 1 / 250) / 12)))


def test_many_thin_cells_are_no_difference() -> None:
    """Two draws of one population over 2,500 cells come out at 0.5, where plain total variation would be near 0.5."""
    rng = np.random.default_rng(1)
    codes = rng.integers(50, size=(2, 4000)).astype(np.int16)
    (pair,) = separate_pairs(("a", "b"), codes, np.arange(4000) >= 2000, np.arange(4000) % 5)
    assert abs(pair.auc - 0.5) < 0.03


def test_the_most_telling_pair_comes_first() -> None:
    """Of three attributes, the two whose dependence changed lead the list."""
    rng = np.random.default_rng(2)
    a, b, c = rng.integers(2, size=(3, 2000)).astype(np.int16)
    labels = np.arange(2000) >= 1000
    c[labels] = a[labels]
    pairs = separate_pairs(("a", "b", "c"), np.stack([a, b, c]), labels, np.arange(2000) % 5)
    assert (pairs[0].first, pairs[0].second) == ("a", "c") and len(pairs) == 3


def test_a_fold_without_one_side_says_nothing() -> None:
    """A fold that holds no real row counts as a guess."""
    counts = np.array([[[0.0, 0.0], [1.0, 3.0]], [[2.0, 2.0], [4.0, 0.0]]])
    assert cross_fitted_aucs(counts)[0] == 0.5
