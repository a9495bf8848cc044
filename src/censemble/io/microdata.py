"""Survey microdata to a pool: households that stay, their persons, coded attributes and carried columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from censemble.errors import ExpressionError
from censemble.expressions import parse
from censemble.geography import Geography
from censemble.io.attributes import code_attribute
from censemble.io.checks import (
    Ids,
    check_areas,
    check_design_weights,
    check_ids,
    check_pool_is_populated,
    check_sizes,
    link_persons,
)
from censemble.io.findings import add, add_rows
from censemble.io.frames import TableStore
from censemble.io.project_model import AttributeDeclaration, Project
from censemble.io.sources import numbers, texts
from censemble.pool import Pool


@dataclass(frozen=True, eq=False)
class KeptHouseholds:
    """Households of the seed sample that stay.

    Parameters
    ----------
    table : pyarrow.Table of n rows
        Their raw columns.
    ids : ndarray of str, shape (n,)
        Their ids.
    weights : ndarray of float64, shape (n,), households
        Their design weights, > 0 where they are right.
    area : ndarray of int32, shape (n,)
        Unit of the area level, or 0.
    all_ids : ndarray of str, shape (n_all,)
        Ids of every household in the file.
    kept_row : ndarray of int64, shape (n_all,)
        Row among those that stay; -1 for the others.
    """

    table: pa.Table
    ids: Ids
    weights: NDArray[np.float64]
    area: NDArray[np.int32]
    all_ids: Ids
    kept_row: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class KeptPersons:
    """Persons of those households.

    Parameters
    ----------
    columns : mapping of str to ndarray of shape (n_persons,)
        Coded attributes.
    offsets : ndarray of int64, shape (n + 1,)
        Persons of household i are rows offsets[i]..offsets[i+1].
    extra : pyarrow.Table
        ``per_num`` and carried columns.
    """

    columns: Mapping[str, NDArray[Any]]
    offsets: NDArray[np.int64]
    extra: pa.Table


def read_seed_sample(project: Project, geography: Geography, store: TableStore, notes: list[str]) -> Pool | None:
    """Read households and persons into a pool.

    Parameters
    ----------
    project : Project
        Names files, columns and attributes.
    geography : Geography
        Knows the units that records may live in.
    store : TableStore
        Gives the tables and takes the problems.
    notes : list of str
        Grows by how many households were left out, and why.

    Returns
    -------
    Pool or None
        None where a file or column is missing; what is wrong with a pool that is there is in ``store.problems`` too.
    """
    kept = _households(project, geography, store, notes)
    if kept is None or kept.table.num_rows == 0:
        return None
    _check_areas_have_households(project, geography, kept, store)
    persons = _persons(project, kept, store)
    if persons is None:
        return None
    declared, source = project.seed_sample, store.label(project.seed_sample.households.file)
    households = _coded(kept.table, project.attributes.households, kept.ids, source, store)
    size = (declared.households.size,) if declared.households.size else ()
    return Pool(
        households=households or {"record": np.arange(len(kept.ids))},  # a condition needs a column to count rows by
        persons=_with_household_attributes(persons.columns, households, persons.offsets),
        offsets=persons.offsets,
        prior_weights=kept.weights,
        household_ids=pa.array(kept.ids, pa.string()),
        household_extra=_extra(kept.table, (*declared.households.carry, *size), project),
        person_extra=persons.extra,
        area_level=next(iter(declared.households.area), ""),
        area=kept.area,
        generator="seed_sample",
    )


def _households(project: Project, geography: Geography, store: TableStore, notes: list[str]) -> KeptHouseholds | None:
    spec, problems, source = (
        project.seed_sample.households,
        store.problems,
        store.label(project.seed_sample.households.file),
    )
    condition = parse(spec.keep, table="households") if spec.keep else None
    columns = [spec.id, spec.weight, spec.size, *spec.area.values(), *spec.carry]
    columns += sorted(condition.columns) if condition else []
    columns += [a.column for a in project.attributes.households.values()]
    table = store.read(spec.file, role="seed households", columns=[c for c in dict.fromkeys(columns) if c])
    if table is None:
        return None
    all_ids = texts(table, spec.id)
    check_ids(all_ids, problems, source=source, column=spec.id, entity="household")
    keep = np.ones(len(all_ids), dtype=bool)
    if condition is not None:
        try:
            keep = condition.evaluate({c: _raw(table[c]) for c in condition.columns}).astype(bool)
        except ExpressionError as error:
            action = "Correct `keep` in the project file."
            add(
                problems,
                source,
                "",
                expected="a condition on its columns",
                found=str(error),
                action=action,
                code="bad-expression",
            )
            return None
        notes.append(f"{source}: {int(keep.sum()):,} of {len(keep):,} households meet {spec.keep!r} and were kept.")
    area = np.zeros(len(keep), dtype=np.int32)
    for level, column in spec.area.items():
        units = geography.units[geography.level_index(level)]
        area, found = check_areas(texts(table, column), units, source=source, column=column)
        notes += found
        keep &= area >= 0
    # A household without weight has no business in a pool, but it stops nobody: group quarters come so.
    rows = np.flatnonzero(keep)
    weights = numbers(
        table.take(pa.array(rows)), spec.weight, source=source, problems=problems, row_labels=all_ids[rows].tolist()
    )
    usable, found = check_design_weights(
        weights, all_ids[rows], problems, source=source, column=spec.weight, drop_zero=True
    )
    notes += found
    check_pool_is_populated(int(usable.sum()), problems, source=source)
    rows = rows[usable]
    kept_row = np.full(len(keep), -1, dtype=np.int64)
    kept_row[rows] = np.arange(len(rows))
    return KeptHouseholds(table.take(pa.array(rows)), all_ids[rows], weights[usable], area[rows], all_ids, kept_row)


def _check_areas_have_households(
    project: Project, geography: Geography, kept: KeptHouseholds, store: TableStore
) -> None:
    spec, source = project.seed_sample.households, store.label(project.seed_sample.households.file)
    for level, column in spec.area.items():
        units = geography.units[geography.level_index(level)]
        bare = np.setdiff1d(np.arange(len(units)), kept.area)
        add_rows(
            store.problems,
            source,
            ((f"{level} {units[u]}", "none") for u in bare),
            n_rows=len(bare),
            expected=f"households whose {column!r} is this {level}",
            action="Add their microdata, drop the zones from the crosswalk, or leave out `area`.",
            code="area-without-households",
        )


def _persons(project: Project, kept: KeptHouseholds, store: TableStore) -> KeptPersons | None:
    """Persons of the households that stay, those of a household together, in file order otherwise."""
    spec, households = project.seed_sample.persons, project.seed_sample.households
    offsets = np.zeros(len(kept.ids) + 1, dtype=np.int64)
    if spec is None:
        return KeptPersons({}, offsets, pa.table({"per_num": pa.array([], pa.int64())}))
    columns = [spec.household, spec.id, *spec.carry, *(a.column for a in project.attributes.persons.values())]
    table = store.read(spec.file, role="seed persons", columns=[c for c in dict.fromkeys(columns) if c])
    if table is None:
        return None
    keys, source = texts(table, spec.household), store.label(spec.file)
    row = link_persons(kept.all_ids, keys, store.problems, source=source, column=spec.household)
    household = np.where(row >= 0, kept.kept_row[row], -1)
    n_persons = np.bincount(household[household >= 0], minlength=len(kept.ids))
    np.cumsum(n_persons, out=offsets[1:])
    if households.size:
        _check_sizes(households.size, kept, n_persons, store, source=store.label(households.file))
    order = np.argsort(household, kind="stable")
    order = order[np.searchsorted(household[order], 0) :]
    mine = table.take(pa.array(order))
    coded = _coded(mine, project.attributes.persons, keys[order], source, store)
    numbered = _person_numbers(mine, spec.id, offsets)
    return KeptPersons(coded, offsets, pa.table({"per_num": numbered, **_carried(mine, spec.carry)}))


def _check_sizes(
    column: str, kept: KeptHouseholds, n_persons: NDArray[np.int64], store: TableStore, *, source: str
) -> None:
    labels = kept.ids.tolist()
    sizes = numbers(kept.table, column, source=source, problems=store.problems, row_labels=labels)
    check_sizes(kept.ids, sizes, n_persons, store.problems, source=source, column=column)


def _coded(
    table: pa.Table, declared: Mapping[str, AttributeDeclaration], ids: Ids, source: str, store: TableStore
) -> dict[str, NDArray[Any]]:
    labels, problems = ids.tolist(), store.problems
    return {
        name: code_attribute(table, name, attribute, source=source, problems=problems, row_labels=labels)
        for name, attribute in declared.items()
    }


def _with_household_attributes(
    persons: Mapping[str, NDArray[Any]], households: Mapping[str, NDArray[Any]], offsets: NDArray[np.int64]
) -> dict[str, NDArray[Any]]:
    """Let tables of persons name what their household has, as persons by tenure do."""
    n_persons = np.diff(offsets)
    columns = {name: np.repeat(values, n_persons) for name, values in households.items()} | dict(persons)
    return columns or {"person": np.arange(offsets[-1])}


def _person_numbers(persons: pa.Table, column: str, offsets: NDArray[np.int64]) -> pa.Array:
    if column:
        return typed(persons[column])
    return pa.array(np.arange(offsets[-1]) - np.repeat(offsets[:-1], np.diff(offsets)) + 1)


def _extra(table: pa.Table, columns: Sequence[str], project: Project) -> pa.Table:
    taken = {*project.attributes.households, *project.geography.levels}
    return pa.table(_carried(table, [c for c in columns if c not in taken]))


def _carried(table: pa.Table, columns: Sequence[str]) -> dict[str, pa.Array]:
    return {column: typed(table[column]) for column in dict.fromkeys(columns)}


def _raw(column: pa.ChunkedArray) -> NDArray[Any]:
    """Numbers where every value is one or blank, else texts: what a condition on raw columns works on."""
    values = typed(column)
    if pa.types.is_string(values.type):
        return np.asarray(pc.fill_null(values, "").to_numpy(zero_copy_only=False), dtype=object)
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.float64())
    return np.asarray(pc.fill_null(values.cast(pa.float64()), np.nan).to_numpy(zero_copy_only=False))


def typed(column: pa.ChunkedArray) -> pa.Array:
    """Read a text column as whole or decimal numbers where that loses nothing; blanks become null.

    A column with a leading zero (``01``) or a plus stays text, whatever its other values are.

    Examples
    --------
    >>> typed(pa.chunked_array([["1", "", "20"]])).to_pylist()
    [1, None, 20]
    >>> typed(pa.chunked_array([["01", "20"]])).to_pylist()
    ['01', '20']
    """
    values = column.combine_chunks()
    if isinstance(values, pa.ChunkedArray):  # no rows
        values = pa.array([], column.type)
    if not pa.types.is_string(values.type):
        return values
    stripped = pc.utf8_trim_whitespace(values)
    blank = pc.equal(stripped, "")
    stripped = pc.if_else(blank, pa.scalar(None, pa.string()), stripped)
    if stripped.null_count == len(stripped):
        return stripped
    for pattern, kind in (
        (r"^-?(0|[1-9]\d{0,17})$", pa.int64()),
        (r"^-?(0|[1-9]\d*)?(\.\d+)?([eE][-+]?\d+)?$", pa.float64()),
    ):
        if pc.all(pc.match_substring_regex(stripped, pattern)).as_py():
            try:
                return stripped.cast(kind)
            except pa.ArrowInvalid:
                continue
    return stripped
