"""Newton's method on the duals of all levels at once."""

from __future__ import annotations

import numpy as np
import pytest
from hand_made import random_problem, three_levels

from censemble.calibration.duals import Duals, Targets, layout, start
from censemble.calibration.joint_newton import MAX_STEP, Iterate, line_search, newton_iterate
from censemble.calibration.system import System
from censemble.controls import Controls
from censemble.groups import Float


def prepared(problem: Controls, *, sd: float = 0.1) -> tuple[System, Duals, Targets]:
    """A problem with all its duals a little off zero."""
    system = System(problem)
    goals = [level.targets for level in problem.levels]
    targets = layout(problem, goals, exact_sd=sd)
    zero = start(system.controls, goals)
    rng = np.random.default_rng(0)
    return system, zero.moved(rng.normal(0, 0.1, zero.zone.shape), rng.normal(0, 0.1, zero.upper.shape), 1.0), targets


def objective(system: System, duals: Duals, targets: Targets) -> float:
    """The dual objective, from the weights of all zones (no total at its optimum)."""
    total = 0.0
    for block in system.blocks:
        total += float(system.group_weights(block, block.zones, duals).sum())
    zone = 0.5 * targets.zone_ridge * duals.zone**2 - duals.zone * targets.zone
    upper = 0.5 * targets.upper_ridge * duals.upper**2 - duals.upper * targets.upper
    return total + float(zone.sum() + upper.sum())


def flat(duals: Duals) -> Float:
    """Zone duals, then upper duals."""
    return np.concatenate([duals.zone.ravel(), duals.upper])


def unflat(values: Float, like: Duals) -> Duals:
    """The inverse of `flat`."""
    n = like.zone.size
    return Duals(values[:n].reshape(like.zone.shape), values[n:], like.cap)


def gradient_of(iterate: Iterate) -> Float:
    """Zone gradient, then upper gradient."""
    return np.concatenate([iterate.zone_gradient.ravel(), iterate.upper_gradient])


@pytest.mark.parametrize("problem", [three_levels(), random_problem(np.random.default_rng(4))], ids=["three", "two"])
def test_gradient_is_the_slope_of_the_objective(problem: Controls) -> None:
    """Finite differences of the dual objective, one dual at a time."""
    system, duals, targets = prepared(problem)
    found = gradient_of(newton_iterate(system, duals, targets))
    x = flat(duals)
    for i in range(len(x)):
        step = np.zeros(len(x))
        step[i] = 1e-5
        values = [objective(system, unflat(x + sign * step, duals), targets) for sign in (1, -1)]
        assert found[i] == pytest.approx((values[0] - values[1]) / 2e-5, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("problem", [three_levels(), random_problem(np.random.default_rng(4))], ids=["three", "two"])
def test_elimination_gives_the_full_newton_step(problem: Controls) -> None:
    """The step by elimination solves the whole Hessian's equations, written out by finite differences."""
    system, duals, targets = prepared(problem)
    iterate = newton_iterate(system, duals, targets)
    x, hessian = flat(duals), []
    for i in range(len(x)):
        step = np.zeros(len(x))
        step[i] = 1e-6
        two = [gradient_of(newton_iterate(system, unflat(x + s * step, duals), targets)) for s in (1, -1)]
        hessian.append((two[0] - two[1]) / 2e-6)
    expected = -np.linalg.solve(np.array(hessian).T, gradient_of(iterate))
    found = np.concatenate([iterate.zone_step.ravel(), iterate.upper_step])
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-4)


def test_line_search_lowers_the_objective() -> None:
    """A taken step is never uphill."""
    system, duals, targets = prepared(three_levels())
    iterate = newton_iterate(system, duals, targets)
    _, before = system.value(duals, targets)
    moved, length = line_search(system, duals, iterate, targets)
    assert 0 < length <= 1
    assert system.value(moved, targets)[1] < before


def test_steps_are_shortened() -> None:
    """A step of a thousand is cut so that no dual moves further than the limit before the search starts."""
    system, duals, targets = prepared(three_levels())
    iterate = newton_iterate(system, duals, targets)
    far = Iterate(iterate.zone_gradient, iterate.upper_gradient, 1e3 * iterate.zone_step, 1e3 * iterate.upper_step)
    _, length = line_search(system, duals, far, targets)
    largest = max(np.abs(far.zone_step).max(), np.abs(far.upper_step).max())
    assert length <= MAX_STEP / largest


def test_uphill_is_refused() -> None:
    """Against the Newton direction no decrease is found, and nothing moves."""
    system, duals, targets = prepared(three_levels())
    iterate = newton_iterate(system, duals, targets)
    uphill = Iterate(iterate.zone_gradient, iterate.upper_gradient, -iterate.zone_step, -iterate.upper_step)
    moved, length = line_search(system, system.value(duals, targets)[0], uphill, targets)
    assert length == 0 or system.value(moved, targets)[1] <= system.value(duals, targets)[1] * (1 + 1e-12)


def test_largest_gradient_without_upper_levels() -> None:
    """An iterate with no upper controls reports the zones' largest component."""
    iterate = Iterate(np.array([[-3.0, 1.0]]), np.zeros(0), np.zeros((1, 2)), np.zeros(0))
    assert iterate.largest_gradient == 3.0
