"""The macro-statistics: what the tables say of the whole region, cell by cell, and where each cell lies.

Every table is summed over its units. A cell's *box* says of each attribute that the cell names which labels, or which
range of numbers, it counts; that is how a cell is told to a language model and how support for it is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.atoms import Atoms
from censemble.generators.cell_places import CellPlace, places_of
from censemble.generators.conditions import Allowed
from censemble.generators.household_tables import household_models
from censemble.generators.junction_tree import Scope
from censemble.generators.llmsynthor.member_targets import MemberOptions, MemberTargets, check_members
from censemble.generators.region_shares import scope_of, summed_units
from censemble.generators.tables_model import MAX_CELLS, TablesModel, atoms_by_entity, model_of, visible_atoms
from censemble.margins import Margin
from censemble.schema import Attribute, Entity, Schema

Box = Mapping[str, Allowed]  # attribute -> what is allowed; an attribute that is not there is open
Mask = NDArray[np.bool_]
REGION = "region"


@dataclass(frozen=True, eq=False)
class TargetTable:
    """One table of the whole region.

    Parameters
    ----------
    margin : Margin
        With one unit.
    boxes : tuple of Box or None
        Of each cell; None where its condition is no box ("young or retired").
    names : tuple of str
        Attributes that the cells name.
    n_members : float
        Where the table counts members of records, how many there are in the region; 0 where it counts records.
    """

    margin: Margin
    boxes: tuple[Box | None, ...]
    names: tuple[str, ...]
    n_members: float = 0.0


@dataclass(frozen=True, eq=False)
class Targets:
    """All that is known of the records.

    Parameters
    ----------
    entity : {"households", "persons"}
        What a record is.
    attributes : tuple of Attribute
        Of the record; numeric ones have bins.
    model : TablesModel
        The log-linear model of all tables of records, which fills in what a proposal leaves open.
    tables : tuple of TargetTable
        Of records and of their members.
    members : MemberTargets or None
        None where records are flat.
    approximated : tuple of TargetTable
        Joint tables that a language model approximated: they guide, and nothing is ever measured against them.
    """

    entity: Entity
    attributes: tuple[Attribute, ...]
    model: TablesModel
    tables: tuple[TargetTable, ...]
    members: MemberTargets | None = None
    approximated: tuple[TargetTable, ...] = ()

    @property
    def schema(self) -> Schema:
        """Attributes of records and of their members."""
        return Schema((*self.attributes, *(self.members.attributes if self.members else ())))

    @property
    def total(self) -> float:
        """Records of the region."""
        return self.model.n_all

    @property
    def margins(self) -> tuple[Margin, ...]:
        """The tables as margins of one unit, for calibration."""
        return tuple(table.margin for table in self.tables)


def targets_of(
    schema: Schema,
    margins: Sequence[Margin],
    entity: Entity,
    *,
    members: MemberOptions | None = None,
    max_cells: int = MAX_CELLS,
) -> Targets:
    """Sum tables over the region and find where their cells lie.

    Tables may come from several sources and name different attributes. Tables of the same cells at several levels
    count once.

    Parameters
    ----------
    schema : Schema
        Numeric attributes need bins, for the ends of their scale.
    margins : sequence of Margin
        Tables of `entity`.
    entity : {"households", "persons"}
        What the records are.
    members : MemberOptions, optional
        For households with persons: without it records are flat.
    max_cells : int
        Cells that the largest clique of tables may have.

    Raises
    ------
    SchemaError
        No total, tables of other entities, options of members that do not fit,
        conditions that do more than compare, numeric attributes without bins.

    Examples
    --------
    >>> from censemble.expressions import is_in
    >>> from censemble.margins import Cell
    >>> tenure = Attribute("tenure", "households", "categorical", ("owned", "rented"))
    >>> cells = (Cell("owned", is_in("tenure", [0]), "O"), Cell("rented", is_in("tenure", [1]), "R"))
    >>> table = Margin("tenure", "zone", "households", cells, np.array([[30.0, 10.0], [0.0, 60.0]]), np.zeros((2, 2)),
    ...                np.ones(2))
    >>> found = targets_of(Schema((tenure,)), [table], "households")
    >>> found.total, found.tables[0].margin.targets.tolist(), sorted(found.tables[0].boxes[1]["tenure"].codes)
    (100.0, [[30.0, 70.0]], [1])
    """
    others = [m.name for m in margins if m.entity != entity]
    if others and members is None:
        raise SchemaError(
            f"llmsynthor: tables of {margins[0].entity if entity != margins[0].entity else 'another entity'} "
            f"({', '.join(others)}) cannot guide records that are {entity} without members"
        )
    attributes = schema.of(entity)
    of_members = schema.of("persons") if members else ()
    scaleless = [a.name for a in (*attributes, *of_members) if a.kind == "numeric" and len(a.bins) < 2]
    if scaleless:
        raise SchemaError(f"llmsynthor: declare bins of {', '.join(scaleless)}, from the lowest to the highest value")
    if members is not None:
        return _with_members(schema, margins, members, max_cells)
    atoms = atoms_by_entity(schema, margins)[entity]
    model = model_of(atoms, margins, max_cells=max_cells)
    if math.isnan(model.n_all):
        raise SchemaError(f"llmsynthor: no table counts all {entity}; give a total")
    return Targets(entity, attributes, model, _distinct(_table(margin, atoms) for margin in margins))


def _with_members(schema: Schema, margins: Sequence[Margin], options: MemberOptions, max_cells: int) -> Targets:
    """Households with persons: both models, and the tables of both."""
    check_members(schema, options)
    atoms = atoms_by_entity(schema, margins, apart=frozenset({options.size} if options.size else ()))
    found = household_models(schema, atoms, margins, size=options.size, max_cells=max_cells, generator="llmsynthor")
    if found.households is None or found.persons is None or found.sizes is None:
        raise SchemaError("llmsynthor: neither the schema nor a table knows persons")
    size = schema.find("households", options.size) if options.size else None
    members = MemberTargets(
        schema.of("persons"), found.persons, found.linked, found.sizes, size, options.most, options.ordered_by
    )
    # Planning asks whether there is support for what tables say, not how sure they are: the shares of sizes that no
    # table gives would else win over an uncertain number of persons.
    sure = [replace(m, sd=np.zeros_like(m.sd)) for m in margins]
    tables = _distinct(
        _table(m, visible_atoms(atoms, m.entity), n_members=members.total if m.entity == "persons" else 0.0)
        for m in sure
    )
    return Targets("households", schema.of("households"), found.households, tables, members)


def _distinct(tables: Iterable[TargetTable]) -> tuple[TargetTable, ...]:
    """Tables of the same cells at several levels count once."""
    seen: dict[tuple[str, ...], TargetTable] = {}
    for table in tables:
        seen.setdefault((table.margin.entity, *(cell.where.text for cell in table.margin.cells)), table)
    return tuple(seen.values())


def _table(margin: Margin, atoms: Sequence[Atoms], *, n_members: float = 0.0) -> TargetTable:
    counts, variance = summed_units(margin)
    scope = scope_of(margin, atoms)
    whole = replace(margin, level=REGION, targets=counts[None, :], sd=np.sqrt(variance)[None, :], moe=None)
    places = places_of((cell.where for cell in margin.cells), scope, atoms)
    boxes = tuple(box_of(place, scope, atoms) for place in places)
    return TargetTable(whole, boxes, tuple(atoms[k].attribute.name for k in scope), n_members)


def box_of(place: CellPlace, scope: Scope, atoms: Sequence[Atoms]) -> Box | None:
    """Where a cell lies, attribute by attribute; None if it is no box.

    Parameters
    ----------
    place : CellPlace
        Combinations of atoms in the cell.
    scope : tuple of int
        Attributes by number.
    atoms : sequence of Atoms
        Of all attributes.
    """
    if place.mask is not None or place.is_empty:
        return None
    found = {}
    for k, side in zip(scope, place.sides, strict=True):
        allowed = allowed_of(atoms[k], side)
        if allowed is None:
            return None
        found[atoms[k].attribute.name] = allowed
    return found


def allowed_of(atoms: Atoms, chosen: Mask) -> Allowed | None:
    """Say some atoms of one attribute as labels, or as one range; None where a range has holes or is "no value"."""
    at = np.flatnonzero(chosen)
    if atoms.may_be_missing and chosen[-1]:
        return None
    if atoms.attribute.kind != "numeric":
        return Allowed(atoms.attribute, frozenset(int(c) for k in at for c in atoms.members[k]))
    if at[-1] - at[0] + 1 != len(at):
        return None
    low, high = float(atoms.low[at[0]]), float(atoms.high[at[-1]])
    is_point = high == atoms.low[at[-1]]
    last = high if is_point else high - 1 if atoms.whole else float(np.nextafter(high, -math.inf))
    return Allowed(atoms.attribute, low=low, high=last)
