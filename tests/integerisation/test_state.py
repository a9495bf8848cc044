"""The state of the swap search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hand_made import controls, level
from search_case import filled, residual_again, zones_of

from censemble.calibration import calibrate
from censemble.groups import blocks_of
from censemble.integerisation import integerise
from censemble.integerisation.state import SearchState, candidates


@pytest.mark.parametrize("random_seed", range(3))
def test_placing_keeps_the_books(random_seed: int) -> None:
    """After the zones are filled the residual is what counting again gives, and results are counts."""
    problem, fit, state = filled(random_seed)
    assert state.residual == pytest.approx(residual_again(state, fit))
    results = state.results()
    assert results["zone"][:, 0].tolist() == [15] * problem.n_zones
    by_tract = np.zeros_like(results["tract"])
    for block, zone in zones_of(fit):
        by_tract[problem.levels[0].unit_of_zone[zone]] += (
            fit.groups(block).upper_incidence[state.units[zone]].sum(axis=0)
        )
    assert np.array_equal(results["tract"], by_tract)


def test_improving_keeps_the_books_and_the_totals() -> None:
    """Replacements change neither the number of households nor the truth of the residual."""
    problem, fit, state = filled(4)
    rng_state = np.array([1], np.uint64)
    for block, zone in zones_of(fit):
        column = fit.group_weights(block, np.array([zone]))[:, 0]
        passes = [(1, 1.0), (3, 0.0)]
        state.improve(block, zone, column, cost=state.cost, floor=1e-3, passes=passes, rng_state=rng_state)
    assert state.residual == pytest.approx(residual_again(state, fit))
    assert state.results()["zone"][:, 0].tolist() == [15] * problem.n_zones


def test_entrants_are_candidates() -> None:
    """A household that came in is of a group whose weight in the zone exceeds the floor."""
    _, fit, state = filled(5)
    before = {zone: units.copy() for zone, units in state.units.items()}
    rng_state = np.array([1], np.uint64)
    for block, zone in zones_of(fit):
        column = fit.group_weights(block, np.array([zone]))[:, 0]
        floor = float(np.median(column))
        state.improve(block, zone, column, cost=state.cost, floor=floor, passes=[(3, 0.0)], rng_state=rng_state)
        changed = state.units[zone][state.units[zone] != before[zone]]
        assert changed.size
        assert (column[changed] > floor).all()


def test_costs_are_softer_where_targets_are() -> None:
    """A count costs 1 where the target is exact, 1/(1 + sd) where it is soft, nothing where there is none."""
    zone = level("zone", [0, 1, 2], [[4, 2, np.nan]], sd=[[0, 3, 0]])
    state = SearchState(controls([[1, 1, 0]], zone, total=0), {"zone": zone.targets})
    assert state.cost.tolist() == [1, 0.25, 0]
    assert state.residual.tolist() == [-4, -2, 0]


def test_positions_of_three_levels() -> None:
    """County, tract and zone controls sit one level after the other, unit by unit."""
    county = level("county", [0], [[9]], units=[0, 0])
    tract, zone = level("tract", [0, 1], [[4, 1], [5, 1]], units=[0, 1]), level("zone", [0], [[4], [5]])
    problem = controls([[1, 1]], county, tract, zone)
    state = SearchState(problem, {lv.level: lv.targets for lv in problem.levels})
    places = [state.positions(b, int(b.zones[0])) for b in blocks_of(problem)]
    assert [(z.tolist(), u.tolist()) for z, u in places] == [([5], [0, 1, 2]), ([6], [0, 3, 4])]


def test_candidates_by_zone_group() -> None:
    """Groups above the floor, with the place where each zone group starts and a closing end."""
    column, zone_group = np.array([0.5, 0.0, 0.2, 0.9]), np.array([0, 0, 1, 2])
    zone_groups, starts, chosen, weights = candidates(column, zone_group, floor=0.3, n_wanted=9, start=0.5)
    assert zone_groups.tolist() == [0, 2]
    assert starts.tolist() == [0, 1, 2]
    assert chosen.tolist() == [0, 3]
    assert weights.tolist() == [0.5, 0.9]


def test_results_keep_fractions_of_the_incidence() -> None:
    """Incidence may be any amount a household adds (half a shared car): counts are not cut to whole."""
    zone = level("zone", [0, 1], [[3, 0.9]])
    problem = controls([[1, 0.5], [1, 0]], zone, total=0)
    fit = calibrate(problem)
    state = SearchState(problem, {"zone": zone.targets})
    (block,) = fit.blocks
    groups = fit.groups(block)
    counts = np.where(groups.zone_incidence.toarray()[groups.zone_group, 1] == 0.5, 3, 0)
    state.place(block, 0, counts, state.area_rows(block, fit))
    assert state.results()["zone"].tolist() == [[3, 1.5]]


def test_of_many_candidates_a_sample_stands_for_all() -> None:
    """A hundred zone groups, ten wanted: ten by weight, each with the same mass, another ten from another start."""
    column, zone_group = np.linspace(1, 3, 100), np.arange(100)
    draws = [candidates(column, zone_group, floor=0.0, n_wanted=10, start=s) for s in (0.1, 0.6)]
    assert [len(chosen) for _, _, chosen, _ in draws] == [10, 10]
    assert not set(draws[0][2].tolist()) & set(draws[1][2].tolist())
    assert (draws[0][3] == 1).all()
    assert (draws[0][2] >= 50).sum() > 5


def test_crowds_and_their_relief() -> None:
    """Forty copies of one group of one record among eleven: its crowd is seen, and a copy leaves if tables allow."""
    problem = controls(np.column_stack([np.ones(11), np.arange(11)]), level("zone", [0, 1], [[40, np.nan]]), total=0)
    fit = calibrate(problem)
    state = SearchState(problem, {"zone": problem.zone_level.targets})
    (block,) = fit.blocks
    counts = np.zeros(11, np.int64)
    counts[3] = 40
    state.place(block, 0, counts, state.area_rows(block, fit))
    column, rng_state = fit.group_weights(block)[:, 0], np.array([1], np.uint64)
    assert state.crowd(block, 0, column).tolist() == [3]
    assert state.relieve(block, 0, 3, column, rng_state=rng_state)
    assert np.bincount(state.units[0])[3] == 39
    assert state.residual == pytest.approx(residual_again(state, fit))


def test_a_group_is_let_in_as_often_as_its_weight_and_a_few_times_more() -> None:
    """Weights of .2, 1, 2.5 and 40 let in 1, 1, 3 and ten at most; two copies extra raise all but the last."""
    problem = controls(np.column_stack([np.ones(4), np.arange(4)]), level("zone", [0], [[43.7]]), total=0)
    fit = calibrate(problem)
    rows = SearchState(problem, {"zone": problem.zone_level.targets}).area_rows(fit.blocks[0], fit)
    column = np.array([0.2, 1.0, 2.5, 40.0])
    rows = replace(rows, most=np.full(4, 10.0))
    assert rows.limit(column, 0).tolist() == [1, 1, 3, 10]
    assert rows.limit(column, 2).tolist() == [3, 3, 5, 10]


def test_few_records_are_not_taken_again_and_again() -> None:
    """Of 400 records of weight a half, no record is taken twice to mend a table that is off by forty."""
    rng = np.random.default_rng(4)
    marked = (rng.random((400, 12)) < 0.3).astype(float)
    totals = np.rint(marked.sum(axis=0) / 2 + rng.integers(-3, 4, 12))
    problem = controls(np.column_stack([np.ones(400), marked]), level("zone", range(13), [[200, *totals]]), total=0)
    fit = calibrate(problem)
    whole = integerise(
        fit, problem, aims={"zone": problem.zone_level.targets}, zone_sums=fit.zone_sums(), random_seed=1
    )
    assert np.abs(whole.results["zone"] - problem.zone_level.targets).max() <= 1
    assert np.bincount(whole.record, minlength=400).max() <= np.ceil(fit.group_weights(fit.blocks[0]).max())
