"""Calibrated mode: support until the tables can be met."""

from __future__ import annotations

from typing import Any

import numpy as np
from llmsynthor_case import SCHEMA, SEX, answer_by_rote, everything, planner, services, table, tables

from censemble.expressions import parse
from censemble.formulas import read_formula
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.calibrated import chosen, plan_calibrated
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.llm.fake import FakeCall
from censemble.rules import Rule, RuleBook
from censemble.schema import Schema


def rng() -> np.random.Generator:
    """A fresh stream."""
    return np.random.default_rng(2)


def narrow(call: FakeCall) -> str:
    """A model that always names the first category and the youngest ten years only."""

    def choose(name: str, schema: dict[str, Any], gaps: list[dict[str, Any]]) -> Any:
        value = everything(name, schema, gaps)
        if schema["type"] == "array":
            return [20, 29] if schema["items"]["type"] == "integer" else value[:1]
        return value

    return answer_by_rote(call, choose)


def test_a_generous_model_meets_the_tables_at_once() -> None:
    """Everything plausible everywhere: a few calls until each cell was asked about, nothing filled in."""
    plan = plan_calibrated(planner(), calls=20, tolerance=0.005, doubt=0.1, rng=rng())
    assert plan.ended == "the tables can be met"
    assert plan.steps[-1].call <= 5
    assert plan.steps[-1].unsupported == 0
    assert plan.steps[-1].miss < 0.005
    assert not any(p.is_filled_in for p in plan.proposals)


def test_what_calibration_cannot_reach_asks_for_the_next_proposals() -> None:
    """A narrow model needs more calls, each about what is still missing, and gets there."""
    asking = planner(services(narrow), n=3)
    plan = plan_calibrated(asking, calls=20, tolerance=0.005, doubt=0.1, rng=rng())
    assert plan.steps[-1].call > 1
    assert plan.steps[-1].miss < 0.005
    misses = [s.miss for s in plan.steps]
    assert misses[-1] < misses[1] < misses[0]
    assert len({p.asked_for for p in plan.proposals}) > 3


def test_what_was_never_proposed_is_filled_in_and_marked() -> None:
    """One call of a narrow model leaves cells without records; the tables fill them in."""
    plan = plan_calibrated(planner(services(narrow), n=1), calls=1, tolerance=0.005, doubt=0.1, rng=rng())
    filled = [p for p in plan.proposals if p.is_filled_in]
    assert filled
    assert plan.ended == "the only call is made"
    assert plan.steps[-1].unsupported == 0
    assert plan.steps[-1].miss < 0.005
    assert all("missing" in p.asked_for for p in filled)


def test_two_calls_without_progress_end_the_asking() -> None:
    """A model that cannot answer is not asked twenty times."""
    asking = planner(services(lambda call: "{}"))
    plan = plan_calibrated(asking, calls=20, tolerance=0.005, doubt=0.1, rng=rng())
    assert asking.calls == 2
    assert plan.ended == "2 calls in a row brought the tables no nearer"
    assert sum(plan.refusals.values()) == 6


def test_proposals_that_a_rule_forbids_are_refused_by_its_name() -> None:
    """Nobody may pay later: a proposal of nothing else is refused."""
    formula = read_formula("pays is not 'later'", SCHEMA, entity="persons")
    book = RuleBook((Rule("no-credit", "Nobody pays later.", formula),))
    plan = plan_calibrated(planner(services(rules=book), n=9), calls=3, tolerance=0.005, doubt=0.1, rng=rng())
    assert plan.refusals["rule: no-credit"] > 0


def test_what_cannot_be_told_ends_the_asking() -> None:
    """A table whose cells are no boxes: no call is made about nothing."""
    odd = "(sex == 0) & (age < 20) | (sex == 1) & (age >= 60)"
    strange = table("odd", {"odd": parse(odd), "rest": parse(f"~({odd})")}, [[30, 70]])
    only = targets_of(SCHEMA, [tables()[0], strange], "persons")
    asking = planner(of=only)
    plan = plan_calibrated(asking, calls=20, tolerance=0.005, doubt=0.1, rng=rng())
    assert asking.calls <= 1
    assert plan.ended in ("what is missing cannot be told as categories and ranges", "the tables can be met")


def test_gaps_that_another_serves_wait() -> None:
    """Men who pay cash are men: the wider gap is left for later, the order stays by size."""
    men = Gap("sex", "male", 0.4, 0.45, {"sex": Allowed(SEX, frozenset([1]))})
    women = Gap("sex", "female", 0.3, 0.55, {"sex": Allowed(SEX, frozenset([0]))})
    both = Gap("x", "y", 0.25, 0.3, {**men.box, "pet": Allowed(SEX, frozenset([1]))})
    assert [g.label for g in chosen([men, women, both], 5)] == ["female", "y"]


def test_the_same_answers_give_the_same_plan() -> None:
    """Byte for byte: nothing else decides."""
    one, two = (
        plan_calibrated(planner(services(narrow)), calls=5, tolerance=0.005, doubt=0.1, rng=rng()) for _ in range(2)
    )
    assert one.steps == two.steps
    assert [p.shown() for p in one.proposals] == [p.shown() for p in two.proposals]


def test_gaps_that_leave_nothing_to_ask_are_filled_in() -> None:
    """Where a gap names all that a model may be asked for, its answer would say nothing: no call is made."""
    only = targets_of(Schema((SEX,)), tables()[:2], "persons")
    asking = planner(of=only)
    plan = plan_calibrated(asking, calls=20, tolerance=0.005, doubt=0.1, rng=rng())
    assert asking.calls == 0
    assert plan.steps[-1].unsupported == 0
    assert {p.id for p in plan.proposals} == {"fill-1", "fill-2"}
