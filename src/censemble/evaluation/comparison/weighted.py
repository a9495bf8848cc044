"""Weighted means and medians, and what they are without each group of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.measure import N_GROUPS

Floats = NDArray[np.float64]


def mean_and_deletions(values: Floats, weights: Floats, group: NDArray[np.int64]) -> tuple[float, Floats]:
    """Weighted mean, and the mean without group 0, 1, ... (NaN where nothing is left).

    Parameters
    ----------
    values, weights : ndarray of shape (n,)
        Finite; weights >= 0, some above 0.
    group : ndarray of int64, shape (n,)
        0..N_GROUPS-1.

    Examples
    --------
    >>> mean, without = mean_and_deletions(np.array([1.0, 2.0]), np.array([1.0, 3.0]), np.array([0, 1]))
    >>> mean, without[:3].tolist()
    (1.75, [2.0, 1.0, 1.75])
    """
    of_group = np.bincount(group, weights=weights, minlength=N_GROUPS)
    sums = np.bincount(group, weights=weights * values, minlength=N_GROUPS)
    rest = of_group.sum() - of_group
    left = np.array([of_group[np.arange(N_GROUPS) != g].any() for g in range(N_GROUPS)])
    without = np.divide(sums.sum() - sums, rest, out=np.full(N_GROUPS, np.nan), where=left & (rest > 0))
    return float(sums.sum() / of_group.sum()), without


def median_and_deletions(values: Floats, weights: Floats, group: NDArray[np.int64]) -> tuple[float, Floats]:
    """Weighted median, and the median without group 0, 1, ...: as `mean_and_deletions`.

    Half of the weight lies on either side; where it falls between two values, their mean is taken, so that equal
    weights give the usual median.

    Examples
    --------
    >>> median_and_deletions(np.array([5.0, 1.0, 2.0, 9.0]), np.ones(4), np.array([0, 1, 2, 3]))[0]
    3.5
    """
    order = np.argsort(values, kind="stable")
    values, weights, group = values[order], weights[order], group[order]
    without = np.array([_median(values, np.where(group == g, 0.0, weights)) for g in range(N_GROUPS)])
    return _median(values, weights), without


def _median(ranked: Floats, weights: Floats) -> float:
    cumulated = np.cumsum(weights)
    if not len(cumulated) or cumulated[-1] <= 0:
        return float("nan")
    half = cumulated[-1] / 2
    slack = 1e-12 * half  # sums of weights are not exact
    low = ranked[np.searchsorted(cumulated, half - slack, side="left")]
    high = ranked[min(np.searchsorted(cumulated, half + slack, side="right"), len(ranked) - 1)]
    return float((low + high) / 2)
