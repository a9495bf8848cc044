"""A search state filled at random, and its bookkeeping done again from scratch."""

from __future__ import annotations

import numpy as np
from hand_made import aims_of, random_problem

from censemble.calibration import Calibration, calibrate
from censemble.controls import Controls
from censemble.groups import Block, Float
from censemble.integerisation.state import SearchState


def filled(random_seed: int, *, size: int = 15) -> tuple[Controls, Calibration, SearchState]:
    """A calibrated problem whose zones hold `size` households each, drawn without regard to any table."""
    rng = np.random.default_rng(random_seed)
    problem = random_problem(rng)
    fit = calibrate(problem)
    state = SearchState(problem, aims_of(fit, {lv.level: lv.targets for lv in problem.levels}))
    for block in fit.blocks:
        rows = state.area_rows(block, fit)
        for zone in block.zones:
            state.place(block, int(zone), rng.multinomial(size, np.full(n := fit.groups(block).n_groups, 1 / n)), rows)
    return problem, fit, state


def residual_again(state: SearchState, fit: Calibration) -> Float:
    """Count minus aim of every control, from the households alone."""
    out = -np.nan_to_num(np.concatenate([state.aims[lv.level].ravel() for lv in state.controls.levels]))
    for block, zone in zones_of(fit):
        zone_at, upper_at = state.positions(block, zone)
        groups = fit.groups(block)
        for group in state.units[zone]:
            out[zone_at] += groups.zone_incidence.toarray()[groups.zone_group[group]]
            out[upper_at] += groups.upper_incidence[group]
    return out


def zones_of(fit: Calibration) -> list[tuple[Block, int]]:
    """All zones with their blocks."""
    return [(block, int(zone)) for block in fit.blocks for zone in block.zones]
