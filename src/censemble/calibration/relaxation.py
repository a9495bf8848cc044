"""The smallest change of targets under which everything holds: a linear programme.

    minimise   sum_c cost_c |s_c|    subject to   A'w + s = T,  w >= 0,  s = 0 for household totals

over the weights of groups in a set of zones, for the exact controls of the levels asked for. Large problems
are solved by column generation: only groups that could lower the objective enter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from censemble.calibration.system import System
from censemble.groups import Block, Float, Int

FULL_SIZE = 20_000  # columns up to which the whole programme is solved at once
ROUNDS = 200
PRICE = 1e-7
UNMEETABLE = 1e4  # cost of moving a household total: only where no record could fill it


@dataclass(frozen=True, eq=False)
class Relaxation:
    """A solution.

    Parameters
    ----------
    shifts : dict from level to ndarray of shape (n_units, n_controls), counts
        Target minus relaxed target.
    total : float
        Sum of absolute shifts, counts.
    prices : dict from level to ndarray of shape (n_units, n_controls)
        Dual prices: the controls with a price are those that contradict each other.
    """

    shifts: dict[str, Float]
    total: float
    prices: dict[str, Float]


@dataclass(frozen=True, eq=False)
class _Rows:
    """Row numbers of the exact controls that take part: (n_units, n_controls) per level, -1 for none."""

    numbers: dict[str, Int]
    n_rows: int
    goal: Float
    cost: Float

    def spread(self, values: Float) -> dict[str, Float]:
        """Values of rows back in the shape of their levels."""
        return {k: np.where(n >= 0, values[np.maximum(n, 0)], 0.0) for k, n in self.numbers.items()}


def smallest_relaxation(
    system: System,
    goals: dict[str, Float],
    *,
    blocks: Sequence[Block],
    levels: Sequence[str],
    by_importance: bool,
) -> Relaxation:
    """Solve the programme for the zones of some blocks.

    Parameters
    ----------
    system : System
        The problem, prepared.
    goals : dict from level to ndarray of shape (n_units, n_controls), counts
        Targets; NaN: not controlled.
    blocks : sequence of Block
        With `levels` above the zone, all blocks of the units concerned.
    levels : sequence of str
        Names of the levels whose exact controls take part.
    by_importance : bool
        Weigh shifts by importance instead of counting them alike.
    """
    rows = _rows(system, goals, blocks=blocks, levels=levels, by_importance=by_importance)
    choice = _start_columns(system, blocks)
    full = all(len(groups) == system.areas[block.area].n_groups for (block, _), groups in choice.items_())
    for _ in range(1 if full else ROUNDS):
        shift, price = _solve(rows, _matrix(system, rows, choice))
        if full or not _price_in(system, rows, choice, price):
            break
    return Relaxation(rows.spread(shift), float(np.abs(shift).sum()), rows.spread(price))


class _Choice:
    """The groups that have entered the programme, zone by zone."""

    def __init__(self) -> None:
        self.groups: dict[int, Int] = {}
        self.block: dict[int, Block] = {}

    def items_(self) -> list[tuple[tuple[Block, int], Int]]:
        return [((self.block[z], z), g) for z, g in self.groups.items()]


def _start_columns(system: System, blocks: Sequence[Block]) -> _Choice:
    choice = _Choice()
    size = sum(len(b.zones) * system.areas[b.area].n_groups for b in blocks)
    for block in blocks:
        groups = system.areas[block.area]
        few = np.argsort(-groups.prior, kind="stable")[:20]
        for zone in block.zones:
            choice.groups[int(zone)] = np.arange(groups.n_groups) if size <= FULL_SIZE else np.sort(few)
            choice.block[int(zone)] = block
    return choice


def _rows(
    system: System, goals: dict[str, Float], *, blocks: Sequence[Block], levels: Sequence[str], by_importance: bool
) -> _Rows:
    controls = system.controls
    numbers, goal, cost, n = {}, [], [], 0
    for i, level in enumerate(controls.levels):
        if level.level not in levels:
            continue
        is_zone = i == len(controls.levels) - 1
        units = sorted({int(z) for b in blocks for z in b.zones} if is_zone else {b.units[i] for b in blocks})
        wanted = np.zeros(level.targets.shape, bool)
        wanted[units] = (level.sd[units] == 0) & ~np.isnan(goals[level.level][units])
        number = np.full(level.targets.shape, -1, np.int64)
        number[wanted] = n + np.arange(wanted.sum())
        unit_cost = np.broadcast_to(
            level.importance if by_importance else np.ones(len(level.columns)), wanted.shape
        ).copy()
        is_total = (level.columns == controls.total_column)[None, :] & is_zone
        unit_cost = np.where(is_total, UNMEETABLE * level.importance[None, :].max(), unit_cost)
        numbers[level.level] = number
        goal.append(goals[level.level][wanted])
        cost.append(unit_cost[wanted])
        n += int(wanted.sum())
    return _Rows(numbers, n, np.concatenate(goal), np.concatenate(cost))


def _group_rows(system: System, rows: _Rows, block: Block, zone: int, values: Float) -> Float:
    """Sum over controls of incidence times a value per row, for every group: shape (n_groups,)."""
    groups, controls = system.areas[block.area], system.controls
    out = np.zeros(groups.n_groups)
    zone_level = controls.zone_level.level
    padded = np.append(values, 0.0)
    if zone_level in rows.numbers:
        out += (groups.zone_incidence @ padded[rows.numbers[zone_level][zone]])[groups.zone_group]
    at = 0
    for level, unit in zip(controls.levels[:-1], block.units, strict=True):
        k = len(level.columns)
        if level.level in rows.numbers:
            out += groups.upper_incidence[:, at : at + k] @ padded[rows.numbers[level.level][unit]]
        at += k
    return out


def _matrix(system: System, rows: _Rows, choice: _Choice) -> sparse.csc_array:
    """Incidence of the chosen columns, shape (n_rows, n_columns)."""
    controls = system.controls
    parts = []
    of_zone_alone = list(rows.numbers) == [controls.zone_level.level]
    for (block, zone), entered in choice.items_():
        groups, chosen = system.areas[block.area], entered
        if of_zone_alone and len(choice.groups) == 1:  # groups of one zone group are the same column
            chosen = entered[np.unique(groups.zone_group[entered], return_index=True)[1]]
        pieces, numbers = [], []
        if controls.zone_level.level in rows.numbers:
            pieces.append(groups.zone_incidence[groups.zone_group[chosen]].toarray())
            numbers.append(rows.numbers[controls.zone_level.level][zone])
        at = 0
        for level, unit in zip(controls.levels[:-1], block.units, strict=True):
            k = len(level.columns)
            if level.level in rows.numbers:
                pieces.append(groups.upper_incidence[chosen, at : at + k])
                numbers.append(rows.numbers[level.level][unit])
            at += k
        dense, number = np.concatenate(pieces, axis=1), np.concatenate(numbers)
        if len(choice.groups) == 1:
            dense = np.unique(dense, axis=0)
        i, j = np.nonzero(dense * (number >= 0))
        parts.append(sparse.csc_array((dense[i, j], (number[j], i)), shape=(rows.n_rows, dense.shape[0])))
    return sparse.csc_array(sparse.hstack(parts, format="csc"))


def _solve(rows: _Rows, matrix: sparse.csc_array) -> tuple[Float, Float]:
    """Shifts and dual prices of the rows."""
    n = matrix.shape[1]
    eye = sparse.eye_array(rows.n_rows, format="csc")
    cost = np.concatenate([np.zeros(n), rows.cost, rows.cost])
    left = sparse.hstack([matrix, eye, -eye], format="csc")
    solution = linprog(cost, A_eq=left, b_eq=rows.goal, bounds=(0, None), method="highs")
    shift = solution.x[n : n + rows.n_rows] - solution.x[n + rows.n_rows :]
    shift[np.abs(shift) < 1e-7] = 0.0
    return shift, solution.eqlin.marginals


def _price_in(system: System, rows: _Rows, choice: _Choice, price: Float, n_enter: int = 10) -> bool:
    """Let the groups enter that could lower the objective most; say if any did."""
    entered = False
    for (block, zone), chosen in choice.items_():
        gain = _group_rows(system, rows, block, zone, price)
        gain[chosen] = 0.0
        best = np.argsort(-gain, kind="stable")[:n_enter]
        best = best[gain[best] > PRICE]
        if best.size:
            choice.groups[zone] = np.sort(np.concatenate([chosen, best]))
            entered = True
    return entered
