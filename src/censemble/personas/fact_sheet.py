"""What a record says, fact by fact, by label and in words: what a writer may tell and what a check holds it to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from censemble.llm.data_text import clean_text
from censemble.personas.phrasing import VALUE, Wording
from censemble.personas.plain_names import humanised
from censemble.pool import Pool
from censemble.schema import Attribute, Schema


@dataclass(frozen=True)
class Fact:
    """One attribute of a record that is known.

    Parameters
    ----------
    attribute : Attribute
    value : str or float
        Cleaned label, or the number of a numeric attribute.
    phrase : str
        How it reads; "" where it is not to be mentioned.
    """

    attribute: Attribute
    value: str | float
    phrase: str


@dataclass(frozen=True)
class FactSheet:
    """All facts of one record.

    Parameters
    ----------
    shared : tuple of Fact
        Of the household, or of the person where records are persons.
    members : tuple of tuple of Fact
        Of each person of a household; empty where records are persons.
    """

    shared: tuple[Fact, ...]
    members: tuple[tuple[Fact, ...], ...] = ()

    @property
    def facts(self) -> Iterator[Fact]:
        """Every fact, the household's first."""
        yield from self.shared
        for member in self.members:
            yield from member

    @property
    def n_people(self) -> int:
        """How many people the text is about."""
        return max(len(self.members), 1)

    def held(self) -> dict[str, list[Fact]]:
        """Facts by attribute name; of persons' attributes one for each member that has it."""
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            found.setdefault(fact.attribute.name, []).append(fact)
        return found

    def shown(self) -> Any:
        """The facts that are mentioned, as a prompt shows them: phrases, of a household by person.

        Examples
        --------
        >>> size = Attribute("size", "households", "ordinal", ("1", "2"))
        >>> FactSheet((Fact(size, "1", "lives alone"),)).shown()
        ['lives alone']
        """
        shared = _shown(self.shared)
        return {"household": shared, "persons": [_shown(m) for m in self.members]} if self.members else shared


def phrase_of(wording: Wording, attribute: Attribute, value: str | float) -> str:
    """One value in words; exact, where a template would say about how much.

    Examples
    --------
    >>> income = Attribute("income", "persons", "numeric", unit="dollars")
    >>> phrase_of(Wording(), income, 1200.0), phrase_of(Wording(patterns={"income": "earns ${value}"}), income, 1200.0)
    ('income: 1,200 dollars', 'earns $1,200')
    """
    if isinstance(value, str):
        fact = wording.fact(attribute, value)
        text = (fact.does or f"{fact.name}: {fact.value}") if wording.says(attribute, value) else ""
    else:
        number = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"
        plain = f"{humanised(attribute.name)}: {VALUE} {attribute.unit}".strip()
        text = wording.patterns.get(attribute.name, plain).replace(VALUE, number)
    return clean_text(text.replace("{their}", "their"))


def fact_sheet(schema: Schema, pool: Pool, record: int, wording: Wording) -> FactSheet:
    """Collect the known facts of one record.

    Parameters
    ----------
    schema : Schema
        Names the attributes; those that the pool lacks count as missing.
    pool : Pool
        Households with persons, or persons by themselves.
    record : int
        In 0..n_records-1.
    wording : Wording
        How they read, and which are left out.
    """
    rows = range(int(pool.offsets[record]), int(pool.offsets[record + 1]))
    persons = tuple(tuple(_facts(schema.of("persons"), pool.persons, row, wording)) for row in rows)
    if pool.record_entity == "persons":
        return FactSheet(persons[0])
    return FactSheet(tuple(_facts(schema.of("households"), pool.households, record, wording)), persons)


def _facts(attributes: tuple[Attribute, ...], columns: Mapping[str, Any], row: int, wording: Wording) -> Iterator[Fact]:
    for attribute in attributes:
        if attribute.name not in columns or attribute.name in wording.leave_out:
            continue
        held = columns[attribute.name][row]
        if attribute.kind == "numeric":
            if np.isfinite(held):
                yield Fact(attribute, float(held), phrase_of(wording, attribute, float(held)))
        elif 0 <= held < len(attribute.categories):
            label = attribute.categories[int(held)]
            yield Fact(attribute, clean_text(label), phrase_of(wording, attribute, label))


def _shown(facts: tuple[Fact, ...]) -> list[str]:
    return [fact.phrase for fact in facts if fact.phrase]
