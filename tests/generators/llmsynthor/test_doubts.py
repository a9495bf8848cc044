"""What a model might have left out of a household is doubted; who lives together is not."""

from __future__ import annotations

from dataclasses import replace

from households_case import ADULT, CHILD, OWNED, RENTED, WOMAN, composed, said, targets

from censemble.generators.llmsynthor.compositions import Slot
from censemble.generators.llmsynthor.doubts import beside, loosened
from censemble.generators.llmsynthor.macro_statistics import Box
from censemble.generators.llmsynthor.proposal_form import Proposal

TARGETS = targets()


def proposal(name: str, box: Box, *slots: Slot) -> Proposal:
    """Of a composition."""
    made = composed(TARGETS, box, *slots)
    return Proposal(name, "x", 1, made.box, "", 0.1, members=made.members, said=made.said, who=("",) * len(slots))


def test_what_is_always_said_and_what_the_gap_says_stay() -> None:
    """A mother who rents, of a gap of women: her sex and the ages stay, the tenure that the model added goes."""
    found = loosened(composed(TARGETS, said(RENTED), said(ADULT, fixed=WOMAN), said({**WOMAN, **CHILD})), ("age",))
    assert set(found.box) == {"size"}
    assert [set(slot.box) for slot in found.members] == [{"sex", "age"}, {"age"}]
    assert set(loosened(composed(TARGETS, OWNED, {}), ()).box) == {"tenure", "size"}


def test_only_proposals_that_said_more_have_others_beside_them() -> None:
    """Filled-in ones, and such as say no more than they must, do not."""
    plain, more = proposal("1-1", OWNED, said(ADULT)), proposal("1-2", OWNED, said({**ADULT, **WOMAN}))
    found = beside([plain, more, replace(more, id="fill-1")], ("age",))
    assert [p.id for p in found] == ["beside-1-2"]
    assert set(found[0].members[0].box) == {"age"}
