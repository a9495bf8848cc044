"""Tables of exactly two attributes, laid out in rows and columns and summed over their units: for heat maps.

Only what every cell states by one condition on either attribute can be laid out; a table with a cell for "young or
retired" beside one for "young" has no rows and columns of its own and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.fit import LevelTable
from censemble.margins import Margin
from censemble.schema import Entity, Schema
from censemble.syntax import Column, Constant, Node, Operation

N_TABLES = 6
FEWEST, MOST = 2, 60  # labels on a side
_ALONE = {">=": "{} or more", ">": "above {}", "<=": "up to {}", "<": "below {}"}
_AFTER = {"<=": "to {}", "<": "to <{}"}

Side = tuple[Node, ...]
Sums = Callable[[Margin], tuple[NDArray[np.float64], NDArray[np.float64]]]


@dataclass(frozen=True)
class Layout:
    """Where the cells of a table stand.

    Parameters
    ----------
    first, second : str
        Attribute of the rows, of the columns.
    rows, columns : tuple of str
        Labels.
    places : tuple of (row, column)
        Of each cell of the margin.
    """

    first: str
    second: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    places: tuple[tuple[int, int], ...]


def layout(margin: Margin, schema: Schema) -> Layout | None:
    """Lay a table out in rows and columns; None where it is no table of exactly two attributes.

    Parameters
    ----------
    margin : Margin
        Of which every cell may be laid out.
    schema : Schema
        Gives labels of categories.

    Examples
    --------
    >>> from censemble.expressions import all_of, is_in
    >>> from censemble.margins import Cell
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("sex", "persons", "categorical", ("f", "m")),
    ...                  Attribute("pet", "persons", "categorical", ("cat", "dog"))))
    >>> cells = tuple(Cell("", all_of(is_in("sex", [s]), is_in("pet", [p])), "") for s in (0, 1) for p in (1, 0))
    >>> found = layout(Margin("t", "all", "persons", cells, np.ones((1, 4)), np.zeros((1, 4)), np.ones(4)), schema)
    >>> found.rows, found.columns, found.places
    (('f', 'm'), ('cat', 'dog'), ((0, 1), (0, 0), (1, 1), (1, 0)))
    """
    if any(len(cell.where.columns) != 2 for cell in margin.cells):
        return None
    sides = [_sides(cell.where.root) for cell in margin.cells]
    names = list(dict.fromkeys(name for found in sides for name in found or ()))
    if len(names) != 2 or any(found is None or found.keys() != set(names) for found in sides):
        return None
    first, second = names
    rows = _ordered([found[first] for found in sides if found])
    columns = _ordered([found[second] for found in sides if found])
    places = tuple((rows[found[first]], columns[found[second]]) for found in sides if found)
    if len(set(places)) < len(places) or not all(FEWEST <= len(side) <= MOST for side in (rows, columns)):
        return None
    return Layout(
        first,
        second,
        tuple(_label(side, _categories(schema, margin.entity, first)) for side in rows),
        tuple(_label(side, _categories(schema, margin.entity, second)) for side in columns),
        places,
    )


def two_way_tables(margins: Sequence[Margin], schema: Schema, sums: Sums) -> list[dict[str, Any]]:
    """Give up to six two-way tables of the region, those with the largest share of differences.

    Parameters
    ----------
    margins : sequence of Margin
        A table that is there at several levels counts once, at the first.
    schema : Schema
        Gives labels of categories.
    sums : callable
        Of a margin: targets and results, summed over units, shape (n_cells,) each.

    Returns
    -------
    list of dict
        In the order of `margins`: margin, level, entity, first, second, rows, columns, target, result; both are lists
        of rows with None where there is no cell.
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    off: list[float] = []
    for margin in margins:
        laid = layout(margin, schema)
        key = (margin.entity, laid and (laid.first, laid.rows, laid.second, laid.columns))
        if laid is None or key in found:
            continue
        target, result = sums(margin)
        off.append(float(np.abs(result - target).sum()) / max(float(target.sum()), 1.0))
        found[key] = _table(margin, laid, target, result)
    kept = set(sorted(range(len(off)), key=lambda k: -off[k])[:N_TABLES])
    return [table for k, table in enumerate(found.values()) if k in kept]


