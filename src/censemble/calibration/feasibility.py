"""Can all exact controls hold? Which contradict each other, what has no support, what is the smallest relaxation.

Zones are screened by the maximum-entropy fit itself, which is much cheaper than a linear programme each: a zone
whose exact controls it meets is feasible, proof in hand. Only the others go to the linear programme. Then all
levels are fitted together on the relaxed targets; if that fails, the programme over all levels decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from censemble.calibration.blas_threads import one_blas_thread
from censemble.calibration.duals import layout, start
from censemble.calibration.relaxation import Relaxation, smallest_relaxation
from censemble.calibration.result import Calibration, Status
from censemble.calibration.solver import EXACT_SD, calibrate, zone_start
from censemble.calibration.system import System
from censemble.controls import Controls, LevelControls
from censemble.groups import Block, Float

SUSPECT = 1e-2  # counts; at the screen's stiffness a feasible control is met ten times closer
LEAST = 1e-4  # counts; a smaller relaxation is rounding error of the programme


@dataclass(frozen=True)
class Relaxed:
    """One control whose target gave way."""

    level: str
    unit: int
    control: int
    label: str
    old_target: float
    new_target: float

    @property
    def amount(self) -> float:
        """How far the target moved, counts >= 0."""
        return abs(self.old_target - self.new_target)


@dataclass(frozen=True)
class Conflict:
    """One unit whose exact controls cannot hold together.

    Parameters
    ----------
    level : str
    unit : int
    smallest : float
        Smallest total relaxation, counts, with household totals held.
    controls : tuple of str
        Labels of the controls that contradict each other (those with a dual price).
    """

    level: str
    unit: int
    smallest: float
    controls: tuple[str, ...]


@dataclass(frozen=True)
class Unsupported:
    """A control that asks for people whom no record of the pool can be."""

    level: str
    unit: int
    label: str
    wanted: float


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What `diagnose` found.

    Parameters
    ----------
    conflicts : tuple of Conflict
        Units that are infeasible; empty when everything can hold.
    smallest_total : float
        Smallest total relaxation, counts, every count alike. Where zones contradict themselves and the rest holds
        once they gave way, it is what each zone needs alone; the levels above might need more of it.
    relaxed : tuple of Relaxed
        The relaxation to apply: smallest by importance, so that what matters less gives way first.
    goals : dict from level to ndarray of shape (n_units, n_controls)
        Targets after relaxation.
    unsupported : tuple of Unsupported
    calibration : Calibration
        The fit to `goals`.
    """

    conflicts: tuple[Conflict, ...]
    smallest_total: float
    relaxed: tuple[Relaxed, ...]
    goals: dict[str, Float]
    unsupported: tuple[Unsupported, ...]
    calibration: Calibration

    @property
    def feasible(self) -> bool:
        """Whether all exact controls can hold as given."""
        return not self.conflicts


@one_blas_thread
def diagnose(
    controls: Controls,
    *,
    max_expansion_factor: float | None = None,
    expansion_units: NDArray[np.int32] | None = None,
    tol: float = 0.05,
    max_iter: int = 200,
    progress: Callable[[str, float], None] | None = None,
) -> Diagnosis:
    """Decide feasibility per zone and jointly over levels, and fit to the relaxed targets.

    Soft controls never make a problem infeasible: they are left out of the programme.

    Parameters
    ----------
    controls : Controls
        The problem.
    max_expansion_factor, expansion_units, tol, max_iter, progress
        As in `calibrate`.

    Returns
    -------
    Diagnosis
        `calibration.status` tells whether the fit to the relaxed targets converged.

    Examples
    --------
    A diagonal two-by-two table whose margins cannot hold together: both kinds of household are on the
    diagonal, so rows and columns must agree, and they do not.

    >>> import numpy as np
    >>> from scipy import sparse
    >>> level = LevelControls("zone", np.zeros(1, np.int32), np.arange(4), np.array([[6.0, 4.0, 5.0, 5.0]]),
    ...     np.zeros((1, 4)), np.ones(4), np.zeros(4, np.int64), ("row 1", "row 2", "column 1", "column 2"))
    >>> incidence = sparse.csr_array(np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]]))
    >>> c = Controls(incidence, (level,), np.ones(2), np.zeros(2, np.int32), np.zeros(1, np.int32), -1, np.ones(1))
    >>> d = diagnose(c)
    >>> d.feasible, round(d.smallest_total, 6)
    (False, 2.0)
    """
    system = System(controls)
    vacant = _vacant(system)
    free = partial(calibrate, controls, tol=tol, max_iter=max_iter, throw=False, progress=progress)
    bounded = partial(free, max_expansion_factor=max_expansion_factor, expansion_units=expansion_units)
    found = _zones(system, vacant)
    fit = bounded(relaxed=found.goals)
    unmet = fit.status is not Status.CONVERGED
    if unmet and max_expansion_factor is not None and free(relaxed=found.goals).status is Status.CONVERGED:
        fit, unmet = replace(fit, status=Status.BOUND), False  # the bound is what cannot hold, not the levels
    if unmet and len(controls.levels) > 1:
        found = _all_levels(system, vacant)
        fit = bounded(relaxed=found.goals)
    smallest = sum(c.smallest for c in found.conflicts)
    return Diagnosis(found.conflicts, smallest, found.relaxed, found.goals, unsupported(controls), fit)


