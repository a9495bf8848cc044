"""How the seed sample stands to the rules, as rows and as lines."""

from __future__ import annotations

import json
from dataclasses import replace

import small_case

from censemble.formulas import read_formula
from censemble.inputs import Inputs
from censemble.io.rule_tables import rule_lines, rule_rows
from censemble.rules import Rule, RuleBook
from censemble.schema import Attribute, Schema

SCHEMA = Schema(
    (
        Attribute("tenure", "households", "categorical", ("owned", "rented")),
        Attribute("sex", "persons", "categorical", ("male", "female")),
        Attribute("cars", "households", "numeric"),
    )
)


def inputs(*texts: str) -> Inputs:
    """Four households of five persons, and rules of households."""
    rules = (Rule(f"r{i}", f"Rule {i}.", read_formula(t, SCHEMA, entity="households")) for i, t in enumerate(texts))
    return replace(small_case.inputs(), schema=SCHEMA, rules=RuleBook(tuple(rules)))


def test_rows_are_plain_json() -> None:
    """Counts and weighted shares; a rule that cannot be checked says what is absent and has no share."""
    broken, absent = rule_rows(inputs("size >= 1", "cars >= 0"))
    assert (broken["rule"], broken["of"], broken["n"], broken["broken"], broken["open"]) == (
        "r0",
        "households",
        4,
        1,
        0,
    )
    assert broken["weighted_share"] == 0.4
    assert (absent["weighted_share"], absent["absent"]) == (None, ["cars"])
    json.dumps([broken, absent], allow_nan=False)


def test_lines_are_sentences() -> None:
    """One a rule, and one that says what a broken rule means for a run."""
    assert rule_lines(inputs("size >= 1", "size < 9", "cars > 0", "any(sex is male) or sum(cars) = 0")) == [
        "rule r0 (Rule 0.): 1 of 4 households breaks it (40 % by weight)",
        "rule r1 (Rule 1.): none of 4 households break it",
        "rule r2 (Rule 2.): cannot be checked, the seed sample has no cars",
        "rule r3 (Rule 3.): cannot be checked, the seed sample has no cars",
        "Survey records that break a rule stay, because they are data; generated ones are left out.",
    ]
    assert rule_lines(inputs()) == []
