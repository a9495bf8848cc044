"""Wasserstein distance of numeric attributes, on the values themselves and not on their bins.

    W1 = integral |F(x) - G(x)| dx

F and G are the weighted distribution functions of the reference and of the table: how far, on average, values would
have to move, in the unit of the attribute (Vaserstein 1969; Ramdas, Garcia and Cuturi 2017).
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.compared import (
    Float,
    compared_attributes,
    deletion_groups,
    joined,
    undefined,
    with_error,
)
from censemble.evaluation.comparison.measure import Ground, Measure, MetricFacts, View

FACTS: tuple[MetricFacts, ...] = (
    MetricFacts(
        "wasserstein",
        "Wasserstein distance",
        "lower",
        "How far the values of a numeric attribute would have to move on average, in its unit; on values, not bins.",
    ),
)


@numba.njit(cache=True, nogil=True)
def _area_between(values, reference, weights, group, n_groups):  # type: ignore[no-untyped-def]
    """Area between two distribution functions, with all rows and without each group; values in increasing order."""
    remaining = np.zeros(1 + n_groups)
    for i in range(values.shape[0]):
        for d in range(1 + n_groups):
            if d == 0 or group[i] != d - 1:
                remaining[d] += weights[i]
    total = reference.sum()
    below = 0.0
    so_far, area = np.zeros(1 + n_groups), np.zeros(1 + n_groups)
    for i in range(values.shape[0] - 1):
        below += reference[i]
        for d in range(1 + n_groups):
            if d == 0 or group[i] != d - 1:
                so_far[d] += weights[i]
        step = values[i + 1] - values[i]
        if step > 0.0:
            for d in range(1 + n_groups):
                share = so_far[d] / remaining[d] if remaining[d] > 0.0 else np.nan
                area[d] += abs(below / total - share) * step
    return area


def wasserstein_distances(
    first: Float, first_weights: Float, rows: tuple[Float, Float, NDArray[np.int64]], n_groups: int
) -> Float:
    """Wasserstein distance of two weighted sets of values, with all rows and without each group of the second.

    Parameters
    ----------
    first, first_weights : ndarray of shape (n,)
        Finite values and their weights, which do not sum to 0.
    rows : (values, weights, group), ndarrays of shape (m,)
        Of the second set; groups are 0..n_groups-1.
    n_groups : int
        >= 1.

    Returns
    -------
    ndarray of shape (1 + n_groups,), in the unit of the values

    Examples
    --------
    >>> second = np.array([1.0, 3.0]), np.ones(2), np.array([0, 1])
    >>> wasserstein_distances(np.array([0.0]), np.ones(1), second, 2).tolist()
    [2.0, 3.0, 1.0]
    """
    values, weights, group = rows
    together = np.concatenate([first, values])
    order = np.argsort(together)
    reference = np.concatenate([first_weights, np.zeros(len(values))])[order]
    other = np.concatenate([np.zeros(len(first)), weights])[order]
    of_group = np.concatenate([np.zeros(len(first), np.int64), group])[order]
    found: Float = _area_between(together[order], reference, other, of_group, n_groups)
    return found


def measure_shapes(ground: Ground, view: View) -> list[Measure]:
    """Measure each numeric attribute; none gives no measures.

    Missing and infinite values do not enter; the note counts them, since where they differ the distance does not say.
    """
    numeric = [i for i, coding in enumerate(view.coded.codings) if coding.edges]
    if not numeric:
        return []
    compared = compared_attributes(ground, view)
    columns = tuple(v.dataset.columns(v.entity) for v in (ground.reference, view))
    group, n_groups = deletion_groups(view) if not compared.obstacle else (view.group, 0)
    measures = []
    for i in numeric:
        name = view.coded.names[i]
        metric = f"wasserstein[{name}]"
        if compared.obstacle or i not in compared.lines or any(name not in c for c in columns):
            measures += undefined((metric,), compared.obstacle or f"{name} cannot be compared")
            continue
        both = columns[0][name].astype(np.float64), columns[1][name].astype(np.float64)
        measures.append(_measure(metric, ground, view, both, (group, n_groups)))
    return measures


def _measure(
    metric: str, ground: Ground, view: View, both: tuple[Float, Float], groups: tuple[NDArray[np.int64], int]
) -> Measure:
    weights = ground.reference.coded.weights, view.coded.weights
    known = tuple(np.isfinite(values) & (w > 0) for values, w in zip(both, weights, strict=True))
    for table, usable in zip((ground.reference, view), known, strict=True):
        if not usable.any():
            return undefined((metric,), f"{table.name} has no finite value with weight")[0]
    rows = both[1][known[1]], weights[1][known[1]], groups[0][known[1]]
    values = wasserstein_distances(both[0][known[0]], weights[0][known[0]], rows, groups[1])
    without = [
        _unknown(t.name, int((~np.isfinite(v)).sum())) for t, v in zip((ground.reference, view), both, strict=True)
    ]
    return with_error(metric, values, joined(*without))


def _unknown(name: str, n: int) -> str:
    return f"{n:,} rows of {name} without a finite value do not count" if n else ""
