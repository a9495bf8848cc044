"""Validation of answers: the part of JSON Schema that proposals need, and faults in words that a model can act on.

Keywords: type, enum, const, properties, required, additionalProperties (true or false), items, minItems, maxItems,
minLength, maxLength, minimum, maximum, exclusiveMinimum, exclusiveMaximum, anyOf; title and description are ignored.
Meanings are those of JSON Schema 2020-12 (Wright et al. 2022). Anything else is refused where the request is made, so
that no rule is ever silently not applied.
"""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LARGEST = 2**53  # beyond it, whole numbers and floats are not the same any more
NOTES = {"title", "description", "$schema"}
LIMITS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "minimum": (operator.lt, "at least"),
    "maximum": (operator.gt, "at most"),
    "exclusiveMinimum": (operator.le, "above"),
    "exclusiveMaximum": (operator.ge, "below"),
}
COUNTS = ("minItems", "maxItems", "minLength", "maxLength")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an answer.

    Parameters
    ----------
    kind : str
        A short name to count by: "category", "range", "missing", "extra", "type", "size", "syntax", "cut", "empty",
        "declined", "ambiguous", "choice", "budget".
    words : str
        What is wrong, for the model and for the reader.
    path : tuple of str or int
        Keys and positions that lead to the place; empty for the whole answer.

    Examples
    --------
    >>> print(Fault("range", "must be at most 99, is 130", ("persons", 2, "age")))
    persons[2].age: must be at most 99, is 130
    """

    kind: str
    words: str
    path: Path = ()

    def __str__(self) -> str:
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")
        return f"{place}: {self.words}" if place else self.words


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": _is_integer,
    "number": _is_number,
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}


def shown(value: Any) -> str:
    """A value as a fault quotes it: JSON, at most 60 characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _types_of(schema: Mapping[str, Any]) -> list[str]:
    named = schema.get("type", [])
    return [named] if isinstance(named, str) else list(named)


def check_schema(schema: Any, path: str = "schema") -> None:
    """Refuse a schema that `faults_of` would not apply in full.

    Raises
    ------
    ValueError
        An unknown keyword, or a value that the keyword cannot have; the place is named.

    Examples
    --------
    >>> check_schema({"type": "string", "pattern": "a+"})
    Traceback (most recent call last):
        ...
    ValueError: schema: keyword 'pattern' is not supported
    """
    if not isinstance(schema, Mapping):
        raise ValueError(f"{path}: a mapping is needed, not {type(schema).__name__}")
    for key, value in schema.items():
        if key in NOTES:
            continue
        if key not in CHECKS:
            raise ValueError(f"{path}: keyword {key!r} is not supported")
        if not CHECKS[key](value):
            raise ValueError(f"{path}: {key!r} cannot be {shown(value)}")
    for name, below in _schemas_below(schema):
        check_schema(below, f"{path}.{name}")


