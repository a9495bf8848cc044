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
        columns, source_household, generator.
    persons : pyarrow.Table
        person_id 1..m, household_id, per_num, declared attributes, carried columns, source_household.

    Labels are dictionary-encoded (categories in pandas and polars); in the files that are written they are text.
    """

    households: pa.Table
    persons: pa.Table


def expand(pool: Pool, schema: Schema, geography: Geography, *, zone: Int, record: Int) -> Population:
    """Write out every household and its persons.

    Parameters
    ----------
    pool : Pool
        Candidate records.
    schema : Schema
        Which attributes to write, and their labels.
    geography : Geography
        Levels and units.
    zone, record : ndarray of shape (n_households,)
        Zone and record index of every household, sorted by zone.
    """
    ids = np.arange(1, len(zone) + 1)
    taken = pa.array(record)
    households: dict[str, Any] = {"household_id": ids}
    for level, units, unit_of_zone in zip(geography.levels, geography.units, geography.unit_of_zone, strict=True):
        households[level] = pa.DictionaryArray.from_arrays(unit_of_zone[zone], pa.array(units, pa.string()))
    households |= _described(schema, "households", pool.households, pool.household_extra, taken)
    households["source_household"] = pool.household_ids.take(taken)
    households["generator"] = pa.DictionaryArray.from_arrays(np.zeros(len(ids), np.int32), [pool.generator]).cast(
        pa.string()
    )
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
    return Population(pa.table(households), pa.table(persons))


def _described(schema: Schema, entity: Entity, columns: Columns, extra: pa.Table, taken: pa.Array) -> dict[str, Any]:
    """Declared attributes as labels or numbers, then carried columns; a carried column never hides an attribute."""
    out: dict[str, Any] = {a.name: _labels(a, columns[a.name]).take(taken) for a in schema.of(entity)}
    for name in extra.column_names:
        if name not in out:
            out[name] = extra.column(name).combine_chunks().take(taken)
    return out


def _labels(attribute: Attribute, values: NDArray[Any]) -> pa.Array:
    """Codes as labels (missing as null), numbers as they are."""
    if attribute.kind == "numeric":
        return pa.array(values, from_pandas=True)
    codes = pa.array(values.astype(np.int32), mask=values < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(attribute.categories, pa.string()))
