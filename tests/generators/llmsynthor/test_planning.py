"""Calls, and what is counted of them."""

from __future__ import annotations

import json

import numpy as np
from llmsynthor_case import AGE, PAYS, SCHEMA, SEX, answer_by_rote, planner, services, targets

from censemble.expressions import is_in
from censemble.formulas import read_formula
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.boxes import draw_pool
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.planning import Plan, Services, carried_over, obedient, pool_of
from censemble.generators.llmsynthor.proposal_form import Proposal
from censemble.generators.llmsynthor.refusals import Refusals
from censemble.llm import Budget, Client, FakeModel, Reply
from censemble.margins import Cell, Margin
from censemble.rules import Rule, RuleBook
from censemble.schema import Attribute, Schema

MEN = Gap("sex", "male", 0.45, 0.45, {"sex": Allowed(SEX, frozenset([1]))})
YOUNG_CARDS = Gap("odd", "x", 0.1, 0.1, {"age": Allowed(AGE, low=0, high=19), "pays": Allowed(PAYS, frozenset([0]))})


def test_a_call_gives_proposals_with_their_ids() -> None:
    """Call and place."""
    asking = planner()
    assert [p.id for p in asking.ask([MEN])] == ["1-1"]
    assert [p.id for p in asking.ask([MEN])] == ["2-1"]
    assert asking.calls == 2


def test_a_place_where_the_tables_have_nobody_is_refused() -> None:
    """Children with cards: counted with the reason."""
    asking = planner()
    assert asking.with_room(asking.ask([YOUNG_CARDS])) == []
    assert asking.refusals == {"no room in the tables": 1}


def test_an_unusable_answer_is_counted() -> None:
    """By what was wrong with it."""
    asking = planner(services(lambda call: "I would rather not."))
    assert asking.ask([MEN, MEN]) == []
    assert asking.refusals == {"answer: syntax": 2}


def test_ranges_that_end_before_they_begin_are_counted() -> None:
    """One for each such proposal."""

    def backwards(call):  # type: ignore[no-untyped-def]
        answer = json.loads(answer_by_rote(call))
        answer["proposals"]["1"]["record"]["age"] = [50, 10]
        return json.dumps(answer)

    asking = planner(services(backwards))
    assert asking.ask([MEN]) == []
    assert asking.refusals == {"range that ends before it begins": 1}


def test_a_spent_budget_ends_the_asking() -> None:
    """The call that did not happen is not counted."""
    client = Client(FakeModel(answer_by_rote), budget=Budget(max_calls=1))
    asking = planner(Services(client=client))
    assert asking.ask([MEN])
    assert asking.ask([MEN]) == []
    assert (asking.spent, asking.calls) == ("the budget is 1 call", 1)


def test_progress_is_told() -> None:
    """With the calls and the miss."""
    told: list[tuple[str, float]] = []
    asking = planner(services(progress=lambda words, miss: told.append((words, miss))))
    asking.step(0.5, 3, 0, np.ones(4))
    words = "model: 0 calls, 0 tokens; 0 proposals; share in wrong cells"
    assert told == [(words, 0.5)]


def test_records_say_their_proposal() -> None:
    """Persons and households alike."""
    columns, box, prior = draw_pool(targets(), [MEN.box], 4, np.random.default_rng(1))
    ids = [f"1-{k + 1}" for k in box]
    pool = pool_of(targets(), columns, prior=prior, proposals=ids, generator="llmsynthor")
    assert pool.person_extra["proposal"].to_pylist() == ["1-1"] * 4
    assert pool.record_entity == "persons"


def test_households_without_members_are_records_too() -> None:
    """Tables of households give a pool of households of nobody."""
    tenure = Attribute("tenure", "households", "categorical", ("owned", "rented"))
    cells = (Cell("owned", is_in("tenure", [0]), "O"), Cell("rented", is_in("tenure", [1]), "R"))
    margin = Margin("tenure", "zone", "households", cells, np.array([[3.0, 7.0]]), np.zeros((1, 2)), np.ones(2))
    found = targets_of(Schema((tenure,)), [margin], "households")
    columns, box, prior = draw_pool(found, [{}], 5, np.random.default_rng(1))
    pool = pool_of(found, columns, prior=prior, proposals=["1-1"] * 5, generator="llmsynthor")
    assert (pool.record_entity, pool.n_persons) == ("households", 0)
    assert pool.household_extra["proposal"].to_pylist() == ["1-1"] * len(box)


def test_rules_take_records_out() -> None:
    """Only those that break one, with the count."""
    formula = read_formula("sex is female or age >= 20", SCHEMA, entity="persons")
    book = RuleBook((Rule("men-are-adults", "Men are adults.", formula),))
    columns, box, prior = draw_pool(targets(), [{}], 200, np.random.default_rng(1))
    pool = pool_of(targets(), columns, prior=prior, proposals=["1-1"] * len(box), generator="llmsynthor")
    kept, broken = obedient(pool, services(rules=book), targets())
    boys = int(((columns["sex"] == 1) & (columns["age"] < 20)).sum())
    assert boys > 0
    assert (kept.n_records, broken) == (200 - boys, {"men-are-adults": boys})


def test_proposals_are_carried_over_under_names_of_their_own() -> None:
    """Those of the model; what was filled in from tables belongs to those tables."""
    kept = Proposal("3-2", "r", 1, {}, "", 0.0)
    filled = Proposal("fill-1", "r", 1, {}, "", 0.0)
    refusals = Refusals()
    refusals.answered(3, Reply("valid", {}, key="ab"))
    carried = carried_over(Plan((kept, filled), (), refusals, ""))
    assert [(p.id, p.question) for p in carried] == [("without-3-2", "ab")]
