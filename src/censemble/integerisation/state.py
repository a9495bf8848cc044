"""The state of the swap search: whole households of every zone, and one residual vector over all levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from censemble.controls import Controls
from censemble.groups import AreaGroups, Block, Float, GroupedWeights, Int
from censemble.integerisation.swaps import improve_zone

Rows = tuple[Int, Int, Float]


def _rows(matrix: sparse.csr_array) -> Rows:
    """A CSR matrix as the kernel takes it."""
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), matrix.data.astype(np.float64)


@dataclass(frozen=True, eq=False)
class AreaRows:
    """Incidence of one area's groups, split by level, for the kernel."""

    zone: Rows
    upper: Rows
    zone_matrix: sparse.csr_array  # (n_groups, k_zone)
    upper_matrix: sparse.csr_array  # (n_groups, k_upper)
    zone_group: Int
    reach: float

    @classmethod
    def of(cls, groups: AreaGroups) -> AreaRows:
        """Prepare once for an area."""
        upper = sparse.csr_array(groups.upper_incidence)
        zone_group = groups.zone_group.astype(np.int64)
        zone = sparse.csr_array(groups.zone_incidence[zone_group])
        reach = max(float(zone.data.max(initial=1.0)), float(upper.data.max(initial=1.0)))
        return cls(_rows(groups.zone_incidence), _rows(upper), zone, upper, zone_group, reach)


@dataclass(eq=False)
class SearchState:
    """What the search changes: `units` and `residual`.

    Parameters
    ----------
    controls : Controls
    aims : mapping from level to ndarray of shape (n_units, n_controls); NaN where nothing is asked
    units : dict from zone to ndarray of group indices, one for every household
    residual : ndarray of shape (n_all,), count - aim, all levels one after the other
    cost : ndarray of shape (n_all,), 0 where nothing is asked
    """

    controls: Controls
    aims: Mapping[str, Float]
    units: dict[int, Int] = field(default_factory=dict)
    residual: Float = field(init=False)
    cost: Float = field(init=False)
    rows: dict[int, AreaRows] = field(default_factory=dict)
    offsets: Int = field(init=False)

    def __post_init__(self) -> None:
        levels = self.controls.levels
        aims = [self.aims[level.level] for level in levels]
        self.offsets = np.cumsum([0] + [a.size for a in aims])
        self.residual = -np.nan_to_num(np.concatenate([a.reshape(-1) for a in aims]))
        costs = [np.where(np.isnan(a), 0.0, 1.0 / (1.0 + level.sd)) for a, level in zip(aims, levels, strict=True)]
        self.cost = np.concatenate([c.reshape(-1) for c in costs])

    def positions(self, block: Block, zone: int) -> tuple[Int, Int]:
        """Where a zone's controls sit in the residual: its own, and those of the levels above."""
        levels = self.controls.levels
        own = len(levels[-1].columns)
        zone_at = self.offsets[-2] + zone * own + np.arange(own)
        upper = [
            self.offsets[i] + unit * len(level.columns) + np.arange(len(level.columns))
            for i, (level, unit) in enumerate(zip(levels[:-1], block.units, strict=True))
        ]
        return zone_at, np.concatenate(upper) if upper else np.zeros(0, np.int64)

    def area_rows(self, block: Block, weights: GroupedWeights) -> AreaRows:
        """Incidence of the block's area, prepared on first use."""
        if block.area not in self.rows:
            self.rows[block.area] = AreaRows.of(weights.groups(block))
        return self.rows[block.area]

    def place(self, block: Block, zone: int, counts: Int, rows: AreaRows) -> None:
        """Put the first households into a zone."""
        self.units[zone] = np.repeat(np.arange(len(counts)), counts)
        zone_at, upper_at = self.positions(block, zone)
        self.residual[zone_at] += rows.zone_matrix.T @ counts
        self.residual[upper_at] += rows.upper_matrix.T @ counts

    def improve(
        self,
        block: Block,
        zone: int,
        column: Float,
        *,
        cost: Float,
        floor: float,
        passes: Sequence[tuple[int, float]],
        rng_state: NDArray[np.uint64],
    ) -> int:
        """Run the kernel on one zone; `passes` lists (number of passes, temperature); returns replacements."""
        rows = self.rows[block.area]
        zone_at, upper_at = self.positions(block, zone)
        pool = candidates(column, rows.zone_group, floor)
        moves = 0
        for n_passes, temperature in passes:
            moves += improve_zone(
                self.units[zone],
                self.residual,
                cost,
                (zone_at, upper_at),
                (rows.zone, rows.upper, rows.zone_group, rows.reach),
                pool,
                (n_passes, temperature),
                rng_state,
            )
        return moves

    def results(self) -> dict[str, Float]:
        """Counts of every control at every level, shape (n_units, n_controls)."""
        out = {}
        for i, level in enumerate(self.controls.levels):
            part = self.residual[self.offsets[i] : self.offsets[i + 1]].reshape(level.targets.shape)
            counts = part + np.nan_to_num(self.aims[level.level])
            out[level.level] = (
                np.round(counts, 6) + 0.0
            )  # rounding error goes, fractions of the incidence and no -0 stay
        return out


def candidates(column: Float, zone_group: Int, floor: float) -> tuple[Int, Int, Int, Float]:
    """Groups that may enter a zone: those whose weight there exceeds `floor`, in zone-group order.

    Staying among groups that calibration believes in keeps counts near their weights.
    """
    chosen = np.flatnonzero(column > floor)
    zone_groups, starts = np.unique(zone_group[chosen], return_index=True)
    return zone_groups, np.append(starts, len(chosen)), chosen, column[chosen]
