"""Formulas as nested tuples: written as text, and computed row by row in plain Python, obviously right and slow."""

from __future__ import annotations

import math
import statistics
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from censemble.dataset import Dataset

PERSON_LABELS = {"role": ("head", "spouse", "child"), "employment": ("none", "part", "full time")}
HOUSEHOLD_LABELS = {"type": ("couple", "single"), "tenure": ("owned", "rented"), "cars": ("0", "1", "2")}
COMPARE = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
Tree = tuple[Any, ...]


@cache
def trees(*, of_persons: bool, depth: int, inside: bool = False) -> st.SearchStrategy[Tree]:
    """Conditions over persons or households, `depth` operations deep."""
    labels = HOUSEHOLD_LABELS | (PERSON_LABELS if of_persons else {})
    named = st.sampled_from(sorted(labels)).flatmap(
        lambda a: st.tuples(st.just("is"), st.just(a), st.lists(st.sampled_from(labels[a]), min_size=1, max_size=2))
    )
    numbers = quantities(of_persons=of_persons, depth=depth - 1, inside=inside)
    simple = st.one_of(
        named,
        st.tuples(st.just("missing"), st.sampled_from(sorted({*labels, "rent"}))),
        st.tuples(st.just("order"), st.just("rooms"), st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from("12")),
        st.tuples(st.just("compare"), st.sampled_from(sorted(COMPARE)), numbers, numbers),
        st.tuples(st.just("between"), numbers, st.integers(-1, 5), st.integers(0, 40)),
    )
    if depth <= 0:
        return simple
    below = trees(of_persons=of_persons, depth=depth - 1, inside=inside)
    found = [
        simple,
        st.tuples(st.just("not"), below),
        st.tuples(st.sampled_from(["and", "or", "if", "when"]), below, below),
    ]
    if not inside:
        members = trees(of_persons=True, depth=depth - 1, inside=True)
        found.append(st.tuples(st.sampled_from(["any", "all"]), members, st.none() | members))
    return st.one_of(found)


@cache
def quantities(*, of_persons: bool, depth: int, inside: bool) -> st.SearchStrategy[Tree]:
    """Numbers over persons or households."""
    names = ["rent", "cars", *(["age", "income"] if of_persons else [])]
    simple = st.one_of(
        st.tuples(st.just("number"), st.sampled_from([0.0, 1.0, 2.0, 10.0, 40.0])),
        st.tuples(st.just("attribute"), st.sampled_from(names)),
    )
    if depth <= 0:
        return simple
    below = quantities(of_persons=of_persons, depth=depth - 1, inside=inside)
    found = [
        simple,
        st.tuples(st.sampled_from(["+", "-", "*", "/"]), below, below),
        st.tuples(st.sampled_from(["abs", "negative"]), below),
        st.tuples(st.just("truth"), trees(of_persons=of_persons, depth=depth - 1, inside=inside)),
        st.tuples(
            st.just("by"),
            st.sampled_from(["mean", "sd", "median", "min", "max"]),
            st.sampled_from(names),
            st.lists(st.sampled_from(["tenure", "rooms"]), min_size=1, max_size=2, unique=True),
        ),
    ]
    if not inside:
        members = trees(of_persons=True, depth=depth - 1, inside=True)
        found += [
            st.tuples(st.just("count"), st.none() | members),
            st.tuples(
                st.just("member"),
                st.sampled_from(["sum", "mean", "median", "sd", "min", "max"]),
                st.sampled_from(["age", "income", "rent"]),
                st.none() | members,
            ),
        ]
    return st.one_of(found)


def written(tree: Tree) -> str:  # noqa: PLR0911
    """Write a tree in the language."""
    name, *parts = tree
    if name == "is":
        return f"{parts[0]} is one of ({', '.join(repr(label) for label in parts[1])})"
    if name == "missing":
        return f"{parts[0]} is missing"
    if name in ("order", "compare"):
        left, operator, right = (parts[0], *parts[1:]) if name == "order" else (parts[1], parts[0], parts[2])
        return f"({left if isinstance(left, str) else written(left)} {operator} {_operand(right)})"
    if name == "between":
        return f"({written(parts[0])} between {parts[1]} and {parts[2]})"
    if name in ("number", "attribute"):
        return str(parts[0])
    if name == "by":
        return f"{parts[0]}({parts[1]} by {', '.join(parts[2])})"
    if name in ("any", "all", "count"):
        inner = written(parts[0]) if parts[0] else ""
        return f"{name}({inner}{f' where {written(parts[1])}' if len(parts) > 1 and parts[1] else ''})"
    if name == "member":
        return f"{parts[0]}({parts[1]}{f' where {written(parts[2])}' if parts[2] else ''})"
    if name in ("not", "abs", "negative", "truth"):
        return f"({ {'negative': '-', 'truth': '', 'not': 'not '}.get(name, name) }({written(parts[0])}))"
    if name == "if":
        return f"(if {written(parts[0])} then {written(parts[1])})"
    return f"({written(parts[0])} {name} {written(parts[1])})"


def _operand(right: Any) -> str:
    return repr(right) if isinstance(right, str) else written(right)


