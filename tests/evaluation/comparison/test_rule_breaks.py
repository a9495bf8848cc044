"""Rules broken are counted rule by rule and record by record, with weights and errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from judge_case import SCHEMA, ground, table, view
from test_yardsticks import LINKED, households

from censemble.dataset import Dataset
from censemble.evaluation.comparison.measure import Measure
from censemble.evaluation.comparison.rule_breaks import measure_rules
from censemble.evaluation.comparison.views import codings_of, view_of
from censemble.formulas import read_formula
from censemble.rules import Rule, RuleBook
from censemble.schema import Entity, Schema


def book(schema: Schema, *texts: str, entity: Entity = "persons") -> RuleBook:
    """Rules named r0, r1, ..."""
    rules = [Rule(f"r{i}", f"Sentence {i}.", read_formula(t, schema, entity=entity)) for i, t in enumerate(texts)]
    return RuleBook(tuple(rules))


def measured(data: Dataset, rules: RuleBook) -> dict[str, Measure]:
    """Measures by metric."""
    codings = codings_of(data, "persons")
    return {m.metric: m for m in measure_rules(ground(), view_of(data, "persons", codings, random_seed=0), book=rules)}


def test_shares_are_of_rows_and_any_rule_of_records() -> None:
    """Two rules that are broken by different rows: each share by itself, and their union."""
    data = table(400)
    rules = book(SCHEMA, "if age < 16 then work is full", "if age >= 65 then work is full")
    found = measured(data, rules)
    young, old = (data.persons["age"] < 16).mean(), (data.persons["age"] >= 65).mean()
    assert found["rule_violations[r0]"].value == pytest.approx(young)
    assert found["rule_violations"].value == pytest.approx(young + old)
    assert found["rule_violations[r0]"].note == "Sentence 0."


def test_weights_count() -> None:
    """A row of weight 3 counts three times."""
    data = replace(table(4), person_weights=np.array([3.0, 1.0, 0.0, 0.0]))
    data = replace(data, persons=dict(data.persons) | {"age": np.array([10.0, 30.0, 10.0, 10.0])})
    assert measured(data, book(SCHEMA, "age >= 16"))["rule_violations[r0]"].value == pytest.approx(0.75)


def test_the_error_is_that_of_a_share() -> None:
    """The jackknife over random groups is near the binomial standard error."""
    data = table(4000)
    found = measured(data, book(SCHEMA, "age >= 16"))["rule_violations[r0]"]
    share = found.value
    assert found.error == pytest.approx(np.sqrt(share * (1 - share) / 4000), rel=0.6)


def test_households_break_a_rule_with_any_of_their_persons() -> None:
    """Linked tables: records are households, and a rule about persons counts persons."""
    data = households(300, share_rented=0.5)
    found = measured(data, book(LINKED, "age >= 18"))
    child = data.persons["age"].reshape(-1, 2) < 18
    assert found["rule_violations"].value == pytest.approx(child.any(axis=1).mean())
    assert found["rule_violations[r0]"].value == pytest.approx(child.mean())


def test_a_rule_about_what_is_absent_is_not_defined() -> None:
    """It says why, and the others are still counted."""
    data = table(100)
    data = replace(data, persons={k: v for k, v in data.persons.items() if k != "age"})
    found = {m.metric: m for m in measure_rules(ground(), view(data), book=book(SCHEMA, "age >= 16", "sex is male"))}
    assert found["rule_violations[r0]"].value is None and "age" in found["rule_violations[r0]"].note
    assert found["rule_violations"].value == pytest.approx((data.persons["sex"] == 0).mean())
    only = {m.metric: m for m in measure_rules(ground(), view(data), book=book(SCHEMA, "age >= 16"))}
    assert (only["rule_violations"].value, only["rule_violations"].note) == (None, "no rule can be checked")
