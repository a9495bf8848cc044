"""Gaps of households are told as one particular kind."""

from __future__ import annotations

from collections import Counter

import pytest
from households_case import ADULT, CHILD, OWNED, TRIPS, WOMAN, rng, targets, trip_tables
from tables_case import SCHEMA

from censemble.formulas import read_formula
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.member_targets import MemberOptions
from censemble.generators.llmsynthor.particular import particular
from censemble.generators.llmsynthor.planning import Services
from censemble.rules import Rule, RuleBook

TARGETS = targets()
OWNERS = Gap("tenure", "owned", 0.5, 0.6, OWNED)
WOMEN = Gap("sex", "women", 0.5, 0.5, {}, member=WOMAN)
ADULTS = Gap("age", "older", 0.3, 0.7, {}, member=ADULT)
CHILDREN = Gap("age", "young", 0.1, 0.3, {}, member=CHILD)


def told(gap: Gap, found: list[Gap], *, services: Services | None = None, random_seed: int = 1) -> Gap:
    """The gap as it is told."""
    return particular(TARGETS, gap, found, rng(random_seed), always=("age",), services=services or Services())


def test_a_size_and_a_member_are_added() -> None:
    """A gap of owners becomes one of owners of a size with an adult; its shares and its first words stay."""
    made = told(OWNERS, [OWNERS, ADULTS])
    assert set(made.box) == {"tenure", "size"}
    assert made.member == ADULT
    assert (made.missing, made.table) == (OWNERS.missing, OWNERS.table)
    assert made.words().startswith(OWNERS.words() + "; asked as ")


def test_what_a_gap_says_of_its_member_stays() -> None:
    """Women get an age as well; a gap that says an age keeps it."""
    assert told(WOMEN, [WOMEN, ADULTS]).member == {**ADULT, **WOMAN}
    assert told(CHILDREN, [ADULTS, CHILDREN]).member == CHILD


def test_places_are_drawn_by_what_is_missing() -> None:
    """Three of four gaps get the place that three quarters of the missing members are in."""
    drawn = Counter(told(OWNERS, [ADULTS, CHILDREN], random_seed=k).member == ADULT for k in range(200))
    assert drawn[True] / 200 == pytest.approx(0.75, abs=0.1)


def test_households_that_no_rule_allows_are_not_asked_for() -> None:
    """Children do not live alone: a gap of one person gets an adult whatever is missing most."""
    alone = Rule("adult", "x", read_formula("any(age >= 18)", SCHEMA, entity="households"))
    services = Services(rules=RuleBook((alone,)))
    many = Gap("age", "young", 0.9, 0.3, {}, member=CHILD)
    for k in range(20):
        made = told(OWNERS, [many, ADULTS], services=services, random_seed=k)
        alone_now = [TARGETS.members.size.categories[c] for c in made.box["size"].codes] == ["1"]  # type: ignore[union-attr]
        assert not alone_now or made.member == ADULT


def test_without_places_or_sizes_a_gap_is_told_as_it_is() -> None:
    """Nothing is missing of members, and no attribute holds the size."""
    options = MemberOptions(most=3)
    found = targets_of(TRIPS, trip_tables(), "households", members=options)
    gap = Gap("trips", "2", 0.5, 0.5, {})
    assert particular(found, gap, [gap], rng(), always=("hour",), services=Services()) is gap
