"""The pool: candidate records with prior weights and provenance, whoever proposed them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.schema import Entity

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Pool:
    """Households with their persons, as a generator proposes them.

    Persons of one household are contiguous: those of record i are rows offsets[i]..offsets[i+1].

    Parameters
    ----------
    households, persons : mapping of str to ndarray
        Attributes by name: integer codes for categorical and ordinal ones (-1 missing), float64 for
        numeric ones (NaN missing), or the raw values of the columns that expressions name.
    offsets : ndarray of int64, shape (n_records + 1,)
    prior_weights : ndarray of shape (n_records,), households, > 0
    household_ids : pyarrow array of shape (n_records,)
        Ids in the seed sample (or of the proposal), kept as they were.
    household_extra, person_extra : pyarrow.Table
        Columns carried to the output untouched; rows as in `households`, `persons`.
    area_level : str
        Geography level whose units own records; "" when any record may go anywhere.
    area : ndarray of int32, shape (n_records,)
        Unit index at `area_level` (all zeros when `area_level` is "").
    generator : str
        Name written into every synthetic record's provenance.
    record_entity : {"households", "persons"}
        "persons" when the records are persons by themselves (flat rows): each then stands as a household of one that
        is not written out, and `prior_weights` are persons' weights.
    """

    households: Columns
    persons: Columns
    offsets: NDArray[np.int64]
    prior_weights: NDArray[np.float64]
    household_ids: pa.Array
    household_extra: pa.Table
    person_extra: pa.Table
    area_level: str
    area: NDArray[np.int32]
    generator: str
    record_entity: Entity = "households"

    def __post_init__(self) -> None:
        n = len(self.prior_weights)
        if len(self.offsets) != n + 1 or len(self.household_ids) != n or len(self.area) != n:
            raise SchemaError(f"pool: {n} prior weights, {len(self.offsets)} offsets, {len(self.household_ids)} ids")
        if n and not (np.isfinite(self.prior_weights).all() and (self.prior_weights > 0).all()):
            raise SchemaError("pool: prior weights must be finite and > 0")
        if (np.diff(self.offsets) < 0).any():
            raise SchemaError("pool: offsets must not decrease")
        if self.record_entity == "persons" and (np.diff(self.offsets) != 1).any():
            raise SchemaError("pool: records that are persons must hold one person each")

    @property
    def n_records(self) -> int:
        """Number of candidate households."""
        return len(self.prior_weights)

    @property
    def n_persons(self) -> int:
        """Number of persons in all candidate households."""
        return int(self.offsets[-1])

    @property
    def record_of_person(self) -> NDArray[np.int64]:
        """For each person row the record it belongs to, shape (n_persons,)."""
        return np.repeat(np.arange(self.n_records), np.diff(self.offsets))


def take_records(pool: Pool, index: NDArray[np.int64]) -> Pool:
    """Take whole records, any of them any number of times; their prior weights come with them as they are.

    Parameters
    ----------
    pool : Pool
        Stays as it is.
    index : ndarray of int64
        Records, each in 0..n_records-1, in the order of the new pool.

    Examples
    --------
    >>> none = pa.table({})
    >>> pool = Pool({"size": np.array([1, 2])}, {"age": np.array([40, 30, 5])}, np.array([0, 1, 3]), np.ones(2),
    ...             pa.array(["a", "b"]), none, none, "", np.zeros(2, np.int32), "survey")
    >>> taken = take_records(pool, np.array([1, 0, 1]))
    >>> taken.household_ids.to_pylist(), taken.persons["age"].tolist()
    (['b', 'a', 'b'], [30, 5, 40, 30, 5])
    """
    sizes = np.diff(pool.offsets)[index]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    persons = np.repeat(pool.offsets[:-1][index] - offsets[:-1], sizes) + np.arange(offsets[-1])
    return replace(
        pool,
        households={name: values[index] for name, values in pool.households.items()},
        persons={name: values[persons] for name, values in pool.persons.items()},
        offsets=offsets,
        prior_weights=pool.prior_weights[index],
        household_ids=pool.household_ids.take(pa.array(index)),
        household_extra=_take(pool.household_extra, index),
        person_extra=_take(pool.person_extra, persons),
        area=pool.area[index],
    )


def join_pools(pools: Sequence[Pool]) -> Pool:
    """Put pools of one generator one after the other; their ids must differ.

    Parameters
    ----------
    pools : sequence of Pool
        At least one, all with the same columns.

    Examples
    --------
    >>> none = pa.table({})
    >>> pool = Pool({"size": np.array([1, 2])}, {"age": np.array([40, 30, 5])}, np.array([0, 1, 3]), np.ones(2),
    ...             pa.array(["a", "b"]), none, none, "", np.zeros(2, np.int32), "survey")
    >>> other = take_records(pool, np.array([1]))
    >>> join_pools([pool, other]).offsets.tolist()
    [0, 1, 3, 5]
    """
    first = pools[0]
    if len(pools) == 1:
        return first
    sizes = np.concatenate([np.diff(p.offsets) for p in pools])
    return replace(
        first,
        households={name: np.concatenate([p.households[name] for p in pools]) for name in first.households},
        persons={name: np.concatenate([p.persons[name] for p in pools]) for name in first.persons},
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        prior_weights=np.concatenate([p.prior_weights for p in pools]),
        household_ids=pa.concat_arrays([p.household_ids.cast(pa.string()) for p in pools]),
        household_extra=pa.concat_tables([p.household_extra for p in pools]).combine_chunks(),
        person_extra=pa.concat_tables([p.person_extra for p in pools]).combine_chunks(),
        area=np.concatenate([p.area for p in pools]),
    )


def _take(table: pa.Table, rows: NDArray[np.int64]) -> pa.Table:
    """A table without columns has no rows to take."""
    return table.take(pa.array(rows)) if table.num_columns else table
