"""From target tables to margins: rows to units, columns or rows to cells, errors to standard deviations.

Wide tables have a column for each cell, long tables a row for each zone and cell (`censemble.io.long_tables`).
Whether counts make sense is checked in `censemble.io.checks`, not here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import MarginError, Problem
from censemble.expressions import Expression
from censemble.geography import Geography
from censemble.io.cells import Place, cell_expression, cell_label
from censemble.io.findings import add, add_rows
from censemble.io.frames import TableStore
from censemble.io.project_model import CellDeclaration, MarginDeclaration, Tolerance
from censemble.io.scalars import parse_number
from censemble.io.sources import numbers, texts
from censemble.margins import Z90, Cell, Margin
from censemble.schema import Attribute

Counts = NDArray[np.float64]
CONTROLLED = -555555555.0  # the Census Bureau's margin of error of an estimate that is held to a count: no error
MIN_PERCENT_SD = 0.5  # counts


@dataclass(frozen=True, eq=False)
class TableRows:
    """A table whose rows are matched with the units of a geography level.

    Parameters
    ----------
    table : pyarrow.Table
        Of n rows.
    source : str
        File name for messages.
    ids : ndarray of str, shape (n,)
        Unit id of each row.
    unit : ndarray of int64, shape (n,)
        Index of the unit in the geography; -1 where there is none of that id.
    """

    table: pa.Table
    source: str
    ids: NDArray[np.object_]
    unit: NDArray[np.int64]


def match_rows(table: pa.Table, zone: str, units: Sequence[str], *, source: str) -> TableRows:
    """Match rows with units by id.

    Examples
    --------
    >>> match_rows(pa.table({"zone": ["b", "x"]}), "zone", ["a", "b"], source="t.csv").unit.tolist()
    [1, -1]
    """
    ids = texts(table, zone)
    index = {unit: i for i, unit in enumerate(units)}
    return TableRows(table, source, ids, np.array([index.get(i, -1) for i in ids], dtype=np.int64))


def check_units(rows: TableRows, units: Sequence[str], *, margin: str, level: str, problems: list[Problem]) -> None:
    """Report rows of units that the crosswalk lacks, and units that the table lacks.

    Examples
    --------
    >>> problems = []
    >>> rows = match_rows(pa.table({"zone": ["b", "x"]}), "zone", ["a", "b"], source="t.csv")
    >>> check_units(rows, ["a", "b"], margin="income", level="tract", problems=problems)
    >>> [p.code for p in problems]
    ['zone-not-in-crosswalk', 'zone-not-in-table']
    """
    strangers = sorted(set(rows.ids[rows.unit < 0]))
    absent = np.setdiff1d(np.arange(len(units)), rows.unit)
    hint = _padding_hint(strangers, [units[i] for i in absent])
    add_rows(
        problems,
        rows.source,
        ((f"{level} {i or 'without id'}", "none there") for i in strangers),
        n_rows=len(strangers),
        expected=f"a {level} of the crosswalk (margin {margin!r})",
        action=hint or "Add it to the crosswalk, or delete its row.",
        code="zone-not-in-crosswalk",
    )
    add_rows(
        problems,
        rows.source,
        ((f"{level} {units[i]}", "none") for i in absent),
        n_rows=len(absent),
        expected=f"a row (margin {margin!r})",
        action=hint or "Add the row; zeros where nobody lives.",
        code="zone-not-in-table",
    )


def wide_margin(
    declared: MarginDeclaration,
    geography: Geography,
    attributes: Mapping[str, Attribute],
    *,
    store: TableStore,
    place: str,
) -> Margin | None:
    """Read a wide table.

    Parameters
    ----------
    declared : MarginDeclaration
        With `cells`.
    geography : Geography
        Its units give the order of the rows.
    attributes : mapping of str to Attribute
        Those that cells may name.
    store : TableStore
        Gives the tables and takes the problems.
    place : str
        Name of the project file, for messages.

    Returns
    -------
    Margin or None
        None where a file or column is missing; the reasons are in ``store.problems``.
    """
    units = geography.units[geography.level_index(declared.level)]
    other = declared.table.moe_file
    here = [cell.moe for cell in declared.cells if cell.moe and not other]
    there = [cell.moe for cell in declared.cells if cell.moe and other]
    rows = _rows(declared, units, declared.table.file, [cell.column for cell in declared.cells] + here, store)
    moe_rows = _rows(declared, units, other, there, store) if there else rows
    if rows is None or moe_rows is None:
        return None
    targets = np.stack([_by_unit(rows, cell.column, len(units), store.problems) for cell in declared.cells], axis=1)
    moe = np.stack([_moe(moe_rows, cell, len(units), store.problems) for cell in declared.cells], axis=1)
    where = [Place(place, f"margins[{declared.name}].cells[{cell.column}]") for cell in declared.cells]
    expressions = [
        cell_expression(cell.where, attributes, place=w, problems=store.problems)
        for cell, w in zip(declared.cells, where, strict=True)
    ]
    return make_margin(declared, declared.cells, expressions, targets, moe, units=units, problems=store.problems)


def make_margin(
    declared: MarginDeclaration,
    cells: Sequence[CellDeclaration],
    expressions: Sequence[Expression],
    targets: Counts,
    moe: Counts,
    *,
    units: Sequence[str],
    problems: list[Problem],
) -> Margin | None:
    """Put a margin together; what is refused is reported.

    Parameters
    ----------
    declared : MarginDeclaration
        The whole table.
    cells : sequence of CellDeclaration
        One for each column of `targets`.
    expressions : sequence of Expression
        What each cell counts.
    targets, moe : ndarray of shape (n_units, n_cells), counts; NaN where there is none
        A negative target is reported elsewhere.
    units : sequence of str
        Unit ids, for messages.
    problems : list of Problem
        Grows by margins of error that are needed and missing.
    """
    moe = np.where(moe == CONTROLLED, 0.0, moe)
    sd = np.stack([_sd(declared, cell, targets[:, k], moe[:, k]) for k, cell in enumerate(cells)], axis=1)
    unknown = np.argwhere(~np.isnan(targets) & ~(sd >= 0))
    add_rows(
        problems,
        declared.table.moe_file or declared.table.file,
        ((f"{declared.level} {units[u]}, cell {cells[k].label or cells[k].column!r}", f"{moe[u, k]:g}") for u, k in unknown),
        n_rows=len(unknown),
        expected="a margin of error >= 0",
        action=f"Complete the margins of error of {declared.name!r}, or give these cells a tolerance.",
        code="bad-moe",
    )
    names = dict.fromkeys(name for cell in cells for name in cell.where)
    try:
        return Margin(
            name=declared.name,
            level=declared.level,
            entity=declared.of,
            cells=tuple(
                Cell(cell.label or cell_label(cell.where), expression, cell.column)
                for cell, expression in zip(cells, expressions, strict=True)
            ),
            targets=targets,
            sd=np.where(np.isnan(targets) | ~(sd >= 0), 0.0, sd),
            importance=np.array([cell.importance or declared.importance for cell in cells]),
            moe=None if np.isnan(moe).all() else moe,
            is_total=declared.total,
            source=declared.table.source,
            date=declared.table.date,
            attributes=tuple(names),
        )
    except MarginError as error:
        action = "Correct the counts."
        add(problems, declared.table.file, "", expected="counts >= 0", found=str(error), action=action, code="bad-margin")
        return None


def _rows(
    declared: MarginDeclaration, units: Sequence[str], file: str, columns: Sequence[str], store: TableStore
) -> TableRows | None:
    """Rows of a wide table: one for each unit."""
    wanted = list(dict.fromkeys([declared.table.zone, *columns]))
    table = store.read(file, role=f"table of margin {declared.name!r}", columns=wanted, comment=declared.table.comment)
    if table is None:
        return None
    rows = match_rows(table, declared.table.zone, units, source=store.label(file))
    check_units(rows, units, margin=declared.name, level=declared.level, problems=store.problems)
    counted = np.bincount(rows.unit[rows.unit >= 0], minlength=len(units))
    twice = np.flatnonzero(counted > 1)
    add_rows(
        store.problems,
        rows.source,
        ((f"{declared.level} {units[u]}", f"{counted[u]} rows") for u in twice),
        n_rows=len(twice),
        expected=f"one row (margin {declared.name!r})",
        action="Delete the others, or describe the table as a long one by table.count.",
        code="repeated-zone",
    )
    return rows


def _by_unit(rows: TableRows, column: str, n_units: int, problems: list[Problem]) -> Counts:
    values = numbers(rows.table, column, source=rows.source, problems=problems, row_labels=rows.ids)
    found = np.full(n_units, np.nan)
    found[rows.unit[rows.unit >= 0]] = values[rows.unit >= 0]
    return found


def _moe(rows: TableRows, cell: CellDeclaration, n_units: int, problems: list[Problem]) -> Counts:
    return _by_unit(rows, cell.moe, n_units, problems) if cell.moe else np.full(n_units, np.nan)


def _sd(declared: MarginDeclaration, cell: CellDeclaration, targets: Counts, moe: Counts) -> Counts:
    """Standard deviation of the targets of one cell, counts."""
    uncertainty = cell.uncertainty or declared.uncertainty
    if isinstance(uncertainty, Tolerance):
        number = parse_number(uncertainty.tolerance.removesuffix("%")) or 0.0
        if not uncertainty.tolerance.endswith("%"):
            return np.full(len(targets), number)
        return np.maximum(np.abs(targets) * number / 100, MIN_PERCENT_SD)
    return moe / Z90 if uncertainty == "moe" else np.zeros(len(targets))


def _padding_hint(strangers: Sequence[str], absent: Sequence[str]) -> str:
    """Guess that leading zeros were lost on one side, the most common reason for ids that do not meet."""
    bare = {unit.lstrip("0") for unit in absent}
    if any(stranger.lstrip("0") in bare for stranger in strangers):
        return "The ids differ only by leading zeros: write both files with the same ones."
    return ""
