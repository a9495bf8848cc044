"""What words mean: refusals that quote the place and show the way out."""

from __future__ import annotations

import re

import pytest
from formula_case import SCHEMA, answers

from censemble.errors import ExpressionError
from censemble.formulas import read_formula
from censemble.formulas.text import tree_of
from censemble.schema import Entity


@pytest.mark.parametrize(
    ("text", "entity", "reason"),
    [
        ("agee < 16", "persons", "at 'agee' (character 1): no attribute 'agee' for persons; did you mean 'age'?"),
        ("rennt > 0", "households", "did you mean 'rent'? There are: type, tenure, cars, rooms, rent, year built"),
        ("employment is non", "persons", "no label 'non' (capitals count); did you mean 'none'? There are: none, part"),
        ("employment is full", "persons", "did you mean 'full time'?"),
        ("tenure is Owned", "households", "did you mean 'owned'?"),
        ("age > 3", "households", "belongs to persons, and this is about households; say of which members, as in any("),
        ("any(agee > 3)", "households", "did you mean 'age'?"),
        ("income", "persons", None),
        ("any(income)", "households", "a number where a condition belongs"),
        ("not income", "persons", "a number where a condition belongs"),
        ("tenure", "households", "has labels (owned, rented), not numbers; write tenure is owned"),
        ("rooms + 1 > 2", "households", "has labels (1, 2, 3 or more), not numbers; write rooms is 1"),
        ("rooms >= 3", "households", "no label '3' (capitals count); did you mean '3 or more'?"),
        ("tenure > owned", "households", "have no order; declare it `kind: ordinal`"),
        ("tenure = type", "households", "an attribute; 'tenure' has labels"),
        ("tenure = type + 1", "households", "has labels"),
        ("age is old", "persons", "a number belongs here"),
        ("'owned' and age > 3", "persons", "a label stands after"),
        ("any(sum(age) > 3)", "households", "an aggregate inside any(...)"),
        ("sum(age by role)", "persons", "'by' goes with mean, median, sd, min, max only"),
        ("mean(age by rolle)", "persons", "did you mean 'role'?"),
        ("mean()", "households", "mean needs something in its parentheses"),
        ("sqrt()", "persons", "sqrt needs something in its parentheses"),
        ("cars is 7", "households", "no label '7'"),
    ],
)
def test_refusals_name_the_nearest_and_the_way_out(text: str, entity: Entity, reason: str | None) -> None:
    """Unknown names, labels of another attribute, numbers and conditions in each other's place."""
    if reason is None:
        assert read_formula(text, SCHEMA, entity=entity).kind == "number"
        return
    with pytest.raises(ExpressionError, match=re.escape(reason)) as caught:
        read_formula(text, SCHEMA, entity=entity)
    assert caught.value.message.startswith("formula ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tenure = owned", "tenure is owned"),
        ("'owned' = tenure", "tenure is owned"),
        ("tenure != owned", "tenure is not owned"),
        ("'2' <= rooms", "rooms >= 2"),
        ("rooms between 1 and 2", "rooms is one of 1, 2"),
        ("cars is 1.0", "cars is 1"),
        ("cars > 0.5", "cars is not 0"),
        ("all(age > 3)", "not any(not age > 3)"),
        ("count(age > 3 where role is head)", "count(age > 3 and role is head)"),
        ("tenure is owned when cars is 1", "if cars is 1 then tenure is owned"),
        ("type is couple or cars is 1", "not (type is not couple and cars is not 1)"),
        ("rent is one of 0, 700", "rent = 0 or rent = 700"),
    ],
)
def test_two_ways_to_say_the_same(one: str, other: str) -> None:
    """Forms that mean the same give the same answers."""
    if "count" in one:
        one, other = f"({one}) >= 1", f"({other}) >= 1"
    assert answers(one) == answers(other)


def test_brackets_do_not_change_the_meaning_of_labels() -> None:
    """A bare label that is also a definition's name is the label where a label belongs."""
    assert answers("tenure is owned", owned="cars is 1") == "TFFF"
    assert answers("owned", owned="cars is 1") == "FFT?"


def test_deep_trees_are_refused_before_python_gives_up() -> None:
    """Definitions that write out into each other cannot nest without end."""
    groups = {f"d{i}": f"not (not (not (not (not (not (not (not (d{i + 1}))))))))" for i in range(40)}
    with pytest.raises(ExpressionError, match="operations inside each other"):
        read_formula("d0", SCHEMA, entity="households", groups=groups | {"d40": "rent > 0"})
    assert tree_of("rent > 0")
