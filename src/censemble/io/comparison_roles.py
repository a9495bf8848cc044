"""Who is who in a household, as a schema file or a project file says it: names matched with declared attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from censemble.errors import Problem
from censemble.io.attributes import code_of
from censemble.io.project_model import AttributeDeclaration, RolesDeclaration
from censemble.io.scalars import parse_number
from censemble.io.suggestions import advice
from censemble.schema import Attribute, Entity, Roles, Schema

AGE = "age"  # the attribute of this name is the age unless another is declared


class Declarations(Protocol):
    """A file that declares attributes and roles: a schema file or a project file."""

    @property
    def roles(self) -> RolesDeclaration:
        """Who is who in a household."""

    def declared(self, entity: Entity) -> Mapping[str, AttributeDeclaration]:
        """Attributes of one entity."""


def roles_of(file: Declarations, schema: Schema, problems: list[Problem]) -> Roles:
    """Match declared roles with attributes of persons.

    Parameters
    ----------
    file : SchemaFile or Project
        Names attributes or their columns, labels or their codes.
    schema : Schema
        The attributes there are.
    problems : list of Problem
        Grows by names that no attribute or category has.
    """
    age = _age(file, schema, problems)
    declared = file.roles.relationship
    if declared is None:
        return Roles(age=age)
    attribute = _find(file, schema, declared.column)
    if attribute is None or not attribute.categories:
        _not_there("relationship.column", declared.column, schema, problems)
        return Roles(age=age)
    listed = (("head", declared.head), ("partner", declared.partner), ("child", declared.child))
    head, partner, child = (_labels(file, attribute, wanted, role, problems) for role, wanted in listed)
    return Roles(age, attribute.name, head, partner, child)


def _age(file: Declarations, schema: Schema, problems: list[Problem]) -> str:
    attribute = _find(file, schema, file.roles.age or AGE)
    if attribute is not None and _holds_numbers(attribute):
        return attribute.name
    if attribute is not None and file.roles.age:
        found, action = f"the categories of {attribute.name!r}", "Name an attribute of single years."
        problems.append(Problem("schema", "roles.age", "an attribute of numbers", found, action, "kind-mismatch"))
    elif file.roles.age:
        _not_there("age", file.roles.age, schema, problems)
    return ""


def _holds_numbers(attribute: Attribute) -> bool:
    return all(parse_number(label) is not None for label in attribute.categories)


def _find(file: Declarations, schema: Schema, name: str) -> Attribute | None:
    persons = schema.of("persons")
    columns = file.declared("persons")
    by_name = next((a for a in persons if a.name == name), None)
    return by_name or next((a for a in persons if columns[a.name].column == name), None)


def _labels(
    file: Declarations, attribute: Attribute, wanted: Sequence[str], role: str, problems: list[Problem]
) -> tuple[str, ...]:
    found: list[str] = []
    for text in wanted:
        code = code_of(text, file.declared("persons")[attribute.name])
        if text in attribute.categories:
            found.append(text)
        elif code >= 0:
            found.append(attribute.categories[code])
        else:
            action = advice(text, attribute.categories)
            where, expected = f"roles.relationship.{role}", f"a category of {attribute.name!r}"
            problems.append(Problem("schema", where, expected, repr(text), action, "unknown-category"))
    return tuple(dict.fromkeys(found))


def _not_there(where: str, name: str, schema: Schema, problems: list[Problem]) -> None:
    expected, action = "an attribute of persons", advice(name, [a.name for a in schema.of("persons")])
    problems.append(Problem("schema", f"roles.{where}", expected, repr(name), action, "unknown-attribute"))
