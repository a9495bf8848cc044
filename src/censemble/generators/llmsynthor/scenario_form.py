"""A scenario as a question: which records become more, which fewer, how many and where.

The answer is held to a schema with exact categories, ranges and names of areas; what passes it is read here into
changes, or refused with the reason. Text of the user's is data, and cannot change the schema.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from censemble.changes import Change
from censemble.generators.llmsynthor.scenario_prompt import EXAMPLE, MOST_CHANGES, PLACES, SORTS, TASK
from censemble.generators.llmsynthor.scenario_words import names_label, stated_numbers, stated_ranges
from censemble.llm import Message, Request, Settings, clean_labels, clean_text, data_block
from censemble.schema import Attribute, Entity

MOST_LABELS = 200  # of an attribute that a change may name
FEWEST_UNITS, MOST_UNITS = 2, 150  # of a geography level that a change may name
LONGEST_REASON = 120  # characters
SETTINGS = Settings(temperature=0.0, max_tokens=1500)


@dataclass(frozen=True)
class ScenarioForm:
    """What a change may name.

    Parameters
    ----------
    attributes : mapping of Entity to tuple of Attribute
        Of each entity that may change: persons where records are persons, both where households have persons.
    ends : mapping of (Entity, str) to (int, int)
        Lowest and highest whole number of each numeric attribute in the population; an attribute without is not told.
    totals : mapping of Entity to int
        How many there are: a change is never larger.
    units : mapping of str to tuple of str
        Names of the units of the geography levels that may be named.
    """

    attributes: Mapping[Entity, tuple[Attribute, ...]]
    ends: Mapping[tuple[Entity, str], tuple[int, int]]
    totals: Mapping[Entity, int]
    units: Mapping[str, tuple[str, ...]]

    @cached_property
    def names(self) -> dict[Entity, dict[str, Attribute]]:
        """Of each entity cleaned name -> attribute that may be named."""
        found: dict[Entity, dict[str, Attribute]] = {}
        for entity, attributes in self.attributes.items():
            by_name = {
                a.name: a
                for a in attributes
                if ((entity, a.name) in self.ends if a.kind == "numeric" else len(a.categories) <= MOST_LABELS)
            }
            found[entity] = {cleaned: by_name[name] for cleaned, name in clean_labels(by_name).items()}
        return found

    @cached_property
    def areas(self) -> dict[str, tuple[str, dict[str, str]]]:
        """Cleaned name of each level -> level, and its cleaned unit -> unit."""
        kept = {level: names for level, names in self.units.items() if FEWEST_UNITS <= len(names) <= MOST_UNITS}
        return {cleaned: (level, clean_labels(kept[level])) for cleaned, level in clean_labels(kept).items()}

    def told(self) -> dict[str, Any]:
        """The attributes as the prompt tells them."""
        facts: dict[str, Any] = {
            entity: {
                name: {"numbers": list(self.ends[entity, a.name]), **({"unit": a.unit} if a.unit else {})}
                if a.kind == "numeric"
                else list(clean_labels(a.categories))
                for name, a in names.items()
            }
            for entity, names in self.names.items()
        }
        return facts if len(facts) > 1 else next(iter(facts.values()))

    def key(self, entity: Entity) -> str:
        """Name of an entity's list in the answer."""
        return entity if len(self.attributes) > 1 else "changes"

    def schema(self) -> dict[str, Any]:
        """JSON schema of an answer."""
        several = len(self.attributes) > 1
        lists = {
            self.key(entity): {
                "type": "array",
                "items": self._change_schema(entity),
                "minItems": 0 if several else 1,
                "maxItems": MOST_CHANGES,
            }
            for entity in self.attributes
        }
        return _object(lists, required=list(lists))

    def _change_schema(self, entity: Entity) -> dict[str, Any]:
        where = {name: self._value_schema(entity, a) for name, a in self.names[entity].items()}
        parts: dict[str, Any] = {
            "reason": {"type": "string", "maxLength": LONGEST_REASON},
            "kind": {"type": "string", "enum": ["more", "fewer"]},
            "records": {"type": "integer", "minimum": 1, "maximum": max(1, self.totals[entity])},
            **({"speaks_of": _several(list(where)) | {"minItems": 0}} if where else {}),
            "where": _object(where, required=[]),
        }
        required = list(parts)
        if self.areas:
            areas = {name: _several(list(units)) for name, (_, units) in self.areas.items()}
            parts["areas"] = _object(areas, required=[])
        return _object(parts, required=required)

    def _value_schema(self, entity: Entity, attribute: Attribute) -> dict[str, Any]:
        if attribute.kind != "numeric":
            return _several(list(clean_labels(attribute.categories)))
        low, high = self.ends[entity, attribute.name]
        if attribute.bins:  # "from 20 to 24" where the last hour that occurs is 23
            low, high = min(low, math.floor(attribute.bins[0])), max(high, math.ceil(attribute.bins[-1]))
        number = {"type": "integer", "minimum": low, "maximum": high}
        return {"type": "array", "items": number, "minItems": 2, "maxItems": 2}

    def mentioned(self, text: str) -> dict[str, list[str]]:
        """Categories and areas that a text names word by word, by cleaned attribute or level: small models miss them.

        Labels that are numbers are left out, except those of areas: "2" is a size, a time and a sum.
        """
        labels = {
            name: [label for label in clean_labels(a.categories) if not label.isdigit()]
            for names in self.names.values()
            for name, a in names.items()
        }
        labels |= {name: list(units) for name, (_, units) in self.areas.items()}
        found = {name: [label for label in some if names_label(text, label)] for name, some in labels.items()}
        return {name: some for name, some in found.items() if some}

    def request(self, text: str, *, random_seed: int) -> Request:
        """Ask what a scenario does.

        Parameters
        ----------
        text : str
            Plain words.
        random_seed : int
            Of the model's draw.
        """
        parts = [TASK, PLACES if self.areas else "", SORTS if len(self.attributes) > 1 else "", EXAMPLE]
        blocks = [
            data_block("attributes", self.told()),
            data_block("population", {entity: self.totals[entity] for entity in self.attributes}),
        ]
        if self.areas:
            blocks.append(data_block("areas", {name: list(units) for name, (_, units) in self.areas.items()}))
        blocks.append(data_block("scenario", clean_text(text)))
        told = {"ranges": [list(ends) for ends in stated_ranges(text)], "numbers": sorted(stated_numbers(text))}
        blocks.append(data_block("mentioned", self.mentioned(text) | told))
        messages = [Message("system", "".join(parts)), Message("user", "\n".join(blocks))]
        return Request(messages, self.schema(), "scenario", random_seed, SETTINGS)


