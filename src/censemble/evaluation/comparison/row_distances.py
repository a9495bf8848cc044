"""Distances between rows of mixed attributes, and exact nearest neighbours by looking at every row.

The distance is that of Gower (1971), "A general coefficient of similarity and some of its properties", Biometrics 27:
the mean over attributes of 0 or 1 for categories (equal or not), of the difference of positions over the number of
steps for ordinal ones, and of the difference over the range for numbers, range being the 1st to 99th percentile of
the training rows, beyond which values are drawn in. A missing value is at 1 from every value and at 0 from another
missing one. Distances are counted in whole steps, so that ties are exact and rows of any order give the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.features import attribute_of
from censemble.evaluation.comparison.measure import View

MISSING, OTHER = -1, -2  # positions of values that are none
LARGEST = 32_000  # the largest distance of two rows in steps; fits int16
BLOCK = 2048  # rows whose distances are summed at a time; they stay in the processor's cache

Positions = NDArray[np.int16]


@dataclass(frozen=True)
class Scale:
    """How the attributes become positions.

    Parameters
    ----------
    lines : tuple of int
        Lines of the coded tables.
    low, high : tuple of float
        Range of each numeric attribute; NaN for the others.
    ordered : ndarray of bool, shape (n_attributes,)
        Whether positions have distances, or are equal or not.
    steps : int
        Distance 1 of one attribute.
    """

    lines: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    ordered: NDArray[np.bool_]
    steps: int

    @property
    def whole(self) -> float:
        """Steps of distance 1 between rows."""
        return float(self.steps * len(self.lines))


def scale_of(view: View, lines: Sequence[int]) -> Scale:
    """Decide the distance by a table, the training sample as a rule.

    Parameters
    ----------
    view : View
        Its numbers decide the ranges.
    lines : sequence of int
        Attributes to compare, at least one.
    """
    columns = view.dataset.columns(view.entity)
    attributes = [attribute_of(view, line) for line in lines]
    ranges = [_range(columns[a.name]) if a.kind == "numeric" else (np.nan, np.nan) for a in attributes]
    return Scale(
        lines=tuple(lines),
        low=tuple(low for low, _ in ranges),
        high=tuple(high for _, high in ranges),
        ordered=np.array([a.kind != "categorical" for a in attributes]),
        steps=min(1000, LARGEST // len(lines)),
    )


def _range(values: NDArray[np.float64]) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0, 0.0
    low, high = np.percentile(known, [1, 99])
    return float(low), float(high)


def positions_of(view: View, scale: Scale, rows: NDArray[np.int64]) -> Positions:
    """Place rows on the scale.

    Parameters
    ----------
    view : View
        A table with all attributes of the scale.
    scale : Scale
        From `scale_of`.
    rows : ndarray of int64, shape (n,)
        Which rows.

    Returns
    -------
    ndarray of int16, shape (n_attributes, n)
        Codes; steps 0..`scale.steps` for ordered attributes; negative where there is no value.
    """
    columns = view.dataset.columns(view.entity)
    placed = np.empty((len(scale.lines), len(rows)), dtype=np.int16)
    for i, line in enumerate(scale.lines):
        coding = view.coded.codings[line]
        if not np.isnan(scale.low[i]):
            placed[i] = _steps(columns[coding.name][rows], scale.low[i], scale.high[i], scale.steps)
            continue
        codes = view.coded.codes[line, rows]
        ladder = np.arange(coding.n_codes)
        if scale.ordered[i]:
            ladder = np.round(ladder * (scale.steps / max(coding.missing - 1, 1))).astype(np.int64)
        ladder[coding.missing], ladder[coding.other] = MISSING, OTHER
        placed[i] = ladder[codes]
    return placed


def _steps(values: NDArray[np.float64], low: float, high: float, steps: int) -> NDArray[np.float64]:
    span = high - low if high > low else 1.0
    share = (np.clip(values, low, high) - low) / span
    return np.where(np.isnan(values), MISSING, np.round(share * steps))


def nearest_distances(queries: Positions, candidates: Positions, scale: Scale) -> NDArray[np.float64]:
    """Distance of each query row to its nearest candidate row.

    Parameters
    ----------
    queries, candidates : ndarray of int16, shapes (n_attributes, n), (n_attributes, m)
        From `positions_of`; at least one candidate.
    scale : Scale
        That both were placed on.

    Returns
    -------
    ndarray of float64, shape (n,), in [0, 1]
    """
    found = _nearest(queries, candidates, scale.ordered, np.int16(scale.steps))
    return np.asarray(found / scale.whole, dtype=np.float64)


def neighbours_votes(
    queries: Positions, candidates: Positions, codes: NDArray[np.int16], scale: Scale, n_codes: int
) -> NDArray[np.int64]:
    """Predict each attribute of each query row from the candidate rows nearest to it by all other attributes.

    Parameters
    ----------
    queries, candidates : ndarray of int16, shapes (n_attributes, n), (n_attributes, m)
        From `positions_of`; at least one candidate, and at least two attributes.
    codes : ndarray of int16, shape (n_attributes, m)
        Coded values of the candidates, which are voted for.
    scale : Scale
        That both were placed on.
    n_codes : int
        Codes are below it.

    Returns
    -------
    ndarray of int64, shape (n_attributes, n)
        The code that most nearest rows have; of equals the smallest.
    """
    votes = _votes(queries, candidates, codes, scale.ordered, np.int16(scale.steps), n_codes)
    return np.asarray(votes, dtype=np.int64)


@numba.njit(cache=True, nogil=True)
def _add(total, line, value, ordered, steps, sign):  # type: ignore[no-untyped-def]
    """Add the distances of one attribute between a value and a line of candidates."""
    if ordered and value >= 0:
        for i in range(line.shape[0]):
            gap = np.int16(abs(line[i] - value))
            total[i] += sign * (gap if line[i] >= 0 else steps)
    else:
        for i in range(line.shape[0]):
            total[i] += sign * steps * np.int16(line[i] != value)


@numba.njit(cache=True, nogil=True)
def _nearest(queries, candidates, ordered, steps):  # type: ignore[no-untyped-def]
    n_attributes, n = queries.shape
    m = candidates.shape[1]
    best = np.full(n, np.int16(32767), np.int16)
    total = np.empty(BLOCK, np.int16)
    for start in range(0, m, BLOCK):  # blocks outside: their lines stay in the cache for all queries
        size = min(BLOCK, m - start)
        for q in range(n):
            total[:size] = 0
            for a in range(n_attributes):
                line = candidates[a, start : start + size]
                _add(total[:size], line, queries[a, q], ordered[a], steps, np.int16(1))
            low = best[q]
            for i in range(size):
                low = min(low, total[i])
            best[q] = low
    return best


@numba.njit(cache=True, nogil=True)
def _votes(queries, candidates, codes, ordered, steps, n_codes):  # type: ignore[no-untyped-def]
    n_attributes, n = queries.shape
    m = candidates.shape[1]
    winners = np.empty((n_attributes, n), np.int64)
    total = np.empty(m, np.int16)
    votes = np.empty(n_codes, np.int64)
    for q in range(n):
        total[:] = 0
        for a in range(n_attributes):
            _add(total, candidates[a], queries[a, q], ordered[a], steps, np.int16(1))
        for a in range(n_attributes):
            _add(total, candidates[a], queries[a, q], ordered[a], steps, np.int16(-1))
            low = np.int16(32767)
            for i in range(m):
                low = min(low, total[i])
            votes[:] = 0
            for i in range(m):
                if total[i] == low:
                    votes[codes[a, i]] += 1
            winners[a, q] = np.argmax(votes)
            _add(total, candidates[a], queries[a, q], ordered[a], steps, np.int16(1))
    return winners
