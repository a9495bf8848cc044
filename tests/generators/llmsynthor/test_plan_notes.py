"""What a user must know of a plan."""

from __future__ import annotations

from dataclasses import replace

from llmsynthor_case import SCHEMA, services, tables, targets

from censemble.generators.llmsynthor import LLMSynthor
from censemble.generators.llmsynthor.plan_notes import breadth, notes_of
from censemble.generators.llmsynthor.planning import Plan
from censemble.generators.llmsynthor.proposal_form import Proposal


def plan() -> Plan:
    """Of the case."""
    made = LLMSynthor(calls=4, services=services()).fit(SCHEMA, margins=tables())
    assert made.plan_ is not None
    return made.plan_


def test_why_asking_ended_and_what_was_filled_in() -> None:
    """Calls, the reason, refusals by kind, the miss; and how many places no model vouches for."""
    found = plan()
    found.refusals["rule: odd"] += 2
    filled = Proposal("fill-1", "", 1, {}, "", 0.1)
    told = list(notes_of(targets(), replace(found, proposals=(*found.proposals, filled)), (), ()))
    assert f"asking ended after {found.steps[-1].call} calls because {found.ended}" in told[0]
    assert "rule: odd: 2" in told[0]
    assert told[-1].startswith("llmsynthor: 1 place that no proposal reached was filled in")


def test_breadth_is_the_share_of_the_tables_records() -> None:
    """An open box allows everybody."""
    everybody = replace(plan(), proposals=(Proposal("1-1", "", 1, {}, "", 0.1),))
    assert "proposals allow 100 %" in breadth(targets(), everybody, 0)
