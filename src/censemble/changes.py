"""Changes that a scenario makes to the tables: how many records more or fewer, which ones, and the tables after them.

Every change is a list of whole records with their zones. All tables count the same records, so that tables that agreed
before agree afterwards: shifted target = target + records added - records taken away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.geography import Geography
from censemble.margins import Margin
from censemble.schema import Attribute, Entity, Schema

Kind = Literal["more", "fewer"]
Where = Mapping[str, tuple[str, ...] | tuple[int, int]]
CHANGE, ADDED, ZONE = "scenario_change", "scenario_added", "scenario_zone"  # columns of changed records
FILES: Mapping[Entity, str] = {"households": "changed_households", "persons": "changed_persons"}


@dataclass(frozen=True)
class Change:
    """So many records of one sort more, or fewer.

    Parameters
    ----------
    id : str
        "c1", "c2"...
    reason : str
        Why, in the words of whoever proposed it.
    kind : {"more", "fewer"}
    of : {"households", "persons"}
        What is counted. Households take their persons with them.
    records : int
        How many, >= 1.
    where : mapping of str to tuple
        Attribute -> labels, or the lowest and the highest whole number (30 has 30.9 in it). Attributes that are not
        there keep the composition of such records.
    level : str
        Geography level of `units`; "" where no place is named.
    units : tuple of str
        Where; empty is wherever such records live.
    converts : str
        The id of the change "fewer" whose records these are, changed; "" where they come from elsewhere.
    """

    id: str
    reason: str
    kind: Kind
    of: Entity
    records: int
    where: Where = field(default_factory=dict)
    level: str = ""
    units: tuple[str, ...] = ()
    converts: str = ""

    def facts(self) -> dict[str, Any]:
        """The change as JSON."""
        said = {name: list(values) for name, values in self.where.items()}
        return vars(self) | {"where": said, "units": list(self.units)}


@dataclass(frozen=True, eq=False)
class Changes:
    """What a scenario comes to.

    Parameters
    ----------
    text : str
        The scenario in plain words.
    changes : tuple of Change
    records : mapping of Entity to pyarrow.Table
        A row for each household or person: columns `scenario_change` (id), `scenario_added` (1 or -1),
        `scenario_zone`, then attributes as labels or numbers; persons have their household's too.
    refused : mapping of str to int
        Changes that were proposed and not made, by reason.
    notes : tuple of str
        What the user should know.
    there : mapping of str to (mapping of str to int)
        By id of a change that names attributes, how many such records there were without the scenario in each unit: of
        the level of the units that it names, or of the outermost.
    """

    text: str
    changes: tuple[Change, ...]
    records: Mapping[Entity, pa.Table] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    there: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """Everything but the records, as JSON."""
        made = [change.facts() | {"there": dict(self.there.get(change.id, {}))} for change in self.changes]
        return {"text": self.text, "changes": made, "refused": dict(self.refused), "notes": list(self.notes)}


def shift_margins(
    margins: Sequence[Margin], records: Mapping[Entity, pa.Table], *, schema: Schema, geography: Geography
) -> tuple[tuple[Margin, ...], tuple[str, ...]]:
    """Add changed records to every table that counts them.

    A cell never falls below 0: soft targets may be smaller than what the population has. Standard deviations stay.

    Parameters
    ----------
    margins : sequence of Margin
        All tables.
    records : mapping of Entity to pyarrow.Table
        As in `Changes`.
    schema : Schema
        Declares every attribute that a cell names.
    geography : Geography
        Says which unit of each level a zone lies in.

    Returns
    -------
    margins : tuple of Margin
    notes : tuple of str
        One for each table of which cells were cut at 0.

    Raises
    ------
    SchemaError
        A cell names a column that is no declared attribute, as those of PopulationSim folders do.

    Examples
    --------
    >>> from censemble.expressions import is_in
    >>> from censemble.margins import Cell
    >>> tenure = Attribute("tenure", "households", "categorical", ("owned", "rented"))
    >>> cells = tuple(Cell(x, is_in("tenure", [k]), x) for k, x in enumerate(tenure.categories))
    >>> table = Margin("tenure", "zone", "households", cells, np.array([[30.0, 10.0]]), np.zeros((1, 2)), np.ones(2))
    >>> added = pa.table({CHANGE: ["c1"] * 2, ADDED: [1, 1], ZONE: ["1", "1"], "tenure": ["rented", "rented"]})
    >>> geography = Geography.from_columns(["zone"], {"zone": ["1"]})
    >>> shifted, _ = shift_margins([table], {"households": added}, schema=Schema((tenure,)), geography=geography)
    >>> shifted[0].targets.tolist()
    [[30.0, 12.0]]
    """
    require_declared(margins, schema)
    coded = {entity: _coded(table, schema, entity) for entity, table in records.items()}
    zones = {entity: places(table[ZONE], geography.zones) for entity, table in records.items()}
    made, notes = [], []
    for margin in margins:
        if margin.entity not in records or not records[margin.entity].num_rows:
            made.append(margin)
            continue
        unit = geography.unit_of_zone[geography.level_index(margin.level)][zones[margin.entity]]
        added = records[margin.entity][ADDED].to_numpy().astype(np.float64)
        wanted = margin.targets + _shift(margin, coded[margin.entity], unit, added)
        cut = float(-wanted[wanted < 0].sum())
        if cut:
            notes.append(
                f"scenario: table {margin.name!r} has {cut:,.0f} {margin.entity} fewer than are taken away in some "
                "cells; these were set to 0."
            )
        made.append(replace(margin, targets=np.where(np.isnan(wanted), wanted, np.maximum(wanted, 0.0))))
    return tuple(made), tuple(notes)


def require_declared(margins: Sequence[Margin], schema: Schema) -> None:
    """Insist that tables count declared attributes alone.

    Raises
    ------
    SchemaError
        Naming the tables that do not.
    """
    known = {a.name for a in schema.attributes}
    strange = sorted({m.name for m in margins for cell in m.cells if cell.where.columns - known})
    if strange:
        raise SchemaError(
            f"scenario: the tables {', '.join(strange)} count columns that no declared attribute describes. A scenario "
            "speaks of attributes: describe the inputs in a project file (PopulationSim folders declare none)."
        )


def places(names: pa.ChunkedArray | pa.Array, known: Sequence[str]) -> NDArray[np.int64]:
    """Position of each name; every name is known."""
    flat = names.combine_chunks() if isinstance(names, pa.ChunkedArray) else names
    return np.asarray(pc.index_in(flat.cast(pa.string()), pa.array(known, pa.string())), dtype=np.int64)


def codes_of(attribute: Attribute, column: pa.ChunkedArray) -> NDArray[Any]:
    """Codes of labels (-1 where missing), or numbers (NaN where missing).

    Examples
    --------
    >>> sex = Attribute("sex", "persons", "categorical", ("female", "male"))
    >>> codes_of(sex, pa.chunked_array([["male", None]])).tolist()
    [1, -1]
    """
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if attribute.kind == "numeric":
        return np.asarray(flat.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    found = pc.index_in(flat.cast(pa.string()), pa.array(attribute.categories, pa.string()))
    return np.asarray(found.fill_null(-1), dtype=np.int32)


def _coded(table: pa.Table, schema: Schema, entity: Entity) -> dict[str, NDArray[Any]]:
    """All attributes of the rows, their own first; "" so that a cell of everybody has rows to count."""
    by_name = {a.name: a for a in (*schema.of("households"), *(schema.of("persons") if entity == "persons" else ()))}
    columns = {name: codes_of(by_name[name], table[name]) for name in table.column_names if name in by_name}
    return {"": np.zeros(table.num_rows), **columns}


def _shift(
    margin: Margin, columns: Mapping[str, NDArray[Any]], unit: NDArray[Any], added: NDArray[np.float64]
) -> NDArray[np.float64]:
    n_units = margin.targets.shape[0]
    counted = [
        np.bincount(unit, weights=added * cell.where.evaluate(columns), minlength=n_units) for cell in margin.cells
    ]
    return np.stack(counted, axis=1)
