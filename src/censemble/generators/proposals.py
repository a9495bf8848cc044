"""Building pools: records of a sample taken again, or columns that a model drew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.pool import Columns, Pool, take_records
from censemble.schema import Attribute, Entity, Schema

Model = TypeVar("Model")


def need_sample(seed_sample: Pool | None, generator: str) -> Pool:
    """Insist on a seed sample with records.

    Raises
    ------
    SchemaError
        There is none.
    """
    if seed_sample is None or not seed_sample.n_records:
        raise SchemaError(
            f"the generator {generator!r} learns from a seed sample, and there is none with records; give one, or use "
            "'independent' or 'maximum_entropy', which need margins alone"
        )
    return seed_sample


def fitted(model: Model | None, generator: str) -> Model:
    """Insist that `fit` came first.

    Raises
    ------
    SchemaError
        It did not.
    """
    if model is None:
        raise SchemaError(f"the generator {generator!r} was not fitted; call fit(schema, seed_sample=...) first")
    return model


def count_of(n: int) -> int:
    """Insist on at least one record.

    Raises
    ------
    SchemaError
        `n` is below 1.
    """
    if n < 1:
        raise SchemaError(f"asked for {n} records; ask for 1 or more")
    return n


def record_columns(pool: Pool) -> Columns:
    """Columns of the records themselves: of households, or of persons that are records.

    Examples
    --------
    >>> import censemble
    >>> 'tenure' in record_columns(censemble.demo_inputs().seed_sample)
    True
    """
    return pool.households if pool.record_entity == "households" else pool.persons


def learnable(schema: Schema, entity: Entity, columns: Columns, generator: str) -> tuple[Attribute, ...]:
    """Attributes of one entity, insisting that the sample has them.

    Raises
    ------
    SchemaError
        Declared attributes that the sample lacks.
    """
    absent = [a.name for a in schema.of(entity) if a.name not in columns]
    if absent:
        raise SchemaError(f"{generator}: the seed sample has no column for {', '.join(absent)} ({entity})")
    return schema.of(entity)


def need_attributes(schema: Schema, entity: Entity, generator: str) -> None:
    """Insist that there is something to learn about the records.

    Raises
    ------
    SchemaError
        The schema declares no attribute of `entity`.
    """
    if not schema.of(entity):
        raise SchemaError(
            f"the generator {generator!r} learns declared attributes, and the schema has none for {entity}; "
            "declare some, or use 'seed_sample' or 'bootstrap'"
        )


def taken_again(
    pool: Pool, records: NDArray[np.int64], *, weights: NDArray[np.float64], ids: pa.Array, generator: str
) -> Pool:
    """Take records with their persons, in the order given and as often as given, as a generator's proposals.

    Parameters
    ----------
    pool : Pool
        The seed sample.
    records : ndarray of int64, shape (n,)
        Rows of `pool`.
    weights : ndarray of shape (n,), > 0
        Prior weights of the result.
    ids : pyarrow array of shape (n,)
        Ids of the result.
    generator : str
        Who proposes; the records may go anywhere.
    """
    taken = take_records(pool, records)
    areas = np.zeros(len(records), np.int32)
    return replace(taken, prior_weights=weights, household_ids=ids, area_level="", area=areas, generator=generator)


def empty_rows(n: int) -> pa.Table:
    """Make a table of `n` rows without columns.

    Examples
    --------
    >>> empty_rows(3).num_rows, empty_rows(3).column_names
    (3, [])
    """
    return pa.table({"row": np.zeros(n, np.int8)}).select([])


def offsets_of(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each household's persons begin and the last one's end.

    Examples
    --------
    >>> offsets_of(np.array([2, 0, 1])).tolist()
    [0, 2, 2, 3]
    """
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])


def numbered(prefix: str, n: int) -> pa.Array:
    """Ids of proposals: prefix-1, prefix-2, ...

    Examples
    --------
    >>> numbered("bn", 2).to_pylist()
    ['bn-1', 'bn-2']
    """
    return pa.array([f"{prefix}-{i}" for i in range(1, n + 1)], pa.string())


def household_pool(
    households: Mapping[str, NDArray[Any]],
    persons: Mapping[str, NDArray[Any]],
    sizes: NDArray[np.int64],
    *,
    ids: pa.Array,
    total_weight: float,
    generator: str,
) -> Pool:
    """Make a pool of households that may go anywhere, with equal prior weights.

    Persons also get their household's attributes, as those of a seed sample do: their own go first.

    Parameters
    ----------
    households, persons : mapping of str to ndarray
        Columns; persons of a household together.
    sizes : ndarray of int64, shape (n_records,)
        Persons of each household.
    ids : pyarrow array of shape (n_records,)
        Of the proposals.
    total_weight : float
        What the prior weights sum to.
    generator : str
        Who proposes.
    """
    n, offsets = len(sizes), offsets_of(sizes)
    whole = {name: np.repeat(values, sizes) for name, values in households.items()} | dict(persons)
    place = np.arange(offsets[-1]) - np.repeat(offsets[:-1], sizes) + 1
    return Pool(
        households=dict(households) or {"record": np.arange(n)},  # a condition needs a column to count rows by
        persons=whole or {"person": np.arange(offsets[-1])},
        offsets=offsets,
        prior_weights=np.full(n, total_weight / n),
        household_ids=ids,
        household_extra=empty_rows(n),
        person_extra=pa.table({"per_num": place}),
        area_level="",
        area=np.zeros(n, np.int32),
        generator=generator,
    )


def person_pool(persons: Mapping[str, NDArray[Any]], *, ids: pa.Array, total_weight: float, generator: str) -> Pool:
    """Make a pool of persons that are records by themselves, with equal prior weights."""
    ones = np.ones(len(ids), np.int64)
    pool = household_pool({}, persons, ones, ids=ids, total_weight=total_weight, generator=generator)
    return replace(pool, record_entity="persons")
