"""From an attribute's values to the codes of a model and back: bins whose values are drawn from the sample's.

Only codes that the sample has are used, so that nothing else can be drawn. A bin of a numeric attribute gives back
the weighted values that the sample has in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.coding import Coding, coding_of, quantile_edges
from censemble.dataset import UNKNOWN_CODE
from censemble.generators.conditions import Allowed
from censemble.schema import Attribute

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ValueCodes:
    """The codes of one attribute in a model.

    Parameters
    ----------
    attribute : Attribute
    coding : Coding
        Codes of the values; a model's code is a place in `seen`.
    seen : ndarray of int64
        Codes of `coding` that the sample has, increasing.
    values, weights : ndarray of float64
        Numeric attributes: distinct values of the sample and their weights, bin after bin.
    starts : ndarray of int64, shape (n_codes + 1,)
        Where each bin's values begin in `values`.
    """

    attribute: Attribute
    coding: Coding
    seen: NDArray[np.int64]
    values: Float
    weights: Float
    starts: NDArray[np.int64]

    @property
    def n_codes(self) -> int:
        """Number of codes that the model uses."""
        return len(self.seen)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the model's codes mean."""
        return tuple(self.coding.labels[c] for c in self.seen)

    def codes(self, values: NDArray[Any]) -> NDArray[np.int16]:
        """Code a column; a bin that the sample does not have becomes the next one that it has."""
        place = np.searchsorted(self.seen, self.coding.codes(values))
        return np.minimum(place, self.n_codes - 1).astype(np.int16)

    def decode(self, codes: NDArray[Any], rng: np.random.Generator, *, allowed: Allowed | None = None) -> NDArray[Any]:
        """Give values: categories' codes as they are in pools, numbers drawn from the sample's in the bin.

        Parameters
        ----------
        codes : ndarray of int
            The model's.
        rng : numpy.random.Generator
            Draws the numbers.
        allowed : Allowed, optional
            Only values that it lets through are drawn.
        """
        full = self.seen[codes]
        if self.attribute.kind != "numeric":
            declared = np.where(full == self.coding.missing, -1, full)
            return np.where(full == self.coding.other, UNKNOWN_CODE, declared).astype(np.int32)
        weights = self.weights if allowed is None else self.weights * allowed.holds(self.values)
        return self._drawn(weights, self.starts[codes], self.starts[codes + 1], rng)

    def span(self, codes: NDArray[Any]) -> tuple[Float, Float]:
        """The sample's smallest and largest number in given bins; NaN in one without numbers."""
        begin, end = self.starts[codes], self.starts[codes + 1]
        if not len(self.values):
            return np.full(np.shape(codes), np.nan), np.full(np.shape(codes), np.nan)
        last = len(self.values) - 1
        low, high = (self.values[np.clip(place, 0, last)] for place in (begin, end - 1))
        return np.where(end > begin, low, np.nan), np.where(end > begin, high, np.nan)

    def decode_within(self, codes: NDArray[Any], rng: np.random.Generator, *, low: Float, high: Float) -> Float:
        """Draw numbers of given bins that are not below `low` nor above `high`, as far as the bins have such.

        Where a bin has none, the end that is nearest to it.

        Parameters
        ----------
        codes : ndarray of int, shape (n,)
            The model's.
        rng : numpy.random.Generator
            Draws the numbers.
        low, high : ndarray of float64, shape (n,)
            NaN does not limit.
        """
        low, high = np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
        begin, end = self.starts[codes], self.starts[codes + 1]
        known = len(self.values)
        rank = np.searchsorted(self.values, low, side="left"), np.searchsorted(self.values, high, side="right")
        first, last = np.clip(rank[0], begin, end), np.clip(rank[1], begin, end)
        drawn = self._drawn(self.weights, first, np.maximum(last, first), rng)
        near = np.where(end > begin, self.values[np.minimum(begin, known - 1)] if known else np.nan, np.nan)
        return np.where((last > first) | (end == begin), drawn, np.clip(near, low, high))

    def _drawn(
        self, weights: Float, begin: NDArray[np.int64], end: NDArray[np.int64], rng: np.random.Generator
    ) -> Float:
        """Draw by weight from spans of `values`; NaN where a span has no weight."""
        cumulated = np.concatenate([np.zeros(1), np.cumsum(weights)])
        low, high = cumulated[begin], cumulated[end]
        wanted = low + rng.random(len(begin)) * (high - low)
        place = np.searchsorted(cumulated, wanted, side="right") - 1
        last = np.searchsorted(cumulated, high, side="left") - 1  # rounding must not reach the next span
        filled = high > low
        place = np.where(filled, np.clip(place, 0, np.maximum(last, 0)), 0)
        return np.where(filled, self.values[place], np.nan) if len(self.values) else np.full(len(begin), np.nan)

    def shares(self, allowed: Allowed) -> Float:
        """Share of each code that a condition lets through, shape (n_codes,)."""
        if self.attribute.kind != "numeric":
            return np.asarray(np.isin(self.seen, sorted(allowed.codes)), dtype=np.float64)
        held = np.concatenate([np.zeros(1), np.cumsum(self.weights * allowed.holds(self.values))])
        whole = np.concatenate([np.zeros(1), np.cumsum(self.weights)])
        inside, everything = np.diff(held[self.starts]), np.diff(whole[self.starts])
        return np.divide(inside, everything, out=np.zeros(len(inside)), where=everything > 0)


def value_codes(attribute: Attribute, values: NDArray[Any], weights: Float, *, n_bins: int = 24) -> ValueCodes:
    """Learn the codes of one attribute from a column of the sample.

    A numeric attribute with at most `n_bins` distinct values keeps each; otherwise its bins are cut at its declared
    edges and at quantiles.

    Parameters
    ----------
    attribute : Attribute
        Of any kind.
    values : ndarray of shape (n_rows,)
        Codes (-1 missing) or numbers (NaN missing).
    weights : ndarray of float64, shape (n_rows,)
        Design weights.
    n_bins : int
        >= 1.

    Examples
    --------
    >>> income = Attribute("income", "persons", "numeric")
    >>> known = value_codes(income, np.array([0.0, 10.0, np.nan, 10.0]), np.ones(4))
    >>> known.labels, known.codes(np.array([10.0, np.nan])).tolist()
    (('0 to below 10', '10 to below inf', '(missing)'), [1, 2])
    """
    coding = _coding(attribute, values, weights, n_bins)
    seen, codes = np.unique(coding.codes(values), return_inverse=True)
    if attribute.kind != "numeric":
        nothing = np.zeros(0)
        return ValueCodes(attribute, coding, seen.astype(np.int64), nothing, nothing, np.zeros(len(seen) + 1, np.int64))
    known = np.isfinite(values)
    pairs, inverse = np.unique(np.stack([codes[known], values[known]]), axis=1, return_inverse=True)
    within = np.zeros(pairs.shape[1])
    np.add.at(within, inverse.reshape(-1), weights[known])
    starts = np.searchsorted(pairs[0], np.arange(len(seen) + 1)).astype(np.int64)
    return ValueCodes(attribute, coding, seen.astype(np.int64), pairs[1], within, starts)


def _coding(attribute: Attribute, values: NDArray[Any], weights: Float, n_bins: int) -> Coding:
    if attribute.kind != "numeric":
        return coding_of(attribute)
    distinct = np.unique(values[np.isfinite(values)])
    if 0 < len(distinct) <= n_bins:
        return coding_of(attribute, (*(float(v) for v in distinct), np.inf))
    cuts = {*quantile_edges(values, weights, n_bins), *attribute.bins}
    return coding_of(attribute, sorted(cuts))
