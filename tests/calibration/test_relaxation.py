"""The smallest change of targets: whole programme and column generation."""

from __future__ import annotations

from dataclasses import replace

import hand_made
import numpy as np
import pytest
from hand_made import controls, level

from censemble.calibration import relaxation
from censemble.calibration.relaxation import Relaxation, smallest_relaxation
from censemble.calibration.system import System
from censemble.controls import Controls


def solved(problem: Controls, *, by_importance: bool = False) -> Relaxation:
    """The programme over all zones and levels."""
    system = System(problem)
    goals = {lv.level: lv.targets for lv in problem.levels}
    return smallest_relaxation(system, goals, blocks=system.blocks, levels=list(goals), by_importance=by_importance)


def cost(found: Relaxation, problem: Controls) -> float:
    """Shifts priced by importance."""
    return sum(float((np.abs(found.shifts[lv.level]) * lv.importance).sum()) for lv in problem.levels)


def spoilt(random_seed: int, n_records: int = 150, n_zones: int = 100) -> Controls:
    """About a third of the targets off by up to a half, importances that differ; 2,600 unknowns and more."""
    rng = np.random.default_rng(random_seed)
    problem = hand_made.random_problem(rng, n_records=n_records, n_zones=n_zones)
    levels = []
    for lv in problem.levels:
        off = rng.choice([1, 1, 1, 1, 0.7, 1.5], lv.targets.shape)
        off = np.where(lv.columns == problem.total_column, 1.0, off)
        levels.append(replace(lv, targets=lv.targets * off, importance=rng.choice([1.0, 7.0, 50.0], len(lv.columns))))
    return replace(problem, levels=tuple(levels))


@pytest.mark.parametrize("by_importance", [False, True])
@pytest.mark.parametrize("random_seed", [0, 1])
def test_column_generation_finds_the_same_least(
    monkeypatch: pytest.MonkeyPatch, random_seed: int, by_importance: bool
) -> None:
    """Groups that enter one by one reach the objective of the whole programme (2,000 columns and more)."""
    problem = spoilt(random_seed)
    system = System(problem)
    assert len(problem.area_of_zone) * system.areas[0].n_groups > 2000
    whole = solved(problem, by_importance=by_importance)
    monkeypatch.setattr(relaxation, "FULL_SIZE", 0)
    generated = solved(problem, by_importance=by_importance)
    if by_importance:
        assert cost(generated, problem) == pytest.approx(cost(whole, problem), rel=1e-7)
    else:
        assert generated.total == pytest.approx(whole.total, rel=1e-7)


def test_household_totals_are_held() -> None:
    """Ten households and twelve renters: the renters give way, at any price."""
    zone = level("zone", [0, 1], [[10, 12]], importance=[1, 5000])
    found = solved(controls([[1, 1], [1, 0]], zone, total=0), by_importance=True)
    assert found.shifts["zone"].tolist() == [[0, 2]]


def test_what_matters_less_gives_way() -> None:
    """Rows and columns of the diagonal table disagree by one each: the cheaper side moves."""
    zone = level("zone", [0, 1, 2, 3], [[6, 4, 5, 5]], importance=[1, 1, 10, 10])
    problem = controls([[1, 0, 1, 0], [0, 1, 0, 1]], zone)
    assert solved(problem, by_importance=True).shifts["zone"] == pytest.approx(np.array([[1, -1, 0, 0]]))
    assert solved(problem).total == pytest.approx(2)


def test_soft_and_missing_targets_take_no_part() -> None:
    """Only exact targets can contradict each other."""
    zone = level("zone", [0, 1, 2], [[10, 12, np.nan]], sd=[[0, 3, 0]])
    assert solved(controls([[1, 1, 0], [1, 0, 1]], zone, total=0)).total == 0


def test_only_what_contradicts_has_a_price() -> None:
    """Renters cannot outnumber households: those two are priced, the persons are not."""
    zone = level("zone", [0, 1, 2], [[10, 12, 25]])
    found = solved(controls([[1, 1, 2], [1, 1, 4], [1, 0, 2], [1, 0, 1]], zone, total=0))
    assert (np.abs(found.prices["zone"]) > 1e-9).tolist() == [[True, True, False]]


def test_a_level_left_out_is_free() -> None:
    """Asked about zones only, the tract's contradiction is not seen."""
    tract, zone = level("tract", [1], [[9]], units=[0, 0]), level("zone", [0, 2], [[5, 2], [5, 2]])
    problem = controls([[1, 1, 0], [1, 0, 1]], tract, zone, total=0)
    system = System(problem)
    goals = {lv.level: lv.targets for lv in problem.levels}
    found = smallest_relaxation(system, goals, blocks=system.blocks, levels=["zone"], by_importance=False)
    assert found.total == 0
    assert set(found.shifts) == {"zone"}
    assert solved(problem).total == pytest.approx(3)
