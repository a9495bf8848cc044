"""The log-linear model of one entity's attributes, fitted to all tables of that entity.

Nothing here draws records: `maximum_entropy` does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.atoms import Atoms, atoms_of, comparisons
from censemble.generators.beliefs import Beliefs, multiply, product_beliefs, propagate, ratio
from censemble.generators.junction_tree import JunctionTree, Scope, junction_tree, n_cells
from censemble.generators.log_linear import Fit, fit
from censemble.generators.region_shares import (
    RegionTable,
    counted_atoms,
    partitions_of,
    partly_missing,
    population_size,
    region_tables,
)
from censemble.generators.smooth_start import smoothed
from censemble.margins import Margin
from censemble.schema import Entity, Schema

Float = NDArray[np.float64]

ENTITIES: tuple[Entity, ...] = ("households", "persons")
MAX_CELLS = 5_000_000  # of the largest clique: 40 MB of numbers
WORTH_SAYING = 0.002  # share by which a table must be missed to be named


@dataclass(frozen=True, eq=False)
class TablesModel:
    """A model of one entity.

    Parameters
    ----------
    atoms : tuple of Atoms
        Of the attributes, in the order that scopes number them.
    fit : Fit
    n_all : float
        Households or persons of the region as the tables say; NaN where none says.
    """

    atoms: tuple[Atoms, ...]
    fit: Fit
    n_all: float

    @property
    def beliefs(self) -> Beliefs:
        """The fitted distribution."""
        return self.fit.beliefs

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the attributes."""
        return tuple(a.attribute.name for a in self.atoms)

    def scope(self, names: Sequence[str]) -> Scope:
        """Numbers of some attributes, ascending."""
        return tuple(sorted(self.names.index(name) for name in names))

    def disagreements(self) -> list[str]:
        """One sentence for each table that the compromise between contradicting tables misses."""
        missed = {name: gap for name, gap in self.fit.gaps.items() if gap > WORTH_SAYING}
        return [
            f"maximum_entropy: tables contradict each other over the whole region; of {name!r} the generator misses a "
            f"class by {100 * gap:.1f} % of all (calibration then goes back to the tables themselves)."
            for name, gap in missed.items()
        ]


def atoms_by_entity(
    schema: Schema, margins: Sequence[Margin], *, apart: frozenset[str] = frozenset()
) -> dict[Entity, list[Atoms]]:
    """Find the atoms of all attributes that tables name.

    Household attributes get the same atoms whether tables of households or of persons name them.

    Parameters
    ----------
    schema : Schema
        Attributes that may be named.
    margins : sequence of Margin
        All of them.
    apart : frozenset of str
        Household attributes whose labels all stay apart, whether a table names them or not.

    Raises
    ------
    SchemaError
        A condition that does more than compare, or that names an attribute that is not declared.
    """
    compared: dict[tuple[Entity, str], list[tuple[str, tuple[float, ...]]]] = {("households", n): [] for n in apart}
    declared: dict[Entity, set[str]] = {e: {a.name for a in schema.of(e)} for e in ENTITIES}
    for margin in margins:
        for cell in margin.cells:
            source = f"margin {margin.name!r}, {cell.label!r}"
            for column, operator, constants in comparisons(cell.where, source=source):
                owner: Entity = (
                    "persons" if margin.entity == "persons" and column in declared["persons"] else "households"
                )
                if column not in declared[owner]:
                    known = ", ".join(sorted({n for names in declared.values() for n in names})) or "none"
                    raise SchemaError(f"{source} names {column!r}, which is not declared; declared: {known}")
                compared.setdefault((owner, column), []).append((operator, constants))
    found: dict[Entity, list[Atoms]] = {
        e: [
            atoms_of(a, compared[e, a.name], apart=e == "households" and a.name in apart)
            for a in schema.of(e)
            if (e, a.name) in compared
        ]
        for e in ENTITIES
    }
    return _with_missing(_counted(found, margins), margins)


def _with_missing(found: Mapping[Entity, list[Atoms]], margins: Sequence[Margin]) -> dict[Entity, list[Atoms]]:
    """With an atom for "no value" where tables leave people out; tables of households say so of their attributes."""
    missing: dict[Entity, frozenset[str]] = {}
    told: set[str] = set()
    for entity in ENTITIES:
        visible = visible_atoms(found, entity)
        tables = region_tables([m for m in margins if m.entity == entity], visible)
        missing[entity] = partly_missing(tables, visible, stated_size(tables, margins, entity))
        if entity == "households":
            told = {found[entity][k].attribute.name for t in tables for k in t.scope}
    partly = {"persons": missing["persons"], "households": missing["households"] | (missing["persons"] - told)}
    return {e: [a.with_missing() if a.attribute.name in partly[e] else a for a in found[e]] for e in ENTITIES}


