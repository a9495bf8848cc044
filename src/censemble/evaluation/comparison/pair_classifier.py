"""How well one pair of attributes tells synthetic rows from real ones.

On a pair of coded attributes the best classifier there is needs no trees: it scores a row by the ratio of synthetic
to real rows in its cell (Neyman and Pearson 1933). Ratios come from other rows than those scored (cross-fitting), so
that many thin cells do not look like a difference, as they do in a plain total variation; a fresh real sample comes
out at 0.5. One count a pair is all it takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

PRIOR = 1.0  # rows of each side that every cell is given, spread as the whole: an empty cell says nothing


@dataclass(frozen=True)
class PairSeparation:
    """How well a pair separates.

    Parameters
    ----------
    first, second : str
        Attributes.
    auc : float
        0.5: not at all; 1: always.
    error : float
        Standard error: from the folds, but at least that of a meaningless score over as many rows.
    """

    first: str
    second: str
    auc: float
    error: float


def separate_pairs(
    names: tuple[str, ...],
    codes: NDArray[np.int16],
    is_synthetic: NDArray[np.bool_],
    fold: NDArray[np.int64],
) -> list[PairSeparation]:
    """Score every pair of attributes, worst (most telling) first.

    Parameters
    ----------
    names : tuple of str, length d
        Of the attributes.
    codes : ndarray of int16, shape (d, n)
        Real and synthetic rows together.
    is_synthetic : ndarray of bool, shape (n,)
        The others are real.
    fold : ndarray of int64, shape (n,)
        0..k-1, k >= 2; rows that belong together share one.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> a, b = rng.integers(2, size=(2, 4000)).astype(np.int16)
    >>> synthetic = np.arange(4000) >= 2000
    >>> b[synthetic] = a[synthetic]
    >>> pair, = separate_pairs(("a", "b"), np.stack([a, b]), synthetic, np.arange(4000) % 5)
    >>> 0.72 < pair.auc < 0.78
    True
    """
    n_folds = int(fold.max()) + 1
    side = fold * 2 + is_synthetic  # fold and side in one number
    by_chance = float(np.sqrt((1 / is_synthetic.sum() + 1 / (~is_synthetic).sum()) / 12))  # of a score without meaning
    found = []
    for i, j in combinations(range(len(names)), 2):
        width = int(codes[j].max()) + 1
        cells = codes[i].astype(np.int64) * width + codes[j]
        n_cells = (int(codes[i].max()) + 1) * width
        counts = np.bincount(side * n_cells + cells, minlength=2 * n_folds * n_cells)
        aucs = cross_fitted_aucs(counts.reshape(n_folds, 2, n_cells).astype(np.float64))
        error = max(float(aucs.std(ddof=1) / np.sqrt(n_folds)), by_chance)
        found.append(PairSeparation(names[i], names[j], float(aucs.mean()), error))
    return sorted(found, key=lambda pair: -pair.auc)


def cross_fitted_aucs(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """AUC in each fold, of the ratios of the other folds.

    Parameters
    ----------
    counts : ndarray of shape (n_folds, 2, n_cells)
        Real and synthetic rows in each cell.

    Returns
    -------
    ndarray of shape (n_folds,)

    Examples
    --------
    >>> cross_fitted_aucs(np.array([[[2.0, 0.0], [0.0, 2.0]]] * 2)).tolist()
    [1.0, 1.0]
    """
    aucs = np.empty(len(counts))
    for k, here in enumerate(counts):
        elsewhere = counts.sum(axis=0) - here
        size = elsewhere.sum(axis=1, keepdims=True)
        if not (size.all() and here.sum(axis=1).all()):
            aucs[k] = 0.5  # one side is not there: nothing to learn, or nothing to score
            continue
        smooth = elsewhere + PRIOR * (size / size.sum())
        score = np.log(smooth[1]) - np.log(smooth[0])
        aucs[k] = _auc_of_cells(score, here[0], here[1])
    return aucs


def _auc_of_cells(score: NDArray[np.float64], real: NDArray[np.float64], synthetic: NDArray[np.float64]) -> float:
    """AUC of rows that lie in cells: cells of one score are one step of the curve."""
    steps, at = np.unique(np.round(score, 12), return_inverse=True)
    of_real = np.bincount(at, weights=real, minlength=len(steps))
    of_synthetic = np.bincount(at, weights=synthetic, minlength=len(steps))
    below = np.cumsum(of_real) - 0.5 * of_real
    return float((of_synthetic * below).sum() / (of_real.sum() * of_synthetic.sum()))
