"""What tells that a text speaks of an attribute: things that are counted, and words that claim that there is some."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from censemble.errors import ConfigError, Problem
from censemble.schema import Attribute

CHILDREN = (
    *("child", "children", "kid", "kids", "son", "sons", "daughter", "daughters"),
    *("toddler", "baby", "teenager"),
)
ABSENT = frozenset({"0", "no", "none", "never", "zero", "nothing"})
NAMES_OF_SIZE = re.compile(r"^(household|hh|family)_?size$|^(num|n|number_of)_?persons$|^persons$")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Topic:
    """How texts speak of one attribute.

    Parameters
    ----------
    counted : tuple of str
        Things whose number the attribute gives: "car", "cars".
    claimed : tuple of str
        Words that may stand only where there is some: false of a record whose label is 0, no, none or never.
    is_size : bool
        Whether the attribute counts the people of the household: "lives alone", "household of three".
    told : mapping of str to tuple of str
        Label -> words that may stand only with it, beside its phrase: "rented home".
    """

    counted: tuple[str, ...] = ()
    claimed: tuple[str, ...] = ()
    is_size: bool = False
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def topic_of(attribute: Attribute, given: Mapping[str, Topic]) -> Topic:
    """What was given for an attribute, else what its name tells.

    Examples
    --------
    >>> topic_of(Attribute("num_vehicles", "households", "ordinal", ("0", "1")), {}).counted
    ('vehicle', 'vehicles')
    """
    if attribute.name in given:
        return given[attribute.name]
    name = attribute.name.lower()
    if NAMES_OF_SIZE.search(name):
        return Topic(is_size=True)
    if re.search(r"child|kids", name):
        return Topic(CHILDREN[:4], CHILDREN)
    noun = re.sub(r"^(num|n|number_of|number|count|household|hh)_+|_+(count|number)$", "", name)
    counts = attribute.kind != "categorical" and bool(re.fullmatch(r"[a-z]+s", noun))
    return Topic((noun[:-1], noun)) if counts else Topic()


def span_of(value: str | float) -> tuple[float, float] | None:
    """Least and most that a value says, None for a label without numbers.

    Examples
    --------
    >>> [span_of(v) for v in ("2", "4 or more", "10-19 a month", "below 25,000", "none", "rented", 39.0)]
    [(2.0, 2.0), (4.0, inf), (10.0, 19.0), (0.0, 25000.0), (0.0, 0.0), None, (39.0, 39.0)]
    """
    if not isinstance(value, str):
        return (float(value), float(value))
    if value.strip().lower() in ABSENT:
        return (0.0, 0.0)
    numbers = [float(n.replace(",", "")) for n in NUMBER.findall(value)]
    if not numbers:
        return None
    if re.search(r"or more|and more|and over|and above|\+|above|over|more than|at least|>", value):
        return (max(numbers), float("inf"))
    if re.search(r"below|under|less|up to|at most|or fewer|<", value):
        return (0.0, max(numbers))
    return (min(numbers), max(numbers))


def is_absent(value: str | float) -> bool:
    """Whether a value says that there is none.

    Examples
    --------
    >>> is_absent("never"), is_absent(0.0), is_absent("1")
    (True, True, False)
    """
    return span_of(value) == (0.0, 0.0)


def read_topics(table: Mapping[str, Any], *, source: str = "topics") -> dict[str, Topic]:
    """Topics from a table in YAML's types.

    Parameters
    ----------
    table : mapping
        Attribute -> `{counted: [...], claimed: [...], is_size: true, told: {label: [...]}}`, each of them optional.
    source : str
        How messages name the table.

    Raises
    ------
    ConfigError
        Entries of another form; all of them are listed.

    Examples
    --------
    >>> read_topics({"cycling": {"claimed": ["bicycle"]}})["cycling"].claimed
    ('bicycle',)
    """
    made, problems = {}, []
    for name, entry in table.items():
        if _is_topic(entry):
            counted, claimed = (tuple(entry.get(key, ())) for key in ("counted", "claimed"))
            told = {str(label): tuple(words) for label, words in entry.get("told", {}).items()}
            made[name] = Topic(counted, claimed, entry.get("is_size", False), told)
        else:
            form = "counted and claimed, lists of words; is_size, true or false; told, lists of words by label"
            problems.append(Problem(source, name, form, repr(entry), "Write it in this form.", "bad-topic"))
    if problems:
        raise ConfigError("the topics of personas cannot be used", problems)
    return made


def _is_topic(entry: Any) -> bool:
    if not isinstance(entry, Mapping) or not entry.keys() <= {"counted", "claimed", "is_size", "told"}:
        return False
    told = entry.get("told", {})
    if not isinstance(told, Mapping):
        return False
    lists = [entry.get("counted", []), entry.get("claimed", []), *told.values()]
    words = all(isinstance(part, (list, tuple)) and all(isinstance(word, str) for word in part) for part in lists)
    return words and isinstance(entry.get("is_size", False), bool)
