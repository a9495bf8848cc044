"""Whether the section `personas` of a project file speaks of attributes and labels that there are."""

from __future__ import annotations

from collections.abc import Iterable

from censemble.io.personas_model import Personas
from censemble.io.record_checks import Found
from censemble.io.suggestions import advice
from censemble.personas.spoken_values import is_range
from censemble.schema import Attribute


def faults_of_personas(personas: Personas, attributes: Iterable[Attribute]) -> Found:
    """Find words for attributes and labels that are not declared, and patterns without a place for the value.

    Parameters
    ----------
    personas : Personas
        Valid key by key.
    attributes : iterable of Attribute
        Those declared, of households and persons.

    Returns
    -------
    iterator of (location, expected, found, action, code)
    """
    known: dict[str, list[Attribute]] = {}
    for attribute in attributes:
        known.setdefault(attribute.name, []).append(attribute)
    for key in ("words", "patterns", "topics", "leave_out"):
        names = getattr(personas, key)
        for place, name in enumerate(names):
            if name not in known:
                where = ("personas", key, place if key == "leave_out" else name)
                yield where, "a declared attribute", repr(name), advice(name, known), "unknown-attribute"
    for name, pattern in personas.patterns.items():
        if "{value}" not in pattern:
            action = "Put {value} where the value goes."
            yield ("personas", "patterns", name), "a phrase with {value}", repr(pattern), action, "bad-pattern"
    for name, words in personas.words.items():
        for label in words if name in known else ():
            yield from _faults_of_label(name, label, known[name])


def _faults_of_label(name: str, label: str, attributes: list[Attribute]) -> Found:
    where = ("personas", "words", name, label)
    if any(a.kind == "numeric" for a in attributes):
        if not is_range(label):
            yield where, "a number or range", repr(label), "Write '0', 1..3 or '>=4'.", "not-a-range"
        return
    labels = [c for a in attributes for c in a.categories]
    if label not in labels:
        yield where, f"a category of {name!r}", repr(label), advice(label, labels), "unknown-category"
