"""How attributes and their values become words: for any schema by rules of thumb, better with phrases of one's own.

Phrases say what somebody does or has, not what not: sentence embedders hardly hear a "not".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from censemble.errors import ConfigError
from censemble.personas.number_words import SMALL
from censemble.personas.plain_names import Topic, answered, humanised, is_plural, singular, topic_of
from censemble.schema import Attribute

ANSWERS = {"yes": True, "true": True, "no": False, "false": False}
VALUE = "{value}"


@dataclass(frozen=True)
class Fact:
    """One value of one attribute in words.

    Parameters
    ----------
    attribute : str
    topic : str
        What it is about: "who", "home", "work", "moving", "other"; "age" and "sex" for what a noun says.
    does : str
        Third person, without the subject: "cycles to work"; may hold {their}. "" where name and value say it.
    name, value : str
        "marital status", "married"; also where `does` is given.
    """

    attribute: str
    topic: Topic | str
    does: str = ""
    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class Wording:
    """How values are said.

    Parameters
    ----------
    words : mapping of str to mapping
        By attribute: for a label (of a numeric attribute a number or range: "0", "1..3", ">=4") what somebody with it
        does, in the third person: "cycles to work most days". {their} becomes her, his, their; "" says nothing.
    patterns : mapping of str to str
        By attribute: "has {value} cars", for labels and numbers that `words` does not have.
    leave_out : tuple of str
        Attributes that no persona mentions.
    record, member : str
        Nouns: "household", "person"; of flat rows that are no persons, `member` says what they are: "trip".

    Raises
    ------
    ConfigError
        A pattern without {value}.

    Examples
    --------
    >>> Wording({"mode": {"bike": "cycles to work"}}).fact(
    ...     Attribute("mode", "persons", "categorical", ("bike", "car")), "bike").does
    'cycles to work'
    """

    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    record: str = "household"
    member: str = "person"

    def __post_init__(self) -> None:
        if wrong := [name for name, pattern in self.patterns.items() if VALUE not in pattern]:
            raise ConfigError(f"personas: the pattern of {wrong[0]!r} has no {VALUE}: put it where the value goes")

    def fact(self, attribute: Attribute, label: str) -> Fact:
        """Say one label of a categorical or ordinal attribute; with phrases and patterns where they are given."""
        name = humanised(attribute.name)
        value = re.sub(r"_+", " ", label).strip()
        topic = topic_of(name)
        does = self.words.get(attribute.name, {}).get(label)
        if does is None and attribute.name in self.patterns:
            does = self.patterns[attribute.name].replace(VALUE, value)
        if does is None:
            does = _by_rule(attribute, name, value)
        return Fact(attribute.name, topic, does, name, value)

    def says(self, attribute: Attribute, label: str) -> bool:
        """Whether a label is said at all: an empty phrase says nothing."""
        return self.words.get(attribute.name, {}).get(label) != ""


def _by_rule(attribute: Attribute, name: str, value: str) -> str:
    """What a label makes somebody do, as far as rules of thumb can tell; "" leaves it to name and value."""
    labels = {c.lower() for c in attribute.categories}
    if value.lower() in ANSWERS and labels <= {*ANSWERS, "unknown", "not known"}:
        return answered(name, yes=ANSWERS[value.lower()])
    if name in value.lower().split():
        return f"is {value}"
    if attribute.kind == "ordinal" and is_plural(name) and value[:1].isdigit():
        number, _, rest = value.partition(" ")
        text = SMALL[int(number)] if number.isdecimal() and int(number) < len(SMALL) else number
        return counted(name, f"{text} {rest}".strip())
    return ""


def counted(name: str, value: str) -> str:
    """Say how many of what a plural name counts.

    Examples
    --------
    >>> counted("cars", "one"), counted("cars", "zero")
    ('has one car', 'lives without cars')
    """
    if value == "zero":
        return f"lives without {name}"
    return f"has {value} {singular(name) if value == 'one' else name}"
