"""The values of a pool in words: for each attribute its facts, and which of them each row shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError
from censemble.personas.number_words import age_text, number_text, spoken_numbers
from censemble.personas.phrasing import VALUE, Fact, Wording, counted
from censemble.personas.plain_names import humanised, is_plural, topic_of, with_article
from censemble.pool import Columns, Pool
from censemble.schema import Attribute, Entity, Schema

SEXES = {"female": "female", "woman": "female", "women": "female", "girl": "female", "f": "female",
         "male": "male", "man": "male", "men": "male", "boy": "male", "m": "male"}  # fmt: skip
RANGE = re.compile(r"(?P<low>-?\d+(\.\d+)?)\.\.(?P<high>-?\d+(\.\d+)?)|(?P<sign><=|>=|<|>|)(?P<number>-?\d+(\.\d+)?)")


@dataclass(frozen=True, eq=False)
class Shown:
    """One attribute of a pool as its personas show it.

    Parameters
    ----------
    attribute : Attribute
    codes : ndarray of int64, shape (n_rows,)
        Which fact a row shows; -1 for none: the value is missing, or is not to be said.
    facts : tuple of Fact
        By code.
    """

    attribute: Attribute
    codes: NDArray[np.int64]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, eq=False)
class ShownPool:
    """All attributes of a pool in words.

    Parameters
    ----------
    households, persons : tuple of Shown
        In declared order; those that no persona mentions are not among them.
    """

    households: tuple[Shown, ...]
    persons: tuple[Shown, ...]


def shown_pool(schema: Schema, pool: Pool, wording: Wording) -> ShownPool:
    """Say all values of a pool.

    Parameters
    ----------
    schema : Schema
        Which attributes there are; one that the pool does not hold is passed over.
    pool : Pool
        Deciles that make a number low or high are its own.
    wording : Wording
        Phrases and names.
    """
    flat = pool.record_entity == "persons"
    of_person = pool.prior_weights[pool.record_of_person]
    households = () if flat else _shown(schema, "households", pool.households, pool.prior_weights, wording)
    return ShownPool(households, _shown(schema, "persons", pool.persons, of_person, wording))


def is_age(schema: Schema, attribute: Attribute) -> bool:
    """Whether an attribute is a person's age in years: by its role, else by its name."""
    role = schema.roles.age or "age"
    return attribute.entity == "persons" and attribute.kind != "categorical" and attribute.name == role


def is_sex(attribute: Attribute) -> bool:
    """Whether an attribute is a person's sex, with labels that are understood."""
    named = humanised(attribute.name) in ("sex", "gender") and attribute.entity == "persons"
    return named and any(c.lower() in SEXES for c in attribute.categories)


def is_range(text: str) -> bool:
    """Whether words of a numeric attribute may have this key.

    Examples
    --------
    >>> [is_range(t) for t in ("0", "1..3", ">=4", "many")]
    [True, True, True, False]
    """
    return RANGE.fullmatch(text.replace(" ", "")) is not None


def _shown(
    schema: Schema, entity: Entity, columns: Columns, weights: NDArray[np.float64], wording: Wording
) -> tuple[Shown, ...]:
    said = [a for a in schema.of(entity) if a.name in columns and a.name not in wording.leave_out]
    return tuple(_one(schema, a, columns[a.name], weights, wording) for a in said)


