"""Who is who, matched with attributes."""

from __future__ import annotations

from typing import Any

import pytest

from censemble.errors import Problem
from censemble.io.attributes import attribute_of
from censemble.io.comparison_schema import parse_schema
from censemble.io.roles import roles_of
from censemble.schema import Roles, Schema

PERSONS: dict[str, Any] = {
    "age": {"column": "AGEP", "kind": "numeric"},
    "band": {"column": "BAND", "categories": {"young": 1, "old": 2}},
    "role": {"column": "RELP", "categories": {"head": 0, "spouse": 1, "partner": 15, "own child": [2, 3]}},
}


def roles(declared: dict[str, Any], persons: dict[str, Any] | None = None) -> tuple[Roles, list[Problem]]:
    file = parse_schema({"attributes": {"persons": PERSONS if persons is None else persons}, "roles": declared})
    schema = Schema(tuple(attribute_of(n, "persons", d) for n, d in file.declared("persons").items()))
    problems: list[Problem] = []
    return roles_of(file.roles, file.declared("persons"), schema, problems), problems


def test_names_and_columns_labels_and_codes() -> None:
    """An attribute may be named by its column, a category by its code; each label is kept once."""
    relationship = {"column": "RELP", "head": 0, "partner": ["spouse", 15], "child": [2, 3]}
    found, problems = roles({"age": "AGEP", "relationship": relationship})
    assert problems == []
    assert found == Roles("age", "role", ("head",), ("spouse", "partner"), ("own child",))


def test_an_attribute_called_age_is_the_age() -> None:
    """Unless it has bands, or another one is declared."""
    assert roles({})[0] == Roles(age="age")
    bands = {"age": {"column": "A", "categories": {"0 to 17": 1, "18 and older": 2}}}
    assert roles({}, bands) == (Roles(), [])


@pytest.mark.parametrize(
    ("declared", "where", "code"),
    [
        ({"age": "years"}, "roles.age", "unknown-attribute"),
        ({"age": "band"}, "roles.age", "kind-mismatch"),
        ({"relationship": {"column": "x", "head": "head"}}, "roles.relationship.column", "unknown-attribute"),
        ({"relationship": {"column": "age", "head": "1"}}, "roles.relationship.column", "unknown-attribute"),
        ({"relationship": {"column": "role", "head": "heda"}}, "roles.relationship.head", "unknown-category"),
    ],
)
def test_what_is_not_there(declared: dict[str, Any], where: str, code: str) -> None:
    """Names that no attribute or category has are problems with the nearest one."""
    _, (problem,) = roles(declared)
    assert (problem.where, problem.code) == (where, code)
