"""Dual variables, and targets and ridges in solver order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hand_made import controls, level, three_levels

from censemble.calibration.duals import EXCLUDED, Duals, information, layout, start

NAN = float("nan")


def test_layout_of_soft_exact_missing_and_zero() -> None:
    """Soft: sd squared over importance. Exact: the given stiffness. Total: none. NaN and exact zeros do not move."""
    zone = level("zone", [0, 1, 2, 3, 4], [[9, 4, NAN, 0, 0]], sd=[[0, 3, 0, 0, 2]], importance=[1, 4, 1, 1, 1])
    problem = controls([[1, 1, 1, 0, 1], [1, 0, 0, 1, 1]], zone, total=0)
    targets = layout(problem, [zone.targets], exact_sd=0.1)
    assert targets.zone.ravel().tolist() == [9, 4, 0, 0, 0]
    assert targets.zone_free.ravel().tolist() == [True, True, False, False, True]
    assert targets.zone_ridge.ravel() == pytest.approx([0, 9 / 4, 0, 0, 4])
    exact = replace(zone, sd=np.zeros((1, 5)))
    stiff = layout(replace(problem, levels=(exact,)), [exact.targets], exact_sd=0.1)
    assert stiff.zone_ridge.ravel() == pytest.approx([0, 0.01, 0, 0, 0])
    duals = start(problem, [zone.targets])
    assert duals.zone.ravel().tolist() == [0, 0, 0, EXCLUDED, 0]


def test_upper_units_follow_one_another_in_one_vector() -> None:
    """County first, then each tract; zones are columns of their own array."""
    problem = three_levels()
    goals = [lv.targets for lv in problem.levels]
    targets = layout(problem, goals, exact_sd=0.1)
    assert targets.upper.tolist() == [*goals[0].ravel(), *goals[1].ravel()]
    assert (targets.zone == goals[2].T).all()
    assert targets.upper_ridge == pytest.approx(0.01)
    assert targets.upper_free.all()


def test_information_is_the_effective_share_of_the_population() -> None:
    """Unit weights stand for themselves; weight w for one in w; unequal weights inform less than equal ones."""
    zone = level("zone", [0], [[4.0]])

    def known(*prior: float) -> float:
        return information(controls([[1], [1]], zone, prior=list(prior)))

    assert known(1, 1) == 1
    assert known(4, 4) == pytest.approx(1 / 4)
    assert known(1, 7) == pytest.approx(8 / 50)
    assert known(1, 7) < known(4, 4)


def test_a_step_of_some_length() -> None:
    """Zone and upper duals move by the step times its length; multipliers of expansion bounds stay."""
    cap = {(0, 0): np.array([0.5])}
    moved = Duals(np.zeros((1, 2)), np.ones(1), cap).moved(np.array([[2.0, 4.0]]), np.array([-1.0]), 0.5)
    assert moved.zone.tolist() == [[1, 2]]
    assert moved.upper.tolist() == [0.5]
    assert moved.cap is cap
