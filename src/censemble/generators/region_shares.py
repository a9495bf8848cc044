"""What the tables say of the whole region: shares of classes, from counts of all units of all levels.

A table's counts are summed over its units. Cells that cover everybody once give shares by themselves; others are
divided by the number of all households or persons, and whoever is in none of them is a class of its own. The same
classes given by several tables, often at several levels, become one: the mean weighted by the inverse of the
variance of the sums, where a table without error wins over one with error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.atoms import Atoms
from censemble.generators.cell_places import CellPlace, places_of
from censemble.generators.junction_tree import Scope, n_cells
from censemble.generators.log_linear import Partition
from censemble.margins import Margin

Float = NDArray[np.float64]
Int = NDArray[np.int64]

LEFT_OUT = 0.02  # share of the people that a table must leave out to be taken for one of a part of them
TOLD = 0.9  # share of the range of a numeric attribute that cells must count; labels must all be counted
MAX_TABLE = 20_000_000  # cells of the table of one margin's attributes


@dataclass(frozen=True, eq=False)
class RegionTable:
    """Cells of one margin that exclude each other, summed over its units.

    Parameters
    ----------
    name : str
    scope : Scope
    label : ndarray of int64, of the shape of the scope
        Cell of every combination of atoms; the number of cells where it is in none, one more where nobody can be.
    counts, variance : ndarray of shape (n_cells,)
    """

    name: str
    scope: Scope
    label: Int
    counts: Float
    variance: Float

    @property
    def covers_all(self) -> bool:
        """Whether everybody is in one of the cells."""
        return not (self.label == len(self.counts)).any()


def region_tables(margins: Sequence[Margin], atoms: Sequence[Atoms]) -> list[RegionTable]:
    """Sum margins over their units; cells that overlap go into tables of their own.

    Where one table alone tells of an attribute that some people do not have, those in none of its cells are they.

    Parameters
    ----------
    margins : sequence of Margin
        Of one entity.
    atoms : sequence of Atoms
        Of the attributes, in the order that scopes number them.

    Raises
    ------
    SchemaError
        The attributes of one margin have too many combinations.
    """
    found = []
    scopes = {scope_of(margin, atoms) for margin in margins}
    for margin in margins:
        scope = scope_of(margin, atoms)
        sole = [k for k in scope if atoms[k].may_be_missing and sum(k in s for s in scopes) == 1]
        counts, variance = summed_units(margin)
        places = places_of((cell.where for cell in margin.cells), scope, atoms)
        for group, label in apart(places, [atoms[k].n_atoms for k in scope]):
            label[label < 0] = len(group)
            for k in sole:
                label[(label == len(group)) & _has_value(k, scope, atoms)] = len(group) + 1
            found.append(RegionTable(margin.name, scope, label, counts[group], variance[group]))
    return found


def scope_of(margin: Margin, atoms: Sequence[Atoms]) -> Scope:
    """Attributes that a margin's cells name, by number."""
    names = frozenset[str]().union(*(c.where.columns for c in margin.cells))
    scope = tuple(k for k, a in enumerate(atoms) if a.attribute.name in names)
    size = n_cells(scope, [a.n_atoms for a in atoms])
    if size > MAX_TABLE:
        raise SchemaError(f"margin {margin.name!r}: its attributes have {size:,} combinations, at most {MAX_TABLE:,}")
    return scope


def _has_value(k: int, scope: Scope, atoms: Sequence[Atoms]) -> NDArray[np.bool_]:
    """Combinations in which attribute k, whose last atom is "no value", has one."""
    known = np.arange(atoms[k].n_atoms) < atoms[k].n_atoms - 1
    shape = [atoms[i].n_atoms for i in scope]
    return np.broadcast_to(known.reshape([-1 if i == k else 1 for i in scope]), shape)


def summed_units(margin: Margin) -> tuple[Float, Float]:
    """Counts and variances over all units; units without a target are taken to be like the others."""
    known = ~np.isnan(margin.targets)
    more = len(known) / np.maximum(known.sum(axis=0), 1)
    return np.nansum(margin.targets, axis=0) * more, np.where(known, margin.sd**2, 0.0).sum(axis=0) * more**2


def apart(places: Iterable[CellPlace], shape: Sequence[int]) -> list[tuple[list[int], Int]]:
    """Put cells into as few groups as they come, so that those of a group exclude each other.

    Parameters
    ----------
    places : iterable of CellPlace
        Of the cells.
    shape : sequence of int
        Atoms of each attribute.

    Returns
    -------
    list of (list of int, ndarray of int64 of that shape)
        The cells of each group by number, and the place in it of the cell of every combination, -1 for none.
    """
    groups: list[tuple[list[int], Int]] = []
    for k, place in enumerate(places):
        index = place.index
        free = next((g for g, (_, label) in enumerate(groups) if not (label[index] >= 0).any()), len(groups))
        if free == len(groups):
            groups.append(([], np.full(shape, -1, dtype=np.int64)))
        group, label = groups[free]
        label[index] = len(group)
        group.append(k)
    return groups