def stated_size(tables: Sequence[RegionTable], margins: Sequence[Margin], entity: Entity) -> float:
    """Households or persons of the region; NaN where no table says."""
    return population_size(tables, total=next((m.name for m in margins if m.is_total and m.entity == entity), ""))


def _counted(found: dict[Entity, list[Atoms]], margins: Sequence[Margin]) -> dict[Entity, list[Atoms]]:
    """Without atoms beyond the bins that no table counts."""
    seen = {}
    for entity in ENTITIES:
        seen[entity] = counted_atoms([m for m in margins if m.entity == entity], visible_atoms(found, entity))
    kept: dict[Entity, list[Atoms]] = {"persons": [], "households": []}
    for a in found["persons"]:
        kept["persons"].append(a.without(~seen["persons"][a.attribute.name]))
    for a in found["households"]:
        name = a.attribute.name
        both = seen["households"][name]
        if name in seen["persons"] and a in visible_atoms(found, "persons"):
            both = both | seen["persons"][name]
        kept["households"].append(a.without(~both))
    return kept


def visible_atoms(atoms: Mapping[Entity, Sequence[Atoms]], entity: Entity) -> list[Atoms]:
    """Atoms that tables of an entity may name: persons also have their household's, unless their own hide them."""
    if entity == "households":
        return list(atoms["households"])
    own = {a.attribute.name for a in atoms["persons"]}
    return [*atoms["persons"], *(a for a in atoms["households"] if a.attribute.name not in own)]


def model_of(
    atoms: Sequence[Atoms],
    margins: Sequence[Margin],
    *,
    together: Sequence[str] = (),
    n_all: float = math.nan,
    start: tuple[Sequence[str], Float] | None = None,
    max_cells: int = MAX_CELLS,
) -> TablesModel:
    """Fit a model to all tables of one entity.

    Parameters
    ----------
    atoms : sequence of Atoms
        Of its attributes.
    margins : sequence of Margin
        Of one entity.
    together : sequence of str
        Attributes that must lie in the root clique, so that the others can be drawn given them.
    n_all : float
        Households or persons of the region, used where no table says it.
    start : (names, ndarray), optional
        Joint shares of the attributes of the root, in the order of their numbers: what the model stays close to.
        Where tables say otherwise they win.
    max_cells : int
        Cells that the largest clique may have.

    Raises
    ------
    SchemaError
        A table of part of the people without a total, or tables whose attributes hang together in more than
        `max_cells` cells: the margins at fault are named.
    """
    names = [a.attribute.name for a in atoms]
    tables = region_tables(margins, atoms)
    stated = population_size(tables, total=next((m.name for m in margins if m.is_total), ""))
    n = n_all if math.isnan(stated) else stated
    partitions = partitions_of(tables, n)
    root = tuple(sorted(names.index(name) for name in together))
    tree = junction_tree([a.n_atoms for a in atoms], [p.scope for p in partitions], root=root)
    if tree.n_cells > max_cells:
        raise _too_large(tree, [(p.name, p.scope) for p in partitions], names, max_cells)
    beliefs = product_beliefs(tree, [a.measure for a in atoms])
    if start is not None:
        scope = tuple(sorted(names.index(name) for name in start[0]))
        multiply(beliefs, 0, ratio(start[1], beliefs.marginal(scope)), scope)
        propagate(beliefs)
    return TablesModel(tuple(atoms), smoothed(beliefs, fit(beliefs, partitions), atoms), n)


def _too_large(
    tree: JunctionTree, scopes: Sequence[tuple[str, Scope]], names: Sequence[str], max_cells: int
) -> SchemaError:
    """Name the margins whose attributes hang together in the largest clique."""
    largest = max(tree.cliques, key=lambda c: n_cells(c, tree.n_codes))
    pairs = {frozenset(p) for p in combinations(largest, 2)}
    guilty = [name for name, scope in scopes if any(frozenset(p) in pairs for p in combinations(scope, 2))]
    return SchemaError(
        f"maximum_entropy: the tables link {', '.join(names[i] for i in largest)} in a ring, so that a joint table of "
        f"{n_cells(largest, tree.n_codes):,} cells would be needed; at most {max_cells:,}. The margins that link them: "
        f"{', '.join(dict.fromkeys(guilty))}. Leave one of them out, merge its cells, or raise generator.max_cells."
    )
