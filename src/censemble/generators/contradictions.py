"""Exact tables that contradict each other whatever the records are, seen in their sums alone.

Two tables meet in the attributes that both name (in none: in everybody). These fall into the finest parts that no cell
of either crosses; in each part a table whose cells hold everybody says how many there are, and the other one can count
no more. That is a proof, not a search: tables whose sums agree may still contradict each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from censemble.generators.atoms import Atoms
from censemble.generators.cell_places import places_of
from censemble.generators.junction_tree import Scope
from censemble.generators.region_shares import apart, scope_of
from censemble.generators.tables_model import ENTITIES, atoms_by_entity, visible_atoms
from censemble.margins import Margin
from censemble.schema import Schema

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Mask = NDArray[np.bool_]
TOL = 1e-3  # counts; of sums above a thousand the thousandth part of a count for each thousand


@dataclass(frozen=True, eq=False)
class _Table:
    """Cells of one exact margin that exclude each other."""

    margin: Margin
    scope: Scope
    label: Int  # of the shape of the scope: cell of every combination of atoms, -1 for none
    targets: Float  # (n_units, n_cells); NaN where a unit has no target


def contradictions(schema: Schema, margins: Sequence[Margin]) -> tuple[tuple[str, str], ...]:
    """Name the pairs of exact tables of one entity whose sums cannot hold together.

    Tables of one level are compared unit by unit, those of two levels over the whole region.

    Parameters
    ----------
    schema : Schema
        Attributes that the tables name.
    margins : sequence of Margin
        Soft ones are not looked at.

    Returns
    -------
    tuple of (str, str)
        Names; a table whose own cells overlap may contradict itself.

    Raises
    ------
    SchemaError
        A condition that does more than compare, or that names an attribute that is not declared.

    Examples
    --------
    More tenants than households:

    >>> from censemble.expressions import always, is_in
    >>> from censemble.margins import Cell
    >>> from censemble.schema import Attribute
    >>> tenure = Attribute("tenure", "households", "categorical", ("owned", "rented"))
    >>> def table(name, n, where, **more):
    ...     cells = (Cell(name, where, name),)
    ...     return Margin(name, "zone", "households", cells, np.array([[n]]), np.zeros((1, 1)), np.ones(1), **more)
    >>> tables = [table("all", 100.0, always(), is_total=True), table("tenants", 120.0, is_in("tenure", [1]))]
    >>> contradictions(Schema((tenure,)), tables)
    (('all', 'tenants'),)
    """
    atoms = atoms_by_entity(schema, margins)
    found: dict[tuple[str, str], None] = {}
    for entity in ENTITIES:
        visible = visible_atoms(atoms, entity)
        exact = [m for m in margins if m.entity == entity and not (m.sd > 0).any()]
        tables = [table for margin in exact for table in _tables(margin, visible)]
        for a, b in combinations(tables, 2):
            pair = (a.margin.name, b.margin.name)
            if pair not in found and _contradict(a, b):
                found[pair] = None
    return tuple(found)


def _tables(margin: Margin, atoms: Sequence[Atoms]) -> Iterator[_Table]:
    """The cells of a margin; such as overlap go into tables of their own."""
    scope = scope_of(margin, atoms)
    places = places_of((cell.where for cell in margin.cells), scope, atoms)
    for cells, label in apart(places, [atoms[k].n_atoms for k in scope]):
        yield _Table(margin, scope, label, margin.targets[:, cells])


def _contradict(a: _Table, b: _Table) -> bool:
    """Whether one of two tables counts more in some part than the other says that there are."""
    parts, whole_a, whole_b = _parts(a, b)
    n_a = a.targets.shape[1]
    mine, others = _summed(a.targets, parts[:n_a], len(whole_a)), _summed(b.targets, parts[n_a:], len(whole_a))
    if a.margin.level != b.margin.level:
        mine, others = mine.sum(axis=0), others.sum(axis=0)
    excess = TOL * np.maximum(1.0, TOL * np.fmax(mine, others))
    too_many = (whole_a & (others - mine > excess)) | (whole_b & (mine - others > excess))  # NaN is never more
    return bool(too_many.any())


def _parts(a: _Table, b: _Table) -> tuple[Int, Mask, Mask]:
    """The part that each cell of both lies in, and of which parts each of the two holds everybody."""
    common = [k for k in a.scope if k in b.scope]
    rows = [_by(table, common) for table in (a, b)]
    n, n_a, n_b = len(rows[0]), a.targets.shape[1], b.targets.shape[1]
    edges = []
    for table, offset in zip(rows, (n, n + n_a), strict=True):
        place, rest = np.nonzero(table >= 0)
        edges.append(np.stack([place, table[place, rest] + offset]))
    (start, end), size = np.concatenate(edges, axis=1), n + n_a + n_b
    n_parts, part = connected_components(coo_array((np.ones(len(start)), (start, end)), shape=(size, size)), False)
    whole = np.zeros((2, n_parts), dtype=bool)
    whole[:, part[:n]] = True  # a cell that nobody can be in is in no part of anybody
    for k, table in enumerate(rows):
        whole[k, part[:n][(table < 0).any(axis=1)]] = False
    return part[n:], whole[0], whole[1]


def _by(table: _Table, common: Sequence[int]) -> Int:
    """Labels with a row for each combination of some attributes of the table."""
    axes = [table.scope.index(k) for k in common]
    return np.moveaxis(table.label, axes, range(len(axes))).reshape(
        math.prod(table.label.shape[axis] for axis in axes), -1
    )


def _summed(targets: Float, parts: Int, n_parts: int) -> Float:
    """Counts by unit and part, shape (n_units, n_parts)."""
    found = np.zeros((n_parts, len(targets)))
    np.add.at(found, parts, targets.T)
    return found.T
