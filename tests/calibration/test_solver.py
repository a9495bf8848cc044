"""Multi-level maximum entropy: what holds for every problem."""

from __future__ import annotations

from dataclasses import replace

import hand_made
import numpy as np
import pytest
from hand_made import controls, level, weights_of
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.calibration import Status, calibrate, solver
from censemble.controls import Controls
from censemble.errors import ConvergenceError
from censemble.groups import Float, Int

few = settings(max_examples=8, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def problem_of(random_seed: int) -> Controls:
    """A feasible problem over tracts and zones."""
    return hand_made.random_problem(np.random.default_rng(random_seed))


def permuted(problem: Controls, records: Int, zones: Int) -> Controls:
    """The same problem with its records and zones listed in another order."""
    levels = [replace(lv, unit_of_zone=lv.unit_of_zone[zones]) for lv in problem.levels[:-1]]
    zone = problem.zone_level
    levels.append(replace(zone, targets=zone.targets[zones], sd=zone.sd[zones]))
    return replace(
        problem,
        incidence=problem.incidence[records],
        levels=tuple(levels),
        prior_weights=problem.prior_weights[records],
        area_of_record=problem.area_of_record[records],
        area_of_zone=problem.area_of_zone[zones],
        zone_share=problem.zone_share[zones],
    )


@few
@given(seeds)
def test_household_totals_and_controls_are_met(random_seed: int) -> None:
    """Every zone's weights sum to its households, and every exact control is met well within the tolerance."""
    problem = problem_of(random_seed)
    result = calibrate(problem)
    assert weights_of(result).sum(axis=0) == pytest.approx(problem.zone_level.targets[:, 0], rel=1e-6)
    assert result.status is Status.CONVERGED
    assert result.largest_residual < 1e-3


@few
@given(seeds)
def test_order_of_records_and_zones_is_no_matter(random_seed: int) -> None:
    """Listed in another order, the same record gets the same weight in the same zone."""
    rng = np.random.default_rng(random_seed)
    problem = hand_made.random_problem(rng)
    records, zones = rng.permutation(problem.n_records), rng.permutation(problem.n_zones)
    expected = weights_of(calibrate(problem))[np.ix_(records, zones)]
    assert weights_of(calibrate(permuted(problem, records, zones))) == pytest.approx(expected, rel=1e-8, abs=1e-8)


@few
@given(seeds)
def test_no_feasible_weights_are_closer_to_the_prior(random_seed: int) -> None:
    """Moves that leave every control where it is never lower the divergence from the prior."""
    problem = problem_of(random_seed)
    weights = weights_of(calibrate(problem)).ravel()
    prior = np.outer(problem.prior_weights, problem.zone_share).ravel()
    incidence = problem.incidence.toarray()
    rows = [
        np.outer(incidence[:, column], of_level.unit_of_zone == unit).ravel()
        for of_level in problem.levels
        for column in of_level.columns
        for unit in range(of_level.n_units)
    ]
    _, values, vectors = np.linalg.svd(np.array(rows))
    still = vectors[int((values > 1e-9).sum()) :]

    def divergence(w: Float) -> float:
        return float((w * np.log(w / prior) - w).sum())

    least = divergence(weights)
    for direction in np.random.default_rng(random_seed).normal(size=(10, len(still))) @ still:
        step = 0.2 * (weights / np.maximum(np.abs(direction), 1e-12)).min()
        assert divergence(weights + step * direction) >= least - 1e-9 * abs(least)


@pytest.mark.parametrize("cells", [1, 40])
def test_batches_of_zones_are_no_matter(monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    """One zone at a time or all at once: the same weights."""
    problem = problem_of(3)
    expected = weights_of(calibrate(problem))
    monkeypatch.setattr(solver, "MAX_CELLS", cells)
    assert weights_of(calibrate(problem)) == pytest.approx(expected, rel=1e-8, abs=1e-8)


def test_twice_the_same_bytes() -> None:
    """Nothing is drawn: two runs agree to the last bit."""
    problem = problem_of(5)
    assert np.array_equal(weights_of(calibrate(problem)), weights_of(calibrate(problem)))


@few
@given(seeds, st.sampled_from(["area", "zone"]))
def test_expansion_bounds_hold(random_seed: int, by: str) -> None:
    """When it says converged no record exceeds its bound by more than a thousandth, and controls are met."""
    problem = problem_of(random_seed)
    units = np.zeros(problem.n_zones, np.int32) if by == "area" else np.arange(problem.n_zones, dtype=np.int32)
    free = ratios(weights_of(calibrate(problem)), problem, units)
    factor = float(np.quantile(free, 0.9))
    options = {"max_expansion_factor": factor, "expansion_units": None if by == "area" else units}
    result = calibrate(problem, throw=False, **options)  # type: ignore[arg-type]
    if result.status is Status.CONVERGED:
        assert ratios(weights_of(result), problem, units).max() <= factor * (1 + 1e-3)
        assert result.largest_residual <= 0.05


def ratios(weights: Float, problem: Controls, units: Int) -> Float:
    """Weight over prior of every record in every unit of a bound."""
    n = int(units.max()) + 1
    sums, share = np.zeros((problem.n_records, n)), np.bincount(units, weights=problem.zone_share)
    np.add.at(sums.T, units, weights.T)
    return sums / (problem.prior_weights[:, None] * share)


def bounded_problem() -> Controls:
    """Renters are rare in the survey: to make ten of twenty each of the two must count five times over."""
    zone = level("zone", [0, 1], [[10, 9], [10, 1]])
    return controls([[1, 1], [1, 1], [1, 0]], zone, prior=[1.0, 1.0, 18.0], total=0)


@pytest.mark.parametrize(("factor", "converges"), [(4.9, False), (5.1, True)])
def test_a_bound_that_leaves_no_room_is_said(factor: float, converges: bool) -> None:
    """Ten renters from two records of weight 1: a bound below 5 cannot hold, and the status says so."""
    result = calibrate(bounded_problem(), max_expansion_factor=factor, throw=False)
    assert (result.status is Status.CONVERGED) == converges


def test_bounds_that_do_not_settle_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after two rounds the multipliers still move: that is not converged, whatever the residual."""
    problem = problem_of(1)
    factor = float(np.quantile(ratios(weights_of(calibrate(problem)), problem, np.zeros(5, int)), 0.8))
    monkeypatch.setattr(solver, "MAX_CAP_ROUNDS", 2)
    result = calibrate(problem, max_expansion_factor=factor, tol=1e9, throw=False)
    assert result.status is Status.OUT_OF_ITERATIONS


def test_a_bound_beyond_reach_changes_nothing() -> None:
    """Where no record comes near it the bound is not felt."""
    problem = problem_of(2)
    expected = weights_of(calibrate(problem))
    assert weights_of(calibrate(problem, max_expansion_factor=1e6)) == pytest.approx(expected, rel=1e-6)


def test_relaxed_targets_take_the_place_of_the_controls() -> None:
    """What is passed as `relaxed` is what is fitted."""
    zone = level("zone", [0, 1], [[10, 4]])
    problem = controls([[1, 1], [1, 0]], zone, total=0)
    result = calibrate(problem, relaxed={"zone": np.array([[10.0, 7.0]])})
    assert result.record_totals() == pytest.approx([7, 3], abs=1e-4)


def test_out_of_iterations_holds_what_was_reached() -> None:
    """One step is not enough; the error says so, and its result has finite weights."""
    with pytest.raises(ConvergenceError, match="Out of iterations") as caught:
        calibrate(problem_of(0), max_iter=1)
    assert caught.value.result.status is Status.OUT_OF_ITERATIONS
    assert np.isfinite(weights_of(caught.value.result)).all()


@pytest.mark.parametrize(
    ("far", "sd"), [(100.0, 1.0), (1e4, 1.0), (1e6, 1.0), (100.0, 0.01)], ids=["100", "1e4", "1e6", "100 stiff"]
)
def test_far_soft_targets_converge_or_say_not(far: float, sd: float) -> None:
    """A soft target a hundred to a million deviations away: the total holds, and weights stay finite."""
    zone = level("zone", [0, 1, 2], [[20, 20 + far, 0.5]], sd=[[0, sd, sd]])
    result = calibrate(controls([[1, 1, 0], [1, 0, 1]], zone, total=0), throw=False, max_iter=60)
    weights = weights_of(result)
    assert np.isfinite(weights).all()
    assert weights.sum() == pytest.approx(20)
    if result.status is Status.CONVERGED:
        assert weights[0, 0] == pytest.approx(20)


def test_zones_without_households_have_no_weights() -> None:
    """A zone of no share takes no part; a problem of nothing but such zones is met at once."""
    zone = level("zone", [0, 1], [[0, 0], [5, 2]])
    result = calibrate(controls([[1, 1], [1, 0]], zone, total=0))
    assert weights_of(result)[:, 0].tolist() == [0, 0]
    nobody = level("zone", [0, 1], [[0, 0], [0, 0]])
    assert weights_of(calibrate(controls([[1, 1], [1, 0]], nobody, total=0))).sum() == 0


def test_an_area_without_records_is_not_called_converged() -> None:
    """Six households wanted where no record lives: no crash, and no claim."""
    zone = level("zone", [0, 1], [[5, 2], [6, 3]])
    problem = controls([[1, 1], [1, 0]], zone, record_area=[0, 0], zone_area=[0, 1], total=0)
    result = calibrate(problem, throw=False, max_iter=10)
    assert result.status is not Status.CONVERGED
    assert result.largest_residual == pytest.approx(6)
    assert weights_of(result)[:, 0].sum() == pytest.approx(5)


def test_an_area_without_records_below_upper_tables_alone() -> None:
    """No zone table, one area without records: its zones stay empty and the tract is met by the other."""
    tract, zone = level("tract", [0], [[7]], units=[0, 0]), level("zone", [], np.zeros((2, 0)))
    result = calibrate(controls([[1], [1]], tract, zone, record_area=[0, 0], zone_area=[0, 1]))
    assert weights_of(result).sum(axis=0) == pytest.approx([7, 0], abs=1e-4)


def test_upper_level_alone() -> None:
    """Zones without controls of their own share what the tract says by zone share."""
    tract, zone = level("tract", [0], [[7]], units=[0, 0]), level("zone", [], np.zeros((2, 0)))
    result = calibrate(controls([[1], [1]], tract, zone, prior=[3.0, 4.0]))
    assert weights_of(result) == pytest.approx(np.array([[1.5, 1.5], [2.0, 2.0]]), abs=1e-4)


def test_progress_is_told() -> None:
    """The callback hears each step with the largest gradient, which ends small."""
    heard: list[tuple[str, float]] = []
    calibrate(problem_of(0), progress=lambda phrase, value: heard.append((phrase, value)))
    assert heard[0][0] == "zones fitted one by one"
    assert heard[-1][0].startswith("calibration step")
    assert heard[-1][1] < 1e-2


@pytest.mark.parametrize("far", [30.0, 300.0])
def test_far_soft_tracts_do_not_overflow(far: float) -> None:
    """A tract's soft target hundreds of deviations off: what the zones hold exactly stays, the tract gives way."""
    tract, zone = level("tract", [1], [[far]], units=[0, 0], sd=0.5), level("zone", [0], [[5], [5]])
    result = calibrate(controls([[1, 0], [1, 4]], tract, zone, total=0), throw=False)
    assert result.fitted["zone"].ravel() == pytest.approx([5, 5])
    assert result.fitted["tract"][0, 0] == pytest.approx(min(far, 40.0), abs=0.1)
    none = level("tract", [1], [[0]], units=[0, 0], sd=0.1)
    result = calibrate(controls([[1, 1], [1, 3]], none, level("zone", [0], [[20], [20]]), total=0), throw=False)
    assert result.fitted["zone"].ravel() == pytest.approx([20, 20])
    assert result.fitted["tract"][0, 0] == pytest.approx(40, abs=0.05)


def test_an_exact_zero_withstands_any_pull_from_above() -> None:
    """A tract that badly wants renters gets none in the zone where exactly none live."""
    tract = level("tract", [1], [[60]], units=[0, 0], sd=0.5)
    zone = level("zone", [0, 1], [[20, 0], [20, np.nan]])
    result = calibrate(controls([[1, 1], [1, 0]], tract, zone, total=0))
    assert result.status is Status.CONVERGED
    assert result.fitted["zone"][0, 1] == pytest.approx(0, abs=1e-9)
    assert result.fitted["tract"][0, 0] == pytest.approx(20, abs=1e-3)
