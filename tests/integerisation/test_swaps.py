"""The compiled swap search, compiled and not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from search_case import filled, residual_again, zones_of

from censemble.groups import Float, Int
from censemble.integerisation.state import Candidates, SearchState, candidates
from censemble.integerisation.swaps import BEND, FREE, improve_zone, shortage, zone_cost

kernels = pytest.mark.parametrize("kernel", [improve_zone, improve_zone.py_func], ids=["compiled", "python"])
Kernel = Callable[..., Any]


def every_candidate(column: Float, zone_group: Int) -> Candidates:
    """All groups above a floor, none left out for speed."""
    return candidates(column, zone_group, floor=1e-3, n_wanted=len(column), start=0.0)


def cost_of(state: SearchState) -> float:
    """Cost of all levels."""
    return float(zone_cost(state.residual, state.cost, np.arange(len(state.residual))))


def run(kernel: Kernel, state: SearchState, fit: Any, *, temperature: float, random_state: int = 9) -> int:
    """One visit of every zone."""
    rng_state, moves = np.array([random_state], np.uint64), 0
    for block, zone in zones_of(fit):
        rows = state.rows[block.area]
        column = fit.group_weights(block, np.array([zone]))[:, 0]
        pool = every_candidate(column, rows.zone_group)
        moves += kernel(
            state.units[zone],
            state.residual,
            state.cost,
            state.positions(block, zone),
            rows.kernel(rows.limit(column, 0)),
            pool,
            (3, temperature),
            rng_state,
        )
    return moves


@kernels
@pytest.mark.parametrize("random_seed", range(3))
def test_a_cold_search_never_raises_the_cost(kernel: Kernel, random_seed: int) -> None:
    """At temperature 0 every visit lowers the cost or leaves it, and counts its replacements."""
    _, fit, state = filled(random_seed, size=8)
    last = cost_of(state)
    while moves := run(kernel, state, fit, temperature=0.0):
        assert moves > 0
        assert cost_of(state) < last
        last = cost_of(state)
    assert cost_of(state) == pytest.approx(last, abs=1e-9)


@kernels
@pytest.mark.parametrize("temperature", [0.0, 2.0])
def test_the_residual_is_kept_in_step(kernel: Kernel, temperature: float) -> None:
    """Hot or cold, the residual after the search is what counting all households again gives."""
    _, fit, state = filled(3, size=8)
    assert run(kernel, state, fit, temperature=temperature) > 0
    assert state.residual == pytest.approx(residual_again(state, fit), abs=1e-9)


def test_compiled_and_python_agree() -> None:
    """The compiled kernel makes the same replacements as the source read by Python."""
    results = []
    for kernel in (improve_zone, improve_zone.py_func):
        _, fit, state = filled(2, size=8)
        run(kernel, state, fit, temperature=0.5)
        results.append(np.concatenate([state.units[z] for z in sorted(state.units)]))
    assert np.array_equal(*results)


def test_the_random_state_decides() -> None:
    """One state, one result; another state, another (a hot search draws at every household)."""

    def units(random_state: int) -> list[int]:
        _, fit, state = filled(2)
        run(improve_zone, state, fit, temperature=2.0, random_state=random_state)
        return np.concatenate([state.units[z] for z in sorted(state.units)]).tolist()

    assert units(9) == units(9)
    assert units(9) != units(10)


@kernels
def test_a_settled_zone_has_no_better_neighbour(kernel: Kernel) -> None:
    """Where the cold search stops, no exchange of one household for a candidate lowers the cost: all are tried."""
    _, fit, state = filled(1, size=6)
    while run(kernel, state, fit, temperature=0.0):
        pass
    settled = cost_of(state)
    for block, zone in zones_of(fit):
        column = fit.group_weights(block, np.array([zone]))[:, 0]
        for u, old in enumerate(state.units[zone].copy()):
            for new in np.flatnonzero(column > 1e-3):
                state.units[zone][u] = new
                assert cost(residual_again(state, fit), state) >= settled - 1e-8
            state.units[zone][u] = old


def cost(residual: Float, state: SearchState) -> float:
    """The cost by its formula."""
    beyond = np.maximum(np.abs(residual) - FREE, 0.0)
    return float((state.cost * (beyond + BEND * beyond**2)).sum())


def test_cost_by_hand() -> None:
    """Beyond the free half, one count costs 1 + BEND, two cost 2 + 4 BEND; positions left out cost nothing."""
    residual, price = np.array([1.0 + FREE, -2.0 - FREE, 5.0, FREE]), np.array([1.0, 0.5, 1.0, 1.0])
    assert zone_cost(residual, price, np.array([0, 1, 3])) == pytest.approx(1 + BEND + 0.5 * (2 + 4 * BEND))


def test_shortage_by_hand() -> None:
    """A household of reach 2 can fill two of three missing counts; nothing is gained where there are too many."""
    residual, price = np.array([-3.0 - FREE, 4.0, -1.0 - FREE]), np.array([1.0, 1.0, 2.0])
    expected = (3 + 9 * BEND) - (1 + BEND) + 2 * (1 + BEND)
    assert shortage(residual, price, np.arange(3), 2.0) == pytest.approx(expected)
