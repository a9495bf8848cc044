"""The dual of multi-level maximum entropy, block by block.

Weights of group g in zone z of block b:

    w[g, z] = share_z * prior_g * exp(a_g . lambda_z + sum over upper levels  a_g . lambda_unit(b) - mu[g, unit])

Given the upper duals, a block's groups collapse to its zone groups, so the exponentials are of size
zone groups x zones plus groups x blocks, never groups x zones. Exponents are added up as logarithms before
an exponential is taken: duals of two levels may pull against each other by more than a float can hold. The
Hessian is an arrowhead: zones touch each other only through the units they share, so zones are eliminated
first (Schur complement).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from censemble.calibration.duals import Duals, Targets
from censemble.calibration.upper_system import UpperSystem
from censemble.calibration.zone_newton import ZoneSystem
from censemble.controls import Controls
from censemble.groups import AreaGroups, Block, Float, Int, blocks_of, group_area


class System:
    """One calibration problem, prepared: groups of every area, blocks, index maps."""

    def __init__(self, controls: Controls, *, cap_units: NDArray[np.int32] | None = None) -> None:
        self.controls = controls
        areas = sorted({int(a) for a in controls.area_of_zone[controls.zone_share > 0]})
        self.areas: dict[int, AreaGroups] = {a: group_area(controls, a) for a in areas}
        self.total_at = self._total_at()
        self.zone_systems = {a: ZoneSystem.of(g.zone_incidence, total=self.total_at) for a, g in self.areas.items()}
        self.upper_systems = {a: UpperSystem.of(g) for a, g in self.areas.items()}
        self.blocks: list[Block] = blocks_of(controls, cap_units)
        self.cap_units = cap_units
        sizes = [level.targets.size for level in controls.levels[:-1]]
        self.upper_offsets = np.cumsum([0, *sizes])
        self.zone_scale = self._zone_scale()

    def _total_at(self) -> int:
        """Position of the exact household total among the zone level's controls, or -1."""
        level = self.controls.zone_level
        found = np.flatnonzero(level.columns == self.controls.total_column)
        return int(found[0]) if found.size and (level.sd[:, found[0]] == 0).all() else -1

    def _zone_scale(self) -> Float:
        """Households expected in each zone over the area's prior weight: how much of the prior a zone gets."""
        controls = self.controls
        prior = np.bincount(
            controls.area_of_record,
            weights=controls.prior_weights,
            minlength=int(controls.area_of_zone.max(initial=0)) + 1,
        )
        if self.total_at < 0:
            return controls.zone_share
        totals = np.nan_to_num(controls.zone_level.targets[:, self.total_at])
        denominator = prior[controls.area_of_zone]
        return np.divide(totals, denominator, out=np.zeros(len(totals)), where=denominator > 0)

    def upper_index(self, block: Block) -> Int:
        """Positions of a block's upper controls in the vector of upper duals."""
        parts = [
            self.upper_offsets[i] + unit * len(level.columns) + np.arange(len(level.columns))
            for i, (level, unit) in enumerate(zip(self.controls.levels[:-1], block.units, strict=True))
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def cap_key(self, block: Block) -> tuple[int, int]:
        """Area and bound unit of a block."""
        return block.area, int(self.cap_units[block.zones[0]]) if self.cap_units is not None else 0

    def collapse(self, block: Block, duals: Duals) -> tuple[Float, Float]:
        """Groups to zone groups under the upper duals.

        Returns
        -------
        log_base : ndarray of shape (n_zone_groups, n_block_zones)
            Logarithm of prior weight times the upper levels' factors, in each zone.
        share : ndarray of shape (n_groups,)
            Share of each group in its zone group; the same in every zone of the block.
        """
        groups = self.areas[block.area]
        exponent = (
            np.log(groups.prior) + self.upper_systems[block.area].incidence @ duals.upper[self.upper_index(block)]
        )
        cap = duals.cap.get(self.cap_key(block))
        if cap is not None:
            exponent = exponent - cap
        log_scale = np.log(np.maximum(self.zone_scale[block.zones], 1e-300))
        if len(groups.starts) == groups.n_groups:  # nothing to collapse
            return exponent[:, None] + log_scale, np.ones(groups.n_groups)
        top = np.maximum.reduceat(exponent, groups.starts)
        part = np.exp(exponent - top[groups.zone_group])
        collapsed = np.add.reduceat(part, groups.starts)
        return (top + np.log(collapsed))[:, None] + log_scale, part / collapsed[groups.zone_group]

    def zone_weights(self, block: Block, duals: Duals) -> tuple[Float, Float]:
        """Weights of zone groups, shape (n_zone_groups, n_block_zones), and each group's share of them."""
        log_base, share = self.collapse(block, duals)
        return self.zone_systems[block.area].weights(log_base, duals.zone[:, block.zones]), share

    def value(self, duals: Duals, targets: Targets) -> tuple[Duals, float]:
        """Duals with every zone's household total at its optimum, and the dual objective there."""
        zone, total = duals.zone.copy(), 0.0
        for block in self.blocks:
            log_base, _ = self.collapse(block, duals)
            goals = targets.zone[:, block.zones]
            zone[:, block.zones], weights = self.zone_systems[block.area].scaled(log_base, zone[:, block.zones], goals)
            total += float(weights.sum())
        zone_part = 0.5 * targets.zone_ridge * zone**2 - zone * targets.zone
        upper_part = 0.5 * targets.upper_ridge * duals.upper**2 - duals.upper * targets.upper
        return Duals(zone, duals.upper, duals.cap), total + float(zone_part.sum() + upper_part.sum())

    def group_weights(self, block: Block, zones: Int, duals: Duals) -> Float:
        """Weights of groups in some zones of one block, shape (n_groups, n_zones): dense, so not for all at once."""
        weights, share = self.zone_weights(replace(block, zones=zones), duals)
        return share[:, None] * weights[self.areas[block.area].zone_group]

    def group_totals(self, duals: Duals) -> dict[tuple[int, int], Float]:
        """Summed weight of every group over the zones of each bound unit."""
        totals: dict[tuple[int, int], Float] = {}
        for block in self.blocks:
            weights, share = self.zone_weights(block, duals)
            key = self.cap_key(block)
            totals[key] = totals.get(key, 0.0) + share * weights.sum(axis=1)[self.areas[block.area].zone_group]
        return totals

    def fitted(self, duals: Duals) -> dict[str, Float]:
        """A'w at every level, shape (n_units, n_controls) each."""
        controls = self.controls
        out = {level.level: np.zeros(level.targets.shape) for level in controls.levels}
        for block in self.blocks:
            groups = self.areas[block.area]
            weights, share = self.zone_weights(block, duals)
            out[controls.zone_level.level][block.zones] = (self.zone_systems[block.area].transposed @ weights).T
            upper = self.upper_systems[block.area].transposed @ (share * weights.sum(axis=1)[groups.zone_group])
            at = 0
            for level, unit in zip(controls.levels[:-1], block.units, strict=True):
                out[level.level][unit] += upper[at : at + len(level.columns)]
                at += len(level.columns)
        return out