def sums_of_fit(tables: Sequence[LevelTable]) -> Sums:
    """Sum a margin of a fit table over its units; units without a target do not count."""
    by_level: Mapping[str, LevelTable] = {t.level: t for t in tables}

    def sums(margin: Margin) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        table = by_level[margin.level]
        chosen = np.array([name == margin.name for name, _ in table.controls])
        target, result = table.target[:, chosen], table.result[:, chosen]
        known = np.isfinite(target)
        return np.where(known, target, 0.0).sum(axis=0), np.where(known, result, 0.0).sum(axis=0)

    return sums


def _table(margin: Margin, laid: Layout, target: NDArray[np.float64], result: NDArray[np.float64]) -> dict[str, Any]:
    def grid(values: NDArray[np.float64]) -> list[list[float | None]]:
        laid_out: list[list[float | None]] = [[None] * len(laid.columns) for _ in laid.rows]
        for (row, column), value in zip(laid.places, values.tolist(), strict=True):
            laid_out[row][column] = value
        return laid_out

    return {
        "margin": margin.name,
        "level": margin.level,
        "entity": margin.entity,
        "first": laid.first,
        "second": laid.second,
        "rows": list(laid.rows),
        "columns": list(laid.columns),
        "target": grid(target),
        "result": grid(result),
    }


def _sides(root: Node) -> dict[str, Side] | None:
    """The conditions on each column; None where one condition names several columns, or none."""
    found: dict[str, list[Node]] = {}
    for part in _joined(root):
        names = _names(part)
        if len(names) != 1:
            return None
        found.setdefault(names.pop(), []).append(part)
    return {name: tuple(parts) for name, parts in found.items()}


def _joined(node: Node) -> list[Node]:
    if isinstance(node, Operation) and node.name == "&":
        return [part for operand in node.operands for part in _joined(operand)]
    return [node]


def _names(node: Node) -> set[str]:
    if isinstance(node, Column):
        return {node.name}
    return set().union(*map(_names, node.operands)) if isinstance(node, Operation) else set()


def _ordered(sides: Sequence[Side]) -> dict[Side, int]:
    """Each once with its place: from low to high, else by first occurrence."""
    once = sorted(dict.fromkeys(sides), key=lambda side: max(map(_least, side)))
    return {side: place for place, side in enumerate(once)}


def _least(node: Node) -> float:
    """Smallest number that a condition allows, as far as it says; texts have none."""
    if isinstance(node, Operation):
        return -np.inf if node.name in ("<", "<=") else min(map(_least, node.operands))
    if isinstance(node, Constant) and isinstance(node.value, int | float):
        return float(node.value)
    return np.inf


def _categories(schema: Schema, entity: Entity, name: str) -> tuple[str, ...]:
    known = [a.categories for e in (entity, "households") for a in schema.of(e) if a.name == name]
    return known[0] if known else ()


def _label(side: Side, categories: Sequence[str]) -> str:
    """The conditions on one attribute, without its name: "16 to 64", "male or other"."""
    told = [_words(part, categories) for part in side]
    if len(side) == 2 and isinstance(side[0], Operation) and isinstance(side[1], Operation):
        low, high = side[0], side[1]
        if low.name == ">=" and high.name in _AFTER:
            start, end = _words(low.operands[1], categories), _words(high.operands[1], categories)
            return f"{start} {_AFTER[high.name].format(end)}"
    return " and ".join(told)


def _words(node: Node, categories: Sequence[str]) -> str:
    if isinstance(node, Constant):
        return _value(node.value, categories)
    if isinstance(node, Column):
        return ""
    if node.name == "&":
        return _label(node.operands, categories)
    told = [text for text in (_words(part, categories) for part in node.operands) if text]
    if node.name in ("isin", "==", "|"):
        return " or ".join(told)
    return _ALONE.get(node.name, f"{node.name} {{}}").format(", ".join(told))


def _value(value: float | str | bool, categories: Sequence[str]) -> str:
    if categories and not isinstance(value, str) and float(value).is_integer() and 0 <= value < len(categories):
        return categories[int(value)]
    if isinstance(value, str):
        return value
    return f"{value:.6g}" if float(value).is_integer() else f"{value:.4g}"
