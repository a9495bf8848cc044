"""The seed tables of a PopulationSim folder, as a pool: only the columns that controls and outputs name are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import ExpressionError
from censemble.geography import Geography
from censemble.io.checks import (
    Ids,
    check_areas,
    check_design_weights,
    check_ids,
    check_pool_is_populated,
    check_sizes,
    link_persons,
)
from censemble.io.findings import add, nearest
from censemble.io.populationsim_controls import ControlRow
from censemble.io.populationsim_settings import PopulationSimSettings, TableSettings
from censemble.io.populationsim_tables import (
    MISSING,
    Findings,
    carried_column,
    header,
    pool_column,
    read_ids,
    read_named,
)
from censemble.io.sources import numbers
from censemble.pool import Pool
from censemble.schema import Entity

SIZE = "NP"  # the name of the household size in PUMS; PopulationSim has no setting for it


@dataclass(frozen=True, eq=False)
class _SeedTable:
    """One seed table in file order."""

    file: str
    table: pa.Table
    columns: dict[str, NDArray[Any]]
    extra: pa.Table


def read_seed_sample(
    settings: PopulationSimSettings, rows: Sequence[ControlRow], geography: Geography | None, findings: Findings
) -> Pool | None:
    """Read households and persons, check them, and leave out what counts nowhere (with a note).

    Parameters
    ----------
    settings : PopulationSimSettings
        Tables, keys and output columns.
    rows : sequence of ControlRow
        Their expressions say which columns are needed.
    geography : Geography or None
        The units that own seed records; None checks the tables all the same.
    findings : Findings
        Grows by problems, notes and files.

    Returns
    -------
    Pool or None
        None when a table cannot be read; with problems in `findings` a pool is not to be used.
    """
    asked = settings.output
    households = _read(settings, "households", rows, asked.household_columns, findings)
    persons = _read(settings, "persons", rows, asked.person_columns, findings) if "persons" in settings.tables else None
    if households is None or (persons is None and "persons" in settings.tables):
        return None
    ids = read_ids(households.table, settings.household_id)
    check_ids(ids, findings.problems, source=households.file, column=settings.household_id, entity="household")
    keep, area = _usable(settings, households, ids, geography, findings)
    household_of = np.zeros(0, dtype=np.int64)
    if persons is not None:
        keys = read_ids(persons.table, settings.household_id)
        household_of = link_persons(ids, keys, findings.problems, source=persons.file, column=settings.household_id)
        _check_household_sizes(households, ids, household_of, findings)
    counted = _counted(rows, households, persons, household_of, settings, findings)
    if (keep & ~counted).any():
        n_unused = int((keep & ~counted).sum())
        findings.notes.append(
            f"{households.file}: left out {n_unused:,} of {len(keep):,} households: no control counts them."
        )
    keep &= counted
    if not findings.problems:
        check_pool_is_populated(int(keep.sum()), findings.problems, source=households.file)
    return None if findings.problems else _build(settings, households, persons, ids, keep, area, household_of)


def _read(
    settings: PopulationSimSettings,
    entity: Entity,
    rows: Sequence[ControlRow],
    asked: Sequence[str],
    findings: Findings,
) -> _SeedTable | None:
    table_settings = settings.tables[entity]
    known = header(table_settings)
    own = [r for r in rows if r.entity == entity]
    _check_expression_columns(own, known, table_settings, settings, findings)
    named = sorted(set().union(*(r.expression.columns for r in own)) & set(known))
    carried = [c for c in (known if settings.all_columns else asked) if c in known and c not in settings.levels]
    unknown = [c for c in asked if c not in known]
    if known and unknown:
        findings.notes.append(f"{table_settings.path.name}: no such columns to write: {', '.join(unknown)}.")
    keys = [settings.household_id]
    if entity == "households":
        keys += [settings.weight, settings.seed_level, *([SIZE] if SIZE in known else [])]
    wanted = list(dict.fromkeys([*keys, *named, *carried]))
    table = read_named(table_settings, findings, role=f"{entity} of the seed sample", columns=wanted)
    if table is None:
        return None
    return _SeedTable(
        file=table_settings.path.name,
        table=table,
        columns={c: pool_column(table, c) for c in named},
        extra=pa.table({c: carried_column(table, c) for c in carried}) if carried else pa.table({}),
    )


def _check_expression_columns(
    rows: Sequence[ControlRow],
    known: dict[str, str],
    table: TableSettings,
    settings: PopulationSimSettings,
    findings: Findings,
) -> None:
    for row in rows if known else ():
        for column in sorted(row.expression.columns - set(known)):
            expected = f"a column of {table.path.name} in {row.expression.text!r}"
            found = f"{column!r}; {nearest(column, list(known))}"
            add(
                findings.problems,
                settings.controls.name,
                f"target {row.target}",
                expected=expected,
                found=found,
                action="Correct the expression.",
                code="unknown-column",
            )


def _usable(
    settings: PopulationSimSettings, households: _SeedTable, ids: Ids, geography: Geography | None, findings: Findings
) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Households with a weight, in an area of the crosswalk."""
    weights = _weights(settings, households, findings)
    keep, notes = check_design_weights(
        weights, ids, findings.problems, source=households.file, column=settings.weight, drop_zero=True
    )
    findings.notes += notes
    if geography is None:
        return keep, np.zeros(len(ids), dtype=np.int32)
    units = geography.units[geography.level_index(settings.seed_level)]
    areas = read_ids(households.table, settings.seed_level)
    area, more = check_areas(areas, units, source=households.file, column=settings.seed_level)
    findings.notes += more
    return keep & (area >= 0), area


