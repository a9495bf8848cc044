"""What a record is: the attributes of households and persons, and how their codes read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from censemble.errors import SchemaError

Entity = Literal["households", "persons"]
Kind = Literal["categorical", "ordinal", "numeric"]


@dataclass(frozen=True)
class Attribute:
    """One attribute of households or persons.

    Categorical and ordinal attributes are held as codes 0..n-1 into `categories` (-1 is missing),
    numeric ones as float64 (NaN is missing).

    Parameters
    ----------
    name : str
        Name used in margins, rules and outputs.
    entity : {"households", "persons"}
    kind : {"categorical", "ordinal", "numeric"}
    categories : tuple of str
        Labels in code order; empty for numeric attributes.
    unit : str
        Unit of a numeric attribute, for reports.
    bins : tuple of float
        Increasing edges used when a numeric attribute is tabulated: bin i is [edge i, edge i+1).

    Raises
    ------
    SchemaError
        Categories repeated or missing, or bins that do not increase.

    Examples
    --------
    >>> Attribute("tenure", "households", "categorical", ("owned", "rented")).n_codes
    2
    """

    name: str
    entity: Entity
    kind: Kind
    categories: tuple[str, ...] = ()
    unit: str = ""
    bins: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.kind != "numeric" and not self.categories:
            raise SchemaError(f"attribute {self.name!r}: a {self.kind} attribute needs categories; list them")
        if len(set(self.categories)) != len(self.categories):
            raise SchemaError(f"attribute {self.name!r}: categories are repeated: {', '.join(self.categories)}")
        if any(b <= a for a, b in zip(self.bins, self.bins[1:], strict=False)):
            raise SchemaError(f"attribute {self.name!r}: bins must increase, got {list(self.bins)}")

    @property
    def n_codes(self) -> int:
        """Number of categories, or of bins for a numeric attribute with bins."""
        return len(self.categories) if self.categories else max(len(self.bins) - 1, 0)


@dataclass(frozen=True)
class Roles:
    """Which person attributes say who is who in a household, for what is measured between its members.

    Parameters
    ----------
    age : str
        Attribute of ages in years: numeric, or ordinal with numbers as labels; "" where none is named.
    relationship : str
        Attribute that says what a person is to the head of the household; "" where none is named.
    head, partner, child : tuple of str
        Labels of `relationship`: the head, the head's partner, the head's own child.
    """

    age: str = ""
    relationship: str = ""
    head: tuple[str, ...] = ()
    partner: tuple[str, ...] = ()
    child: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schema:
    """The attributes of a record, for each entity, and which of them have a role inside a household.

    Examples
    --------
    >>> s = Schema((Attribute("size", "households", "numeric"),))
    >>> [a.name for a in s.of("households")]
    ['size']
    """

    attributes: tuple[Attribute, ...] = field(default=())
    roles: Roles = field(default=Roles())

    def __post_init__(self) -> None:
        names = [(a.entity, a.name) for a in self.attributes]
        if len(set(names)) != len(names):
            raise SchemaError("schema: an attribute is declared twice for the same entity")
        for role in (self.roles.age, self.roles.relationship):
            if role:
                self.find("persons", role)
        if self.roles.relationship:
            labels = self.find("persons", self.roles.relationship).categories
            strange = set(self.roles.head + self.roles.partner + self.roles.child).difference(labels)
            if strange:
                raise SchemaError(f"schema: {', '.join(sorted(strange))}: no labels of {self.roles.relationship!r}")

    def of(self, entity: Entity) -> tuple[Attribute, ...]:
        """Attributes of one entity, in declared order."""
        return tuple(a for a in self.attributes if a.entity == entity)

    def find(self, entity: Entity, name: str) -> Attribute:
        """One attribute; raises `SchemaError` listing those there are."""
        for attribute in self.of(entity):
            if attribute.name == name:
                return attribute
        known = ", ".join(a.name for a in self.of(entity)) or "none"
        raise SchemaError(f"no attribute {name!r} for {entity}; declared: {known}")
