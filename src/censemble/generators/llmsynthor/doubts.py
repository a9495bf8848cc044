"""Doubt of what a model says of households: the same composition without what might have been left out.

Of a flat record all that the gap allows keeps some prior. Of a household its members and what is always said of them
hold; other statements (this couple is employed, owns two cars) exclude others only as far as the model is trusted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from censemble.generators.llmsynthor.compositions import Composition, Slot
from censemble.generators.llmsynthor.proposal_form import Proposal

BESIDE = "beside-"


def beside(proposals: Sequence[Proposal], always: Collection[str]) -> list[Proposal]:
    """Each proposal of a model without what it might have left out, where it says such things.

    Parameters
    ----------
    proposals : sequence of Proposal
        With members; those that were filled in say nothing.
    always : collection of str
        Member attributes that are said of every member.

    Returns
    -------
    list of Proposal
        With ids "beside-...".
    """
    found = []
    for proposal in proposals:
        loose = loosened(proposal.composition, always)
        if not proposal.is_filled_in and (loose.box, loose.members) != (proposal.box, proposal.members):
            found.append(
                replace(proposal, id=BESIDE + proposal.id, box=loose.box, members=loose.members, said=loose.said)
            )
    return found


def loosened(composition: Composition, always: Collection[str]) -> Composition:
    """What gaps and sizes fix, and of members what is always said."""
    record = _kept(Slot(composition.box, composition.said), ())
    return Composition(record.box, tuple(_kept(slot, always) for slot in composition.members), record.said)


def _kept(slot: Slot, always: Collection[str]) -> Slot:
    box = {name: allowed for name, allowed in slot.box.items() if name in always or slot.fixes(name)}
    return Slot(box, slot.said & box.keys())
