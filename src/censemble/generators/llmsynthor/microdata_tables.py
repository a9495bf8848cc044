"""Macro-statistics derived from records, for experiments: what a statistical office would have published of them.

Numeric attributes are cut into six quantile bins, and each of these into eight equal parts: the two levels of bins of
the paper. Tables of one attribute have the fine bins, joint tables the six.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.coding import quantile_edges
from censemble.errors import SchemaError
from censemble.expressions import Expression, all_of, always, between, is_in
from censemble.generators.llmsynthor.macro_statistics import REGION
from censemble.margins import Cell, Margin
from censemble.schema import Attribute, Entity, Schema

MAIN_BINS, SUB_BINS = 6, 8
Columns = Mapping[str, NDArray[Any]]
Sides = list[tuple[str, Expression]]


def tables_of(
    columns: Columns, schema: Schema, *, entity: Entity, joints: Sequence[Sequence[str]] = ()
) -> tuple[Schema, tuple[Margin, ...]]:
    """Count records: a total, a table of each attribute, and the joint tables asked for.

    Parameters
    ----------
    columns : mapping of str to ndarray of shape (n,)
        Codes, or numbers without missing values.
    schema : Schema
        Attributes of `entity`.
    entity : {"households", "persons"}
        What a record is.
    joints : sequence of sequence of str
        Attributes to count together.

    Returns
    -------
    schema : Schema
        The same with fine bins of the numeric attributes.
    margins : tuple of Margin
        Exact, of one unit; cells nobody is in are there with a target of 0.

    Raises
    ------
    SchemaError
        A numeric attribute with missing values.

    Examples
    --------
    >>> age = Attribute("age", "persons", "numeric")
    >>> found, (total, table) = tables_of({"age": np.arange(96.0)}, Schema((age,)), entity="persons")
    >>> len(table.cells), float(table.targets.sum()), found.attributes[0].bins[:3]
    (48, 96.0, (0.0, 2.0, 4.0))
    """
    mains = {a.name: main_edges(a, columns[a.name]) for a in schema.of(entity) if a.kind == "numeric"}
    fine = {name: sub_edges(edges) for name, edges in mains.items()}
    attributes = tuple(replace(a, bins=fine[a.name]) if a.name in fine else a for a in schema.of(entity))
    everybody: Sides = [("all", always())]
    tables = [_count("all", [everybody], columns, entity, is_total=True)]
    tables += [_count(a.name, [_sides(a, fine.get(a.name, ()))], columns, entity) for a in attributes]
    by_name = {a.name: a for a in attributes}
    for names in joints:
        sides = [_sides(by_name[name], mains.get(name, ())) for name in names]
        tables.append(_count(" by ".join(names), sides, columns, entity))
    return Schema(attributes), tuple(tables)


def main_edges(attribute: Attribute, values: NDArray[np.float64]) -> tuple[float, ...]:
    """Quantile edges, closed by the smallest value and what is just above the largest."""
    if not np.isfinite(values).all():
        raise SchemaError(f"attribute {attribute.name!r}: tables of numbers with missing values are not derived")
    inner = quantile_edges(values, np.ones(len(values)), MAIN_BINS)[1:-1]
    whole = bool((values == np.floor(values)).all())
    end = float(values.max()) + 1 if whole else float(np.nextafter(values.max(), np.inf))
    return (float(values.min()), *inner, end)


def sub_edges(edges: Sequence[float]) -> tuple[float, ...]:
    """Eight equal parts of every bin; fewer where a bin of whole numbers has fewer numbers."""
    whole = all(float(e).is_integer() for e in edges)
    cut = np.concatenate([np.linspace(low, high, SUB_BINS + 1)[:-1] for low, high in pairwise(edges)])
    return tuple(float(e) for e in np.unique(np.append(np.ceil(cut) if whole else cut, edges[-1])))


def _sides(attribute: Attribute, edges: Sequence[float]) -> Sides:
    """Conditions of one attribute with their labels."""
    if attribute.kind != "numeric":
        return [(label, is_in(attribute.name, [k])) for k, label in enumerate(attribute.categories)]
    return [
        (f"{low:.4g} to below {high:.4g}", between(attribute.name, low, high, include_high=False))
        for low, high in pairwise(edges)
    ]


def _count(name: str, sides: Sequence[Sides], columns: Columns, entity: Entity, *, is_total: bool = False) -> Margin:
    cells = tuple(
        Cell(", ".join(label for label, _ in parts), all_of(*(where for _, where in parts)), name)
        for parts in product(*sides)
    )
    counts = np.array([[float(cell.where.evaluate(columns).sum()) for cell in cells]])
    return Margin(name, REGION, entity, cells, counts, np.zeros_like(counts), np.ones(len(cells)), is_total=is_total)