class SlowReader:
    """One table, read row by row."""

    def __init__(self, data: Dataset) -> None:
        self.data = data

    def value(self, row: tuple[str, int], name: str) -> Any:
        """A label, a number, None where missing; an undeclared label is the text "?"."""
        entity, i = row
        attribute = next(a for a in self.data.schema.attributes if a.name == name)
        if entity == "persons" and attribute.entity == "households":
            i = int(self.data.household_of_person[i])
            if i < 0:
                return None
        columns = self.data.households if attribute.entity == "households" else self.data.persons
        code = columns[name][i].item()
        if attribute.kind == "numeric":
            return None if math.isnan(code) else code
        return {-1: None, -2: "?"}.get(code, attribute.categories[code])

    def members(self, row: tuple[str, int]) -> list[tuple[str, int]] | None:
        """Members of the household, or of the person's household; None for an orphan."""
        entity, i = row
        household = i if entity == "households" else int(self.data.household_of_person[i])
        links = self.data.household_of_person.tolist()
        return None if household < 0 else [("persons", p) for p, h in enumerate(links) if h == household]

    def truth(self, tree: Tree, row: tuple[str, int]) -> bool | None:  # noqa: PLR0911
        """True, False, or None where a missing value leaves it open."""
        name, *parts = tree
        if name == "is":
            label = self.value(row, parts[0])
            return None if label is None else label in parts[1]
        if name == "missing":
            return self.value(row, parts[0]) is None
        if name == "order":
            label, order = self.value(row, "rooms"), ("1", "2", "3 or more")
            return None if label in (None, "?") else COMPARE[parts[1]](order.index(label), order.index(parts[2]))
        if name == "compare":
            left, right = self.number(parts[1], row), self.number(parts[2], row)
            return None if left is None or right is None else bool(COMPARE[parts[0]](left, right))
        if name == "between":
            value = self.number(parts[0], row)
            return None if value is None else bool(parts[1] <= value <= parts[2])
        if name == "not":
            return _not(self.truth(parts[0], row))
        if name in ("any", "all"):
            return self.over_members(name, parts, row)
        left, right = self.truth(parts[0], row), self.truth(parts[1], row)
        return {
            "and": _and(left, right),
            "or": _or(left, right),
            "if": _or(_not(left), right),
            "when": _or(_not(right), left),
        }[name]

    def over_members(self, name: str, parts: list[Any], row: tuple[str, int]) -> bool | None:
        """any and all, joined one member after the other."""
        members = self.members(row)
        if members is None:
            return None
        answer: bool | None = name == "all"
        for member in members:
            test = self.truth(parts[0], member)
            where = True if parts[1] is None else self.truth(parts[1], member)
            answer = _or(answer, _and(test, where)) if name == "any" else _and(answer, _or(_not(where), test))
        return answer

    def number(self, tree: Tree, row: tuple[str, int]) -> float | None:  # noqa: PLR0911
        """A number, or None where missing or undefined."""
        name, *parts = tree
        if name == "number":
            return float(parts[0])
        if name == "attribute":
            found = self.value(row, parts[0])
            return None if found in (None, "?") else float(found)
        if name == "truth":
            answer = self.truth(parts[0], row)
            return None if answer is None else float(answer)
        if name in ("count", "member"):
            return self.of_members(tree, row)
        if name == "by":
            return self.of_group(parts[0], parts[1], parts[2], row)
        values = [self.number(part, row) for part in parts]
        if None in values:
            return None
        with np.errstate(all="ignore"):
            return _defined(_ARITHMETIC[name](*(np.float64(v) for v in values)))

    def of_members(self, tree: Tree, row: tuple[str, int]) -> float | None:
        """count and statistics of members."""
        members = self.members(row)
        if members is None:
            return None
        if tree[0] == "count":
            answers = [True if tree[1] is None else self.truth(tree[1], m) for m in members]
            return None if None in answers else float(sum(map(bool, answers)))
        taken = [m for m in members if tree[3] is None or self.truth(tree[3], m) is True]
        known = [v for v in (self.number(("attribute", tree[2]), m) for m in taken) if v is not None]
        if tree[1] == "sum" and not taken:
            return 0.0
        return _statistic(tree[1], known, [1.0] * len(known))

    def of_group(self, function: str, name: str, by: list[str], row: tuple[str, int]) -> float | None:
        """A weighted statistic of all rows with the same labels."""
        entity, _ = row
        key = [self.value(row, b) for b in by]
        if None in key:
            return None
        weights = self.data.household_weights if entity == "households" else self.data.person_weights
        same = [i for i in range(len(weights)) if [self.value((entity, i), b) for b in by] == key]
        known = [(self.number(("attribute", name), (entity, i)), float(weights[i])) for i in same]
        kept = [(v, w) for v, w in known if v is not None]
        return _statistic(function, [v for v, _ in kept], [w for _, w in kept])


def _statistic(function: str, values: list[float], weights: list[float]) -> float | None:
    if not values:
        return None
    mean = sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)
    copies = [v for v, w in zip(values, weights, strict=True) for _ in range(round(w))]  # weights are whole here
    squares = sum(w * (v - mean) ** 2 for v, w in zip(values, weights, strict=True))
    return {
        "sum": sum(values),
        "mean": mean,
        "sd": math.sqrt(squares / sum(weights)),
        "median": statistics.median(copies),
        "min": min(values),
        "max": max(values),
    }[function]


_ARITHMETIC: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "abs": abs,
    "negative": lambda a: -a,
}


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _not(a: bool | None) -> bool | None:
    return None if a is None else not a


def _and(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def _or(a: bool | None, b: bool | None) -> bool | None:
    return _not(_and(_not(a), _not(b)))
