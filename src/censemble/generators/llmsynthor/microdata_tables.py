"""Macro-statistics derived from records, for experiments: what a statistical office would have published of them.

Numeric attributes are cut into six quantile bins, and each of these into eight equal parts: the two levels of bins of
the paper. Tables of one attribute have the fine bins, joint tables the six. Where the groups that an office publishes
are given (under 5, 5 to 15, ...), these take the place of the six.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, product
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.coding import quantile_edges
from censemble.errors import SchemaError
from censemble.expressions import Expression, all_of, always, between, is_in
from censemble.generators.llmsynthor.macro_statistics import REGION
from censemble.margins import Cell, Margin
from censemble.pool import Pool
from censemble.schema import Attribute, Entity, Schema

MAIN_BINS, SUB_BINS = 6, 8
Columns = Mapping[str, NDArray[Any]]
Sides = list[tuple[str, Expression]]
_EVERYBODY: Sides = [("all", always())]


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
    mains = _mains(columns, schema.of(entity), {})
    attributes = tuple(_binned(a, mains) for a in schema.of(entity))
    tables = [_count("all", [_EVERYBODY], columns, entity, is_total=True)]
    tables += [_count(a.name, [_sides(a, a.bins)], columns, entity) for a in attributes]
    tables += [_joint(names, attributes, mains, columns, entity) for names in joints]
    return Schema(attributes, schema.roles), tuple(tables)


def household_tables_of(
    pool: Pool,
    schema: Schema,
    *,
    joints: Mapping[Entity, Sequence[Sequence[str]]] = MappingProxyType({}),
    groups: Mapping[str, Sequence[float]] = MappingProxyType({}),
) -> tuple[Schema, tuple[Margin, ...]]:
    """Count households and their persons: how many there are, a table of each attribute, the joint tables asked for.

    Every record counts once, whatever its prior weight.

    Parameters
    ----------
    pool : Pool
        Households with persons.
    schema : Schema
        Attributes of both.
    joints : mapping of entity to sequence of sequence of str
        Attributes to count together; tables of persons may name attributes of their household.
    groups : mapping of str to sequence of float
        Edges of the groups in which a numeric attribute is published; bin i is [edge i, edge i+1).

    Returns
    -------
    schema : Schema
        The same with fine bins of the numeric attributes.
    margins : tuple of Margin
        Exact, of one unit, households first; cells nobody is in are there with a target of 0.

    Raises
    ------
    SchemaError
        A numeric attribute with missing values or with values outside its groups, an attribute that is not declared.

    Examples
    --------
    >>> import pyarrow as pa
    >>> tenure = Attribute("tenure", "households", "categorical", ("owned", "rented"))
    >>> age, none = Attribute("age", "persons", "numeric"), pa.table({})
    >>> pool = Pool({"tenure": np.array([0, 1])}, {"age": np.array([40.0, 30.0, 5.0])}, np.array([0, 1, 3]),
    ...             np.ones(2), pa.array(["a", "b"]), none, none, "", np.zeros(2, np.int32), "survey")
    >>> found, tables = household_tables_of(pool, Schema((tenure, age)), joints={"persons": [("tenure", "age")]},
    ...                                     groups={"age": (0, 18, 100)})
    >>> [t.name for t in tables], tables[-1].targets.tolist()
    (['households', 'tenure', 'persons', 'age', 'tenure by age'], [[0.0, 1.0, 1.0, 1.0]])
    """
    linked = {name: values[pool.record_of_person] for name, values in pool.households.items()}
    columns: dict[Entity, Columns] = {"households": pool.households, "persons": {**linked, **pool.persons}}
    attributes: list[Attribute] = []
    tables: list[Margin] = []
    mains: dict[str, tuple[float, ...]] = {}
    for entity, own in columns.items():
        mains |= _mains(own, schema.of(entity), groups)
        binned = [_binned(a, mains) for a in schema.of(entity)]
        attributes += binned
        tables.append(_count(entity, [_EVERYBODY], own, entity, is_total=entity == "households"))
        tables += [_count(a.name, [_sides(a, a.bins)], own, entity) for a in binned]
        tables += [_joint(names, attributes, mains, own, entity) for names in joints.get(entity, ())]
    return Schema(tuple(attributes), schema.roles), tuple(tables)


def _mains(
    columns: Columns, attributes: Sequence[Attribute], groups: Mapping[str, Sequence[float]]
) -> dict[str, tuple[float, ...]]:
    """Edges of the main bins of numeric attributes: the groups given, or quantiles."""
    numeric = [a for a in attributes if a.kind == "numeric"]
    return {
        a.name: _group_edges(a, columns[a.name], groups[a.name]) if a.name in groups else main_edges(a, columns[a.name])
        for a in numeric
    }


def _group_edges(attribute: Attribute, values: NDArray[np.float64], edges: Sequence[float]) -> tuple[float, ...]:
    if not ((values >= edges[0]) & (values < edges[-1])).all():
        raise SchemaError(f"attribute {attribute.name!r}: missing values, or values outside its groups {list(edges)}")
    return tuple(float(e) for e in edges)


def _binned(attribute: Attribute, mains: Mapping[str, Sequence[float]]) -> Attribute:
    return replace(attribute, bins=sub_edges(mains[attribute.name])) if attribute.name in mains else attribute


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


def _joint(
    names: Sequence[str],
    attributes: Sequence[Attribute],
    mains: Mapping[str, Sequence[float]],
    columns: Columns,
    entity: Entity,
) -> Margin:
    """Table of several attributes, numeric ones in their main bins."""
    by_name = {a.name: a for a in attributes}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise SchemaError(f"no attribute {unknown[0]!r} for a table of {entity}; declared: {', '.join(by_name)}")
    return _count(" by ".join(names), [_sides(by_name[n], mains.get(n, ())) for n in names], columns, entity)


def _count(name: str, sides: Sequence[Sides], columns: Columns, entity: Entity, *, is_total: bool = False) -> Margin:
    cells = tuple(
        Cell(", ".join(label for label, _ in parts), all_of(*(where for _, where in parts)), name)
        for parts in product(*sides)
    )
    counts = np.array([[float(cell.where.evaluate(columns).sum()) for cell in cells]])
    return Margin(name, REGION, entity, cells, counts, np.zeros_like(counts), np.ones(len(cells)), is_total=is_total)
