"""Calibrated weights against the primal solved by general-purpose minimisation, case by case."""

from __future__ import annotations

import numpy as np
import pytest
from contract_cases import CASES, Case
from hand_made import weights_of
from slow_solvers import dense, maximum_entropy

from censemble.calibration import Status, calibrate, diagnose
from censemble.errors import ConvergenceError

every_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
contradictory = pytest.mark.parametrize("case", [c for c in CASES if c.smallest > 0], ids=lambda c: c.name)


@every_case
def test_weights_are_the_closest_to_the_prior(case: Case) -> None:
    """On the relaxed targets the weights are those of the slow solver, to one part in ten thousand."""
    diagnosis = diagnose(case.problem)
    assert diagnosis.calibration.status is Status.CONVERGED
    expected = maximum_entropy(case.problem, diagnosis.goals)
    assert weights_of(diagnosis.calibration) == pytest.approx(expected, rel=1e-4, abs=1e-4)


@every_case
def test_fitted_values_are_those_of_the_weights(case: Case) -> None:
    """`fitted` and `largest_residual` are what the dense weights give when summed by hand."""
    diagnosis = diagnose(case.problem)
    problem = dense(case.problem, diagnosis.goals)
    weights = weights_of(diagnosis.calibration)
    values = problem.matrix @ np.array([weights[pair] for pair in problem.pairs])
    fitted = diagnosis.calibration.fitted
    names = [level.level for level in case.problem.levels]
    assert [fitted[names[i]][u, c] for i, u, c in problem.rows] == pytest.approx(values, abs=1e-8)
    gaps = np.abs(values - problem.goal)[problem.sd == 0]
    assert diagnosis.calibration.largest_residual == pytest.approx(gaps.max(initial=0.0), abs=1e-8)


@contradictory
def test_a_contradiction_is_never_called_converged(case: Case) -> None:
    """On targets that cannot hold together calibration raises, and the error holds what was reached."""
    with pytest.raises(ConvergenceError, match="Largest residual") as caught:
        calibrate(case.problem, max_iter=40)
    assert caught.value.result.status is not Status.CONVERGED
    assert caught.value.result.largest_residual > 0.05
