"""Multi-level maximum entropy: all levels and both entities at once.

    minimise   f * sum_hz [w log(w/q) - w + q]   +   1/2 sum_soft importance * (A'w - T)^2 / sd^2
    subject to A'w = T for the exact controls of every level

with q the prior weight of record h times zone z's share of its area, and f the sample households behind each
household of the population (`duals.information`; it matters only where there are soft controls). This is
generalised raking (Deville, Särndal & Sautory 1993) with ridge-softened controls (penalised maximum entropy,
Nagle et al. 2014), solved on its dual by Newton's method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from censemble.calibration.blas_threads import one_blas_thread
from censemble.calibration.duals import Duals, Targets, layout, start
from censemble.calibration.joint_newton import line_search, newton_iterate
from censemble.calibration.result import Calibration, Status
from censemble.calibration.system import System
from censemble.calibration.zone_newton import solve_zones
from censemble.controls import Controls
from censemble.errors import ConvergenceError
from censemble.groups import Float

EXACT_SD = (1e-2, 1e-3)  # an exact control's residual ends below dual * EXACT_SD**2, about 1e-5 counts
MAX_CELLS = 2_000_000  # zone groups x zones of one batch: bounds memory
MAX_CAP_ROUNDS = 60
OVERSHOOT = 1.5  # of an expansion multiplier: over-relaxed coordinate ascent needs a quarter fewer rounds
SETTLED, UNSETTLED = 1e-6, 1e-3  # log of a weight: largest move of an expansion multiplier in one round
ZONE_ITER = 150  # zone-only steps: only zones still moving cost anything

Progress = Callable[[str, float], None]


@one_blas_thread
def calibrate(
    controls: Controls,
    *,
    relaxed: Mapping[str, Float] | None = None,
    max_expansion_factor: float | None = None,
    expansion_units: NDArray[np.int32] | None = None,
    tol: float = 0.05,
    max_iter: int = 200,
    throw: bool = True,
    progress: Progress | None = None,
) -> Calibration:
    """Find the weights closest to the prior that meet the controls of all levels.

    Do not use it to decide whether controls can be met at all: `feasibility.diagnose` says which
    contradict each other, and gives the `relaxed` targets to pass here.

    Parameters
    ----------
    controls : Controls
        The problem.
    relaxed : mapping from level to ndarray of shape (n_units, n_controls), optional
        Targets to use instead of `controls`' own, counts >= 0.
    max_expansion_factor : float, optional
        > 0; upper bound of summed calibrated weight / prior weight of a record within each unit of
        `expansion_units` (the prior being shared among a record's units by zone share).
    expansion_units : ndarray of int32, shape (n_zones,), optional
        The unit of each zone for that bound; default: the record's area.
    tol : float
        Counts; exact controls count as met within it.
    max_iter : int
        Most Newton steps over all levels, for each stiffness of the exact controls.
    throw : bool
        Raise instead of returning a result that did not converge.
    progress : callable(str, float), optional
        Called with a phrase and the largest gradient (counts).

    Returns
    -------
    Calibration

    Raises
    ------
    ConvergenceError
        With the unfinished result, if `throw`.

    Examples
    --------
    Two kinds of household in one zone; the table wants 30 and 10.

    >>> import numpy as np
    >>> from scipy import sparse
    >>> from censemble.controls import Controls, LevelControls
    >>> level = LevelControls("zone", np.zeros(1, np.int32), np.arange(2), np.array([[30.0, 10.0]]),
    ...     np.zeros((1, 2)), np.ones(2), np.zeros(2, np.int64), ("small", "large"))
    >>> c = Controls(sparse.csr_array(np.array([[1.0, 0.0], [0.0, 1.0]])), (level,), np.array([1.0, 1.0]),
    ...     np.zeros(2, np.int32), np.zeros(1, np.int32), -1, np.ones(1))
    >>> result = calibrate(c)
    >>> result.status.name, result.record_totals().round(3).tolist()
    ('CONVERGED', [30.0, 10.0])
    """
    tell = progress or (lambda _phrase, _value: None)
    cap_units = expansion_units
    if max_expansion_factor is not None and cap_units is None:
        cap_units = np.zeros(controls.n_zones, np.int32)
    system = System(controls, cap_units=cap_units if max_expansion_factor is not None else None)
    goals = [(relaxed or {}).get(level.level, level.targets) for level in controls.levels]
    duals = start(controls, goals)
    duals = zone_start(system, duals, layout(controls, goals, exact_sd=EXACT_SD[0]), max_iter=ZONE_ITER)
    tell("zones fitted one by one", 0.0)
    status, used = Status.CONVERGED, 0
    for round_number in range(MAX_CAP_ROUNDS):
        for exact_sd in EXACT_SD if round_number == 0 else EXACT_SD[-1:]:
            targets = layout(controls, goals, exact_sd=exact_sd)
            duals, status, n = _newton(system, duals, targets, max_iter=max_iter, tell=tell)
            used += n
        if max_expansion_factor is None:
            break
        duals, moved = _tighten_caps(system, duals, max_expansion_factor)
        if moved < SETTLED:
            break
    else:  # the multipliers still move: the bounds hold, but other weights are closer to the prior
        status = Status.OUT_OF_ITERATIONS if moved > UNSETTLED else status
    result = _result(system, duals, goals, status=status, iterations=used, tol=tol)
    if throw and result.status is not Status.CONVERGED:
        raise ConvergenceError(
            f"{result.status.value} Largest residual: {result.largest_residual:,.3f} counts.", result
        )
    return result


def zone_start(system: System, duals: Duals, targets: Targets, *, max_iter: int) -> Duals:
    """Fit each zone on its own with the upper duals held: a warm start, and a screen for trouble."""
    zone = duals.zone.copy()
    for block in system.blocks:
        zone_system = system.zone_systems[block.area]
        step = max(1, MAX_CELLS // max(1, *zone_system.incidence.shape, zone_system.incidence.shape[1] ** 2))
        for at in range(0, len(block.zones), step):
            zones = block.zones[at : at + step]
            zone[:, zones], _ = solve_zones(
                zone_system,
                log_base=system.collapse(replace(block, zones=zones), duals)[0],
                duals=zone[:, zones],
                targets=targets.zone[:, zones],
                ridge=targets.zone_ridge[:, zones],
                free=targets.zone_free[:, zones],
                max_iter=max_iter,
                tol=1e-6,
            )
    return Duals(zone, duals.upper, duals.cap)


def _newton(
    system: System, duals: Duals, targets: Targets, *, max_iter: int, tell: Progress, tol: float = 1e-5
) -> tuple[Duals, Status, int]:
    """Newton steps over all levels until the largest gradient is below `tol` counts."""
    for it in range(max_iter):
        iterate = newton_iterate(system, duals, targets)
        tell(f"calibration step {it + 1}", iterate.largest_gradient)
        if iterate.largest_gradient < tol:
            return duals, Status.CONVERGED, it
        duals, length = line_search(system, duals, iterate, targets)
        if length == 0.0:
            # Below rounding error of the objective no step can be seen to improve it: good enough is converged.
            small = iterate.largest_gradient < 1e3 * tol
            return duals, Status.CONVERGED if small else Status.STALLED, it
    return duals, Status.OUT_OF_ITERATIONS, max_iter


def _tighten_caps(system: System, duals: Duals, factor: float) -> tuple[Duals, float]:
    """Raise the multiplier of every group above its bound, lower those below it; say how far the furthest moved."""
    cap, moved = dict(duals.cap), 0.0
    share: dict[tuple[int, int], float] = {}
    for block in system.blocks:
        key = system.cap_key(block)
        share[key] = share.get(key, 0.0) + float(system.controls.zone_share[block.zones].sum())
    for key, totals in system.group_totals(duals).items():
        bound = factor * system.areas[key[0]].prior * share[key]
        old = cap.get(key, np.zeros_like(totals))
        new = np.maximum(0.0, old + OVERSHOOT * np.log(np.maximum(totals, 1e-300) / bound))
        moved = max(moved, float(np.abs(new - old).max(initial=0.0)))
        cap[key] = new
    return Duals(duals.zone, duals.upper, cap), moved


def _result(
    system: System, duals: Duals, goals: list[Float], *, status: Status, iterations: int, tol: float
) -> Calibration:
    fitted = system.fitted(duals)
    largest = 0.0
    for level, goal in zip(system.controls.levels, goals, strict=True):
        exact = (level.sd == 0) & ~np.isnan(goal)
        gaps = np.abs(fitted[level.level] - np.nan_to_num(goal))[exact]
        largest = max(largest, float(gaps.max(initial=0.0)))
    if status is Status.CONVERGED and largest > tol:
        status = Status.STALLED
    return Calibration(system, duals, status, iterations, fitted, largest)
