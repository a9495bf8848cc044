"""Feasibility of the real cases, as an independent linear programme over all weights found it."""

from __future__ import annotations

import pytest

from censemble.calibration import Status, diagnose
from censemble.controls import Controls


def test_oregon_has_six_zones_that_cannot_hold(calm: Controls) -> None:
    """Of 781 populated zones 6 contradict themselves by 21.97 counts in all; with those relaxed all levels hold."""
    diagnosis = diagnose(calm)
    assert int((calm.zone_share > 0).sum()) == 781
    assert {c.level for c in diagnosis.conflicts} == {"TAZ"}
    assert len(diagnosis.conflicts) == 6
    assert diagnosis.smallest_total == pytest.approx(21.97, abs=0.005)
    assert diagnosis.calibration.status is Status.CONVERGED
    assert diagnosis.calibration.largest_residual < 0.05


def test_knoxville_has_five_zones_that_cannot_hold(knoxville: Controls) -> None:
    """Of 95 block groups 5 contradict themselves by 3,490.3 counts in all over the 47 controls."""
    diagnosis = diagnose(knoxville)
    assert (len(knoxville.zone_level.columns), knoxville.n_zones) == (47, 95)
    assert len(diagnosis.conflicts) == 5
    assert diagnosis.smallest_total == pytest.approx(3490.3, abs=0.05)
    assert diagnosis.calibration.status is Status.CONVERGED
