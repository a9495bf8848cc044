"""The dual of multi-level maximum entropy, block by block."""

from __future__ import annotations

import numpy as np
import pytest
from hand_made import controls, level, random_problem, three_levels

from censemble.calibration.duals import Duals, layout, start
from censemble.calibration.system import System
from censemble.controls import Controls
from censemble.groups import Float


def with_random_duals(problem: Controls) -> tuple[System, Duals]:
    """A system and duals that are not special."""
    system = System(problem)
    rng = np.random.default_rng(1)
    zone = rng.normal(0, 0.3, (len(problem.zone_level.columns), problem.n_zones))
    return system, Duals(zone, rng.normal(0, 0.3, int(system.upper_offsets[-1])), {})


def direct_weights(problem: Controls, system: System, duals: Duals) -> Float:
    """Weights of all records from the formula in the module's docstring, with nothing grouped."""
    incidence = problem.incidence.toarray()
    exponent = incidence[:, problem.zone_level.columns] @ duals.zone
    for i, of_level in enumerate(problem.levels[:-1]):
        block = duals.upper[system.upper_offsets[i] : system.upper_offsets[i + 1]].reshape(of_level.targets.shape)
        exponent += incidence[:, of_level.columns] @ block[of_level.unit_of_zone].T
    return problem.prior_weights[:, None] * system.zone_scale * np.exp(exponent)


@pytest.mark.parametrize("problem", [three_levels(), random_problem(np.random.default_rng(2))], ids=["three", "two"])
def test_weights_and_sums_are_those_of_the_formula(problem: Controls) -> None:
    """Grouping and blocks change nothing: group weights, totals and fitted values summed over records."""
    system, duals = with_random_duals(problem)
    weights = direct_weights(problem, system, duals)
    incidence = problem.incidence.toarray()
    totals = system.group_totals(duals)
    groups = system.areas[0]
    by_group = np.bincount(groups.group_of_record, weights=weights.sum(axis=1), minlength=groups.n_groups)
    assert totals[(0, 0)] == pytest.approx(by_group)
    for block in system.blocks:
        expected = np.zeros((groups.n_groups, len(block.zones)))
        np.add.at(expected, groups.group_of_record, weights[:, block.zones])
        assert system.group_weights(block, block.zones, duals) == pytest.approx(expected)
    fitted = system.fitted(duals)
    for of_level in problem.levels:
        sums = np.zeros(of_level.targets.shape)
        np.add.at(sums, of_level.unit_of_zone, weights.T @ incidence[:, of_level.columns])
        assert fitted[of_level.level] == pytest.approx(sums)


def test_zones_start_at_their_households_share_of_the_prior() -> None:
    """With an exact total the prior of a zone sums to it; without one, to its share."""
    zone = level("zone", [0], [[30.0], [10.0]])
    with_total = System(controls([[1], [1]], zone, prior=[3.0, 1.0], total=0))
    assert with_total.zone_scale.tolist() == [7.5, 2.5]
    assert System(controls([[1], [1]], zone, prior=[3.0, 1.0])).zone_scale.tolist() == [0.5, 0.5]


def test_a_soft_total_has_no_closed_form() -> None:
    """Only an exact household total is eliminated."""
    zone = level("zone", [0], [[30.0], [10.0]], sd=1.0)
    assert System(controls([[1], [1]], zone, total=0)).total_at == -1
    assert System(three_levels()).total_at == 0


def test_upper_positions_follow_the_units() -> None:
    """County 0 has one control, each tract one: the second block reads positions 0 and 2."""
    system = System(three_levels())
    assert system.upper_offsets.tolist() == [0, 1, 3]
    assert [system.upper_index(b).tolist() for b in system.blocks] == [[0, 1], [0, 2]]


def test_value_puts_totals_at_their_optimum() -> None:
    """After `value` every zone has its households, whatever the duals were."""
    problem = three_levels()
    system, duals = with_random_duals(problem)
    goals = [lv.targets for lv in problem.levels]
    moved, _ = system.value(duals, layout(problem, goals, exact_sd=0.1))
    assert system.fitted(moved)["zone"][:, 0] == pytest.approx(problem.zone_level.targets[:, 0])


def test_bounds_have_their_own_blocks() -> None:
    """A bound by zone splits the blocks, and a multiplier lowers its own groups only."""
    problem = three_levels()
    system = System(problem, cap_units=np.array([0, 1, 2, 3], np.int32))
    assert [system.cap_key(b) for b in system.blocks] == [(0, 0), (0, 1), (0, 2), (0, 3)]
    zero = start(problem, [lv.targets for lv in problem.levels])
    lowered = Duals(zero.zone, zero.upper, {(0, 1): np.full(system.areas[0].n_groups, np.log(2.0))})
    before, after = system.group_totals(zero), system.group_totals(lowered)
    assert after[(0, 1)] == pytest.approx(before[(0, 1)] / 2)
    assert after[(0, 0)] == pytest.approx(before[(0, 0)])
