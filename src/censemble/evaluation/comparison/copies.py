"""Rows of a table that are rows of the training sample, letter by letter, and the rare ones among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.measure import View

Keys = NDArray[np.uint64]
_STEP, _FIRST, _SECOND = (np.uint64(c) for c in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def row_keys(view: View, lines: Sequence[int]) -> Keys:
    """Give each row a number that equal rows share: labels as codes, numbers as they are, not in bins.

    Numbers of 64 bits, mixed as in SplitMix64 (Steele, Lea and Flood 2014): among a million rows two different ones
    share a number with a chance of 3 in 100 million.

    Parameters
    ----------
    view : View
        A table.
    lines : sequence of int
        Attributes that are compared.

    Returns
    -------
    ndarray of uint64, shape (n_rows,)
    """
    columns = view.dataset.columns(view.entity)
    keys = np.zeros(view.coded.n_rows, dtype=np.uint64)
    for line in lines:
        coding = view.coded.codings[line]
        raw = columns.get(coding.name)
        is_number = raw is not None and raw.dtype.kind == "f"
        keys = _mixed(keys, _number_bits(raw) if is_number else view.coded.codes[line].astype(np.uint64))
    return keys


def _number_bits(values: Any) -> Keys:
    """Bits of float64: one NaN, one zero."""
    tidy = np.where(np.isnan(values), np.nan, values + 0.0)
    return np.ascontiguousarray(tidy, dtype=np.float64).view(np.uint64)


def _mixed(keys: Keys, values: Keys) -> Keys:
    with np.errstate(over="ignore"):  # arithmetic modulo 2^64 is what is wanted
        mixed = (keys ^ values) + _STEP
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        return np.asarray(mixed ^ (mixed >> np.uint64(31)), dtype=np.uint64)


def share_found(keys: Keys, weights: NDArray[np.float64], among: Keys) -> float:
    """Share of weight whose rows are among others.

    Examples
    --------
    >>> share_found(np.array([1, 2, 3], np.uint64), np.array([1.0, 1.0, 2.0]), np.array([3, 4], np.uint64))
    0.5
    """
    return float(weights[np.isin(keys, among)].sum() / weights.sum())


def seen_share(train: Keys, holdout: Keys, rng: np.random.Generator) -> tuple[float, float, float]:
    """Ask whether a holdout holds records of the training sample: more of these are in it than of its own.

    Half of the holdout is searched for the training sample's rows and for the rows of the other half. Two samples of
    one population that share no record are found alike.

    Parameters
    ----------
    train, holdout : ndarray of uint64
        Rows, from `row_keys`; at least two of the holdout.
    rng : numpy.random.Generator
        Halves the holdout.

    Returns
    -------
    (of_train, of_holdout, error) : float, float, float
        Shares found, and the standard error of their difference.

    Examples
    --------
    >>> rows = np.arange(1000, dtype=np.uint64)
    >>> of_train, of_holdout, _ = seen_share(rows[:100], rows, np.random.default_rng(0))
    >>> 0.35 < of_train < 0.65, of_holdout
    (True, 0.0)
    """
    order = rng.permutation(len(holdout))
    asked, searched = holdout[order[: len(order) // 2]], holdout[order[len(order) // 2 :]]
    of_train, of_holdout = (float(np.isin(rows, searched).mean()) for rows in (train, asked))
    error = np.sqrt(of_train * (1 - of_train) / len(train) + of_holdout * (1 - of_holdout) / len(asked))
    return of_train, of_holdout, float(error)


@dataclass(frozen=True)
class RareShare:
    """How many of the rows that only one real record has are in the synthetic table.

    Parameters
    ----------
    share : float or None
        None where there is no such row.
    error : float or None
        Binomial standard error.
    n : int
        Number of such rows.
    """

    share: float | None
    error: float | None
    n: int


def rare_share(own: Keys, others: Keys, synthetic: Keys) -> RareShare:
    """Look for rows that occur once among `own` and never among `others` in the synthetic table.

    Parameters
    ----------
    own, others : ndarray of uint64
        Real rows; equal numbers of both, because how rare a unique row is depends on the number of rows.
    synthetic : ndarray of uint64
        Rows of the synthetic table that have weight.

    Examples
    --------
    >>> own, others, made = (np.array(k, np.uint64) for k in ([1, 1, 2, 3, 4], [4, 5, 6, 7, 8], [1, 2, 9]))
    >>> rare_share(own, others, made)
    RareShare(share=0.5, error=0.3535533905932738, n=2)
    """
    distinct, times = np.unique(own, return_counts=True)
    rare = np.setdiff1d(distinct[times == 1], others)
    if not len(rare):
        return RareShare(None, None, 0)
    share = float(np.isin(rare, synthetic).mean())
    return RareShare(share, float(np.sqrt(share * (1 - share) / len(rare))), len(rare))
