"""How far results are from their targets: TAE, WAPE, SRMSE and the shares of cells that are met.

    TAE = sum |result - target|      WAPE = TAE / sum target      SRMSE = sqrt(mean (result - target)^2) / mean target

Names and forms as in Müller and Axhausen (2011), "Population synthesis for microsimulation: state of the art",
and Kim and Bansal (2023), "A deep generative model for feasible and diverse population synthesis".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EXACT = 0.5  # counts are whole numbers: closer than half a count is met exactly
RESIDUAL_EDGES = (-100.5, -30.5, -10.5, -3.5, -0.5, 0.5, 3.5, 10.5, 30.5, 100.5)


@dataclass(frozen=True)
class Agreement:
    """Agreement of results with targets over a set of table cells.

    Parameters
    ----------
    n_cells : int
        Cells that have a target.
    sum_target, sum_result, tae, max_abs : float
        Counts.
    wape, srmse : float or None
        Shares; None where the targets sum to 0.
    share_exact : float or None
        Share of cells closer than half a count; None without cells.
    n_with_moe : int
        Cells whose 90 % margin of error is known.
    share_inside_moe : float or None
        Of those, the share with |result - target| <= margin of error.
    """

    n_cells: int
    sum_target: float
    sum_result: float
    tae: float
    wape: float | None
    srmse: float | None
    max_abs: float
    share_exact: float | None
    n_with_moe: int
    share_inside_moe: float | None


def measure_agreement(target: NDArray[np.float64], result: NDArray[np.float64], moe: NDArray[np.float64]) -> Agreement:
    """Measure how well `result` meets `target`.

    Not a test of the joint distribution: see `censemble.evaluation.joints`.

    Parameters
    ----------
    target, result, moe : ndarray of shape (n,), counts
        Cells with a NaN target are left out; a NaN margin of error is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> a = measure_agreement(np.array([10.0, 30.0]), np.array([12.0, 30.0]), np.array([1.0, np.nan]))
    >>> a.tae, a.wape, round(a.srmse, 4), a.share_exact, a.share_inside_moe
    (2.0, 0.05, 0.0707, 0.5, 0.0)
    """
    known = np.isfinite(target)
    target, result, moe = target[known], result[known], moe[known]
    gap, n, total = np.abs(result - target), len(target), float(target.sum())
    with_moe = np.isfinite(moe)
    inside = gap[with_moe] <= moe[with_moe]
    return Agreement(
        n_cells=n,
        sum_target=total,
        sum_result=float(result.sum()),
        tae=float(gap.sum()),
        wape=float(gap.sum()) / total if total > 0 else None,
        srmse=math.sqrt(float((gap**2).mean())) / (total / n) if total > 0 else None,
        max_abs=float(gap.max(initial=0.0)),
        share_exact=float((gap < EXACT).mean()) if n else None,
        n_with_moe=int(with_moe.sum()),
        share_inside_moe=float(inside.mean()) if with_moe.any() else None,
    )


def count_residuals(residual: NDArray[np.float64]) -> list[int]:
    """Number of residuals in each class between `RESIDUAL_EDGES`; the outermost classes are open.

    An edge belongs to the class that is farther from 0, so that the middle class is "exact" as in `Agreement`.

    Examples
    --------
    >>> import numpy as np
    >>> count_residuals(np.array([0.0, 0.4, -2.0, 0.5, 1000.0, np.nan]))
    [0, 0, 0, 0, 1, 2, 1, 0, 0, 0, 1]
    """
    residual = residual[np.isfinite(residual)]
    edges = np.array(RESIDUAL_EDGES)
    half = len(edges) // 2
    below = np.searchsorted(edges[:half], residual, side="left")
    above = np.searchsorted(edges[half:], residual, side="right")
    return [int(c) for c in np.bincount(below + above, minlength=len(edges) + 1)]


def share_reached(values: NDArray[np.float64], shares: tuple[float, ...]) -> list[float]:
    """Quantiles of `values` (linear interpolation); zeros when there are none.

    Examples
    --------
    >>> import numpy as np
    >>> share_reached(np.array([1.0, 2.0, 3.0]), (0.0, 0.5, 1.0))
    [1.0, 2.0, 3.0]
    """
    return [float(v) for v in np.quantile(values, shares)] if len(values) else [0.0] * len(shares)
