"""How well a score separates two groups: area under the ROC curve with the error of DeLong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata


def auc_and_error(of_members: NDArray[np.float64], of_others: NDArray[np.float64]) -> tuple[float, float]:
    """Chance that a member scores higher than another row, ties counting half, and its standard error.

    DeLong, DeLong and Clarke-Pearson (1988), "Comparing the areas under two or more correlated receiver operating
    characteristic curves", Biometrics 44; ranks as in Sun and Xu (2014). Rows are taken as independent.

    Parameters
    ----------
    of_members, of_others : ndarray of shapes (m,), (n,), both >= 1
        Scores; high ones speak for a member.

    Returns
    -------
    (auc, error) : float, float
        In [0, 1]; the error is NaN where a group holds a single row.

    Examples
    --------
    >>> auc_and_error(np.array([3.0, 2.0, 2.0]), np.array([1.0, 2.0]))[0]
    0.8333333333333334
    """
    m, n = len(of_members), len(of_others)
    together = rankdata(np.concatenate([of_members, of_others]))
    below_members = (together[:m] - rankdata(of_members)) / n  # share of others below each member
    above_others = 1.0 - (together[m:] - rankdata(of_others)) / m
    auc = float(below_members.mean())
    if min(m, n) < 2:
        return auc, float("nan")
    return auc, float(np.sqrt(below_members.var(ddof=1) / m + above_others.var(ddof=1) / n))
