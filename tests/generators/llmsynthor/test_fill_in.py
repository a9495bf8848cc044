"""Support from the tables for what no proposal reached."""

from __future__ import annotations

from households_case import ADULT, CHILD, MAN, OWNED, RENTED, SIZE, WOMAN, composed, planner, rng, targets

from censemble.formulas import read_formula
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.compositions import Slot
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.fill_in import filled_in
from censemble.generators.llmsynthor.proposal_form import Proposal
from censemble.rules import Rule, RuleBook

TARGETS = targets()


def proposal(name: str, box: dict[str, Allowed], *slots: dict[str, Allowed]) -> Proposal:
    """An accepted proposal."""
    made = composed(TARGETS, box, *slots)
    return Proposal(name, "x", 1, made.box, "", 0.1, members=made.members, who=("",) * len(slots))


COUPLE = proposal("1-1", OWNED, {**WOMAN, **ADULT}, {**MAN, **ADULT})
FAMILY = proposal("1-2", OWNED, {**WOMAN, **ADULT}, {**MAN, **ADULT}, {**MAN, **CHILD})


def tenants(code: int) -> Gap:
    """Rented households of one size."""
    return Gap("size by tenure", "r", 0.1, 0.1, {**RENTED, "size": Allowed(SIZE, frozenset([code]))})


def test_a_gap_of_households_borrows_members_of_its_size() -> None:
    """Tenants of two live as the couple does, but rent; the id is marked."""
    (made,) = filled_in(planner(lambda call: ""), [FAMILY, COUPLE], [tenants(1)], rng(), first=4)
    assert (made.id, made.is_filled_in) == ("fill-4", True)
    assert made.box["tenure"].codes == {1}
    assert made.members == COUPLE.members


def test_members_are_repeated_or_left_out_where_no_proposal_has_the_size() -> None:
    """One person is the first of the couple; three are the couple and one more of the last."""
    one, three = (filled_in(planner(lambda call: ""), [COUPLE], [tenants(k)], rng(), first=1)[0] for k in (0, 2))
    assert one.members == COUPLE.members[:1]
    assert three.members == (*COUPLE.members, COUPLE.members[1])


def test_a_gap_of_members_moves_the_nearest_one() -> None:
    """Girls: the boy of the family becomes a girl, the parents stay."""
    girls = Gap("age by sex", "f young", 0.1, 0.1, {}, member={**WOMAN, **CHILD})
    (made,) = filled_in(planner(lambda call: ""), [COUPLE, FAMILY], [girls], rng(), first=1)
    assert made.members[:2] == FAMILY.members[:2]
    assert made.members[2].box["sex"].codes == {0}
    assert made.members[2].box["age"].high < 18


def test_without_proposals_members_are_anybody() -> None:
    """As many as the gap asks for."""
    (made,) = filled_in(planner(lambda call: ""), [], [tenants(1)], rng(), first=1)
    assert made.members == (Slot(), Slot())


def test_rules_hold_for_what_is_filled_in() -> None:
    """A girl alone would break the rule that somebody is an adult: the next composition is taken."""
    formula = read_formula("any(age >= 18)", TARGETS.schema, entity="households")
    book = RuleBook((Rule("adult", "Somebody is an adult.", formula),))
    girls = Gap("age by sex", "f young", 0.1, 0.1, {}, member={**WOMAN, **CHILD})
    alone = proposal("1-3", OWNED, {**WOMAN, **CHILD})
    (made,) = filled_in(planner(lambda call: "", rules=book), [alone, FAMILY], [girls], rng(), first=1)
    assert len(made.members) == 3
