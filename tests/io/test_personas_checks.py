"""Whether phrases speak of what there is."""

from __future__ import annotations

from censemble.io.personas_checks import faults_of_personas
from censemble.io.personas_model import Personas
from censemble.schema import Attribute

ATTRIBUTES = (
    Attribute("mode", "persons", "categorical", ("car", "bicycle")),
    Attribute("age", "persons", "numeric"),
    Attribute("size", "households", "ordinal", ("1", "2")),
)


def faults(**section: object) -> list[tuple[object, str]]:
    """Where and what kind."""
    return [(f[0], f[4]) for f in faults_of_personas(Personas.model_validate(section), ATTRIBUTES)]


def test_all_is_well() -> None:
    """Labels, numbers and ranges that there are."""
    words = {
        "mode": {"car": "drives"},
        "age": {"0": "is new", "1..3": "is small", ">=90": "is old"},
        "size": {"1": "is alone"},
    }
    assert faults(words=words, patterns={"mode": "goes by {value}"}, leave_out=("size",)) == []


def test_all_faults_are_found_at_once() -> None:
    """Each with its place: attributes and labels nobody declared, ranges that are none, patterns without a value."""
    section = {
        "words": {"mode": {"bus": "takes the bus"}, "age": {"old": "is old"}, "colour": {"red": "likes red"}},
        "patterns": {"mode": "travels", "hue": "has {value}"},
        "topics": {"mode": {}, "shade": {}},
        "leave_out": ("mode", "tint"),
    }
    assert faults(**section) == [
        (("personas", "words", "colour"), "unknown-attribute"),
        (("personas", "patterns", "hue"), "unknown-attribute"),
        (("personas", "topics", "shade"), "unknown-attribute"),
        (("personas", "leave_out", 1), "unknown-attribute"),
        (("personas", "patterns", "mode"), "bad-pattern"),
        (("personas", "words", "mode", "bus"), "unknown-category"),
        (("personas", "words", "age", "old"), "not-a-range"),
    ]
