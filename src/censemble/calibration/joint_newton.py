"""Newton's method on the duals of all levels at once: zones are eliminated, upper units solved together.

With H the Hessian, z the zones and u the upper units:

    (H_uu - sum_z H_uz H_zz^-1 H_zu) d_u = -(g_u - sum_z H_uz H_zz^-1 g_z)
    d_z = -H_zz^-1 (g_z + H_zu d_u)

The reduced matrix is sparse (units of one level never meet but through levels above) and is factorised
by SuperLU.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from censemble.calibration.duals import Duals, Targets
from censemble.calibration.system import System
from censemble.groups import Block, Float, Int

MAX_STEP = 30.0


@dataclass(frozen=True, eq=False)
class Iterate:
    """Where one Newton step stands: gradients and the step."""

    zone_gradient: Float
    upper_gradient: Float
    zone_step: Float
    upper_step: Float

    @property
    def largest_gradient(self) -> float:
        """Largest absolute gradient component, counts."""
        return max(
            float(np.abs(self.zone_gradient).max(initial=0.0)), float(np.abs(self.upper_gradient).max(initial=0.0))
        )


@dataclass(frozen=True, eq=False)
class _BlockPart:
    """What one block contributes: its zones' factorised equations and its share of the upper system."""

    index: Int
    zone_gradient: Float  # (k, nz)
    solved_gradient: Float  # (nz, k)     H_zz^-1 g_z
    solved_coupling: Float  # (nz, k, ku) H_zz^-1 H_zu
    upper_sum: Float  # (ku,)
    upper_gradient_shift: Float  # (ku,)
    upper_hessian: Float  # (ku, ku)


def _block_part(system: System, block: Block, duals: Duals, targets: Targets) -> _BlockPart:
    groups, zone_system = system.areas[block.area], system.zone_systems[block.area]
    upper_system = system.upper_systems[block.area]
    weights, share = system.zone_weights(block, duals)
    free, ridge = targets.zone_free[:, block.zones], targets.zone_ridge[:, block.zones]
    gradient = zone_system.transposed @ weights - targets.zone[:, block.zones] + ridge * duals.zone[:, block.zones]
    gradient = gradient * free
    index = system.upper_index(block)
    group_weights = share[:, None] * weights[groups.zone_group]
    coupling = upper_system.coupling(group_weights) * free.T[:, :, None]
    right = np.concatenate([gradient.T[:, :, None], coupling], axis=2)
    solved = zone_system.solve(weights, ridge, free, right)
    total = group_weights.sum(axis=1)
    return _BlockPart(
        index=index,
        zone_gradient=gradient,
        solved_gradient=solved[:, :, 0],
        solved_coupling=solved[:, :, 1:],
        upper_sum=upper_system.transposed @ total,
        upper_gradient_shift=np.einsum("zku,zk->u", coupling, solved[:, :, 0]),
        upper_hessian=upper_system.hessian(total)
        - np.matmul(coupling.transpose(0, 2, 1), solved[:, :, 1:]).sum(axis=0),
    )


def newton_iterate(system: System, duals: Duals, targets: Targets) -> Iterate:
    """Gradients and the full Newton step at `duals`."""
    n_upper = len(duals.upper)
    parts = [_block_part(system, block, duals, targets) for block in system.blocks]
    gradient = targets.upper_ridge * duals.upper - targets.upper
    reduced_shift = np.zeros(n_upper)
    for part in parts:
        np.add.at(gradient, part.index, part.upper_sum)
        np.add.at(reduced_shift, part.index, part.upper_gradient_shift)
    gradient = gradient * targets.upper_free
    upper_step = _upper_step(parts, gradient - reduced_shift * targets.upper_free, targets)
    zone_gradient, zone_step = np.zeros_like(duals.zone), np.zeros_like(duals.zone)
    for block, part in zip(system.blocks, parts, strict=True):
        zone_gradient[:, block.zones] = part.zone_gradient
        zone_step[:, block.zones] = -(part.solved_gradient + part.solved_coupling @ upper_step[part.index]).T
    return Iterate(zone_gradient, gradient, zone_step, upper_step)


def _upper_step(parts: list[_BlockPart], reduced_gradient: Float, targets: Targets) -> Float:
    """Solve the reduced system for the upper duals; controls that may not move get a zero step."""
    n = len(reduced_gradient)
    if n == 0 or not parts:
        return np.zeros(n)
    rows = np.concatenate([np.repeat(p.index, len(p.index)) for p in parts])
    columns = np.concatenate([np.tile(p.index, len(p.index)) for p in parts])
    values = np.concatenate([p.upper_hessian.reshape(-1) for p in parts])
    both_free = targets.upper_free[rows] & targets.upper_free[columns]
    diagonal = np.where(targets.upper_free, np.maximum(targets.upper_ridge, 1e-12), 1.0)
    matrix = sparse.coo_array((values * both_free, (rows, columns)), shape=(n, n)) + sparse.diags_array(diagonal)
    factors = splu(sparse.csc_array(matrix), permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
    step: Float = -factors.solve(reduced_gradient)
    return step


def line_search(system: System, duals: Duals, iterate: Iterate, targets: Targets) -> tuple[Duals, float]:
    """Armijo backtracking along the Newton step, first shortened to at most `MAX_STEP` in any dual.

    Returns
    -------
    the new duals and the step length taken (0.0: no decrease was found)
    """
    largest = max(float(np.abs(iterate.zone_step).max(initial=0)), float(np.abs(iterate.upper_step).max(initial=0)))
    length = min(1.0, MAX_STEP / largest) if largest > 0 else 1.0
    slope = float((iterate.zone_gradient * iterate.zone_step).sum() + iterate.upper_gradient @ iterate.upper_step)
    _, value = system.value(duals, targets)
    for _ in range(30):
        candidate, reached = system.value(duals.moved(iterate.zone_step, iterate.upper_step, length), targets)
        if reached <= value + 1e-4 * length * slope + 1e-13 * abs(value):
            return candidate, length
        length /= 2
    return duals, 0.0
