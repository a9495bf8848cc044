"""Support for every cell: records drawn given a cell that hardly any record of a pool is in.

A pool of n records has about n p records in a cell of share p. Tables of thousands of cells, such as flows between
zones by mode, have cells of which a pool then holds none by chance; an exact target there could not be met, although
the model behind the pool allows it. Cells of which fewer than `ENOUGH` records are expected therefore get k = `ENOUGH`
more, drawn from the same generator *given* the cell. Where n p = m are expected, prior weights are mixed as those of
two samples of sizes m and k (balance heuristic):

    w' = w m / (m + k)  for those there already,    sum of the new ones' w' = target k / (m + k)

so that over many pools a cell weighs what it did. It would not if it depended on how many happen to be there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.controls import incidence_columns
from censemble.errors import SchemaError
from censemble.expressions import Expression
from censemble.generators.protocol import Conditions, Generator
from censemble.margins import Margin
from censemble.pool import Pool, join_pools
from censemble.schema import Attribute, Schema
from censemble.syntax import Column, Constant, Node, Operation

Float = NDArray[np.float64]
ENOUGH = 5  # records of a cell: one alone would carry its whole target, whatever else it is

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class ThinCell:
    """A cell that asks for records of which a pool has few.

    Parameters
    ----------
    conditions : Conditions
        What its records are.
    target : float
        Of all units together, > 0.
    expected : float
        How many records such a pool has of it, on average.
    there : ndarray of int
        Records of the pool that are in it.
    """

    conditions: Conditions
    target: float
    expected: float
    there: NDArray[np.int64]


def conditions_of(where: Expression, attributes: Mapping[str, Attribute]) -> Conditions | None:
    """Say a cell as conditions on single attributes; None where it does something else.

    Examples
    --------
    >>> from censemble.expressions import all_of, between, is_in
    >>> mode = Attribute("mode", "persons", "categorical", ("foot", "train"))
    >>> age = Attribute("age", "persons", "numeric")
    >>> conditions_of(all_of(is_in("mode", [1]), between("age", 18, 64)), {"mode": mode, "age": age})
    {'mode': ['train'], 'age': (18.0, 64.0)}
    """
    codes: dict[str, set[int]] = {}
    ranges: dict[str, Range] = {}
    for name, operator, constants in _comparisons(where.root):
        if name not in attributes:
            return None
        attribute = attributes[name]
        if attribute.kind == "numeric":
            low, high = ranges.get(name, (-math.inf, math.inf))
            found = _range(operator, constants)
            if found is None:
                return None
            ranges[name] = (max(low, found[0]), min(high, found[1]))
        elif operator in ("isin", "=="):
            codes[name] = codes.get(name, set(range(attribute.n_codes))) & {int(c) for c in constants}
        else:
            return None
    labels = {name: [attributes[name].categories[c] for c in sorted(of)] for name, of in codes.items()}
    empty = any(not of for of in labels.values()) or any(low > high for low, high in ranges.values())
    return None if empty or not (labels or ranges) else {**labels, **ranges}


def _comparisons(node: Node) -> Iterator[tuple[str, str, list[float]]]:
    """Comparisons that all must hold; one without a name for anything else."""
    if isinstance(node, Operation) and node.name == "&":
        for operand in node.operands:
            yield from _comparisons(operand)
    elif isinstance(node, Operation) and isinstance(node.operands[0], Column):
        constants = [o.value for o in node.operands[1:] if isinstance(o, Constant) and not isinstance(o.value, str)]
        known = len(constants) == len(node.operands) - 1
        yield node.operands[0].name if known else "", node.name, [float(c) for c in constants]
    else:
        yield "", "", []


def _range(operator: str, constants: Sequence[float]) -> Range | None:
    value = constants[0] if len(constants) == 1 else math.nan
    ranges = {
        "==": (value, value),
        ">=": (value, math.inf),
        ">": (math.nextafter(value, math.inf), math.inf),
        "<=": (-math.inf, value),
        "<": (-math.inf, math.nextafter(value, -math.inf)),
    }
    return None if math.isnan(value) else ranges.get(operator)


def thin_cells(pool: Pool, schema: Schema, margins: Sequence[Margin]) -> list[ThinCell]:
    """Find cells that ask for records of which a pool has none, or of which fewer are expected than `ENOUGH`.

    Parameters
    ----------
    pool : Pool
        Drawn by a generator.
    schema : Schema
        Attributes of its records.
    margins : sequence of Margin
        Those of other entities than the records are left out: their cells say nothing of one record as a whole.
    """
    attributes = {a.name: a for a in schema.of(pool.record_entity)}
    found = []
    for margin in margins:
        if margin.entity != pool.record_entity or margin.is_total:
            continue
        inside = incidence_columns(pool, margin)
        wanted = np.nansum(margin.targets, axis=0)
        expected = wanted * pool.n_records / float(pool.prior_weights.sum())
        for c in np.flatnonzero(((expected < ENOUGH) | (np.diff(inside.indptr) == 0)) & (wanted > 0)):
            conditions = conditions_of(margin.cells[c].where, attributes)
            if conditions is not None:
                there = inside.indices[inside.indptr[c] : inside.indptr[c + 1]].astype(np.int64)
                found.append(ThinCell(conditions, float(wanted[c]), float(expected[c]), there))
    return found


def with_support(
    generator: Generator,
    pool: Pool,
    schema: Schema,
    margins: Sequence[Margin],
    *,
    rng: np.random.Generator,
    obedient: Callable[[Pool], Pool],
) -> tuple[Pool, int]:
    """Draw records for cells that hardly any record of a pool is in.

    Not for a survey's own records, nor for what was learnt from one: what it has not seen may be impossible.

    Parameters
    ----------
    generator : Generator
        That drew the pool, and that can draw given conditions on single attributes.
    pool : Pool
        Prior weights in records.
    schema : Schema
        Attributes of the records.
    margins : sequence of Margin
        Tables of all entities and levels.
    rng : numpy.random.Generator
        The same state gives the same records.
    obedient : callable
        Leaves out records that break a rule.

    Returns
    -------
    pool, n_added
        The pool itself, and 0, where every cell has enough or the generator can draw none that is missing. Prior
        weights sum to what they did.

    Examples
    --------
    >>> from censemble.expressions import is_in
    >>> from censemble.generators.maximum_entropy import MaximumEntropy
    >>> from censemble.margins import Cell
    >>> mode = Attribute("mode", "persons", "categorical", ("foot", "train"))
    >>> cells = tuple(Cell(label, is_in("mode", [k]), label) for k, label in enumerate(mode.categories))
    >>> table = Margin("mode", "zone", "persons", cells, np.array([[99999.0, 1.0]]), np.zeros((1, 2)), np.ones(2))
    >>> generator = MaximumEntropy().fit(Schema((mode,)), margins=[table])
    >>> rng = np.random.default_rng(1)
    >>> drawn = generator.sample(100, rng)
    >>> pool, n_added = with_support(generator, drawn, Schema((mode,)), [table], rng=rng, obedient=lambda p: p)
    >>> n_added, pool.persons["mode"][-5:].tolist(), round(float(pool.prior_weights[-5:].sum()), 3)
    (5, [1, 1, 1, 1, 1], 1.0)
    """
    scale = np.ones(pool.n_records)
    total = float(pool.prior_weights.sum())
    more: list[Pool] = []
    for cell in thin_cells(pool, schema, margins):
        try:
            drawn = obedient(generator.sample(ENOUGH, rng, conditions=cell.conditions))
        except SchemaError:
            continue  # no record can be there: the diagnosis says so of the cell
        if drawn.n_records:
            added = drawn.n_records / (cell.expected + drawn.n_records)
            scale[cell.there] *= 1.0 - added
            shares = drawn.prior_weights / drawn.prior_weights.sum()
            more.append(replace(drawn, prior_weights=shares * cell.target * added))
    if not more:
        return pool, 0
    new = join_pools(more)
    ids = pa.array([f"{generator.name}-cell-{k}" for k in range(1, new.n_records + 1)], pa.string())
    joined = join_pools([replace(pool, prior_weights=pool.prior_weights * scale), replace(new, household_ids=ids)])
    weights = joined.prior_weights * total / joined.prior_weights.sum()
    return replace(joined, prior_weights=weights), new.n_records
