"""Which controls contradict each other, what has no support, what gives way."""

from __future__ import annotations

import numpy as np
import pytest
from hand_made import controls, level

from censemble.calibration import Status, diagnose
from censemble.calibration.feasibility import Relaxed, unsupported
from censemble.controls import Controls


def too_many_renters() -> Controls:
    """Twelve renters among ten households in the first zone; the second holds."""
    zone = level("zone", [0, 1, 2], [[10, 12, 25], [10, 4, 22]])
    return controls([[1, 1, 2], [1, 1, 4], [1, 0, 2], [1, 0, 1]], zone, total=0)


def across_levels() -> Controls:
    """Each zone holds alone; the tract wants nine of what its zones say are six."""
    tract, zone = level("tract", [1], [[9]], units=[0, 0]), level("zone", [0, 2], [[5, 2], [5, 2]])
    return controls([[1, 1, 0], [1, 0, 1]], tract, zone, total=0)


def test_a_conflict_names_its_controls() -> None:
    """The conflict is in the first zone, between the total and the renters, by two."""
    diagnosis = diagnose(too_many_renters())
    (conflict,) = diagnosis.conflicts
    assert (conflict.level, conflict.unit) == ("zone", 0)
    assert conflict.smallest == pytest.approx(2)
    assert conflict.controls == ("zone: column 0", "zone: column 1")


def test_what_was_relaxed_and_by_how_much() -> None:
    """One control moved from 12 to 10; the goals have it, the controls keep the old one."""
    problem = too_many_renters()
    diagnosis = diagnose(problem)
    (relaxed,) = diagnosis.relaxed
    assert relaxed == Relaxed("zone", 0, 1, "zone: column 1", 12.0, pytest.approx(10.0))
    assert relaxed.amount == pytest.approx(2)
    assert diagnosis.goals["zone"][0] == pytest.approx([10, 10, 25])
    assert problem.zone_level.targets[0, 1] == 12


def test_conflicts_over_levels_are_found_together() -> None:
    """No zone is to blame alone, and the relaxed problem converges."""
    diagnosis = diagnose(across_levels())
    assert not diagnosis.feasible
    assert diagnosis.smallest_total == pytest.approx(3)
    assert diagnosis.calibration.status is Status.CONVERGED


def test_a_bound_does_not_hide_a_conflict() -> None:
    """With an expansion bound that nobody feels the contradiction over levels is found all the same."""
    diagnosis = diagnose(across_levels(), max_expansion_factor=50.0)
    assert not diagnosis.feasible
    assert diagnosis.smallest_total == pytest.approx(3)


def test_a_bound_is_not_taken_for_a_conflict() -> None:
    """Tables that hold together are feasible though the bound leaves no room; the fit's status says that."""
    tract, zone = level("tract", [1], [[9]], units=[0, 0]), level("zone", [0], [[5], [5]])
    problem = controls([[1, 1], [1, 0]], tract, zone, prior=[1.0, 9.0], total=0)
    diagnosis = diagnose(problem, max_expansion_factor=2.0, max_iter=30)
    assert diagnosis.feasible
    assert diagnosis.calibration.status is not Status.CONVERGED


def test_a_zone_without_households_cannot_hold_anything_else() -> None:
    """Four renters in a zone of no households: a conflict of four, relaxed to none."""
    zone = level("zone", [0, 1], [[0, 4], [6, 3]])
    diagnosis = diagnose(controls([[1, 1], [1, 0]], zone, total=0))
    assert [(c.unit, c.smallest, c.controls) for c in diagnosis.conflicts] == [(0, 4, ("zone: column 1",))]
    assert diagnosis.goals["zone"].tolist() == [[0, 0], [6, 3]]
    assert diagnosis.calibration.status is Status.CONVERGED


def test_a_tract_without_households_cannot_hold_anything_either() -> None:
    """Three renters in a tract whose only zone is empty: said, not lost."""
    tract, zone = level("tract", [1], [[4], [3]], units=[0, 1]), level("zone", [0], [[5], [0]])
    diagnosis = diagnose(controls([[1, 1], [1, 0]], tract, zone, total=0))
    assert [(c.level, c.unit, c.smallest) for c in diagnosis.conflicts] == [("tract", 1, 3)]
    assert diagnosis.smallest_total == 3
    assert diagnosis.calibration.status is Status.CONVERGED


def test_unsupported_cells_by_area() -> None:
    """Only the area without a renter among its records lacks support, and only where some are wanted."""
    zone = level("zone", [0, 1], [[5, 2], [5, 2], [5, 0]])
    problem = controls([[1, 1], [1, 0], [1, 0]], zone, record_area=[0, 0, 1], zone_area=[0, 1, 1], total=0)
    assert [(u.level, u.unit, u.label, u.wanted) for u in unsupported(problem)] == [("zone", 1, "zone: column 1", 2.0)]


def test_an_area_without_records_is_diagnosed() -> None:
    """Nobody can live there: even the household total gives way, and every target lacks support."""
    zone = level("zone", [0, 1], [[5, 2], [6, 3]])
    problem = controls([[1, 1], [1, 0]], zone, record_area=[0, 0], zone_area=[0, 1], total=0)
    diagnosis = diagnose(problem, max_iter=30)
    assert diagnosis.goals["zone"].tolist() == [[5, 2], [0, 0]]
    assert [u.wanted for u in diagnosis.unsupported] == [6, 3]


def test_soft_contradictions_are_feasible() -> None:
    """Soft tables that disagree are settled by their deviations, not relaxed."""
    zone = level("zone", [0, 1, 2], [[20, 15, 15]], sd=[[0, 2, 2]])
    diagnosis = diagnose(controls([[1, 1, 0], [1, 0, 1]], zone, total=0))
    assert diagnosis.feasible
    assert np.allclose(diagnosis.calibration.fitted["zone"], [[20, 10, 10]], atol=1e-3)


def test_a_bound_that_cannot_hold_is_called_so() -> None:
    """Twenty households of two records of weight 1 each, at most 3 times each: the bound gives way to no table."""
    zone = level("zone", [0, 1], [[20, 10]])
    found = diagnose(controls([[1, 1], [1, 0]], zone, total=0), max_expansion_factor=3.0)
    assert found.feasible
    assert found.calibration.status is Status.BOUND
    assert "max_expansion_factor" in found.calibration.status.value
