"""Maximum entropy inside each zone, all zones of a batch at once, upper levels held fixed.

For one zone with base weights b (its prior share times what the upper levels' duals say):

    minimise over lambda   sum_g b_g exp(a_g . lambda) - lambda . T + 1/2 sum_c s_c^2 lambda_c^2

the dual of: minimise KL(w || b) + 1/2 sum_c (A'w - T)_c^2 / s_c^2. Exact controls carry a tiny s, which
keeps the dual strongly convex where controls repeat each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from censemble.calibration.gram import pair_products
from censemble.groups import Float, Int

MAX_STEP = 8.0  # largest change of one dual in one Newton step: exp(8) is far enough


@dataclass(frozen=True, eq=False)
class ZoneSystem:
    """The zone level's incidence of one area, with its pair products ready."""

    incidence: sparse.csr_array  # (n_zone_groups, k)
    transposed: sparse.csr_array  # (k, n_zone_groups)
    pairs: sparse.csr_array  # (n_pairs, n_zone_groups)
    first: Int
    second: Int

    @classmethod
    def of(cls, incidence: sparse.csr_array) -> ZoneSystem:
        """Prepare once for an area."""
        pairs, first, second = pair_products(incidence)
        return cls(incidence, sparse.csr_array(incidence.T), pairs, first, second)

    def weights(self, base: Float, duals: Float) -> Float:
        """Weights of zone groups, shape (n_zone_groups, n_zones), from duals of shape (k, n_zones)."""
        return base * np.exp(np.clip(self.incidence @ duals, -700, 500))

    def hessian(self, weights: Float, ridge: Float) -> Float:
        """Gram matrices plus ridge, shape (n_zones, k, k)."""
        k, n = self.incidence.shape[1], weights.shape[1]
        out = np.zeros((n, k, k))
        upper = (self.pairs @ weights).T
        out[:, self.first, self.second] = upper
        out[:, self.second, self.first] = upper
        diagonal = np.arange(k)
        out[:, diagonal, diagonal] += ridge.T
        return out


def dual_value(system: ZoneSystem, base: Float, duals: Float, targets: Float, ridge: Float) -> Float:
    """Dual objective of each zone, shape (n_zones,)."""
    total = system.weights(base, duals).sum(axis=0)
    return total - (duals * targets).sum(axis=0) + 0.5 * (ridge * duals**2).sum(axis=0)


def solve_zones(
    system: ZoneSystem,
    *,
    base: Float,
    duals: Float,
    targets: Float,
    ridge: Float,
    free: Float,
    max_iter: int,
    tol: float,
) -> tuple[Float, Int]:
    """Damped Newton for every zone of a batch.

    Parameters
    ----------
    system : ZoneSystem
    base : ndarray of shape (n_zone_groups, n_zones)
    duals : ndarray of shape (k, n_zones)
        Start.
    targets, ridge : ndarray of shape (k, n_zones)
        Counts, and s squared.
    free : ndarray of bool, shape (k, n_zones)
        Duals that may move (the others stay: no target, or a target of exactly zero).
    max_iter : int
    tol : float
        Largest gradient component, in counts, at which a zone is done.

    Returns
    -------
    duals of shape (k, n_zones), and the number of iterations of each zone (max_iter: not done)
    """
    duals = duals.copy()
    used = np.full(duals.shape[1], max_iter, dtype=np.int64)
    active = np.arange(duals.shape[1])
    for it in range(max_iter):
        part = _Part(system, base[:, active], targets[:, active], ridge[:, active], free[:, active])
        gradient, step = part.newton_step(duals[:, active])
        done = np.abs(gradient).max(axis=0, initial=0.0) < tol
        used[active[done]] = it
        moved = part.line_search(duals[:, active], step, gradient)
        duals[:, active] = np.where(done, duals[:, active], moved)
        active = active[~done]
        if not active.size:
            break
    return duals, used


@dataclass(frozen=True, eq=False)
class _Part:
    """The zones still moving."""

    system: ZoneSystem
    base: Float
    targets: Float
    ridge: Float
    free: Float

    def newton_step(self, duals: Float) -> tuple[Float, Float]:
        weights = self.system.weights(self.base, duals)
        gradient = (self.system.transposed @ weights - self.targets + self.ridge * duals) * self.free
        hessian = self.system.hessian(weights, self.ridge)
        fixed = ~self.free.T
        hessian[fixed[:, :, None] | fixed[:, None, :]] = 0.0
        diagonal = np.arange(hessian.shape[1])
        hessian[:, diagonal, diagonal] += fixed
        step = -np.linalg.solve(hessian, gradient.T[:, :, None])[:, :, 0].T
        largest = np.abs(step).max(axis=0, initial=1e-300)
        return gradient, step * np.minimum(1.0, MAX_STEP / largest)

    def line_search(self, duals: Float, step: Float, gradient: Float) -> Float:
        """Halve each zone's step until the dual decreases enough (Armijo)."""
        start = dual_value(self.system, self.base, duals, self.targets, self.ridge)
        slope = (step * gradient).sum(axis=0)
        length = np.ones(duals.shape[1])
        for _ in range(25):
            value = dual_value(self.system, self.base, duals + length * step, self.targets, self.ridge)
            short = value > start + 1e-4 * length * slope + 1e-12 * np.abs(start)
            if not short.any():
                break
            length = np.where(short, length / 2, length)
        return duals + length * step
