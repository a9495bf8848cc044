"""The control file and the control tables of a PopulationSim folder, as margins.

Control rows of the same level and entity whose expressions name the same columns become one margin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import ExpressionError
from censemble.expressions import Expression, parse
from censemble.geography import Geography
from censemble.io.checks import check_ids
from censemble.io.findings import add, nearest
from censemble.io.populationsim_settings import PopulationSimSettings
from censemble.io.populationsim_tables import MISSING, Findings, read_ids, read_named
from censemble.io.sources import numbers, read_table, texts
from censemble.io.table_checks import check_counts, check_parents, match_units
from censemble.margins import Cell, Margin
from censemble.schema import Entity

_COLUMNS = ("target", "geography", "seed_table", "importance", "control_field", "expression")


@dataclass(frozen=True)
class ControlRow:
    """One row of the control file."""

    position: int
    target: str
    level: str
    entity: Entity
    importance: float
    field: str
    expression: Expression


def read_controls(settings: PopulationSimSettings, findings: Findings) -> tuple[ControlRow, ...]:
    """Read the control file; every row that cannot be used is a problem that names its target.

    Parameters
    ----------
    settings : PopulationSimSettings
        Names the file, the levels and the total.
    findings : Findings
        Grows by problems and by the file.
    """
    problems = findings.problems
    table, source = read_table(settings.controls, role="control file", problems=problems, columns=_COLUMNS, comment="#")
    if source is not None:
        findings.files.append(source)
    if table is None:
        return ()
    name = settings.controls.name
    targets = texts(table, "target")
    check_ids(targets, problems, source=name, column="target", entity="target")
    labels = [f"target {t}" for t in targets]
    importance = numbers(
        table, "importance", source=name, problems=problems, row_labels=labels, missing=MISSING, required=True
    )
    cells = {c: texts(table, c).tolist() for c in _COLUMNS}
    rows = [
        row
        for i in range(table.num_rows)
        if (row := _read_row(i, {c: v[i] for c, v in cells.items()}, importance[i], settings, findings))
    ]
    if settings.total not in targets:
        found = nearest(settings.total, targets.tolist())
        action = "Add the target that counts all households, or correct total_hh_control."
        expected = f"the total_hh_control {settings.total!r}"
        add(problems, name, "column 'target'", expected=expected, found=found, action=action, code="no-total")
    return tuple(rows)


def _read_row(
    position: int,
    cells: Mapping[str, str],
    importance: float,
    settings: PopulationSimSettings,
    findings: Findings,
) -> ControlRow | None:
    name, where = settings.controls.name, f"target {cells['target']}"
    problems, n_before = findings.problems, len(findings.problems)
    for column, choices in (("geography", settings.levels), ("seed_table", ("households", "persons"))):
        if cells[column] not in choices:
            expected, action = f"{column} one of {', '.join(choices)}", "Correct the cell."
            add(problems, name, where, expected=expected, found=repr(cells[column]), action=action, code="unknown-name")
    if importance <= 0:
        expected, action = "an importance > 0", "Correct the cell, or drop the row."
        add(problems, name, where, expected=expected, found=f"{importance:g}", action=action, code="importance")
    entity: Entity = "persons" if cells["seed_table"] == "persons" else "households"
    try:
        expression = parse(cells["expression"], table=entity)
    except ExpressionError as error:
        action = "Rewrite the expression."
        expected = "an expression of the small language"
        add(problems, name, where, expected=expected, found=error.message, action=action, code="expression")
    if len(problems) > n_before or np.isnan(importance):
        return None
    return ControlRow(
        position, cells["target"], cells["geography"], entity, float(importance), cells["control_field"], expression
    )


@dataclass(frozen=True, eq=False)
class LevelTargets:
    """Targets of the control rows of one level, units in the geography's order; NaN where something was wrong."""

    rows: tuple[ControlRow, ...]
    targets: NDArray[np.float64]  # (n_units, n_rows)
    file: str