def _schemas_below(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from schema.get("properties", {}).items()
    if "items" in schema:
        yield "items", schema["items"]
    for i, option in enumerate(schema.get("anyOf", [])):
        yield f"anyOf[{i}]", option


CHECKS: dict[str, Callable[[Any], bool]] = {
    "type": lambda v: v in TYPES if isinstance(v, str) else isinstance(v, list) and all(t in TYPES for t in v),
    "enum": lambda v: isinstance(v, list) and bool(v),
    "const": lambda v: True,
    "properties": lambda v: isinstance(v, Mapping) and all(isinstance(k, str) for k in v),
    "required": lambda v: isinstance(v, list) and all(isinstance(k, str) for k in v),
    "additionalProperties": lambda v: isinstance(v, bool),
    "items": lambda v: isinstance(v, Mapping),
    "anyOf": lambda v: isinstance(v, list) and bool(v),
    **dict.fromkeys(COUNTS, lambda v: _is_integer(v) and v >= 0),
    **dict.fromkeys(LIMITS, lambda v: _is_number(v) and math.isfinite(v)),
}


def equal(a: Any, b: Any) -> bool:
    """Equality of JSON: 1 is 1.0, true is not 1."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    return bool(a == b)


def faults_of(value: Any, schema: Mapping[str, Any], path: Path = ()) -> list[Fault]:
    """What is wrong with a value, in the order of the answer; empty if it is valid.

    Not for untrusted schemas: it trusts that `check_schema` has passed.

    Parameters
    ----------
    value : object
        As `json.loads` gives it.
    schema : mapping
        In the subset of this module.
    path : tuple of str or int
        Where the value is in the whole answer.

    Returns
    -------
    list of Fault
        Numbers beyond 2**53 and non-finite ones are faults whatever the schema says.

    Examples
    --------
    >>> sex = {"type": "string", "enum": ["female", "male"]}
    >>> [str(f) for f in faults_of("Female", sex)]
    ['must be one of "female", "male", is "Female"']
    """
    wrong_type = _type_fault(value, schema, path)
    if wrong_type:
        return [wrong_type]
    found = [*_choice_faults(value, schema, path), *_option_faults(value, schema, path)]
    if _is_number(value):
        found += _number_faults(value, schema, path)
    elif isinstance(value, str):
        found += _size_faults(len(value), schema, path, ("minLength", "maxLength", "characters"))
    elif isinstance(value, list):
        found += _size_faults(len(value), schema, path, ("minItems", "maxItems", "items"))
        for i, item in enumerate(value):
            found += faults_of(item, schema.get("items", {}), (*path, i))
    elif isinstance(value, dict):
        found += _object_faults(value, schema, path)
    return found


def _type_fault(value: Any, schema: Mapping[str, Any], path: Path) -> Fault | None:
    allowed = _types_of(schema)
    if _is_number(value) and not abs(value) <= LARGEST:  # NaN is not either
        return Fault("range", "must be a finite number within 2**53", path)
    if not allowed or any(TYPES[name](value) for name in allowed):
        return None
    return Fault("type", f"must be of type {' or '.join(allowed)}, is {shown(value)}", path)


def _choice_faults(value: Any, schema: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    if "const" in schema and not equal(value, schema["const"]):
        yield Fault("category", f"must be {shown(schema['const'])}, is {shown(value)}", path)
    choices = schema.get("enum")
    if choices is not None and not any(equal(value, choice) for choice in choices):
        named = ", ".join(shown(c) for c in choices[:12]) + (", ..." if len(choices) > 12 else "")
        yield Fault("category", f"must be one of {named}, is {shown(value)}", path)


def _option_faults(value: Any, schema: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    options = [faults_of(value, option, path) for option in schema.get("anyOf", [])]
    if options and all(options):
        nearest = min(options, key=len)
        yield Fault(
            "choice", f"fits none of {len(options)} allowed forms; nearest: {nearest[0].words}", nearest[0].path
        )


def _number_faults(value: float, schema: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    for key, (fails, words) in LIMITS.items():
        if key in schema and fails(value, schema[key]):
            yield Fault("range", f"must be {words} {schema[key]}, is {shown(value)}", path)


def _size_faults(size: int, schema: Mapping[str, Any], path: Path, names: tuple[str, str, str]) -> Iterator[Fault]:
    low, high, unit = names
    if size < schema.get(low, 0):
        yield Fault("size", f"must have at least {schema[low]} {unit}, has {size}", path)
    if size > schema.get(high, size):
        yield Fault("size", f"must have at most {schema[high]} {unit}, has {size}", path)


def _object_faults(value: dict[str, Any], schema: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    properties = schema.get("properties", {})
    for key in schema.get("required", []):
        if key not in value:
            yield Fault("missing", f"key {shown(key)} is missing", path)
    for key, item in value.items():
        if key in properties:
            yield from faults_of(item, properties[key], (*path, key))
        elif schema.get("additionalProperties") is False:
            yield Fault("extra", f"key {shown(key)} is not allowed", path)
