"""Who is who in a household, as a project or schema file says it: names and labels matched with attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from censemble.errors import Problem
from censemble.io.attributes import code_of
from censemble.io.project_model import AttributeDeclaration, RolesDeclaration
from censemble.io.scalars import parse_number
from censemble.io.suggestions import advice
from censemble.schema import Attribute, Roles, Schema

AGE = "age"  # the attribute of this name is the age unless another is declared


Declared = Mapping[str, AttributeDeclaration]


def roles_of(
    roles: RolesDeclaration, declared: Declared, schema: Schema, problems: list[Problem], *, source: str = "schema"
) -> Roles:
    """Match declared roles with attributes of persons.

    Parameters
    ----------
    roles : RolesDeclaration
        Names attributes or their columns, labels or their codes.
    declared : mapping of str to AttributeDeclaration
        Person attributes as declared; those that were inferred are there as well.
    schema : Schema
        The attributes there are.
    problems : list of Problem
        Grows by names that no attribute or category has.
    source : str
        File that declares them, for messages.
    """
    matching = _Matching(declared, schema, problems, source)
    age = matching.age(roles.age)
    wanted = roles.relationship
    if wanted is None:
        return Roles(age=age)
    attribute = matching.find(wanted.column)
    if attribute is None or not attribute.categories:
        matching.not_there("relationship.column", wanted.column)
        return Roles(age=age)
    listed = (("head", wanted.head), ("partner", wanted.partner), ("child", wanted.child))
    head, partner, child = (matching.labels(attribute, texts, role) for role, texts in listed)
    return Roles(age, attribute.name, head, partner, child)


@dataclass(frozen=True, eq=False)
class _Matching:
    """What names are matched with, and where those go that match nothing."""

    declared: Declared
    schema: Schema
    problems: list[Problem]
    source: str

    def age(self, name: str) -> str:
        attribute = self.find(name or AGE)
        if attribute is not None and all(parse_number(label) is not None for label in attribute.categories):
            return attribute.name
        if attribute is not None and name:
            found, action = f"the categories of {attribute.name!r}", "Name an attribute of single years."
            self._tell("age", "an attribute of numbers", found, action, "kind-mismatch")
        elif name:
            self.not_there("age", name)
        return ""

    def find(self, name: str) -> Attribute | None:
        persons = self.schema.of("persons")
        by_name = next((a for a in persons if a.name == name), None)
        return by_name or next((a for a in persons if self.declared[a.name].column == name), None)

    def labels(self, attribute: Attribute, wanted: Sequence[str], role: str) -> tuple[str, ...]:
        found: list[str] = []
        for text in wanted:
            code = code_of(text, self.declared[attribute.name])
            if text in attribute.categories:
                found.append(text)
            elif code >= 0:
                found.append(attribute.categories[code])
            else:
                action = advice(text, attribute.categories)
                expected = f"a category of {attribute.name!r}"
                self._tell(f"relationship.{role}", expected, repr(text), action, "unknown-category")
        return tuple(dict.fromkeys(found))

    def not_there(self, where: str, name: str) -> None:
        action = advice(name, [a.name for a in self.schema.of("persons")])
        self._tell(where, "an attribute of persons", repr(name), action, "unknown-attribute")

    def _tell(self, where: str, expected: str, found: str, action: str, code: str) -> None:
        self.problems.append(Problem(self.source, f"roles.{where}", expected, found, action, code))