def read_level(
    level: str,
    rows: Sequence[ControlRow],
    geography: Geography | None,
    aliases: Mapping[str, str],
    settings: PopulationSimSettings,
    findings: Findings,
) -> LevelTargets | None:
    """Read the control table of one level and check it against the crosswalk.

    Parameters
    ----------
    level : str
        Its table is named ``<level>_control_data``.
    rows : sequence of ControlRow
        Those of this level.
    geography : Geography or None
        Units the table must have; None checks the counts all the same.
    aliases : mapping of str to str
        Level to its column in the crosswalk file, which a table may use for a parent zone.
    settings : PopulationSimSettings
        Where the table is.
    findings : Findings
        Grows by problems, notes and the file.
    """
    table_settings, problems = settings.tables.get(f"{level}_control_data"), findings.problems
    if table_settings is None:
        expected = f"a table '{level}_control_data' for the controls of {level}"
        found, action = nearest(f"{level}_control_data", list(settings.tables)), "Add it to input_table_list."
        add(problems, settings.path.name, "", expected=expected, found=found, action=action, code="missing-table")
        return None
    table = read_named(table_settings, findings, role=f"{level} control table", columns=None, comment="#")
    name = table_settings.path.name
    if table is None or not _has_columns(table, level, rows, name, settings, findings):
        return None
    ids = read_ids(table, level)
    check_ids(ids, problems, source=name, column=level, entity=level)
    counts = [_read_counts(table, row, ids, name, settings, findings) for row in rows]
    if geography is None:
        return None
    crosswalk = settings.tables["geo_cross_walk"].path.name
    units = geography.units[geography.level_index(level)]
    at = match_units(ids, units, problems, source=name, column=level, crosswalk=crosswalk)
    parents = {}
    for outer in settings.levels[: settings.levels.index(level)]:
        column = next((c for c in (outer, aliases.get(outer, outer)) if c in table.column_names), None)
        if column is not None:
            parents[outer] = read_ids(table, column)
    check_parents(ids, parents, geography, problems, source=name, level=level)
    targets = [np.where(at >= 0, c[at], np.nan) for c in counts]
    return LevelTargets(tuple(rows), np.stack(targets, axis=1) if targets else np.zeros((len(units), 0)), name)


def _has_columns(
    table: pa.Table,
    level: str,
    rows: Sequence[ControlRow],
    name: str,
    settings: PopulationSimSettings,
    findings: Findings,
) -> bool:
    needed = {level: "", **{r.field: f", the control_field of target {r.target}" for r in rows}}
    lacking = [c for c in needed if c not in table.column_names]
    for column in lacking:
        expected = f"a column {column!r}{needed[column]}"
        found, action = f"none; {nearest(column, table.column_names)}", f"Add it, or correct {settings.controls.name}."
        add(findings.problems, name, "header", expected=expected, found=found, action=action, code="missing-column")
    return not lacking


def _read_counts(
    table: pa.Table,
    row: ControlRow,
    ids: NDArray[np.object_],
    name: str,
    settings: PopulationSimSettings,
    findings: Findings,
) -> NDArray[np.float64]:
    labels = np.array([f"{row.level} {u}" for u in ids], dtype=object)
    counts = numbers(
        table, row.field, source=name, problems=findings.problems, row_labels=labels, missing=MISSING, required=True
    )
    is_total = row.target == settings.total
    check_counts(counts, labels, findings.problems, source=name, column=row.field, whole=is_total)
    n_fractions = int((np.abs(np.remainder(counts[np.isfinite(counts)] + 0.5, 1) - 0.5) > 1e-6).sum())
    if n_fractions and not is_total:
        findings.notes.append(
            f"{name}: column {row.field!r}: {n_fractions:,} of {len(counts):,} targets are not whole numbers; "
            "whole households cannot meet them exactly."
        )
    return counts


def build_margins(levels: Sequence[LevelTargets], total: str) -> tuple[Margin, ...]:
    """Group control rows into margins, in file order; the total is a margin of its own.

    Parameters
    ----------
    levels : sequence of LevelTargets
        Checked: no NaN, nothing negative.
    total : str
        Target of the household total.
    """
    groups: dict[tuple[str, str, tuple[str, ...], bool], list[tuple[LevelTargets, int]]] = {}
    placed = [(row, level, i) for level in levels for i, row in enumerate(level.rows)]
    for row, level, i in sorted(placed, key=lambda item: item[0].position):
        columns = tuple(sorted(row.expression.columns, key=row.expression.text.find))
        groups.setdefault((row.level, row.entity, columns, row.target == total), []).append((level, i))
    common = next((set(columns) for *_, columns, is_total in groups if is_total), set())
    names = [_margin_name(columns, common, is_total, total) for *_, columns, is_total in groups]
    repeated = {n for n in names if names.count(n) > 1}
    margins = []
    for name, ((level_name, entity, *_), members) in zip(names, groups.items(), strict=True):
        full = f"{name} ({entity} by {level_name})" if name in repeated else name
        margins.append(_build_margin(full, members, total))
    return tuple(margins)


def _margin_name(columns: tuple[str, ...], common: set[str], is_total: bool, total: str) -> str:
    """Named by its columns, without those that only say which households exist (as OCCUPIED == 1 does)."""
    own = [c for c in columns if c not in common] or list(columns)
    return total if is_total else " x ".join(own) or "all records"


def _build_margin(name: str, members: Sequence[tuple[LevelTargets, int]], total: str) -> Margin:
    level = members[0][0]
    rows = [level.rows[i] for _, i in members]
    targets = level.targets[:, [i for _, i in members]]
    return Margin(
        name=name,
        level=rows[0].level,
        entity=rows[0].entity,
        cells=tuple(Cell(r.target, r.expression, r.field) for r in rows),
        targets=targets,
        sd=np.zeros_like(targets),
        importance=np.array([r.importance for r in rows]),
        is_total=rows[0].target == total,
        source=Path(level.file).name,
        attributes=tuple(sorted(rows[0].expression.columns, key=rows[0].expression.text.find)),
    )
