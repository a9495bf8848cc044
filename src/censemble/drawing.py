"""Records of a table taken whole: households with their persons, or flat rows; and a table as a pool."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.dataset import Dataset
from censemble.errors import SchemaError
from censemble.pool import Pool


def draw_records(data: Dataset, index: NDArray[np.int64], *, name: str = "", weights: bool = False) -> Dataset:
    """Take whole records, any of them any number of times: households with their persons, or flat rows.

    Orphans are in no household and are left out.

    Parameters
    ----------
    data : Dataset
        Of any number of records.
    index : ndarray of int64
        Rows of households where there are any, of persons otherwise.
    name : str
        Of the new table; that of `data` if empty.
    weights : bool
        Keep the weights (a part of a survey); otherwise every record counts 1 (a sample drawn by weight).

    Examples
    --------
    >>> from censemble.schema import Schema
    >>> data = Dataset("r", Schema(()), {}, {"n": np.array([5.0, 6.0])}, np.zeros(0), np.array([3.0, 4.0]))
    >>> taken = draw_records(data, np.array([1, 1, 0]))
    >>> taken.persons["n"].tolist(), taken.person_weights.tolist()
    ([6.0, 6.0, 5.0], [1.0, 1.0, 1.0])
    """
    households = index if data.n_rows("households") else np.zeros(0, np.int64)
    persons, links = (index, np.zeros(0, np.int64)) if not len(households) else members_of(data, index)

    def weigh(kept: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return kept[rows] if weights else np.ones(len(rows))

    return Dataset(
        name=name or data.name,
        schema=data.schema,
        households={k: v[households] for k, v in data.households.items()},
        persons={k: v[persons] for k, v in data.persons.items()},
        household_weights=weigh(data.household_weights, households),
        person_weights=weigh(data.person_weights, persons),
        household_of_person=links if len(persons) else np.zeros(0, np.int64),
        gaps=tuple(g for g in data.gaps if g.whole_attribute),
        declared_sizes=None if data.declared_sizes is None else data.declared_sizes[households],
    )


def members_of(data: Dataset, index: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the persons of some households, together by household, and the place of each one's household in `index`.

    Examples
    --------
    >>> from censemble.schema import Schema
    >>> data = Dataset("r", Schema(()), {}, {}, np.ones(2), np.ones(3), np.array([1, 0, 1]))
    >>> [rows.tolist() for rows in members_of(data, np.array([1, 0, 1]))]
    [[0, 2, 1, 0, 2], [0, 0, 1, 2, 2]]
    """
    if not data.is_linked:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    order = np.argsort(data.household_of_person, kind="stable")
    first = np.searchsorted(data.household_of_person[order], np.arange(data.n_rows("households") + 1))
    sizes = np.diff(first)[index]
    starts = np.repeat(first[:-1][index] - (np.cumsum(sizes) - sizes), sizes)
    return order[starts + np.arange(len(starts))], np.repeat(np.arange(len(index)), sizes)


def pool_of_dataset(data: Dataset, *, generator: str) -> Pool:
    """See a table as a pool, so that a generator can learn from it; orphans and records without weight are left out.

    Parameters
    ----------
    data : Dataset
        Of at least one record.
    generator : str
        Provenance of its records.

    Raises
    ------
    SchemaError
        No record has a weight.

    Examples
    --------
    >>> from censemble.schema import Schema
    >>> data = Dataset("r", Schema(()), {}, {"n": np.array([5.0, 6.0])}, np.zeros(0), np.array([3.0, 0.0]))
    >>> pool = pool_of_dataset(data, generator="survey")
    >>> pool.n_records, pool.record_entity
    (1, 'persons')
    """
    flat = not data.n_rows("households")
    kept = draw_records(data, np.flatnonzero(data.person_weights if flat else data.household_weights), weights=True)
    n = kept.n_rows("persons" if flat else "households")
    if n == 0:
        raise SchemaError(f"table {data.name!r}: no record has a weight above 0")
    sizes = np.ones(n, np.int64) if flat else np.bincount(kept.household_of_person, minlength=n)
    return Pool(
        households=dict(kept.households) or {"record": np.arange(n)},
        persons=kept.columns("persons") or {"person": np.arange(kept.n_rows("persons"))},
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        prior_weights=kept.person_weights if flat else kept.household_weights,
        household_ids=pa.array([str(i) for i in range(n)]),
        household_extra=pa.table({}),
        person_extra=pa.table({}),
        area_level="",
        area=np.zeros(n, np.int32),
        generator=generator,
        record_entity="persons" if flat else "households",
    )
