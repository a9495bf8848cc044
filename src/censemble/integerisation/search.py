"""Whole households from calibrated weights, all levels rounded together.

1. Systematic rounding in every zone, household totals exact.
2. Sweeps of the swap search over all zones. Outer levels weigh little in the first sweeps and fully in the
   last: what an outer level lacks can be mended in any of its zones, what a zone lacks only there.
   No group gets more households in a zone than its weight there, rounded up; where outer levels are then still
   off, more are let in.
3. Zones still off are shaken (replacements that cost a little are accepted for one pass) and repaired; the
   result is kept if it is no worse. Round by round more copies of a group are let in.
4. Records used oftener in one zone than their weight asks for are exchanged, where the tables do not suffer.
5. Groups become records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.controls import Controls
from censemble.groups import Block, Float, GroupedWeights, Int
from censemble.integerisation.rounding import household_totals, records_of_units, systematic
from censemble.integerisation.state import FLOOR, SearchState
from censemble.integerisation.swaps import zone_cost

FIRST_SWEEPS = (0.0, 0.1, 0.1, 1.0, 1.0)  # discount of each level outwards, sweep by sweep
LAST_SWEEPS = (0.1, 0.1, 1.0, 1.0)
TRIES = 4  # failed exchanges after which a crowded record stays
SETTLED = 5e-4  # share of households: a sweep that replaces fewer ends its stage
SHAKES = (0.3, 0.6, 1.0, 2.0)  # temperatures, counts, in turn
EXTRAS = (0, 1, 3, 10)  # copies beyond the weight that are let in, each for one turn of all temperatures
SHAKE_ROUNDS = 60
PATIENCE = 8  # rounds without any gain after which shaking stops

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Integerisation:
    """The households of the population, before their attributes are written out.

    Parameters
    ----------
    zone, record : ndarray of int64, shape (n_households,)
        Zone index and record index, sorted by zone, then record.
    results : dict from level to ndarray of shape (n_units, n_controls)
        Counts of every control.
    n_replaced : int
        Households that the swap search changed after rounding (a household changed twice counts twice).
    """

    zone: Int
    record: Int
    results: dict[str, Float]
    n_replaced: int


def integerise(
    weights: GroupedWeights,
    controls: Controls,
    *,
    aims: Mapping[str, Float],
    zone_sums: Float,
    random_seed: int,
    progress: Progress | None = None,
) -> Integerisation:
    """Turn calibrated weights into whole households.

    Do not use it on weights that do not sum to the households you want: totals are rounded, never changed.

    Parameters
    ----------
    weights : GroupedWeights
        A calibration.
    controls : Controls
        The problem.
    aims : mapping from level to ndarray of shape (n_units, n_controls), counts >= 0
        What the counts should come close to: targets of exact controls, fitted values of soft ones; NaN for none.
    zone_sums : ndarray of shape (n_zones,), households
        Household total of each zone.
    random_seed : int
        >= 0; one number gives one result.
    progress : callable(str, float), optional
        Called with a phrase and the total absolute error of all levels (counts).

    Returns
    -------
    Integerisation

    References
    ----------
    Madow (1949) for systematic sampling; the search is a steepest-exchange search in the sense of
    combinatorial optimisation (Voas & Williamson 2000), started at the rounded weights instead of at random.
    """
    tell = progress or (lambda _phrase, _value: None)
    sequence = np.random.SeedSequence([random_seed, 0xCE15])
    start_seed, kernel_seed, record_seed = sequence.spawn(3)
    totals = household_totals(zone_sums)
    state = SearchState(controls, aims)
    starts = np.random.default_rng(start_seed).random(controls.n_zones)
    for block in weights.blocks:
        rows = state.area_rows(block, weights)
        for z, column in _columns(weights, block):
            state.place(block, z, systematic(column, int(totals[z]), start=starts[z]), rows)
    tell("rounded", _tae(state))
    rng_state = kernel_seed.generate_state(1, np.uint64) | np.uint64(1)
    replaced = _sweeps(state, weights, FIRST_SWEEPS, rng_state, tell)
    for extra in EXTRAS[1:]:
        if _outer_off(state):
            replaced += _sweeps(state, weights, FIRST_SWEEPS[-1:], rng_state, tell, extra=extra)
    shaken = _shake(state, weights, rng_state, tell)
    replaced += shaken
    if shaken:
        replaced += _sweeps(state, weights, LAST_SWEEPS, rng_state, tell)
    replaced += _relieve(state, weights, rng_state, tell)
    zone, record = _records(state, weights, np.random.default_rng(record_seed))
    return Integerisation(zone=zone, record=record, results=state.results(), n_replaced=replaced)


def _columns(weights: GroupedWeights, block: Block) -> list[tuple[int, Float]]:
    """Each zone of a block with its group weights."""
    dense = np.ascontiguousarray(weights.group_weights(block).T)
    return [(int(zone), dense[j]) for j, zone in enumerate(block.zones)]


def _tae(state: SearchState) -> float:
    return float(np.abs(state.residual[state.cost > 0]).sum())


def _level_costs(state: SearchState, factor: float) -> Float:
    """Costs with every level above the zone discounted by `factor` for each step outwards."""
    out = state.cost.copy()
    n_levels = len(state.controls.levels)
    for i in range(n_levels - 1):
        out[state.offsets[i] : state.offsets[i + 1]] *= factor ** (n_levels - 1 - i)
    return out


def _sweeps(
    state: SearchState,
    weights: GroupedWeights,
    factors: Sequence[float],
    rng_state: NDArray[np.uint64],
    tell: Progress,
    *,
    extra: int = 0,
) -> int:
    replaced = 0
    settled = -1.0
    n_units = sum(len(units) for units in state.units.values())
    for factor in factors:
        if factor == settled:
            continue
        cost = _level_costs(state, factor)
        moves = 0
        for block in weights.blocks:
            for zone, column in _columns(weights, block):
                moves += state.improve(
                    block, zone, column, cost=cost, floor=FLOOR, passes=[(3, 0.0)], extra=extra, rng_state=rng_state
                )
        if moves <= SETTLED * n_units:
            settled = factor
        replaced += moves
        tell(f"swap search, outer levels at {factor:g}", _tae(state))
    return replaced


def _relieve(state: SearchState, weights: GroupedWeights, rng_state: NDArray[np.uint64], tell: Progress) -> int:
    """Exchange copies of records used too often in one zone, as long as the tables do not suffer."""
    replaced = 0
    for block in weights.blocks:
        for zone, column in _columns(weights, block):
            failures: dict[int, int] = {}
            while groups := [int(g) for g in state.crowd(block, zone, column) if failures.get(int(g), 0) < TRIES]:
                if state.relieve(block, zone, groups[0], column, rng_state=rng_state):
                    replaced += 1
                else:
                    failures[groups[0]] = failures.get(groups[0], 0) + 1
    tell(f"{replaced} copies of crowded records exchanged", _tae(state))
    return replaced


def _off(state: SearchState, zone: int) -> bool:
    """Whether an exact control of this zone misses its aim by more than rounding."""
    level = state.controls.zone_level
    k = len(level.columns)
    at = state.offsets[-2] + zone * k
    exact = (level.sd[zone] == 0) & (state.cost[at : at + k] > 0)
    return bool((np.abs(state.residual[at : at + k])[exact] > 0.5).any())


def _outer_off(state: SearchState) -> bool:
    """Whether an exact control of any level above the zones misses its aim by more than rounding."""
    levels = state.controls.levels[:-1]
    exact = [(level.sd == 0).reshape(-1) for level in levels]
    at = slice(0, int(state.offsets[len(levels)]))
    wrong = (np.abs(state.residual[at]) > 0.5) & (state.cost[at] > 0)
    return bool(levels) and bool((wrong & np.concatenate(exact)).any())


def _shake(state: SearchState, weights: GroupedWeights, rng_state: NDArray[np.uint64], tell: Progress) -> int:
    replaced, best, since = 0, _tae(state), 0
    for number in range(SHAKE_ROUNDS):
        tried = 0
        for block in weights.blocks:
            for zone in (int(z) for z in block.zones):
                if _off(state, zone):
                    tried += 1
                    turn, at = min(number // len(SHAKES), len(EXTRAS) - 1), number % len(SHAKES)
                    allowance = SHAKES[at], EXTRAS[turn]
                    replaced += _shake_zone(state, weights, block, zone, allowance, rng_state)
        since = since + 1 if _tae(state) >= best - 0.5 and number >= len(SHAKES) * (len(EXTRAS) - 1) else 0
        best = min(best, _tae(state))
        if tried == 0 or since >= PATIENCE:
            break
        if number % 10 == 0:
            tell(f"shaking {tried} zones", _tae(state))
    return replaced


def _shake_zone(
    state: SearchState,
    weights: GroupedWeights,
    block: Block,
    zone: int,
    allowance: tuple[float, int],
    rng_state: NDArray[np.uint64],
) -> int:
    """One shake at (temperature, extra), and repair; undone if the tables this zone takes part in got worse."""
    at = np.concatenate(state.positions(block, zone))
    before, units, residual = zone_cost(state.residual, state.cost, at), state.units[zone].copy(), state.residual[at]
    column = weights.group_weights(block, np.array([zone]))[:, 0]
    temperature, extra = allowance
    passes = [(1, temperature), (6, 0.0)]
    moves = state.improve(
        block, zone, column, cost=state.cost, floor=FLOOR, passes=passes, extra=extra, rng_state=rng_state
    )
    if zone_cost(state.residual, state.cost, at) > before + 1e-9:
        state.units[zone][:] = units
        state.residual[at] = residual
        return 0
    return moves


def _records(state: SearchState, weights: GroupedWeights, rng: np.random.Generator) -> tuple[Int, Int]:
    """Records of all households, area by area, sorted by zone and record."""
    zones, records = [], []
    for area in sorted({b.area for b in weights.blocks}):
        blocks = [b for b in weights.blocks if b.area == area]
        area_zones = sorted(int(z) for b in blocks for z in b.zones)
        unit_group = np.concatenate([state.units[z] for z in area_zones])
        zones.append(np.repeat(area_zones, [len(state.units[z]) for z in area_zones]))
        records.append(records_of_units(unit_group, weights.groups(blocks[0]), weights.record_share(area), rng=rng))
    zone = np.concatenate(zones or [np.zeros(0, np.int64)]).astype(np.int64)
    record = np.concatenate(records or [np.zeros(0, np.int64)]).astype(np.int64)
    order = np.lexsort((record, zone))
    return zone[order], record[order]
