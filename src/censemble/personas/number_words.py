"""Numbers as words of a persona: ages, small counts, amounts that are high or low beside the others of the survey.

A number is shown no finer than a reader cares for, so that records which differ by a few dollars share a persona.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.coding import coding_of, quantile_edges
from censemble.schema import Attribute

SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
DECADES = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
MOST_COUNTS = 12  # whole numbers with at most so many different values are said as they are
LEVELS = ((0.1, "very low"), (0.3, "low"), (0.7, "middling"), (0.9, "high"), (1.0, "very high"))
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SpokenNumbers:
    """A column of numbers as a persona shows it.

    Parameters
    ----------
    codes : ndarray of int64, shape (n_rows,)
        Which of `values` a row shows; -1 where the number is missing.
    values : tuple of float
        One representative for each code.
    levels : tuple of str
        "low", "very high"...; empty texts where numbers are said as they are.
    """

    codes: NDArray[np.int64]
    values: tuple[float, ...]
    levels: tuple[str, ...]


def spoken_numbers(attribute: Attribute, values: Float, weights: Float) -> SpokenNumbers:
    """Say a column of numbers: few whole numbers as they are, others by declared bins or deciles of the survey.

    Parameters
    ----------
    attribute : Attribute
        Numeric; its bins are taken where it has any.
    values : ndarray of float64, shape (n_rows,)
        NaN or infinite: not said.
    weights : ndarray of float64, shape (n_rows,), >= 0
        Design weights.

    Examples
    --------
    >>> cars = spoken_numbers(Attribute("cars", "households", "numeric"), np.array([2.0, 0.0, np.nan]), np.ones(3))
    >>> cars.codes.tolist(), cars.values, cars.levels
    ([1, 0, -1], (0.0, 2.0), ('', ''))
    """
    known = np.isfinite(values)
    codes = np.full(len(values), -1, dtype=np.int64)
    distinct = np.unique(values[known])
    if len(distinct) <= MOST_COUNTS and (distinct == np.round(distinct)).all():
        codes[known] = np.searchsorted(distinct, values[known])
        return SpokenNumbers(codes, tuple(float(v) for v in distinct), ("",) * len(distinct))
    edges = attribute.bins or quantile_edges(values[known], weights[known], 10)
    coding = coding_of(attribute, (-np.inf, *(e for e in edges[1:-1] if np.isfinite(e)), np.inf))
    seen, places = np.unique(coding.codes(values[known]), return_inverse=True)
    codes[known] = places
    middles = [_median(values[codes == c], weights[codes == c]) for c in range(len(seen))]
    return SpokenNumbers(codes, tuple(middles), _levels(codes, weights, len(seen)))


def number_text(value: float, *, is_year: bool = False) -> str:
    """Write a number: small whole ones as words, others to two figures.

    Examples
    --------
    >>> number_text(3.0), number_text(54321.0), number_text(0.126), number_text(1964.0, is_year=True)
    ('three', '54,000', '0.13', '1964')
    """
    if is_year:
        return f"{value:.0f}"
    if value == round(value) and 0 <= value < len(SMALL):
        return SMALL[int(value)]
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 10 else f"{rounded:g}"


def age_text(years: float) -> str:
    """Say an age, with {their} for her, his or their.

    Examples
    --------
    >>> age_text(0), age_text(7), age_text(38), age_text(44), age_text(101)
    ('baby', '7-year-old', 'in {their} late thirties', 'in {their} mid-forties', 'aged a hundred or more')
    """
    whole = int(years)
    if whole < 1:
        return "baby"
    if whole < 20:
        return f"{whole}-year-old"
    if whole >= 100:
        return "aged a hundred or more"
    part = "early " if whole % 10 < 4 else "mid-" if whole % 10 < 7 else "late "
    return f"in {{their}} {part}{DECADES[whole // 10 - 2]}"


def _median(values: Float, weights: Float) -> float:
    order = np.argsort(values, kind="stable")
    cumulated = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulated, cumulated[-1] / 2)])


def _levels(codes: NDArray[np.int64], weights: Float, n: int) -> tuple[str, ...]:
    """How high each code is: by the share of the survey that is below its middle."""
    shares = np.bincount(codes[codes >= 0], weights[codes >= 0], n)
    middle = (np.cumsum(shares) - shares / 2) / max(float(shares.sum()), 1e-300)
    return tuple(next(word for limit, word in LEVELS if share <= limit) for share in middle)
