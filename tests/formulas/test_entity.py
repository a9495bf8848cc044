"""Whose rows a formula is about."""

from __future__ import annotations

import pytest
from formula_case import SCHEMA

from censemble.formulas.entity import entity_of
from censemble.schema import Entity, Schema

GROUPS = {"adults": "age >= 18", "owners": "tenure is owned", "twice": "owners and owners"}


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("if age < 16 then tenure is not owned", "persons"),
        ("count(adults) >= 2 when type is couple", "households"),
        ("adults", "persons"),
        ("twice", "households"),
        ("tenure = owned", "households"),
        ("mean(rent by tenure) > 3", "households"),
        ("mean(income by role) > 3", "persons"),
        ("size < 12", "households"),
        ("rentt > 0", "persons"),
        ("age < max(age)", "households"),
    ],
)
def test_the_names_tell(text: str, entity: Entity) -> None:
    """An aggregate means households; otherwise a name of persons, or one that nobody has, means persons."""
    assert entity_of(text, SCHEMA, groups=GROUPS) == entity


def test_without_persons_all_is_about_households() -> None:
    """A schema of households alone leaves no choice."""
    assert entity_of("agee > 3", Schema(SCHEMA.of("households"))) == "households"


def test_definitions_that_double_each_other_take_no_time() -> None:
    """Each definition is looked at once."""
    doubling = {f"d{i}": f"d{i + 1} and d{i + 1}" for i in range(60)} | {"d60": "age > 0"}
    assert entity_of("d0", SCHEMA, groups=doubling) == "persons"