def _one(
    schema: Schema, attribute: Attribute, values: NDArray[Any], weights: NDArray[np.float64], wording: Wording
) -> Shown:
    if attribute.kind == "numeric":
        numbers = np.asarray(values, dtype=np.float64)
        if is_age(schema, attribute) and attribute.name not in wording.patterns:
            return _worded(attribute, numbers, _ages(attribute, numbers), wording)
        return _worded(attribute, numbers, _amounts(attribute, numbers, weights, wording), wording)
    codes = np.asarray(values, dtype=np.int64)
    silent = [i for i, label in enumerate(attribute.categories) if not wording.says(attribute, label)]
    codes = np.where((codes < 0) | (codes >= len(attribute.categories)) | np.isin(codes, silent), -1, codes)
    facts = [wording.fact(attribute, label) for label in attribute.categories]
    if is_age(schema, attribute) and not (attribute.name in wording.words or attribute.name in wording.patterns):
        facts = [replace(f, topic="age", does="", value=_age_of_label(f.value)) for f in facts]
    if is_sex(attribute) and attribute.name not in wording.words:
        facts = [
            Fact(f.attribute, "sex", "", f.name, SEXES[label.lower()]) if label.lower() in SEXES else f
            for f, label in zip(facts, attribute.categories, strict=True)
        ]
    return Shown(attribute, codes, tuple(facts))


def _ages(attribute: Attribute, values: NDArray[np.float64]) -> Shown:
    known = np.isfinite(values) & (values >= 0)
    texts = {years: age_text(years) for years in np.unique(np.floor(values[known]))}
    said = list(dict.fromkeys(texts.values()))
    codes = np.full(len(values), -1, dtype=np.int64)
    codes[known] = [said.index(texts[years]) for years in np.floor(values[known])]
    return Shown(attribute, codes, tuple(Fact(attribute.name, "age", "", "age", text) for text in said))


def _age_of_label(label: str) -> str:
    return age_text(float(label)) if label.isdecimal() else f"aged {label}"


def _amounts(
    attribute: Attribute, values: NDArray[np.float64], weights: NDArray[np.float64], wording: Wording
) -> Shown:
    spoken = spoken_numbers(attribute, values, weights)
    name = humanised(attribute.name)
    is_year = "year" in name.split() or name.startswith("year")
    facts = []
    for number, level in zip(spoken.values, spoken.levels, strict=True):
        text = number_text(number, is_year=is_year)
        value = f"about {text}" if level and number else text
        if attribute.name in wording.patterns:
            does = wording.patterns[attribute.name].replace(VALUE, value)
        else:
            does = "" if is_year else _amount(attribute, name, value, level)
        facts.append(Fact(attribute.name, topic_of(name), does, name, value))
    return Shown(attribute, spoken.codes, tuple(facts))


def _worded(attribute: Attribute, values: NDArray[np.float64], shown: Shown, wording: Wording) -> Shown:
    """Phrases for numbers and ranges go before everything else."""
    codes, facts = shown.codes, list(shown.facts)
    name = humanised(attribute.name)
    for key, phrase in wording.words.get(attribute.name, {}).items():
        codes = np.where(_inside(values, key, attribute), len(facts) if phrase else -1, codes)
        if phrase:
            facts.append(Fact(attribute.name, topic_of(name), phrase, name, key))
    return Shown(attribute, codes, tuple(facts))


def _inside(values: NDArray[np.float64], key: str, attribute: Attribute) -> NDArray[np.bool_]:
    found = RANGE.fullmatch(key.replace(" ", ""))
    if found is None:
        raise ConfigError(f"personas: words of {attribute.name!r}: {key!r} is no number or range; write 0, 1..3, >=4")
    if found["low"] is not None:
        return (values >= float(found["low"])) & (values <= float(found["high"]))
    number = float(found["number"])
    by_sign = {"": np.equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
    return np.asarray(by_sign[found["sign"]](values, number))


def _amount(attribute: Attribute, name: str, value: str, level: str) -> str:
    unit = "" if not attribute.unit or name.rsplit(maxsplit=1)[-1] == attribute.unit else f" {attribute.unit}"
    if is_plural(name) and not unit and not level:
        return counted(name, value)
    if value == "zero" and not unit:
        return f"lives without {name}"
    if not level and not unit:
        return ""
    named = f"{level} {name}".strip()
    return f"has {named if is_plural(name) else with_article(named)} of {value}{unit}"
