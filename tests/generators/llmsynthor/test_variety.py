"""A few kinds of household are not a population, even if they meet the tables."""

from __future__ import annotations

from households_case import ADULT, OWNED, WOMAN, composed, planner, rng, targets
from llmsynthor_case import targets as flat_targets
from random_answers import random_answers

from censemble.generators.llmsynthor.calibrated import plan_calibrated
from censemble.generators.llmsynthor.proposal_form import Proposal
from censemble.generators.llmsynthor.variety import LARGEST_SHARE, thin_places, with_besides

TARGETS = targets()


def proposal(number: int) -> Proposal:
    """Women in owned households of two."""
    made = composed(TARGETS, OWNED, {**WOMAN, **ADULT}, ADULT)
    return Proposal(f"1-{number}", "x", 1, made.box, "", 0.1, members=made.members, who=(f"wife {number}", "husband"))


def test_places_are_thin_in_proportion_to_their_share() -> None:
    """Twenty per cent are owners of two: four proposals of five per cent each are enough, three are not."""
    for n, thin in ((3, True), (4, False)):
        found = thin_places(TARGETS, [proposal(k) for k in range(n)])
        shown = [gap.shown() for gap in found]
        assert ({"tenure": ["owned"], "size": ["2"]} in shown) is thin
        assert [gap.missing for gap in found] == sorted((gap.missing for gap in found), reverse=True)
    assert {gap.member is None for gap in found} == {True, False}


def test_flat_records_have_no_thin_places() -> None:
    """Their boxes are broad, and what lies beside them has its own prior."""
    assert thin_places(flat_targets(), []) == []


def test_the_model_is_told_who_is_there_already() -> None:
    """The latest four kinds that can be in the gap, in words."""
    gap = next(g for g in thin_places(TARGETS, []) if g.shown() == {"tenure": ["owned"], "size": ["2"]})
    told = with_besides(gap, [proposal(k) for k in range(6)])
    assert told.besides == tuple(f"wife {k}, husband" for k in (5, 4, 3, 2))


def test_asking_goes_on_until_no_place_is_thin() -> None:
    """A model that answers at random meets the tables in a few calls; it is asked until each place has its kinds."""
    asking = planner(random_answers(), n=4)
    plan = plan_calibrated(asking, calls=40, tolerance=0.2, doubt=0.1, rng=rng())
    assert plan.ended == "the tables can be met"
    own = [p for p in plan.proposals if not p.is_filled_in]
    assert len(own) >= 0.5 / LARGEST_SHARE
    assert thin_places(TARGETS, own) == []
