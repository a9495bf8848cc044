"""Records drawn from a plan whose asking has ended: flat ones, households, or uniform ones, under conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.anybody import anybody, draw_mixture
from censemble.generators.llmsynthor.boxes import Columns, holds
from censemble.generators.llmsynthor.compositions import Composition, room_of
from censemble.generators.llmsynthor.faithful import draw_uniform
from censemble.generators.llmsynthor.filling import Conduct, draw_records
from censemble.generators.llmsynthor.macro_statistics import Box, Targets
from censemble.generators.llmsynthor.planning import Plan, pool_of
from censemble.pool import Pool, join_pools, take_records
from censemble.rules import RuleBook

MAX_TRIES = 50  # draws for each record that conditions ask of the uniform modes


def flat_records(targets: Targets, plan: Plan, n: int, rng: np.random.Generator, wanted: Box, *, doubt: float) -> Pool:
    """Draw from the boxes of proposals, and by doubt from what their gaps allow beside them.

    Parameters
    ----------
    targets, plan : Targets, Plan
        Of a calibrated plan without members.
    n : int
        Records.
    rng : numpy.random.Generator
        The same state gives the same records.
    wanted : Box
        Conditions; empty for none.
    doubt : float
        Prior of what lies beside proposals, relative to the tables.

    Raises
    ------
    SchemaError
        No proposal allows what is wanted.
    """
    most = n if wanted else None
    proposed = _possible(targets, [(p.id, p.composition) for p in plan.proposals], wanted, most=most, rng=rng)
    gaps = [(f"beside-{p.id}", Composition(p.gap_box)) for p in plan.proposals if p.gap_box]
    wide = gaps if doubt > 0 else []
    boxes = [*proposed, *_possible(targets, wide, wanted, most=most, rng=rng)]
    if not boxes:
        raise SchemaError(f"conditions: no proposal allows records with {', '.join(wanted)} as asked for")
    drawn = draw_records(targets, [box for _, box in boxes], n, rng, Conduct())
    which, prior = drawn.which, drawn.prior
    if wide:
        owner = _owners([c.box for _, c in proposed], drawn.columns)
        prior = np.where(owner >= 0, prior, doubt * prior)
        prior *= targets.total / prior.sum()
        which = np.where((which >= len(proposed)) & (owner >= 0), owner, which)
    ids = [boxes[k][0] for k in which]
    return pool_of(targets, drawn.columns, prior=prior, proposals=ids, generator="llmsynthor")


def households(
    targets: Targets, plan: Plan, n: int, rng: np.random.Generator, wanted: Box, *, rules: RuleBook, doubt: float
) -> Pool:
    """Draw households with persons: proposed ones, and by doubt others (`doubts`, `anybody`).

    Parameters
    ----------
    targets, plan, n, rng, wanted, doubt
        As in `flat_records`, of a plan with members; conditions are on households.
    rules : RuleBook
        That every household obeys.

    Raises
    ------
    SchemaError
        No proposal allows what is wanted.
    """
    assert targets.members is not None
    most = n if wanted else None
    found = _possible(targets, [(p.id, p.composition) for p in plan.proposals], wanted, most=most, rng=rng)
    if not found:
        raise SchemaError(f"conditions: no proposal allows records with {', '.join(wanted)} as asked for")
    loose, others = (
        _possible(targets, kinds if doubt > 0 else [], wanted, most=most, rng=rng)
        for kinds in ([(p.id, p.composition) for p in plan.beside], anybody(targets.members))
    )
    return draw_mixture(targets, (found, loose, others), n, rng, conduct=Conduct(rules, plan.likeness), doubt=doubt)


def uniform_records(targets: Targets, plan: Plan, n: int, rng: np.random.Generator, wanted: Box) -> Pool:
    """Draw until `n` records meet the conditions."""
    kept: list[Pool] = []
    for attempt in range(MAX_TRIES if wanted else 1):
        drawn = draw_uniform(targets, plan.proposals, n, rng, name=f"ls{attempt + 1}" if wanted else "ls")
        columns: Any = drawn.households if targets.entity == "households" else drawn.persons
        kept.append(take_records(drawn, np.flatnonzero(holds(wanted, columns))))
        if sum(p.n_records for p in kept) >= n:
            return take_records(join_pools(kept), np.arange(n))
    raise SchemaError(f"conditions: hardly any proposal allows records with {', '.join(wanted)} as asked for")


def intersection(box: Box, other: Box) -> Box | None:
    """What two boxes allow together; None where that is nothing."""
    both: dict[str, Allowed] = {**box, **other}
    for name in box.keys() & other.keys():
        mine, theirs = box[name], other[name]
        low, high = max(mine.low, theirs.low), min(mine.high, theirs.high)
        both[name] = Allowed(mine.attribute, mine.codes & theirs.codes, low, high)
        empty = low > high if mine.attribute.kind == "numeric" else not both[name].codes
        if empty:
            return None
    return both


def _owners(boxes: Sequence[Box], columns: Columns) -> NDArray[np.int64]:
    """The first box that holds each record; -1 for none."""
    owner = np.full(len(next(iter(columns.values()))), -1)
    for k, box in enumerate(boxes):
        owner[(owner < 0) & holds(box, columns)] = k
    return owner


def _possible(
    targets: Targets,
    named: Sequence[tuple[str, Composition]],
    wanted: Box,
    *,
    most: int | None,
    rng: np.random.Generator,
) -> list[tuple[str, Composition]]:
    """What conditions leave of compositions, where tables have anybody; `most` of them: more would get no record."""
    left = [
        (name, replace(composition, box=both))
        for name, composition in named
        if (both := intersection(composition.box, wanted)) is not None
    ]
    if most is not None and len(left) > most:
        left = [left[k] for k in rng.permutation(len(left))]
    found = ((name, made) for name, made in left if room_of(targets, made).record.probability > 0)
    return list(islice(found, most))
