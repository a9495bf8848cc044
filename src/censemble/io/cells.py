"""From `where` in the project file to an expression on coded attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from censemble.errors import Problem
from censemble.expressions import Expression, all_of, always, between, is_in
from censemble.io.scalars import Range, is_empty, parse_number, parse_range
from censemble.io.suggestions import advice
from censemble.schema import Attribute
from censemble.syntax import Column, Constant, Operation

Where = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Place:
    """Where in the user's files something stands, to name it in a problem."""

    source: str
    where: str

    def problem(self, expected: str, found: str, action: str, code: str) -> Problem:
        """Name what is wrong at this place."""
        return Problem(self.source, self.where, expected, found, action, code)


def cell_expression(
    where: Where, attributes: Mapping[str, Attribute], *, place: Place, problems: list[Problem]
) -> Expression:
    """Turn a cell's conditions into one expression.

    Parameters
    ----------
    where : mapping of str to sequence of str
        Attribute name and its accepted labels, or ranges for a numeric attribute.
    attributes : mapping of str to Attribute
        Attributes that the records of this margin have.
    place : Place
        Where the condition stands.
    problems : list of Problem
        Unknown attributes and labels and unfit ranges are added here.

    Returns
    -------
    Expression
        True for the records that the cell counts; a missing value counts in no cell.

    Examples
    --------
    >>> tenure = Attribute("tenure", "households", "categorical", ("owned", "rented"))
    >>> found = cell_expression({"tenure": ["rented"]}, {"tenure": tenure}, place=Place("a.yaml", ""), problems=[])
    >>> found.evaluate({"tenure": np.array([0, 1, -1])}).tolist()
    [False, True, False]
    """
    parts = []
    for name, texts in where.items():
        if name not in attributes:
            action = advice(name, sorted(attributes))
            problems.append(place.problem("a declared attribute", repr(name), action, "unknown-attribute"))
        elif attributes[name].kind == "numeric":
            parts.append(_numeric(attributes[name], texts, place, problems))
        else:
            parts.append(_labelled(attributes[name], texts, place, problems))
    kept = [part for part in parts if part is not None]
    return all_of(*kept) if kept else always()


def cell_label(where: Where) -> str:
    """Name a cell after its conditions.

    Examples
    --------
    >>> cell_label({"sex": ["male"], "age": ["0..4"]}), cell_label({})
    ('male, age 0..4', 'all')
    """
    parts = [(name if _reads_as_number(texts[0]) else "", " or ".join(texts)) for name, texts in where.items()]
    return ", ".join(f"{name} {text}".strip() for name, text in parts) or "all"


def sort_key(text: str, attribute: Attribute) -> tuple[float, str]:
    """Order of a condition among others on the same attribute: as its categories, or from low to high."""
    if text in attribute.categories:
        return float(attribute.categories.index(text)), text
    interval = _interval(text)
    return (interval.low if interval else np.inf), text


def _reads_as_number(text: str) -> bool:
    return _interval(text) is not None


def _interval(text: str) -> Range | None:
    number = parse_number(text)
    return parse_range(text) if number is None else Range(number, number)


def _labelled(attribute: Attribute, texts: Sequence[str], place: Place, problems: list[Problem]) -> Expression | None:
    unknown = [text for text in texts if text not in attribute.categories]
    for text in unknown:
        if parse_range(text):
            expected = f"a label: {attribute.name!r} is {attribute.kind}, and ranges are for numeric attributes"
            code = "range-on-labels"
        else:
            expected, code = f"a category of {attribute.name!r}", "unknown-category"
        problems.append(place.problem(expected, repr(text), advice(text, attribute.categories), code))
    if unknown or not texts:
        return None
    return is_in(attribute.name, [attribute.categories.index(text) for text in texts])


def _numeric(attribute: Attribute, texts: Sequence[str], place: Place, problems: list[Problem]) -> Expression | None:
    intervals = [_interval(text) for text in texts]
    parts = [_inside(attribute.name, i) for i in intervals if i is not None and not is_empty(i)]
    if len(parts) < max(len(texts), 1):
        expected = f"a range for the numeric attribute {attribute.name!r}"
        action = "Write a range such as 16..64, 10000..<15000, '<10000', '>=75' or a number."
        problems.append(place.problem(expected, repr(", ".join(texts)), action, "not-a-range"))
        return None
    return parts[0] if len(parts) == 1 else _any_of(parts)


def _inside(column: str, interval: Range) -> Expression:
    if not interval.include_low:
        above = Operation(">", (Column(column), Constant(interval.low)))
        return Expression(f"{column} > {interval.low:.15g}", frozenset([column]), above)
    return between(column, interval.low, interval.high, include_high=interval.include_high)


def _any_of(parts: Sequence[Expression]) -> Expression:
    text = " | ".join(f"({part.text})" for part in parts)
    columns = frozenset[str]().union(*(part.columns for part in parts))
    return Expression(text, columns, Operation("|", tuple(part.root for part in parts)))
