"""Calibrated mode (ours): the language model gives support, calibration gives the weights.

Before every call the records drawn from all proposals so far are calibrated to the tables. What even the best weights
cannot reach is the discrepancy that asks for the next proposals: cells without any record, and cells that can only be
met together with others that are full. Weights can be lowered as well as raised, so that nothing is overshot.

When no more calls are made, cells that still have no support get a box of their own from the tables, marked as filled
in: calibration needs support for every cell, and a model that was asked twenty times may have forgotten one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from censemble.generators.llmsynthor.compositions import room_of
from censemble.generators.llmsynthor.discrepancy import (
    Gap,
    differences,
    gaps,
    largest_miss,
    synthetic_counts,
    unsupported,
    without_support,
)
from censemble.generators.llmsynthor.doubts import BESIDE, beside
from censemble.generators.llmsynthor.fill_in import filled_in
from censemble.generators.llmsynthor.filling import draw_records
from censemble.generators.llmsynthor.obedience import disobedience
from censemble.generators.llmsynthor.particular import particular
from censemble.generators.llmsynthor.planning import NO_ROOM, Plan, Planner, Step, all_made, obedient, pool_of_drawn
from censemble.generators.llmsynthor.proposal_form import Proposal
from censemble.generators.llmsynthor.variety import thin_places, with_besides
from censemble.plain_text import counted
from censemble.pool import Pool

Float = NDArray[np.float64]
N_TRIED = 12_000  # records drawn before each call
LEAST_GAP = 1e-4  # share of all records below which a gap is not worth a proposal
IDLE = 2  # calls in a row without progress that end the asking
IDLE_KINDS = 12  # the same in kinds of households: each is narrower than a flat proposal
PROGRESS = 0.98  # of the miss before: what counts as progress
FILL_ROUNDS = 4


def plan_calibrated(planner: Planner, *, calls: int, tolerance: float, doubt: float, rng: np.random.Generator) -> Plan:
    """Ask until the tables can be met, until asking does not help, or until the calls are used up.

    Parameters
    ----------
    planner : Planner
        Its services have `calibrate`.
    calls : int
        At most.
    tolerance : float
        Share of the records that may be in wrong cells of any table, 0..1.
    doubt : float
        Above 0, what stands beside proposals of households needs no filling in.
    rng : numpy.random.Generator
        Of the records drawn while planning.

    Returns
    -------
    Plan
    """
    accepted: list[Proposal] = list(planner.services.start)
    planner.ask_likeness()
    found, now = assess(planner, accepted, rng)
    steps, idle, ended = [now], 0, all_made(calls)
    most_idle = max(IDLE, math.ceil(IDLE_KINDS / planner.n)) if planner.targets.members else IDLE
    while planner.calls < calls:
        can_be_met = now.miss <= tolerance and not now.unsupported
        if can_be_met and not (found := thin_places(planner.targets, accepted)):
            ended = "the tables can be met"
            break
        if idle == most_idle:
            ended = f"{counted(most_idle, 'call')} in a row brought the tables no nearer"
            break
        told = chosen([gap for gap in found if planner.form.asked_of(gap) or planner.form.members], planner.n)
        if not told:
            ended = "what is missing cannot be told as categories and ranges"
            break
        told = _particular(planner, told, found, rng)
        n_before = len(accepted)
        accepted += _useful(planner, planner.ask([with_besides(gap, accepted) for gap in told]), rng)
        if planner.spent:
            ended = planner.spent
            break
        before, more = now, len(accepted) > n_before
        found, now = assess(planner, accepted, rng)
        steps.append(now)
        idle = 0 if _is_better(now, before) or (can_be_met and more) else idle + 1
    wide = tuple(beside(accepted, planner.form.members.always)) if planner.form.members and doubt > 0 else ()
    if wide:
        found, now = assess(planner, [*accepted, *wide], rng)
        steps.append(now)
    filled, last = _fill_in(planner, [*accepted, *wide], found, now, tolerance, rng)
    return Plan((*accepted, *filled), (*steps, *last), planner.refusals, ended, planner.likeness, wide)


def _particular(planner: Planner, told: Sequence[Gap], found: Sequence[Gap], rng: np.random.Generator) -> list[Gap]:
    """Of households one kind at a time; flat gaps are told as they are."""
    form = planner.form.members
    if form is None:
        return list(told)
    return [particular(planner.targets, gap, found, rng, always=form.always, services=planner.services) for gap in told]


def _is_better(now: Step, before: Step) -> bool:
    """Whether a call helped: against the step before, not the best one, which lucky records may have made."""
    return now.miss < PROGRESS * before.miss or now.unsupported < before.unsupported


def assess(planner: Planner, accepted: Sequence[Proposal], rng: np.random.Generator) -> tuple[list[Gap], Step]:
    """Calibrate what there is so far; say what is missing, and how things stand."""
    targets, calibrate = planner.targets, planner.services.calibrate
    assert calibrate is not None
    guiding = (*targets.tables, *targets.approximated)
    weights = np.zeros(0)
    counts = [np.zeros(len(table.boxes)) for table in guiding]
    empty = sum(int((table.margin.targets[0] > 0).sum()) for table in targets.tables)
    if accepted:
        pool = _pool_of(planner, accepted, rng)
        if pool.n_records:
            weights = calibrate(pool, [table.margin for table in guiding])
            counts = synthetic_counts(guiding, pool, weights)
            empty = unsupported(targets.tables, pool)
    deltas = differences(guiding, counts, targets.total)
    found = gaps(guiding, deltas, targets.total, least=LEAST_GAP)
    n_proposals = sum(not p.id.startswith(BESIDE) for p in accepted)
    return found, planner.step(largest_miss(deltas[: len(targets.tables)]), empty, n_proposals, weights)


def _pool_of(planner: Planner, proposals: Sequence[Proposal], rng: np.random.Generator) -> Pool:
    """Records of all proposals so far that obey the rules."""
    drawn = draw_records(planner.targets, [p.composition for p in proposals], N_TRIED, rng, planner.conduct)
    pool = pool_of_drawn(planner.targets, drawn, [p.id for p in proposals])
    return pool if planner.targets.members else obedient(pool, planner.services, planner.targets)[0]


def chosen(found: Sequence[Gap], n: int) -> list[Gap]:
    """The gaps to ask about: those of more attributes say more; one that another serves is left for later."""
    ranked = sorted(found, key=lambda gap: -gap.missing * gap.n_named)
    asked: list[Gap] = []
    for gap in ranked:
        if len(asked) < n and not any(gap.is_served_by(other) for other in asked):
            asked.append(gap)
    return sorted(asked, key=lambda gap: -gap.missing)


def _useful(planner: Planner, proposals: Sequence[Proposal], rng: np.random.Generator) -> list[Proposal]:
    """Refuse proposals for which tables have no room, or of which no record obeys the rules; with members hardly any.

    Where only what need not have been said is at fault (a baby with a degree), the rest is a proposal.
    """
    kept = []
    for proposal in proposals:
        always = planner.form.members.always if planner.form.members else None
        loose = [] if always is None else beside([proposal], always)
        tried = [proposal, *(replace(other, id=proposal.id) for other in loose)]
        faults = [_fault(planner, one, rng) for one in tried]
        if "" in faults:
            kept.append(tried[faults.index("")])
        else:
            planner.refusals.refuse(proposal.id, faults[0])
    return kept


def _fault(planner: Planner, proposal: Proposal, rng: np.random.Generator) -> str:
    if room_of(planner.targets, proposal.composition).record.probability <= 0:
        return NO_ROOM
    return disobedience(planner.targets, proposal.composition, planner.services, rng)


def _fill_in(
    planner: Planner,
    accepted: Sequence[Proposal],
    found: Sequence[Gap],
    now: Step,
    tolerance: float,
    rng: np.random.Generator,
) -> tuple[list[Proposal], list[Step]]:
    """Support from the tables for what no proposal reached."""
    filled: list[Proposal] = []
    steps: list[Step] = []
    counted = {table.margin.name for table in planner.targets.tables}  # approximated cells need no support
    for _ in range(FILL_ROUNDS):
        found = [gap for gap in found if gap.table in counted]
        if not found or (now.miss <= tolerance and not now.unsupported):
            break
        if planner.targets.members and accepted:  # members that are borrowed again bring nothing where there is support
            found = without_support(found, planner.targets.tables, _pool_of(planner, [*accepted, *filled], rng))
        more = filled_in(planner, accepted, found, rng, first=len(filled) + 1)
        if not more:
            break
        filled += more
        found, now = assess(planner, [*accepted, *filled], rng)
        steps.append(now)
    return filled, steps
