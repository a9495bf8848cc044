"""Long target tables: a row for each zone and cell, with the attributes of the cell in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.errors import Problem
from censemble.io.cells import Place, cell_expression, cell_label, sort_key
from censemble.io.findings import add_rows
from censemble.io.project_model import CellDeclaration, MarginDeclaration
from censemble.io.sources import numbers, texts
from censemble.io.tables import TableGround, TableRows, read_rows
from censemble.io.targets import Targets, make_margin
from censemble.margins import Margin
from censemble.schema import Attribute

Meanings = Mapping[str, tuple[str, ...]]  # a text of the table and the conditions it stands for


@dataclass(frozen=True, eq=False)
class LongCells:
    """The cells that a long table holds.

    Parameters
    ----------
    cells : tuple of CellDeclaration
        In the order of the attributes' categories; `column` holds the table's count column.
    cell_of_row : ndarray of int64, shape (n_rows,)
        Index into `cells`.
    """

    cells: tuple[CellDeclaration, ...]
    cell_of_row: NDArray[np.int64]


def read_long(
    declared: MarginDeclaration, attributes: Mapping[str, Attribute], ground: TableGround, notes: list[str]
) -> Margin | None:
    """Read a long table.

    A zone and cell without a row counts 0, and a note says how many there are; a zone without any row is a problem.

    Parameters
    ----------
    declared : MarginDeclaration
        With ``table.count`` and ``table.attributes``.
    attributes : mapping of str to Attribute
        Those that the table may name.
    ground : TableGround
        Geography, tables and problems.
    notes : list of str
        Grows by the note on absent rows.

    Returns
    -------
    Margin or None
        None where a file or column is missing; the reasons are in ``ground.store.problems``.
    """
    spec, problems = declared.table, ground.store.problems
    columns = [spec.count, *([spec.moe] if spec.moe else []), *spec.attributes.values()]
    rows = read_rows(declared, ground, file=spec.file, columns=columns, unique=False)
    if rows is None or any(name not in attributes for name in spec.attributes):
        return None
    n_before = len(problems)
    found = _cells(declared, rows, attributes)
    place = Place(rows.source, "")
    expressions = [cell_expression(c.where, attributes, place=place, problems=problems) for c in found.cells]
    units = ground.units(declared.level)
    unit_index = {unit: i for i, unit in enumerate(units)}
    unit = np.array([unit_index.get(i, -1) for i in rows.ids.tolist()], dtype=np.int64)
    shape = (len(units), len(found.cells))
    n_rows = np.zeros(shape, dtype=np.int64)
    np.add.at(n_rows, (unit[unit >= 0], found.cell_of_row[unit >= 0]), 1)
    _check_once(declared, n_rows, found, units, problems, source=rows.source)
    if len(problems) > n_before:
        return None
    is_there = n_rows.sum(axis=1) > 0  # by unit: one without any row is reported, not taken as empty
    counts = np.where(is_there[:, None], 0.0, np.full(shape, np.nan))
    targets = Targets(
        _placed(counts, rows, spec.count, unit, found, problems),
        _placed(np.full(shape, np.nan), rows, spec.moe, unit, found, problems),
    )
    n_absent = int((n_rows == 0)[is_there].sum())
    if n_absent:
        where = f"{n_absent:,} of {n_rows.size:,} pairs of {declared.level} and cell have no row"
        notes.append(f"{rows.source}: {where} in margin {declared.name!r} and count 0.")
    return make_margin(declared, found.cells, expressions, targets, units=units, problems=problems)


def _cells(declared: MarginDeclaration, rows: TableRows, attributes: Mapping[str, Attribute]) -> LongCells:
    """Distinct combinations of conditions, and the one of each row."""
    spec = declared.table
    code_of_row = np.zeros(len(rows.ids), dtype=np.int64)
    listed: list[list[tuple[str, ...]]] = []
    for name, column in spec.attributes.items():
        unique, inverse = np.unique(texts(rows.table, column).astype(str), return_inverse=True)
        meanings = [_meaning(str(text), spec.values.get(name, {})) for text in unique]
        ordered = sorted(set(meanings), key=lambda m, a=attributes[name]: sort_key(m[0], a))  # type: ignore[misc]
        position = np.array([ordered.index(m) for m in meanings], dtype=np.int64)
        code_of_row = code_of_row * len(ordered) + position[inverse.reshape(-1)]
        listed.append(ordered)
    codes, cell_of_row = np.unique(code_of_row, return_inverse=True)
    indices = np.unravel_index(codes, [len(o) for o in listed]) if listed else ()
    wheres = [
        {name: listed[a][int(indices[a][k])] for a, name in enumerate(spec.attributes)} for k in range(len(codes))
    ]
    cells = (CellDeclaration(column=spec.count, moe=spec.moe, where=w, label=cell_label(w)) for w in wheres)
    return LongCells(tuple(cells), cell_of_row.reshape(-1).astype(np.int64))


def _meaning(text: str, values: Meanings) -> tuple[str, ...]:
    return tuple(values.get(text, (text,)))


def _placed(
    into: NDArray[np.float64],
    rows: TableRows,
    column: str,
    unit: NDArray[np.int64],
    found: LongCells,
    problems: list[Problem],
) -> NDArray[np.float64]:
    """Put a column's values where their unit and cell are."""
    if column:
        values = numbers(
            rows.table, column, source=rows.source, problems=problems, row_labels=rows.ids.tolist(), required=True
        )
        into[unit[unit >= 0], found.cell_of_row[unit >= 0]] = values[unit >= 0]
    return into


def _check_once(
    declared: MarginDeclaration,
    n_rows: NDArray[np.int64],
    found: LongCells,
    units: Sequence[str],
    problems: list[Problem],
    *,
    source: str,
) -> None:
    twice = np.argwhere(n_rows > 1)
    add_rows(
        problems,
        source,
        ((f"{declared.level} {units[u]}, {found.cells[k].label}", f"{n_rows[u, k]} rows") for u, k in twice),
        n_rows=len(twice),
        expected="one row for a zone and cell",
        action="Add the rows up, or delete the repeated ones.",
        code="repeated-cell",
    )