def read_changes(answer: Mapping[str, Any], form: ScenarioForm) -> tuple[list[Change], Counter[str]]:
    """Read a valid answer.

    Parameters
    ----------
    answer : mapping
        Valid under `form.schema`.
    form : ScenarioForm
        That the answer was asked for with.

    Returns
    -------
    changes : list of Change
        Numbered in their order.
    refused : Counter of str
        Reasons, with how many changes each.
    """
    found: list[Change] = []
    refused: Counter[str] = Counter()
    for entity in form.attributes:
        for one in answer[form.key(entity)]:
            where, fault = _where(one["where"], form, entity)
            level, units = _units(one.get("areas", {}), form)
            change = Change(
                f"c{len(found) + 1}",
                clean_text(one["reason"]),
                one["kind"],
                entity,
                one["records"],
                where,
                level,
                units,
            )
            fault = fault or _fault_beside(change, found)
            if fault:
                refused[fault] += 1
            else:
                found.append(change)
    return found, refused


def _where(said: Mapping[str, Any], form: ScenarioForm, entity: Entity) -> tuple[dict[str, Any], str]:
    """Which records; what names a whole attribute names nothing."""
    where: dict[str, Any] = {}
    for name, value in said.items():
        attribute = form.names[entity][name]
        if attribute.kind == "numeric":
            low, high = value
            if low > high:
                return {}, "range that ends before it begins"
            first, last = form.ends[entity, attribute.name]
            if low > first or high < last:
                where[attribute.name] = (low, high)
        else:
            labels = clean_labels(attribute.categories)
            chosen = {labels[v] for v in value}
            if len(chosen) < len(labels):
                where[attribute.name] = tuple(x for x in attribute.categories if x in chosen)
    return where, ""


def _units(said: Mapping[str, Sequence[str]], form: ScenarioForm) -> tuple[str, tuple[str, ...]]:
    """Level and units; of several levels the innermost, which says most."""
    for name in reversed(form.areas):
        level, units = form.areas[name]
        chosen = {units[u] for u in said.get(name, ())}
        if chosen and len(chosen) < len(units):
            return level, tuple(u for u in form.units[level] if u in chosen)
    return "", ()


def _fault_beside(change: Change, others: Sequence[Change]) -> str:
    """What is wrong with a change beside those before it."""
    if len(others) >= MOST_CHANGES:
        return f"more than {MOST_CHANGES} changes"
    for other in others:
        if (other.of, other.where, other.level, other.units) == (change.of, change.where, change.level, change.units):
            return "said twice" if other.kind == change.kind else "more and fewer of the same"
    return ""


def _several(labels: list[str]) -> dict[str, Any]:
    return {
        "type": "array",
        "items": {"type": "string", "enum": labels},
        "minItems": 1,
        "maxItems": len(labels),
    }


def _object(properties: Mapping[str, Any], *, required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": required,
        "additionalProperties": False,
    }