def _weights(settings: PopulationSimSettings, households: _SeedTable, findings: Findings) -> NDArray[np.float64]:
    return numbers(
        households.table, settings.weight, source=households.file, problems=findings.problems, missing=MISSING
    )


def _check_household_sizes(
    households: _SeedTable, ids: Ids, household_of: NDArray[np.int64], findings: Findings
) -> None:
    n_persons = np.bincount(household_of[household_of >= 0], minlength=len(ids))
    if SIZE in households.table.column_names:
        sizes = numbers(households.table, SIZE, source=households.file, problems=findings.problems, missing=MISSING)
        check_sizes(ids, sizes, n_persons, findings.problems, source=households.file, column=SIZE)
    elif (n_persons == 0).any():
        n_empty = int((n_persons == 0).sum())
        findings.notes.append(f"{households.file}: {n_empty:,} households have no persons.")


def _counted(
    rows: Sequence[ControlRow],
    households: _SeedTable,
    persons: _SeedTable | None,
    household_of: NDArray[np.int64],
    settings: PopulationSimSettings,
    findings: Findings,
) -> NDArray[np.bool_]:
    """Households that count in at least one control: vacant units and the like do not, and no target holds them."""
    n = households.table.num_rows
    counted = np.zeros(n, dtype=bool)
    for row in rows:
        seed = households if row.entity == "households" else persons
        lengths = {"length": np.zeros(seed.table.num_rows if seed else 0)}  # an expression may name no column
        try:
            values = row.expression.evaluate({**(seed.columns if seed else {}), **lengths})
        except ExpressionError as error:
            _refuse(row, "an expression that fits the columns", error.message, settings, findings)
            continue
        if not np.isfinite(values).all() or (values < 0).any():
            _refuse(row, "an expression with values >= 0", repr(row.expression.text), settings, findings)
            continue
        inside = values > 0
        if row.entity == "persons":
            inside = np.bincount(household_of[inside & (household_of >= 0)], minlength=n) > 0
        counted |= inside
    return counted if rows else np.ones(n, dtype=bool)


def _refuse(row: ControlRow, expected: str, found: str, settings: PopulationSimSettings, findings: Findings) -> None:
    where, action = f"target {row.target}", "Write a condition on columns of that table."
    source = settings.controls.name
    add(findings.problems, source, where, expected=expected, found=found, action=action, code="expression")


def _build(
    settings: PopulationSimSettings,
    households: _SeedTable,
    persons: _SeedTable | None,
    ids: Ids,
    keep: NDArray[np.bool_],
    area: NDArray[np.int32],
    household_of: NDArray[np.int64],
) -> Pool:
    """Records in file order; persons of a record together, in file order."""
    rows = np.flatnonzero(keep)
    order = np.argsort(household_of, kind="stable")
    order = order[keep[household_of[order]]]
    n_persons = np.bincount(household_of, minlength=len(keep))[rows]
    weights = numbers(households.table, settings.weight, source="", problems=[], missing=MISSING)[rows]
    person_columns = {c: v[order] for c, v in persons.columns.items()} if persons else {}
    person_extra = persons.extra if persons else pa.table({})
    return Pool(
        households={**{c: v[rows] for c, v in households.columns.items()}, settings.weight: weights},
        persons={**person_columns, settings.household_id: household_of[order].astype(np.float64)},
        offsets=np.concatenate([[0], np.cumsum(n_persons)]).astype(np.int64),
        prior_weights=weights,
        household_ids=_id_array(ids[rows]),
        household_extra=households.extra.take(pa.array(rows)) if households.extra.num_columns else households.extra,
        person_extra=person_extra.take(pa.array(order)) if person_extra.num_columns else person_extra,
        area_level=settings.seed_level,
        area=area[rows],
        generator="seed_sample",
    )


def _id_array(ids: Ids) -> pa.Array:
    written = pa.array(ids, pa.string())
    try:
        return written.cast(pa.int64())
    except pa.ArrowInvalid:
        return written
