"""Records of the seed sample, households or persons by themselves: which of them stay, and why the others do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import ExpressionError
from censemble.expressions import Expression, parse
from censemble.geography import Geography
from censemble.io.checks import Ids, check_areas, check_design_weights, check_ids, check_pool_is_populated
from censemble.io.findings import add, add_rows
from censemble.io.frames import TableStore
from censemble.io.project_model import Project, SeedHouseholds, SeedPersons
from censemble.io.raw_columns import raw_values
from censemble.io.sources import numbers, texts


@dataclass(frozen=True, eq=False)
class KeptRecords:
    """Records of the seed sample that stay.

    Parameters
    ----------
    table : pyarrow.Table of n rows
        Their raw columns.
    ids : ndarray of str, shape (n,)
        Their ids.
    weights : ndarray of float64, shape (n,), records
        Their design weights, > 0 where they are right.
    area : ndarray of int32, shape (n,)
        Unit of the area level, or 0.
    all_ids : ndarray of str, shape (n_all,)
        Ids of every record in the file.
    kept_row : ndarray of int64, shape (n_all,)
        Row among those that stay; -1 for the others.
    """

    table: pa.Table
    ids: Ids
    weights: NDArray[np.float64]
    area: NDArray[np.int32]
    all_ids: Ids
    kept_row: NDArray[np.int64]


def record_section(project: Project) -> SeedHouseholds | SeedPersons:
    """Find the section of the file that holds the records, which `cross_checks` has found to be there."""
    sample = project.seed_sample
    section = None if sample is None else sample.persons if project.entity == "person" else sample.households
    assert section is not None
    return section


def read_records(project: Project, geography: Geography, store: TableStore, notes: list[str]) -> KeptRecords | None:
    """Read the records that meet `keep`, live in the region and have a design weight.

    Parameters
    ----------
    project : Project
        Names file, columns and condition.
    geography : Geography
        Knows the units that records may live in.
    store : TableStore
        Gives the table and takes the problems.
    notes : list of str
        Grows by how many records were left out, and why.

    Returns
    -------
    KeptRecords or None
        None where the file or a column is missing; it is in ``store.problems``.
    """
    spec, entity = record_section(project), project.entity
    source = store.label(spec.file)
    condition = parse(spec.keep, table=project.record_entity) if spec.keep else None
    table = store.read(spec.file, role=f"seed {project.record_entity}", columns=_columns(project, condition))
    if table is None:
        return None
    if spec.id:
        ids = texts(table, spec.id)
        check_ids(ids, store.problems, source=source, column=spec.id, entity=entity)
    else:
        ids = np.array([str(i + 1) for i in range(table.num_rows)], dtype=object)
    keep = _meets(condition, table, store, notes, source=source, entity=entity)
    area = np.zeros(len(ids), dtype=np.int32)
    for level, column in spec.area.items():
        units = geography.units[geography.level_index(level)]
        area, found = check_areas(texts(table, column), units, source=source, column=column, entity=entity)
        notes += found
        keep &= area >= 0
    rows, weights = _weighted(np.flatnonzero(keep), ids, table, project, store, notes)
    kept_row = np.full(len(ids), -1, dtype=np.int64)
    kept_row[rows] = np.arange(len(rows))
    kept = KeptRecords(table.take(pa.array(rows)), ids[rows], weights, area[rows], ids, kept_row)
    _check_areas_have_records(project, geography, kept, store)
    return kept


def _columns(project: Project, condition: Expression | None) -> list[str]:
    spec = record_section(project)
    columns = [spec.id, spec.weight, getattr(spec, "size", ""), *spec.area.values(), *spec.carry]
    columns += sorted(condition.columns) if condition else []
    columns += [a.column for a in getattr(project.attributes, project.record_entity).values()]
    return [c for c in dict.fromkeys(columns) if c]


def _meets(
    condition: Expression | None, table: pa.Table, store: TableStore, notes: list[str], *, source: str, entity: str
) -> NDArray[np.bool_]:
    if condition is None:
        return np.ones(table.num_rows, dtype=bool)
    try:
        keep = condition.evaluate({c: raw_values(table[c]) for c in condition.columns or table.column_names}).astype(
            bool
        )
    except ExpressionError as error:
        expected, action = "a condition that `keep` can ask", "Correct `keep` in the project file."
        add(store.problems, source, "", expected=expected, found=str(error), action=action, code="bad-expression")
        return np.ones(table.num_rows, dtype=bool)
    notes.append(f"{source}: {int(keep.sum()):,} of {len(keep):,} {entity}s meet {condition.text!r} and were kept.")
    return keep


def _weighted(
    rows: NDArray[np.int64], ids: Ids, table: pa.Table, project: Project, store: TableStore, notes: list[str]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Leave out records of weight 0, with a note: vacant dwellings and group quarters come so."""
    spec, entity = record_section(project), project.entity
    labels, problems, source = ids[rows].tolist(), store.problems, store.label(spec.file)
    weights, usable = np.ones(len(rows)), np.ones(len(rows), dtype=bool)
    found: list[str] = []
    if spec.weight:
        kept = table.take(pa.array(rows))
        weights = numbers(kept, spec.weight, source=source, problems=problems, row_labels=labels)
        usable, found = check_design_weights(
            weights, ids[rows], problems, source=source, column=spec.weight, drop_zero=True, entity=entity
        )
    notes += found
    check_pool_is_populated(int(usable.sum()), problems, source=source, entity=entity)
    return rows[usable], weights[usable]


def _check_areas_have_records(project: Project, geography: Geography, kept: KeptRecords, store: TableStore) -> None:
    spec = record_section(project)
    source = store.label(spec.file)
    for level, column in spec.area.items():
        units = geography.units[geography.level_index(level)]
        bare = np.setdiff1d(np.arange(len(units)), kept.area)
        add_rows(
            store.problems,
            source,
            ((f"{level} {units[u]}", "none") for u in bare),
            n_rows=len(bare),
            expected=f"{project.record_entity} whose {column!r} is this {level}",
            action="Add their microdata, drop the zones from the crosswalk, or leave out `area`.",
            code="area-without-households",
        )