def unsupported(controls: Controls) -> tuple[Unsupported, ...]:
    """Controls with a target above zero that no record of their area can help to meet."""
    found = []
    for level in controls.levels:
        for area in np.unique(controls.area_of_zone):
            records = controls.area_of_record == area
            none = np.asarray(controls.incidence[records][:, level.columns].sum(axis=0)).reshape(-1) == 0
            units = np.unique(level.unit_of_zone[controls.area_of_zone == area])
            for c in np.flatnonzero(none):
                wanted = level.targets[units, c]
                found += [
                    Unsupported(level.level, int(u), level.labels[c], float(t))
                    for u, t in zip(units, wanted, strict=True)
                    if t > 0
                ]
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Findings:
    """Conflicts so far, and the targets with their relaxation applied."""

    conflicts: tuple[Conflict, ...]
    relaxed: tuple[Relaxed, ...]
    goals: dict[str, Float]


def _vacant(system: System) -> _Findings:
    """Units without households take part in no fit and no programme: what they ask for gives way at once."""
    controls = system.controls
    goals = {level.level: level.targets.copy() for level in controls.levels}
    conflicts, relaxed = [], []
    for level in controls.levels:
        peopled = np.zeros(level.n_units, bool)
        peopled[level.unit_of_zone[controls.zone_share > 0]] = True
        asked = ~peopled[:, None] & (level.sd == 0) & (goals[level.level] > LEAST)
        for unit in np.flatnonzero(asked.any(axis=1)):
            at, values = np.flatnonzero(asked[unit]), level.targets[unit]
            labels = tuple(level.labels[c] for c in at)
            conflicts.append(Conflict(level.level, int(unit), float(values[at].sum()), labels))
            relaxed += [Relaxed(level.level, int(unit), int(c), level.labels[c], float(values[c]), 0.0) for c in at]
        goals[level.level][asked] = 0.0
    return _Findings(tuple(conflicts), tuple(relaxed), goals)


def _suspects(system: System) -> list[tuple[Block, int]]:
    """Zones whose exact controls the fit of the zone alone misses."""
    level = system.controls.zone_level
    others = np.arange(len(level.columns)) != system.total_at
    if not ((level.sd == 0) & ~np.isnan(level.targets))[:, others].any():
        return []  # a household total alone can always be met
    targets = layout(system.controls, [lv.targets for lv in system.controls.levels], exact_sd=EXACT_SD[0])
    duals = start(system.controls, [lv.targets for lv in system.controls.levels])
    duals = zone_start(system, duals, targets, max_iter=40)
    out = []
    for block in system.blocks:
        weights, _ = system.zone_weights(block, duals)
        fitted = (system.zone_systems[block.area].transposed @ weights).T
        exact = (level.sd[block.zones] == 0) & ~np.isnan(level.targets[block.zones])
        gap = np.abs(np.where(exact, fitted - np.nan_to_num(level.targets[block.zones]), 0.0)).max(axis=1, initial=0.0)
        out += [(block, int(z)) for z in block.zones[gap > SUSPECT]]
    return out


def _zones(system: System, before: _Findings) -> _Findings:
    """Programmes of the suspect zones."""
    level = system.controls.zone_level
    goals = {name: values.copy() for name, values in before.goals.items()}
    conflicts, relaxed = list(before.conflicts), list(before.relaxed)
    for block, zone in _suspects(system):
        one = Block(block.area, np.array([zone]), block.units)
        count = smallest_relaxation(system, goals, blocks=[one], levels=[level.level], by_importance=False)
        if count.total <= LEAST:
            continue
        best = smallest_relaxation(system, goals, blocks=[one], levels=[level.level], by_importance=True)
        conflicts.append(_conflict(level, zone, count))
        relaxed += _apply(level, best, goals, [zone])
    return _Findings(tuple(conflicts), tuple(relaxed), goals)


def _all_levels(system: System, before: _Findings) -> _Findings:
    """One programme over all levels."""
    goals = {name: values.copy() for name, values in before.goals.items()}
    names = [level.level for level in system.controls.levels]
    count = smallest_relaxation(system, goals, blocks=system.blocks, levels=names, by_importance=False)
    best = smallest_relaxation(system, goals, blocks=system.blocks, levels=names, by_importance=True)
    conflicts, relaxed = list(before.conflicts), list(before.relaxed)
    for level in system.controls.levels:
        by_unit = np.abs(count.shifts[level.level]).sum(axis=1)
        conflicts += [_conflict(level, int(u), count) for u in np.flatnonzero(by_unit > LEAST)]
        relaxed += _apply(level, best, goals, range(level.n_units))
    return _Findings(tuple(conflicts), tuple(relaxed), goals)


def _conflict(level: LevelControls, unit: int, solution: Relaxation) -> Conflict:
    priced = np.flatnonzero(np.abs(solution.prices[level.level][unit]) > 1e-9)
    labels = tuple(level.labels[c] for c in priced)
    return Conflict(level.level, unit, float(np.abs(solution.shifts[level.level][unit]).sum()), labels)


def _apply(level: LevelControls, solution: Relaxation, goals: Mapping[str, Float], units: object) -> list[Relaxed]:
    out = []
    for unit in units:  # type: ignore[attr-defined]
        for c in np.flatnonzero(np.abs(solution.shifts[level.level][unit]) > LEAST):
            old = float(goals[level.level][unit, c])
            new = max(0.0, old - float(solution.shifts[level.level][unit, c]))
            goals[level.level][unit, c] = new
            out.append(Relaxed(level.level, int(unit), int(c), level.labels[c], old, new))
    return out
