"""Maximum entropy inside each zone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from censemble.calibration import zone_newton
from censemble.calibration.zone_newton import ZoneSystem, dual_value, solve_zones
from censemble.groups import Float, Int

INCIDENCE = sparse.csr_array(np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 2.0], [1.0, 0.0, 1.0], [1.0, 0.0, 3.0]]))
BASE = np.log([[1.0, 4.0], [2.0, 3.0], [3.0, 2.0], [4.0, 1.0]])
TARGETS = np.array([[20.0, 12.0], [8.0, 7.0], [30.0, 15.0]])
EVERY = np.ones((3, 2), bool)


def solved(
    system: ZoneSystem, *, free: NDArray[np.bool_] = EVERY, targets: Float = TARGETS, max_iter: int = 100
) -> tuple[Float, Int]:
    """Duals and iterations for the two zones of this module."""
    ridge = np.where(np.arange(3)[:, None] == system.total, 0.0, 1e-6) * np.ones((3, 2))
    start = np.zeros((3, 2))
    return solve_zones(
        system, log_base=BASE, duals=start, targets=targets, ridge=ridge, free=free, max_iter=max_iter, tol=1e-8
    )


@pytest.mark.parametrize("total", [-1, 0])
def test_targets_are_met(total: int) -> None:
    """Both zones meet their three targets, with the household total in closed form or not."""
    system = ZoneSystem.of(INCIDENCE, total=total)
    duals, used = solved(system)
    assert INCIDENCE.T @ system.weights(BASE, duals) == pytest.approx(TARGETS, abs=1e-4)
    assert (used < 30).all()


def test_both_ways_give_the_same_weights() -> None:
    """The closed form changes the path, not the place."""
    plain, closed = ZoneSystem.of(INCIDENCE), ZoneSystem.of(INCIDENCE, total=0)
    ours = plain.weights(BASE, solved(plain)[0])
    assert closed.weights(BASE, solved(closed)[0]) == pytest.approx(ours, rel=1e-5)


def test_zones_do_not_touch_each_other() -> None:
    """A zone's duals are the same whether it is solved alone or in a batch."""
    system = ZoneSystem.of(INCIDENCE, total=0)
    together, _ = solved(system)
    ridge = np.array([[0.0], [1e-6], [1e-6]])
    for j in range(2):
        alone, _ = solve_zones(
            system,
            log_base=BASE[:, [j]],
            duals=np.zeros((3, 1)),
            targets=TARGETS[:, [j]],
            ridge=ridge,
            free=EVERY[:, [j]],
            max_iter=100,
            tol=1e-8,
        )
        assert alone[:, 0] == pytest.approx(together[:, j], abs=1e-9)


def test_duals_that_may_not_move_stay() -> None:
    """A control without a target keeps its dual, and the others are met without it."""
    free = EVERY.copy()
    free[2] = False
    system = ZoneSystem.of(INCIDENCE)
    duals, _ = solved(system, free=free)
    assert (duals[2] == 0).all()
    assert (INCIDENCE.T @ system.weights(BASE, duals))[:2] == pytest.approx(TARGETS[:2], abs=1e-4)


def test_a_zone_that_cannot_hold_uses_all_iterations() -> None:
    """Forty renters among twenty households: said by the number of iterations, the other zone unharmed."""
    targets = TARGETS.copy()
    targets[1, 0] = 40.0
    system = ZoneSystem.of(INCIDENCE, total=0)
    duals, used = solved(system, targets=targets, max_iter=25)
    assert used.tolist() == [25, used[1]]
    assert used[1] < 25
    assert np.isfinite(duals).all()
    assert INCIDENCE.T @ system.weights(BASE, duals)[:, 1] == pytest.approx(TARGETS[:, 1], abs=1e-4)


def test_hessian_is_the_slope_of_the_gradient() -> None:
    """Finite differences of A'w are the Gram matrix."""
    system = ZoneSystem.of(INCIDENCE)
    duals = np.array([[0.1, -0.2], [0.3, 0.1], [-0.1, 0.05]])
    hessian = system.hessian(system.weights(BASE, duals), np.full((3, 2), 0.5))
    for c in range(3):
        step = np.zeros((3, 2))
        step[c] = 1e-6
        above, below = (INCIDENCE.T @ system.weights(BASE, duals + sign * step) for sign in (1, -1))
        slope = (above - below) / 2e-6
        slope[c] += 0.5
        np.testing.assert_allclose(hessian[:, :, c].T, slope, rtol=1e-6)


def test_scaling_meets_the_total_and_lowers_the_dual() -> None:
    """The total's dual at its optimum: weights sum to the total, and the objective did not rise."""
    system = ZoneSystem.of(INCIDENCE, total=0)
    duals = np.array([[2.0, -1.0], [0.4, 0.0], [0.0, 0.2]])
    moved, weights = system.scaled(BASE, duals, TARGETS)
    assert weights.sum(axis=0) == pytest.approx(TARGETS[0])
    assert system.weights(BASE, moved) == pytest.approx(weights)
    zero = np.zeros((3, 2))
    before = dual_value(system.weights(BASE, duals), duals, TARGETS, zero)
    assert (dual_value(weights, moved, TARGETS, zero) <= before).all()


def test_scaling_survives_nobody_and_far_duals() -> None:
    """No base weight, or exponents beyond what a float can hold, give finite numbers."""
    system = ZoneSystem.of(INCIDENCE, total=0)
    base = BASE.copy()
    base[:, 0] = -np.inf
    duals, weights = system.scaled(base, np.array([[0.0, 5000.0], [0.0, 3000.0], [0.0, 0.0]]), TARGETS)
    assert np.isfinite(duals).all()
    assert weights[:, 0] == pytest.approx(np.zeros(4), abs=1e-300)
    assert weights[:, 1].sum() == pytest.approx(12.0)


def test_many_controls_of_which_few_may_move(monkeypatch: pytest.MonkeyPatch) -> None:
    """Solving for the duals that may move gives what the whole equations give, whichever these are in a zone."""
    rng = np.random.default_rng(3)
    k, n_groups, n_zones = 40, 60, 5
    system = ZoneSystem.of(
        sparse.csr_array((rng.random((n_groups, k)) < 0.1) * rng.integers(1, 4, (n_groups, k)) * 1.0)
    )
    weights, ridge = rng.random((n_groups, n_zones)), np.full((k, n_zones), 1e-3)
    free = rng.random((k, n_zones)) < 0.3
    right = rng.normal(size=(n_zones, k, 3)) * free.T[:, :, None]
    whole = system.solve(weights, ridge, free, right)
    monkeypatch.setattr(zone_newton, "MANY_CONTROLS", 2)
    for share in (0.0, 1.0):
        monkeypatch.setattr(zone_newton, "SPARSE", share)
        assert system.solve(weights, ridge, free, right) == pytest.approx(whole, rel=1e-7, abs=1e-10)
    assert not whole[~free.T].any()
