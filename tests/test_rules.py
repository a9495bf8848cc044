"""Rules: who breaks them, in tables and pools."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from formula_case import SCHEMA, data, flat

from censemble.errors import SchemaError
from censemble.formulas import read_formula
from censemble.pool import Pool
from censemble.rules import Rule, RuleBook, checkable, obeying, tally, violating_records, violations
from censemble.schema import Entity


def rule(name: str, text: str, entity: Entity = "households") -> Rule:
    """A rule over the case's schema."""
    return Rule(name, f"{name}.", read_formula(text, SCHEMA, entity=entity, groups={"adults": "age >= 18"}))


WORK = rule("young-not-employed", "if age < 16 then employment is none", "persons")
COUPLE = rule("couple-of-adults", "count(adults) >= 2 when type is couple")
BOOK = RuleBook((WORK, COUPLE))


def test_only_the_certainly_false_breaks_a_rule() -> None:
    """The child with a job, the couple of one; not those whose age or type is missing."""
    assert violations(WORK, data()).tolist() == [False, False, False, True, False, False, False]
    assert violations(COUPLE, data()).tolist() == [False, False, True, False]


def test_a_household_breaks_what_its_persons_break() -> None:
    """Household 0 by its child, household 2 as a couple; the orphan is in no record."""
    assert violating_records(BOOK, data()).tolist() == [True, False, True, False]
    orphan = rule("no-children", "age >= 6", "persons")
    assert violating_records(RuleBook((orphan,)), data()).tolist() == [False] * 4
    assert violating_records(RuleBook(), data()).tolist() == [False] * 4


def test_flat_rows_are_records_themselves() -> None:
    """Without households every person is looked at, and rules of households cannot be."""
    assert violating_records(RuleBook((WORK,)), flat()).tolist() == [i == 3 for i in range(7)]
    with pytest.raises(SchemaError, match="members of households"):
        violating_records(BOOK, flat())


def test_what_cannot_be_checked_is_divided_off() -> None:
    """The rules that a table can answer, and a sentence for each other one."""
    kept, why_not = checkable(BOOK, flat())
    assert kept.rules == (WORK,)
    assert why_not == {
        "couple-of-adults": "rule 'couple-of-adults' cannot be checked: by hand has no type, no members of households"
    }
    assert checkable(BOOK, data()) == (BOOK, {})


def test_tallies() -> None:
    """Counts, open answers and weighted shares of each rule; a gap where it cannot be checked."""
    work, couple = tally(BOOK, data())
    assert (work.n_rows, work.n_broken, work.n_open) == (7, 1, 0)
    assert work.weighted_share == pytest.approx(1 / 9)
    assert (couple.n_rows, couple.n_broken, couple.n_open) == (4, 1, 1)
    assert couple.weighted_share == pytest.approx(1 / 5)
    absent = tally(BOOK, flat())[1]
    assert absent.absent == ("type", "members of households")
    assert math.isnan(absent.weighted_share)


def pool() -> Pool:
    """Three couples: one of adults, one with a working child, one of one person."""
    return Pool(
        households={"type": np.array([0, 0, 0]), "record": np.arange(3)},
        persons={
            "age": np.array([30.0, 32.0, 30.0, 31.0, 12.0, 50.0]),
            "employment": np.array([1, 0, 1, 1, 1, 0]),
        },
        offsets=np.array([0, 2, 5, 6]),
        prior_weights=np.array([1.0, 2.0, 3.0]),
        household_ids=pa.array(["a", "b", "c"]),
        household_extra=pa.table({}),
        person_extra=pa.table({"per_num": [1, 2, 1, 2, 3, 1]}),
        area_level="",
        area=np.zeros(3, np.int32),
        generator="made",
    )


def test_pools_keep_the_records_that_obey() -> None:
    """Whole records are dropped, counted by rule; weights, ids and extras follow."""
    kept, dropped = obeying(BOOK, pool(), SCHEMA)
    assert dropped == {"young-not-employed": 1, "couple-of-adults": 1}
    assert kept.household_ids.to_pylist() == ["a"]
    assert kept.persons["age"].tolist() == [30.0, 32.0]
    assert kept.prior_weights.tolist() == [1.0]
    assert kept.person_extra["per_num"].to_pylist() == [1, 2]
    again, none = obeying(BOOK, kept, SCHEMA)
    assert again is kept
    assert set(none.values()) == {0}


def test_a_pool_may_be_left_without_records() -> None:
    """Where every record breaks a rule nothing is left, and the counts say so."""
    kept, dropped = obeying(RuleBook((rule("nobody", "size > 9"),)), pool(), SCHEMA)
    assert (kept.n_records, kept.n_persons, dropped) == (0, 0, {"nobody": 3})


def test_a_pool_without_the_attribute_is_refused() -> None:
    """A rule that a pool cannot answer is not passed over."""
    with pytest.raises(SchemaError, match="table 'made' has no tenure"):
        obeying(RuleBook((rule("owners", "tenure is owned"),)), pool(), SCHEMA)


def test_rules_are_conditions_with_names_of_their_own() -> None:
    """A number is no rule; two rules of one name are none either."""
    with pytest.raises(SchemaError, match="is a number; a rule is a condition"):
        rule("sum", "sum(income)")
    with pytest.raises(SchemaError, match="a name stands twice"):
        RuleBook((WORK, WORK))
    assert (WORK.entity, WORK.text) == ("persons", "if age < 16 then employment is none")


def test_a_survey_of_millions_is_not_needed_to_be_quick() -> None:
    """Twenty rules over 40,000 persons in 16,000 households: each a few passes over arrays."""
    rng = np.random.default_rng(0)
    links = np.sort(rng.integers(0, 16_000, 40_000))
    table = data(
        households={"type": rng.integers(0, 2, 16_000)},
        persons={"age": rng.uniform(0, 99, 40_000).round(), "employment": rng.integers(-1, 3, 40_000)},
        household_weights=np.ones(16_000),
        person_weights=np.ones(40_000),
        household_of_person=links,
    )
    tallies = tally(RuleBook(tuple(Rule(str(i), "", r.condition) for i, r in enumerate([WORK, COUPLE] * 10))), table)
    young = (table.persons["age"] < 16) & (table.persons["employment"] > 0)
    adults = np.bincount(links, table.persons["age"] >= 18, minlength=16_000)
    assert {t.n_broken for t in tallies[::2]} == {int(young.sum())}
    assert {t.n_broken for t in tallies[1::2]} == {int(((adults < 2) & (table.households["type"] == 0)).sum())}
