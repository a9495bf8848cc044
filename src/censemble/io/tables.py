"""Target tables: files to rows matched with units, and wide tables (a column for each cell) to margins.

Long tables (a row for each zone and cell) are in `censemble.io.long_tables`; what becomes of counts and errors once
they are arrays is in `censemble.io.targets`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.geography import Geography
from censemble.io.cells import Place, cell_expression
from censemble.io.checks import Ids, check_ids
from censemble.io.delimited import check_columns
from censemble.io.frames import TableStore
from censemble.io.project_model import CellDeclaration, Crosswalk, MarginDeclaration
from censemble.io.sources import numbers, texts
from censemble.io.table_checks import check_parents, match_units
from censemble.io.targets import Targets, make_margin
from censemble.margins import Margin
from censemble.schema import Attribute


@dataclass(frozen=True, eq=False)
class TableGround:
    """What every target table is read against.

    Parameters
    ----------
    store : TableStore
        Gives the tables and takes the problems.
    geography : Geography
        Its units give the order of the rows of a margin.
    crosswalk : Crosswalk
        Columns of the levels, which tables may repeat.
    project_file : str
        Name of the project file, for messages.
    """

    store: TableStore
    geography: Geography
    crosswalk: Crosswalk
    project_file: str

    def units(self, level: str) -> tuple[str, ...]:
        """Unit ids of a level, sorted."""
        return self.geography.units[self.geography.level_index(level)]


@dataclass(frozen=True, eq=False)
class TableRows:
    """A table whose rows are matched with the units of a level.

    Parameters
    ----------
    table : pyarrow.Table
        Of n rows.
    source : str
        File name for messages.
    ids : ndarray of str, shape (n,)
        Unit id of each row.
    row_of_unit : ndarray of int64, shape (n_units,)
        Row of each unit (the first, in a long table); -1 where there is none.
    """

    table: pa.Table
    source: str
    ids: Ids
    row_of_unit: NDArray[np.int64]


def read_rows(
    declared: MarginDeclaration, ground: TableGround, *, file: str, columns: Sequence[str], unique: bool
) -> TableRows | None:
    """Read a table and match its rows with units; its columns of outer levels must agree with the crosswalk.

    Parameters
    ----------
    declared : MarginDeclaration
        Names the zone column, the level and the comment character.
    ground : TableGround
        Geography, tables and problems.
    file : str
        The table, or the table of its margins of error.
    columns : sequence of str
        Those that must be there, beside the zone column.
    unique : bool
        Whether a unit has one row.

    Returns
    -------
    TableRows or None
        None where the file or a column is missing.
    """
    store, level, zone = ground.store, declared.level, declared.table.zone
    table = store.read(file, role="target table", comment=declared.table.comment)
    if table is None or not check_columns(
        Path(store.label(file)), table.column_names, [zone, *columns], store.problems
    ):
        return None
    source, ids = store.label(file), texts(table, zone)
    if unique:
        check_ids(ids, store.problems, source=source, column=zone, entity=level)
    crosswalk = store.label(ground.crosswalk.file)
    row_of_unit = match_units(ids, ground.units(level), store.problems, source=source, column=zone, crosswalk=crosswalk)
    outer = ground.geography.levels[: ground.geography.level_index(level)]
    named = {name: ground.crosswalk.columns[name] for name in outer}
    parents = {name: texts(table, column) for name, column in named.items() if column in table.column_names}
    check_parents(ids, parents, ground.geography, store.problems, source=source, level=level)
    return TableRows(table, source, ids, row_of_unit)


def read_wide(declared: MarginDeclaration, attributes: Mapping[str, Attribute], ground: TableGround) -> Margin | None:
    """Read a wide table.

    Parameters
    ----------
    declared : MarginDeclaration
        With `cells`.
    attributes : mapping of str to Attribute
        Those that cells may name.
    ground : TableGround
        Geography, tables and problems.

    Returns
    -------
    Margin or None
        None where a file or column is missing; the reasons are in ``ground.store.problems``.
    """
    cells, other = declared.cells, declared.table.moe_file
    error_columns = [cell.moe for cell in cells if cell.moe]
    here = [cell.column for cell in cells] + ([] if other else error_columns)
    rows = read_rows(declared, ground, file=declared.table.file, columns=here, unique=True)
    moe_rows = rows
    if other and error_columns:
        moe_rows = read_rows(declared, ground, file=other, columns=error_columns, unique=True)
    if rows is None or moe_rows is None:
        return None
    counts = np.stack([_by_unit(rows, cell.column, ground) for cell in cells], axis=1)
    targets = Targets(counts, np.stack([_moe(moe_rows, cell, ground) for cell in cells], axis=1))
    expressions = [
        cell_expression(cell.where, attributes, place=_place(declared, cell, ground), problems=ground.store.problems)
        for cell in cells
    ]
    return make_margin(
        declared, cells, expressions, targets, units=ground.units(declared.level), problems=ground.store.problems
    )


def _by_unit(rows: TableRows, column: str, ground: TableGround, *, required: bool = True) -> NDArray[np.float64]:
    """Values in the order of units, NaN for a unit without a row."""
    values = numbers(
        rows.table,
        column,
        source=rows.source,
        problems=ground.store.problems,
        row_labels=rows.ids.tolist(),
        required=required,
    )
    return np.where(rows.row_of_unit >= 0, values[rows.row_of_unit], np.nan)


def _moe(rows: TableRows, cell: CellDeclaration, ground: TableGround) -> NDArray[np.float64]:
    if not cell.moe:
        return np.full(len(rows.row_of_unit), np.nan)
    return _by_unit(rows, cell.moe, ground, required=False)


def _place(declared: MarginDeclaration, cell: CellDeclaration, ground: TableGround) -> Place:
    return Place(ground.project_file, f"margins[{declared.name}].cells[{cell.column}].where")
