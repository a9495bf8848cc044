"""Dual variables, and targets and ridges in the same order: one array for zones, one vector for all upper units.

The solvers see nothing but these two; what they mean in terms of margins is in `controls`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.controls import Controls
from censemble.groups import Float

EXCLUDED = -1e4  # the dual of a control whose target is exactly zero: whatever other duals say, nobody


@dataclass(frozen=True, eq=False)
class Duals:
    """Dual variables: of zones, of all upper units in one vector, and of expansion bounds.

    Parameters
    ----------
    zone : ndarray of shape (k_zone, n_zones)
    upper : ndarray of shape (n_upper,)
    cap : dict from (area, unit) to ndarray of shape (n_groups,), >= 0
    """

    zone: Float
    upper: Float
    cap: dict[tuple[int, int], Float]

    def moved(self, zone: Float, upper: Float, length: float) -> Duals:
        """A step of some length."""
        return Duals(self.zone + length * zone, self.upper + length * upper, self.cap)


@dataclass(frozen=True, eq=False)
class Targets:
    """Targets and ridges in solver layout (see `layout`)."""

    zone: Float  # (k_zone, n_zones)
    zone_ridge: Float
    zone_free: NDArray[np.bool_]
    upper: Float  # (n_upper,)
    upper_ridge: Float
    upper_free: NDArray[np.bool_]


def information(controls: Controls) -> float:
    """Sample households that stand behind one household of the population: effective sample size over size.

    A departure from the prior is worth as much evidence as the sample holds, not as much as a census of that size
    would: the divergence of soft problems is multiplied by this (the n/N of penalised maximum entropy, Nagle et
    al. 2014, with Kish's effective sample size as n). It is 1 for a pool of unit weights. Where a generator proposed
    the pool, n is what it learnt from: a thousand records made from a hundred are no more than a hundred.
    """
    prior = controls.prior_weights
    if controls.effective_size is not None and prior.size:
        return float(controls.effective_size / prior.sum())
    return float(prior.sum() / (prior**2).sum()) if prior.size else 1.0


def layout(controls: Controls, targets_by_level: Sequence[Float], *, exact_sd: float) -> Targets:
    """Arrange targets, ridges and free masks for the solver.

    A soft control's ridge is sd squared over importance, times `information`; an exact one's is `exact_sd`
    squared, except the household total's, which is 0: its dual has a closed form.
    """
    known_per_household = information(controls)
    parts = []
    for level, values in zip(controls.levels, targets_by_level, strict=True):
        importance = level.importance[None, :]
        ridge = np.where(level.sd > 0, level.sd**2 / importance * known_per_household, exact_sd**2)
        ridge = np.where((level.columns == controls.total_column) & (level.sd == 0), 0.0, ridge)
        known = ~np.isnan(values)
        free = known & ~((values == 0) & (level.sd == 0))
        parts.append((np.nan_to_num(values), np.where(free, ridge, 0.0), free))
    zone, zone_ridge, zone_free = (np.ascontiguousarray(a.T) for a in parts[-1])
    upper = [np.concatenate([p[i].reshape(-1) for p in parts[:-1]] or [np.zeros(0)]) for i in range(3)]
    return Targets(zone, zone_ridge, zone_free, upper[0], upper[1], upper[2].astype(bool))


def start(controls: Controls, targets_by_level: Sequence[Float]) -> Duals:
    """Zero duals, except the excluding ones of exact zero targets."""
    zero = [
        np.where((v == 0) & (level.sd == 0), EXCLUDED, 0.0)
        for v, level in zip(targets_by_level, controls.levels, strict=True)
    ]
    upper = np.concatenate([z.reshape(-1) for z in zero[:-1]] or [np.zeros(0)])
    return Duals(np.ascontiguousarray(zero[-1].T), upper, {})
