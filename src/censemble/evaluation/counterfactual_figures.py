"""Figures of steering: response with intervals, monotonicity, total variation, and records reweighted to a share.

Pure functions of arrays; records are weighted, and a record has so many units (itself, or its persons) of which so many
are hits (have the watched label). Protocol: docs/steering.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
STEPS = 200  # of bisection at most: it ends where two floats have none between them


def summed(codes: NDArray[np.integer[Any]], weights: Float, n_codes: int) -> Float:
    """Sum of weights by code, shape (n_codes,).

    Examples
    --------
    >>> summed(np.array([0, 2, 2]), np.array([1.0, 2.0, 3.0]), 4).tolist()
    [1.0, 0.0, 5.0, 0.0]
    """
    return np.asarray(np.bincount(codes, weights, minlength=n_codes), dtype=np.float64)


def total_variation(one: Float, other: Float) -> float:
    """Half the sum of absolute differences of two distributions, 0..1: the share that is elsewhere.

    Parameters
    ----------
    one, other : ndarray of shape (n_codes,), >= 0
        Shares or weighted counts; each is scaled to a sum of 1. Without any weight in one of them the result is 0
        where both have none, else 1.

    Examples
    --------
    >>> total_variation(np.array([1.0, 1.0]), np.array([3.0, 1.0]))
    0.25
    """
    sums = one.sum(), other.sum()
    if not all(sums):
        return float(sums[0] != sums[1])
    return float(min(np.abs(one / sums[0] - other / sums[1]).sum() / 2, 1.0))


def spearman(first: Float, second: Float) -> float | None:
    """Rank correlation, ties at their mean rank (Spearman 1904); None where either does not vary.

    Examples
    --------
    >>> spearman(np.array([0.0, 0.5, 1.0]), np.array([0.1, 0.4, 0.3]))
    0.5
    >>> spearman(np.array([0.0, 1.0]), np.array([0.2, 0.2])) is None
    True
    """
    ranks = [_ranks(values) for values in (first, second)]
    centred = [r - r.mean() for r in ranks]
    spread = float(np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum()))
    return float(np.clip((centred[0] * centred[1]).sum() / spread, -1, 1)) if spread else None


def _ranks(values: Float) -> Float:
    _, place, n_times = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(n_times)
    return np.asarray((last - (n_times - 1) / 2)[place.reshape(-1)], dtype=np.float64)


def never_back(responses: Float) -> float:
    """Share of personas whose response never falls from one strength to the next.

    Parameters
    ----------
    responses : ndarray of shape (n_strengths, n_personas)
        NaN (a persona whose records have no unit) is left out.

    Examples
    --------
    >>> never_back(np.array([[0.0, 0.5], [0.2, 0.4], [0.2, 0.9]]))
    0.5
    """
    known = np.isfinite(responses).all(axis=0)
    kept = responses[:, known]
    return float((np.diff(kept, axis=0) >= -1e-12).all(axis=0).mean()) if known.any() else 1.0


def resampled_responses(hits: Float, units: Float, rng: np.random.Generator, *, n_resamples: int = 1000) -> Float:
    """Responses of bootstrapped sets of personas: the same personas at every strength, so that differences are paired.

    Parameters
    ----------
    hits, units : ndarray of shape (n_strengths, n_personas), >= 0
        Of each persona's records.
    rng : numpy.random.Generator
        Draws the personas.
    n_resamples : int
        >= 1.

    Returns
    -------
    ndarray of shape (n_resamples, n_strengths)
        Hits per unit; 0 where there is no unit.

    Examples
    --------
    >>> resampled_responses(np.ones((2, 3)), np.full((2, 3), 2.0), np.random.default_rng(1), n_resamples=2).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    n = hits.shape[1]
    times = rng.multinomial(n, np.full(n, 1 / n), size=n_resamples).astype(np.float64)
    above, below = times @ hits.T, times @ units.T
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def tilted(weights: Float, hits: Float, units: Float, share: float) -> Float:
    """Reweight records so that a share of their units are hits, moving the weights as little as possible.

    w_i exp(l (h_i - share u_i)), the weights closest to `weights` in Kullback-Leibler divergence; of records that have
    the label or not, it is what scaling the two groups gives. Sums are kept. Where the share is out of reach only the
    records that come closest keep weight.

    Parameters
    ----------
    weights : ndarray of shape (n_records,), >= 0
        Some of them above 0.
    hits, units : ndarray of shape (n_records,), 0 <= hits <= units
        Of each record.
    share : float
        0..1, of hits among units.

    Examples
    --------
    >>> tilted(np.ones(4), np.array([1.0, 0, 0, 0]), np.ones(4), 0.5).round(3).tolist()
    [2.0, 0.667, 0.667, 0.667]
    """
    apart = np.where(weights > 0, hits - share * units, 0.0)
    if not ((apart > 0).any() and (apart < 0).any()):
        return _nearest(weights, hits, units, share)
    low, high = -1.0, 1.0
    while _pull(weights, apart, low) > 0:
        low *= 2
    while _pull(weights, apart, high) < 0:
        high *= 2
    for _ in range(STEPS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if _pull(weights, apart, middle) < 0 else (low, middle)
    return _scaled(weights, apart, (low + high) / 2)


def _scaled(weights: Float, apart: Float, by: float) -> Float:
    exponent = by * apart
    exponent -= exponent.max()
    raw = weights * np.exp(exponent)
    return np.asarray(raw * (weights.sum() / raw.sum()), dtype=np.float64)


def _pull(weights: Float, apart: Float, by: float) -> float:
    """Mean distance from the share at a tilt; grows with the tilt."""
    return float((_scaled(weights, apart, by) * apart).sum())


def _nearest(weights: Float, hits: Float, units: Float, share: float) -> Float:
    own = np.divide(hits, units, out=np.full(len(units), np.nan), where=units > 0)
    distance = np.where(weights > 0, np.abs(own - share), np.nan)
    if not np.isfinite(distance).any():
        return weights
    kept = weights * (distance <= np.nanmin(distance) + 1e-12)
    return np.asarray(kept * (weights.sum() / kept.sum()), dtype=np.float64)


def effective_number(weights: Float) -> float:
    """Kish's effective number (sum w)^2 / sum w^2; 0 where there is no weight.

    Examples
    --------
    >>> effective_number(np.array([1.0, 1.0, 0.0]))
    2.0
    """
    squares = float((weights**2).sum())
    return float(weights.sum() ** 2 / squares) if squares else 0.0
