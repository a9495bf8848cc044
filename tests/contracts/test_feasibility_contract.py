"""The diagnosis against one dense linear programme over all weights, case by case."""

from __future__ import annotations

from dataclasses import replace

import hand_made
import numpy as np
import pytest
from contract_cases import CASES, Case
from slow_solvers import smallest_relaxation

from censemble.calibration import Diagnosis, Status, diagnose
from censemble.controls import Controls

every_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)


def priced(diagnosis: Diagnosis, problem: Controls) -> float:
    """The relaxation's cost by importance."""
    importance = {level.level: level.importance for level in problem.levels}
    return sum(r.amount * importance[r.level][r.control] for r in diagnosis.relaxed)


@every_case
def test_smallest_relaxation(case: Case) -> None:
    """The total is the case's own, and the dense programme's; feasible means nothing to relax."""
    diagnosis = diagnose(case.problem)
    assert diagnosis.smallest_total == pytest.approx(case.smallest, abs=1e-4)
    assert diagnosis.smallest_total == pytest.approx(smallest_relaxation(case.problem), abs=1e-4)
    assert diagnosis.feasible == (case.smallest == 0) == (not diagnosis.relaxed)
    assert tuple(u.label for u in diagnosis.unsupported) == case.unsupported


@every_case
def test_relaxed_targets_can_hold(case: Case) -> None:
    """After the relaxation the dense programme has nothing left to relax, and household totals stood still."""
    diagnosis = diagnose(case.problem)
    levels = tuple(replace(level, targets=diagnosis.goals[level.level]) for level in case.problem.levels)
    assert smallest_relaxation(replace(case.problem, levels=levels)) == pytest.approx(0, abs=1e-4)
    zone = case.problem.zone_level
    totals = zone.columns == case.problem.total_column
    assert np.array_equal(diagnosis.goals[zone.level][:, totals], zone.targets[:, totals])


def spoilt(random_seed: int) -> Controls:
    """A feasible problem with some targets moved, and importances that differ."""
    rng = np.random.default_rng(random_seed)
    problem = hand_made.random_problem(rng, n_zones=4)
    levels = []
    for level in problem.levels:
        targets = level.targets.copy()
        movable = np.flatnonzero(level.columns != problem.total_column)
        for _ in range(2):
            targets[rng.integers(len(targets)), rng.choice(movable)] *= rng.uniform(0, 2)
        levels.append(replace(level, targets=targets, importance=rng.choice([1.0, 5.0, 100.0], len(level.columns))))
    return replace(problem, levels=tuple(levels))


@pytest.mark.parametrize("random_seed", range(6))
def test_spoilt_problems(random_seed: int) -> None:
    """Whatever was spoilt, both the smallest total and the cheapest by importance are the dense programme's."""
    problem = spoilt(random_seed)
    diagnosis = diagnose(problem, max_iter=60)
    assert diagnosis.smallest_total == pytest.approx(smallest_relaxation(problem), rel=1e-6, abs=1e-4)
    assert priced(diagnosis, problem) == pytest.approx(smallest_relaxation(problem, by_importance=True), rel=1e-4)
    assert diagnosis.calibration.status is Status.CONVERGED
