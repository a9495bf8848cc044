"""Maximum entropy inside each zone, all zones of a batch at once, upper levels held fixed.

For one zone with base weights b (its prior share times what the upper levels' duals say):

    minimise over lambda   sum_g b_g exp(a_g . lambda) - lambda . T + 1/2 sum_c s_c^2 lambda_c^2

the dual of: minimise KL(w || b) + 1/2 sum_c (A'w - T)_c^2 / s_c^2. Exact controls carry a tiny s, which
keeps the dual strongly convex where controls repeat each other.

Where a household total is exact its dual has a closed form (scale the weights to the total). Every trial point
is moved there first: what is left behaves like a log-partition function, on which Newton steps do not overshoot.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from censemble.calibration.gram import pair_products
from censemble.groups import Float, Int

MAX_STEP = 30.0  # largest change of one dual in one Newton step
LEAST_RIDGE = 1e-12  # a control without a ridge that nobody can serve must not make the equations singular
MANY_CONTROLS = 256  # from here on zones are solved one by one, for the duals that may move
SPARSE = 0.1  # share of pairs of controls that some record serves, up to which equations are factorised sparse


@dataclass(frozen=True, eq=False)
class ZoneSystem:
    """The zone level's incidence of one area."""

    incidence: sparse.csr_array  # (n_zone_groups, k)
    transposed: sparse.csr_array  # (k, n_zone_groups)
    total: int  # column of the household total, or -1
    counted: NDArray[np.bool_]  # (n_zone_groups,): groups that the total counts

    @classmethod
    def of(cls, incidence: sparse.csr_array, *, total: int = -1) -> ZoneSystem:
        """Prepare once for an area; `total` is the column of an exact household total."""
        counted = np.zeros(incidence.shape[0], bool)
        if total >= 0:
            counted = np.asarray(incidence[:, [total]].todense()).reshape(-1) == 1.0
        return cls(incidence, sparse.csr_array(incidence.T), total, counted)

    @cached_property
    def pairs(self) -> tuple[sparse.csr_array, Int, Int]:
        """Products of all pairs of controls, made once; thousands of controls never need them."""
        return pair_products(self.incidence)

    def scaled(self, log_base: Float, duals: Float, targets: Float) -> tuple[Float, Float]:
        """Duals with the total's one at its optimum, and the weights there."""
        exponent = log_base + self.incidence @ duals
        if self.total >= 0 and self.counted.any():
            inner = exponent[self.counted]
            top = np.maximum(inner.max(axis=0), -1e300)
            mass = np.exp(inner - top).sum(axis=0)
            goal = targets[self.total]
            ready = (goal > 0) & (mass > 0)
            shift = np.where(ready, np.log(np.where(ready, goal / np.where(mass > 0, mass, 1.0), 1.0)) - top, 0.0)
            duals = duals.copy()
            duals[self.total] += shift
            exponent[self.counted] += shift
        return duals, np.exp(np.clip(exponent, -700, 500))

    def weights(self, log_base: Float, duals: Float) -> Float:
        """Weights of zone groups, shape (n_zone_groups, n_zones), from duals of shape (k, n_zones)."""
        return np.asarray(np.exp(np.clip(log_base + self.incidence @ duals, -700, 500)), dtype=np.float64)

    def hessian(self, weights: Float, ridge: Float) -> Float:
        """Gram matrices plus ridge, shape (n_zones, k, k)."""
        k, n = self.incidence.shape[1], weights.shape[1]
        out = np.zeros((n, k, k))
        pairs, first, second = self.pairs
        upper = (pairs @ weights).T
        out[:, first, second] = upper
        out[:, second, first] = upper
        diagonal = np.arange(k)
        out[:, diagonal, diagonal] += np.maximum(ridge.T, LEAST_RIDGE)
        return out

    def solve(self, weights: Float, ridge: Float, free: NDArray[np.bool_], right: Float) -> Float:
        """Newton equations of every zone, over the duals that may move.

        Parameters
        ----------
        weights : ndarray of shape (n_zone_groups, n_zones)
            Of the zone groups, now.
        ridge : ndarray of shape (k, n_zones)
            Of every control.
        free : ndarray of bool, shape (k, n_zones)
            Duals that may move.
        right : ndarray of shape (n_zones, k, m)
            0 where a dual may not move.

        Returns
        -------
        ndarray of shape (n_zones, k, m), 0 where a dual may not move
        """
        if free.shape[0] >= MANY_CONTROLS:
            return self._solve_many(weights, ridge, free, right)
        hessian = self.hessian(weights, ridge)
        fixed = ~free.T
        hessian[fixed[:, :, None] | fixed[:, None, :]] = 0.0
        diagonal = np.arange(hessian.shape[1])
        hessian[:, diagonal, diagonal] += fixed
        return np.asarray(np.linalg.solve(hessian, right))

    def _solve_many(self, weights: Float, ridge: Float, free: NDArray[np.bool_], right: Float) -> Float:
        """The same, zone by zone: a table of all destinations has few that any one origin sends somebody to."""
        out = np.zeros_like(right)
        for z in range(weights.shape[1]):
            at = np.flatnonzero(free[:, z])
            rows = self.transposed[at]
            weighted = sparse.csr_array((rows.data * weights[rows.indices, z], rows.indices, rows.indptr), rows.shape)
            hessian = weighted @ rows.T + sparse.diags_array(np.maximum(ridge[at, z], LEAST_RIDGE))
            if len(at) >= MANY_CONTROLS and hessian.nnz < SPARSE * len(at) ** 2:  # cells of a table exclude each other
                factors = splu(sparse.csc_array(hessian), permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
                out[z, at] = factors.solve(right[z, at])
            else:
                out[z, at] = np.linalg.solve(hessian.toarray(), right[z, at])
        return out


def dual_value(weights: Float, duals: Float, targets: Float, ridge: Float) -> Float:
    """Dual objective of each zone, shape (n_zones,)."""
    value: Float = weights.sum(axis=0) - (duals * targets).sum(axis=0) + 0.5 * (ridge * duals**2).sum(axis=0)
    return value


def solve_zones(
    system: ZoneSystem,
    *,
    log_base: Float,
    duals: Float,
    targets: Float,
    ridge: Float,
    free: NDArray[np.bool_],
    max_iter: int,
    tol: float,
) -> tuple[Float, Int]:
    """Damped Newton for every zone of a batch.

    Parameters
    ----------
    system : ZoneSystem
        Incidence of the area.
    log_base : ndarray of shape (n_zone_groups, n_zones)
        Logarithm of prior weights times what the upper levels say, households.
    duals : ndarray of shape (k, n_zones)
        Start.
    targets, ridge : ndarray of shape (k, n_zones)
        Counts, and s squared.
    free : ndarray of bool, shape (k, n_zones)
        Duals that may move (the others stay: no target, or a target of exactly zero).
    max_iter : int
        Most steps for each zone.
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
        part = _Part(system, log_base[:, active], targets[:, active], ridge[:, active], free[:, active])
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
    log_base: Float
    targets: Float
    ridge: Float
    free: NDArray[np.bool_]

    def newton_step(self, duals: Float) -> tuple[Float, Float]:
        weights = self.system.weights(self.log_base, duals)
        gradient = (self.system.transposed @ weights - self.targets + self.ridge * duals) * self.free
        step = -self.system.solve(weights, self.ridge, self.free, gradient.T[:, :, None])[:, :, 0].T
        largest = np.abs(step).max(axis=0, initial=1e-300)
        return gradient, step * np.minimum(1.0, MAX_STEP / largest)

    def line_search(self, duals: Float, step: Float, gradient: Float) -> Float:
        """Halve each zone's step until the dual decreases enough (Armijo)."""
        start = dual_value(self.system.weights(self.log_base, duals), duals, self.targets, self.ridge)
        slope = (step * gradient).sum(axis=0)
        length = np.ones(duals.shape[1])
        candidate = duals
        for _ in range(30):
            candidate, weights = self.system.scaled(self.log_base, duals + length * step, self.targets)
            value = dual_value(weights, candidate, self.targets, self.ridge)
            short = ~(value <= start + 1e-4 * length * slope + 1e-12 * np.abs(start))
            if not short.any():
                break
            length = np.where(short, length / 2, length)
        return candidate
