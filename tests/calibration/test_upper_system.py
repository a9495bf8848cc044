"""The upper levels' part of the equations, against dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
from hand_made import random_problem

from censemble.calibration.upper_system import UpperSystem
from censemble.groups import AreaGroups, group_area


@pytest.fixture
def groups() -> AreaGroups:
    """The groups of a problem with two upper controls and five zone controls."""
    return group_area(random_problem(np.random.default_rng(4)), 0)


def test_hessian_is_that_of_dense_matrices(groups: AreaGroups) -> None:
    """U' diag(w) U, both halves."""
    weights = np.random.default_rng(0).random(groups.n_groups)
    upper = groups.upper_incidence
    assert UpperSystem.of(groups).hessian(weights) == pytest.approx(upper.T @ (weights[:, None] * upper))


def test_coupling_is_that_of_dense_matrices(groups: AreaGroups) -> None:
    """A' diag(w_z) U for every zone z, with A the zone controls of each group's zone group."""
    weights = np.random.default_rng(0).random((groups.n_groups, 3))
    zone = groups.zone_incidence.toarray()[groups.zone_group]
    upper = groups.upper_incidence
    coupled = UpperSystem.of(groups).coupling(weights)
    assert coupled.shape == (3, zone.shape[1], upper.shape[1])
    for z in range(3):
        assert coupled[z] == pytest.approx(zone.T @ (weights[:, z, None] * upper))
