"""The population: households and persons as tables, written out from zones, records and a pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.geography import Geography
from censemble.pool import Columns, Pool
from censemble.schema import Attribute, Entity, Schema

Int = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Population:
    """Synthetic households and persons.

    Parameters
    ----------
    households : pyarrow.Table
        household_id 1..n sorted by zone, a column for every geography level, declared attributes, carried seed
        columns, source_household, generator. Without columns where records are persons.
    persons : pyarrow.Table
        person_id 1..m, household_id, per_num, declared attributes, carried columns, source_household. Where records
        are persons: person_id 1..n sorted by zone, levels, attributes, carried columns, source_person, generator.

    Labels are dictionary-encoded (categories in pandas and polars); in the files that are written they are text.
    """

    households: pa.Table
    persons: pa.Table


def expand(pool: Pool, schema: Schema, geography: Geography, *, zone: Int, record: Int) -> Population:
    """Write out every household and its persons, or every person where records are persons.

    Parameters
    ----------
    pool : Pool
        Candidate records.
    schema : Schema
        Which attributes to write, and their labels.
    geography : Geography
        Levels and units.
    zone, record : ndarray of shape (n,)
        Zone and record index of every household (person), sorted by zone.
    """
    ids = np.arange(1, len(zone) + 1)
    taken = pa.array(record)
    root: dict[str, Any] = {f"{pool.record_entity[:-1]}_id": ids}
    for level, units, unit_of_zone in zip(geography.levels, geography.units, geography.unit_of_zone, strict=True):
        root[level] = pa.DictionaryArray.from_arrays(unit_of_zone[zone], pa.array(units, pa.string()))
    origin = {
        id_column(pool.record_entity): pool.household_ids.take(taken),
        "generator": pa.DictionaryArray.from_arrays(np.zeros(len(ids), np.int32), [pool.generator]).cast(pa.string()),
    }
    if pool.record_entity == "persons":
        described = _described(schema, "persons", pool.persons, pool.person_extra, taken)
        return Population(pa.table({}), pa.table(root | described | origin))
    households = root | _described(schema, "households", pool.households, pool.household_extra, taken) | origin
    return Population(pa.table(households), pa.table(_persons(pool, schema, record, households)))


def id_column(record_entity: Entity) -> str:
    """Column that holds the id of the record that somebody was made from.

    Examples
    --------
    >>> id_column("households"), id_column("persons")
    ('source_household', 'source_person')
    """
    return f"source_{record_entity[:-1]}"


def _persons(pool: Pool, schema: Schema, record: Int, households: dict[str, Any]) -> dict[str, Any]:
    """Persons of the households, in their order."""
    ids = households["household_id"]
    sizes = np.diff(pool.offsets)[record]
    first = np.repeat(pool.offsets[:-1][record] - (np.cumsum(sizes) - sizes), sizes)
    person = first + np.arange(len(first))
    place = np.arange(len(first)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1
    persons: dict[str, Any] = {
        "person_id": np.arange(1, len(first) + 1),
        "household_id": np.repeat(ids, sizes),
        "per_num": place,
    }
    persons |= _described(schema, "persons", pool.persons, pool.person_extra, pa.array(person))
    persons["source_household"] = households["source_household"].take(pa.array(np.repeat(np.arange(len(ids)), sizes)))
    return persons


def _described(schema: Schema, entity: Entity, columns: Columns, extra: pa.Table, taken: pa.Array) -> dict[str, Any]:
    """Declared attributes as labels or numbers, then carried columns; a carried column never hides an attribute."""
    out: dict[str, Any] = {a.name: labels_of(a, columns[a.name]).take(taken) for a in schema.of(entity)}
    for name in extra.column_names:
        if name not in out:
            out[name] = extra.column(name).combine_chunks().take(taken)
    return out


def labels_of(attribute: Attribute, values: NDArray[Any]) -> pa.Array:
    """Write codes as labels (missing as null), numbers as they are."""
    if attribute.kind == "numeric":
        return pa.array(values, from_pandas=True)
    codes = pa.array(values.astype(np.int32), mask=values < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(attribute.categories, pa.string()))
