"""What a user must know of a plan, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from censemble.generators.llmsynthor.approximated_joints import ApproximatedJoint
from censemble.generators.llmsynthor.boxes import draw_box, holds
from censemble.generators.llmsynthor.calibrated import N_TRIED
from censemble.generators.llmsynthor.dependencies import Group
from censemble.generators.llmsynthor.macro_statistics import Targets
from censemble.generators.llmsynthor.planning import SPAWN_KEY, Plan
from censemble.plain_text import counted


def notes_of(
    targets: Targets, plan: Plan, groups: Sequence[Group], joints: Sequence[ApproximatedJoint]
) -> Iterator[str]:
    """What a user must know."""
    if plan.likeness:
        told = ", ".join(f"{name} {100 * share:.0f} %" for name, share in plan.likeness.items())
        yield (
            f"llmsynthor: the model says in how many households of several persons all have the same: {told}; no table "
            "does."
        )
    if targets.members is not None:
        yield (
            "llmsynthor: persons of a household are otherwise independent of each other given who they are; such as "
            'nobody proposed together are rare, and marked "beside-tables".'
        )
    pairs = [{joint.rows.name, joint.columns.name} for joint in joints]
    yield from (g.words(approximated=any(pair <= set(g.attributes) for pair in pairs)) for g in groups)
    yield from (joint.words() for joint in joints)
    last = plan.steps[-1]
    own = sum(not p.is_filled_in for p in plan.proposals)
    refused = ", ".join(f"{why}: {n}" for why, n in sorted(plan.refusals.items()))
    yield (
        f"llmsynthor: asking ended after {counted(last.call, 'call')} because {plan.ended}; "
        f"{counted(own, 'proposal')} accepted"
        + (f", refused or left out: {refused}" if refused else "")
        + f"; {100 * last.miss:.1f} % of the records are in wrong cells of the worst table."
    )
    filled = len(plan.proposals) - own
    if filled:
        were = "was" if filled == 1 else "were"
        yield (
            f"llmsynthor: {counted(filled, 'place')} that no proposal reached {were} filled in from the tables; their "
            'records are marked "fill-..." and no model vouches for them.'
        )


def breadth(targets: Targets, plan: Plan, random_seed: int) -> str:
    """Say how much of what the tables expect the proposals allow: little of it is little variety."""
    rng = np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(SPAWN_KEY, 1)))
    columns = draw_box(targets, {}, N_TRIED, rng)
    inside = np.logical_or.reduce([holds(p.box, columns) for p in plan.proposals])
    what = "households, by their own attributes and size," if targets.members else "records"
    return f"llmsynthor: proposals allow {100 * inside.mean():.0f} % of the {what} that the tables alone would expect."
