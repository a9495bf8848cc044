"""Support from the tables for what no proposal reached, when no more calls are made.

Flat records get the box of the gap. Records with members borrow who their members are from the proposal that fits best:
for a gap of records one of its size, members repeated or left out where there is none; for a gap of members the one
with the member that differs least, moved to where the gap is. No model vouches for what is filled in; it is marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from censemble.generators.llmsynthor.compositions import Composition, Slot, in_order, room_of, sized
from censemble.generators.llmsynthor.discrepancy import Gap, overlaps
from censemble.generators.llmsynthor.macro_statistics import Box
from censemble.generators.llmsynthor.member_targets import MemberTargets
from censemble.generators.llmsynthor.obedience import disobedience
from censemble.generators.llmsynthor.planning import Planner
from censemble.generators.llmsynthor.proposal_form import Proposal

REASON = "No proposal reached this; filled in from the tables."
MOST_TRIED = 5  # compositions of a gap


def filled_in(
    planner: Planner, accepted: Sequence[Proposal], found: Sequence[Gap], rng: np.random.Generator, *, first: int
) -> list[Proposal]:
    """Make a proposal for each gap, where tables have anybody there.

    Parameters
    ----------
    planner : Planner
        Knows the tables and the rules.
    accepted : sequence of Proposal
        Of the model.
    found : sequence of Gap
        That still lack support.
    rng : numpy.random.Generator
        Of the records that are held to the rules.
    first : int
        Number of the first one's id.
    """
    made = [(gap, composition) for gap in _finest(found) if (composition := _for(planner, accepted, gap, rng))]
    return [
        Proposal(
            f"fill-{k}",
            REASON,
            1,
            composition.box,
            gap.words(),
            gap.missing,
            members=composition.members,
            who=("",) * len(composition.members),
        )
        for k, (gap, composition) in enumerate(made, first)
    ]


def _for(planner: Planner, accepted: Sequence[Proposal], gap: Gap, rng: np.random.Generator) -> Composition | None:
    """The first of the compositions that come into question that tables and rules allow."""
    members = planner.targets.members
    if members is None:
        flat = Composition(gap.box)
        return flat if room_of(planner.targets, flat).record.probability > 0 else None
    for tried, composition in enumerate(_borrowed(members, accepted, gap)):
        if tried == MOST_TRIED:
            break
        room = room_of(planner.targets, composition).record.probability > 0
        if room and not disobedience(planner.targets, composition, planner.services, rng):
            return composition
    return None


def _borrowed(members: MemberTargets, accepted: Sequence[Proposal], gap: Gap) -> Iterator[Composition]:
    """Compositions with the gap in them, the best fitting first; at last one of members who may be anybody."""
    numbers = members.numbers_in(gap.box)
    wanted = gap.member or {}
    numbers = tuple(n for n in numbers if n) if wanted else numbers
    if not numbers:
        return
    ranked = sorted(accepted, key=lambda p: _misfit(p, gap, numbers))
    for proposal in ranked[: MOST_TRIED - 1]:
        yield from _composed(members, gap, _resized(proposal.members, numbers))
    nearest = len(ranked[0].members) if ranked else numbers[0]
    yield from _composed(members, gap, [Slot()] * min(numbers, key=lambda n: abs(n - nearest)))


def _misfit(proposal: Proposal, gap: Gap, numbers: Sequence[int]) -> tuple[int, ...]:
    """How far a proposal is from a gap: members too many or few, the nearest member's attributes, the record's."""
    size = min(abs(len(proposal.members) - n) for n in numbers)
    record = _n_apart(proposal.box, gap.box)
    if not gap.member:
        return (size, *record)
    nearest = min((_n_apart(slot.box, gap.member) for slot in proposal.members), default=(0, 0))
    return (*nearest, size, *record)


def _n_apart(box: Box, other: Box) -> tuple[int, int]:
    """How many attributes exclude each other, and how many of them are numbers: an age says more of who somebody is."""
    apart = [name for name in box.keys() & other.keys() if not overlaps({name: box[name]}, {name: other[name]})]
    return len(apart), sum(box[name].attribute.kind == "numeric" for name in apart)


def _resized(slots: Sequence[Slot], numbers: Sequence[int]) -> list[Slot]:
    """Members repeated from the last on or cut from the end, to the nearest number that there can be."""
    n = min(numbers, key=lambda number: abs(number - len(slots)))
    return [*slots, *([slots[-1] if slots else Slot()] * (n - len(slots)))][:n]


def _composed(members: MemberTargets, gap: Gap, slots: list[Slot]) -> Iterator[Composition]:
    """The composition of a gap's record and these members, of whom the nearest is moved to the gap's member."""
    if gap.member:
        k = min(range(len(slots)), key=lambda i: _n_apart(slots[i].box, gap.member or {}))
        slots = [slot.moved_to(gap.member) if i == k else slot for i, slot in enumerate(slots)]
    _, ordered = in_order(members, slots)
    made = sized(members, gap.box, ordered) if ordered is not None else None
    if made is not None:
        yield made


def _finest(found: Sequence[Gap]) -> list[Gap]:
    """Gaps that no gap of more attributes serves already."""
    ranked = sorted(found, key=lambda gap: -gap.n_named)
    kept: list[Gap] = []
    for gap in ranked:
        if not any(o.n_named > gap.n_named and gap.is_served_by(o) for o in kept):
            kept.append(gap)
    return kept
