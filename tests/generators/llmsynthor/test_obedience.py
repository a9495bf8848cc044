"""Why a composition cannot be used."""

from __future__ import annotations

from households_case import ADULT, CHILD, TRIPS, composed, rng, targets, trip_tables
from llmsynthor_case import AGE, SCHEMA
from llmsynthor_case import targets as flat_targets

from censemble.formulas import read_formula
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.compositions import Composition
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.member_targets import MemberOptions
from censemble.generators.llmsynthor.obedience import disobedience
from censemble.generators.llmsynthor.planning import Services
from censemble.rules import Rule, RuleBook

TARGETS = targets()
BOOK = RuleBook(
    (Rule("adult", "Somebody is an adult.", read_formula("any(age >= 18)", TARGETS.schema, entity="households")),)
)


def test_a_rule_over_members_is_named() -> None:
    """Children alone never obey; with an adult they always do; without rules all do."""
    children = composed(TARGETS, {}, CHILD, CHILD)
    assert disobedience(TARGETS, children, Services(rules=BOOK), rng()) == "rule: adult"
    assert disobedience(TARGETS, composed(TARGETS, {}, ADULT, CHILD), Services(rules=BOOK), rng()) == ""
    assert disobedience(TARGETS, children, Services(), rng()) == ""


def test_one_in_fifty_must_obey() -> None:
    """Anybody alone is an adult often enough."""
    assert disobedience(TARGETS, composed(TARGETS, {}, {}), Services(rules=BOOK), rng()) == ""


def test_members_that_are_hardly_ever_in_order() -> None:
    """Eight trips at any hour are in order once in forty thousand times."""
    found = targets_of(TRIPS, trip_tables(), "households", members=MemberOptions("trips", 8, "hour"))
    assert disobedience(found, composed(found, {}, *[{}] * 8), Services(), rng()) == "members in no order"


def test_flat_records_need_one_that_obeys() -> None:
    """Nobody under 20 is 30 or older."""
    rule = Rule("grown", "All are grown.", read_formula("age >= 30", SCHEMA, entity="persons"))
    young = Composition({"age": Allowed(AGE, low=0, high=19)})
    assert disobedience(flat_targets(), young, Services(rules=RuleBook((rule,))), rng()) == "rule: grown"
    assert disobedience(flat_targets(), Composition({}), Services(rules=RuleBook((rule,))), rng()) == ""