def population_size(tables: Sequence[RegionTable], *, total: str = "") -> float:
    """Households or persons of the region: of the margin named `total`, else of all tables that cover everybody.

    Returns
    -------
    float
        NaN where no table covers everybody.
    """
    whole = [t for t in tables if t.covers_all]
    named = [float(t.counts.sum()) for t in whole if t.name == total]
    if named or not whole:
        return named[0] if named else float("nan")
    counts, variance = np.array([[t.counts.sum(), t.variance.sum()] for t in whole]).T
    largest = counts >= (1 - LEFT_OUT) * counts.max()  # the others count part of the people: those at work, say
    return float(_pooled(counts[largest, None], variance[largest, None])[0])


def partly_missing(tables: Sequence[RegionTable], atoms: Sequence[Atoms], n_all: float) -> frozenset[str]:
    """Name the attributes that some people do not have.

    Those whose labels are all counted somewhere (nine tenths of the range of a numeric one), while every table that
    names them leaves out 2 % of the people or more: hours of work, where a part does not work.

    Parameters
    ----------
    tables : sequence of RegionTable
        Of one entity.
    atoms : sequence of Atoms
        As for `region_tables`.
    n_all : float
        Households or persons of the region; NaN gives none.
    """
    found = set()
    for k, a in enumerate(atoms):
        of_it = [t for t in tables if k in t.scope]
        if not of_it or any(t.counts.sum() >= (1 - LEFT_OUT) * n_all for t in of_it) or not n_all > 0:
            continue
        axes = [tuple(i for i in range(t.label.ndim) if t.scope[i] != k) for t in of_it]
        told = np.any([(t.label < len(t.counts)).any(axis=ax) for t, ax in zip(of_it, axes, strict=True)], axis=0)
        if a.measure[told].sum() >= (TOLD if a.attribute.kind == "numeric" else 1.0) * a.measure.sum():
            found.add(a.attribute.name)
    return frozenset(found)


def partitions_of(tables: Sequence[RegionTable], n_all: float) -> list[Partition]:
    """Turn tables into shares; tables of the same classes into one.

    Parameters
    ----------
    tables : sequence of RegionTable
        Of one entity.
    n_all : float
        Households or persons of the region.

    Raises
    ------
    SchemaError
        A table that leaves some people out, where the number of all is not known.
    """
    same: dict[tuple[Scope, bytes], list[tuple[RegionTable, Float, Float]]] = {}
    for table in tables:
        label, order = _canonical(table.label)
        if len(order) < 2:
            continue  # everybody is in one class: a total
        shares, variance = _shares(table, n_all)
        same.setdefault((table.scope, label.tobytes()), []).append((table, shares[order], variance[order]))
    found = []
    for (scope, _), several in same.items():
        label, _ = _canonical(several[0][0].label)
        pooled = _pooled(np.array([s for _, s, _ in several]), np.array([v for _, _, v in several]))
        name = ", ".join(dict.fromkeys(t.name for t, _, _ in several))
        found.append(Partition(name, scope, label, pooled / pooled.sum()))
    return found


def _shares(table: RegionTable, n_all: float) -> tuple[Float, Float]:
    """Shares of the cells, of those in none, and of those who cannot be (0), with their variances."""
    inside = float(table.counts.sum())
    if not table.covers_all and not n_all > 0:
        raise SchemaError(
            f"margin {table.name!r} does not count everybody, and no table says how many there are. Give a total, or a "
            "table whose cells count everybody once."
        )
    n = inside if table.covers_all else max(n_all, inside)
    if n <= 0:
        raise SchemaError(f"margin {table.name!r} counts nobody in the whole region; leave it out.")
    counts = np.append(table.counts, [n - inside, 0.0])
    return counts / n, np.append(table.variance, [table.variance.sum(), 0.0]) / n**2


def _canonical(label: Int) -> tuple[Int, Int]:
    """Number classes by their first occurrence; classes without any combination are left out."""
    seen, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank[inverse.reshape(label.shape)], seen[order]


def _pooled(values: Float, variance: Float) -> Float:
    """Mean over the first axis by inverse variance; of those without error alone where there are any."""
    exact = variance.sum(axis=tuple(range(1, variance.ndim))) <= 0
    if exact.any():
        return np.asarray(values[exact].mean(axis=0))
    weights = 1.0 / np.maximum(variance, variance[variance > 0].min())
    return np.asarray((values * weights).sum(axis=0) / weights.sum(axis=0))


def counted_atoms(margins: Sequence[Margin], atoms: Sequence[Atoms]) -> dict[str, NDArray[np.bool_]]:
    """Which atoms of each attribute some cell of some margin asks for.

    Parameters
    ----------
    margins : sequence of Margin
        Of one entity.
    atoms : sequence of Atoms
        Of the attributes that they may name.
    """
    seen = {a.attribute.name: np.zeros(a.n_atoms, dtype=bool) for a in atoms}
    for margin in margins:
        scope = scope_of(margin, atoms)
        wheres = [cell.where for cell in margin.cells]
        for where, place in zip(wheres, places_of(wheres, scope, atoms), strict=True):
            for side, k in zip(place.sides, scope, strict=True):
                name = atoms[k].attribute.name
                if name in where.columns and not place.is_empty:
                    seen[name] |= side
    return seen
