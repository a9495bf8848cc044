"""The state of the swap search: whole households of every zone, and one residual vector over all levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from censemble.controls import Controls
from censemble.groups import AreaGroups, Block, Float, GroupedWeights, Int
from censemble.integerisation.swaps import count_copies, improve_zone, replace_one, uniform, zone_cost

Rows = tuple[Int, Int, Float]
Candidates = tuple[Int, Int, Int, Float]
MAX_WORK = 2_000_000  # households x zone groups of one pass over a zone
MAX_WORK_SOFT = 120_000  # the same where only household totals are exact: soft aims forgive a coarser search
MAX_COPIES = 10  # of one record in one zone, however large its weight, as far as the tables can do with fewer
FLOOR = 1e-3  # households: candidates of less weight do not enter; see `candidates`
LEAST = 1e-6  # households: a record of less weight in a zone is not meant to be there at all
SPARE = 0.1  # cost that exchanging one copy may add: less than one count of an exact control, a little of a soft one
FEWEST = 100  # candidates, however large the zone


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
    most: Float  # (n_groups,): copies in one zone at which a record of the group serves `MAX_COPIES` times

    @classmethod
    def of(cls, groups: AreaGroups, share: Float) -> AreaRows:
        """Prepare once for an area; `share` is each record's share of its group."""
        upper = sparse.csr_array(groups.upper_incidence)
        zone_group = groups.zone_group.astype(np.int64)
        zone = sparse.csr_array(groups.zone_incidence[zone_group])
        reach = max(float(zone.data.max(initial=1.0)), float(upper.data.max(initial=1.0)))
        largest = np.zeros(groups.n_groups)
        np.maximum.at(largest, groups.group_of_record, share)
        most = np.floor(MAX_COPIES / np.maximum(largest, 1e-9))
        return cls(_rows(groups.zone_incidence), _rows(upper), zone, upper, zone_group, reach, most)

    def limit(self, column: Float, extra: int) -> Int:
        """Copies of each group beyond which no more enter a zone: its weight there rounded up, and `extra`.

        With none extra every group stays within one of its weight, as systematic rounding leaves it: else the few
        records that mend a table best are taken again and again, and stand for many that calibration believes in.
        """
        limit: Int = np.minimum(np.maximum(np.ceil(column - 1e-9), 1.0) + extra, self.most).astype(np.int64)
        return limit

    def kernel(self, limit: Int) -> tuple[Rows, Rows, Int, float, Int]:
        """The same as the kernel takes it."""
        return self.zone, self.upper, self.zone_group, self.reach, limit


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
    tables_are_exact: bool = field(init=False)  # any but household totals, at the zone level

    def __post_init__(self) -> None:
        levels = self.controls.levels
        aims = [self.aims[level.level] for level in levels]
        self.offsets = np.cumsum([0] + [a.size for a in aims])
        self.residual = -np.nan_to_num(np.concatenate([a.reshape(-1) for a in aims]))
        costs = [np.where(np.isnan(a), 0.0, 1.0 / (1.0 + level.sd)) for a, level in zip(aims, levels, strict=True)]
        self.cost = np.concatenate([c.reshape(-1) for c in costs])
        zones = levels[-1]
        exact = (zones.sd == 0) & ~np.isnan(aims[-1]) & (zones.columns != self.controls.total_column)
        self.tables_are_exact = bool(exact.any())

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
            self.rows[block.area] = AreaRows.of(weights.groups(block), weights.record_share(block.area))
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
        extra: int = 0,
        rng_state: NDArray[np.uint64],
    ) -> int:
        """Run the kernel on one zone; `passes` lists (number of passes, temperature); returns replacements."""
        rows = self.rows[block.area]
        kernel = rows.kernel(rows.limit(column, extra))
        zone_at, upper_at = self.positions(block, zone)
        start = uniform(rng_state)
        work = MAX_WORK if self.tables_are_exact else MAX_WORK_SOFT
        n_wanted = max(work // max(len(self.units[zone]), 1), FEWEST)
        pool = candidates(column, rows.zone_group, floor=floor, n_wanted=n_wanted, start=start)
        moves = 0
        for n_passes, temperature in passes:
            moves += improve_zone(
                self.units[zone],
                self.residual,
                cost,
                (zone_at, upper_at),
                kernel,
                pool,
                (n_passes, temperature),
                rng_state,
            )
        return moves

    def crowd(self, block: Block, zone: int, column: Float) -> Int:
        """Groups with more copies in a zone than their weight there asks for, the most crowded first."""
        limit = self.rows[block.area].limit(column, 0)
        excess = count_copies(self.units[zone], len(limit)) - limit
        over = np.flatnonzero(excess > 0)
        return over[np.argsort(-excess[over], kind="stable")]

    def relieve(self, block: Block, zone: int, group: int, column: Float, *, rng_state: NDArray[np.uint64]) -> bool:
        """Exchange one copy of a group, mend the tables, and keep that if they are no worse; say if it was kept."""
        rows = self.rows[block.area]
        zone_at, upper_at = self.positions(block, zone)
        at = np.concatenate([zone_at, upper_at])
        units, residual = self.units[zone].copy(), self.residual[at]
        before = zone_cost(self.residual, self.cost, at)
        pool = candidates(column, rows.zone_group, floor=LEAST, n_wanted=len(column), start=0.0)
        kernel = rows.kernel(rows.limit(column, 0))
        replaced = replace_one(
            group, self.units[zone], self.residual, self.cost, (zone_at, upper_at), kernel, pool, rng_state
        )
        worse = zone_cost(self.residual, self.cost, at) > before + SPARE
        if replaced and worse and self.tables_are_exact:  # soft tables are near their aims again without mending
            self.improve(block, zone, column, cost=self.cost, floor=FLOOR, passes=[(3, 0.0)], rng_state=rng_state)
        if not replaced or zone_cost(self.residual, self.cost, at) > before + SPARE:
            self.units[zone][:] = units
            self.residual[at] = residual
            return False
        return True

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


def candidates(column: Float, zone_group: Int, *, floor: float, n_wanted: int, start: float) -> Candidates:
    """Groups that may enter a zone: those whose weight there exceeds `floor`, in zone-group order.

    Staying among groups that calibration believes in keeps counts near their weights. Of more than `n_wanted`
    zone groups, a systematic sample in proportion to the weights stands for all; each sweep draws another.
    """
    chosen = np.flatnonzero(column > floor)
    weights = column[chosen]
    n_zone_groups = len(np.unique(zone_group[chosen]))
    if n_zone_groups > n_wanted:
        edges = np.cumsum(weights) * (n_wanted / weights.sum())
        hit = np.diff(np.floor(edges + start), prepend=0.0) > 0
        chosen = chosen[hit]
        weights = np.ones(len(chosen))
    zone_groups, starts = np.unique(zone_group[chosen], return_index=True)
    return zone_groups, np.append(starts, len(chosen)), chosen, weights
