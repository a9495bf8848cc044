"""Survey microdata to a pool: the households that stay with their persons, coded attributes and carried columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.geography import Geography
from censemble.io.attributes import code_attribute
from censemble.io.checks import Ids, check_sizes, link_persons
from censemble.io.frames import TableStore
from censemble.io.project_model import AttributeDeclaration, Project, SeedHouseholds, SeedPersons
from censemble.io.raw_columns import carried, typed
from censemble.io.records import KeptRecords, read_records, record_section
from censemble.io.sources import numbers, texts
from censemble.pool import Pool


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
    kept = read_records(project, geography, store, notes)
    if kept is None or kept.table.num_rows == 0:
        return None
    section = record_section(project)
    if not isinstance(section, SeedHouseholds):
        return _persons_alone(project, section, kept, store)
    persons = _persons(project, section, kept, store)
    if persons is None:
        return None
    source = store.label(section.file)
    households = _coded(kept.table, project.attributes.households, kept.ids, source, store)
    size = (section.size,) if section.size else ()
    return Pool(
        households=households or {"record": np.arange(len(kept.ids))},  # a condition needs a column to count rows by
        persons=_with_household_attributes(persons.columns, households, persons.offsets),
        offsets=persons.offsets,
        prior_weights=kept.weights,
        household_ids=pa.array(kept.ids, pa.string()),
        household_extra=_extra(kept.table, (*section.carry, *size), project),
        person_extra=persons.extra,
        area_level=next(iter(section.area), ""),
        area=kept.area,
        generator="seed_sample",
    )


def _persons_alone(project: Project, section: SeedPersons, kept: KeptRecords, store: TableStore) -> Pool:
    """Persons that are records by themselves, each as the only one of its household."""
    n = len(kept.ids)
    coded = _coded(kept.table, project.attributes.persons, kept.ids, store.label(section.file), store)
    taken = {*project.attributes.persons, *project.geography.levels}
    extra = carried(kept.table, [c for c in section.carry if c not in taken])
    return Pool(
        households={},
        persons=coded or {"person": np.arange(n)},
        offsets=np.arange(n + 1),
        prior_weights=kept.weights,
        household_ids=pa.array(kept.ids, pa.string()),
        household_extra=pa.table({}),
        person_extra=pa.table(extra),
        area_level=next(iter(section.area), ""),
        area=kept.area,
        generator="seed_sample",
        record_entity="persons",
    )


def _persons(project: Project, households: SeedHouseholds, kept: KeptRecords, store: TableStore) -> KeptPersons | None:
    """Persons of the households that stay, those of a household together, in file order otherwise."""
    spec = project.seed_sample.persons if project.seed_sample else None
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
    return KeptPersons(coded, offsets, pa.table({"per_num": numbered, **carried(mine, spec.carry)}))


def _check_sizes(
    column: str, kept: KeptRecords, n_persons: NDArray[np.int64], store: TableStore, *, source: str
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
    return pa.table(carried(table, [c for c in columns if c not in taken]))
