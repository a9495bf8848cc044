"""Which records are one persona: those whose texts show the same facts, or, within a limit, those that are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from censemble.personas.phrasing import Wording
from censemble.personas.spoken_values import Shown, ShownPool, shown_pool
from censemble.plain_text import counted
from censemble.pool import Pool
from censemble.schema import Schema

MOST_ITERATIONS = 40
Int = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Distinct:
    """Personas of a pool, before anything is written.

    Parameters
    ----------
    records : ndarray of int64, shape (n_personas,)
        The record that each persona is written about.
    of_record : ndarray of int64, shape (n_records,)
        Each record's persona.
    says : str
        How many personas there are and why, in one sentence.
    """

    records: Int
    of_record: Int
    says: str


def distinct_personas(schema: Schema, pool: Pool, wording: Wording, *, limit: int | None = None) -> Distinct:
    """Find the personas of a pool: one for each distinct combination of what texts show.

    Parameters
    ----------
    schema : Schema
        Of the pool.
    pool : Pool
        Its records, in any number.
    wording : Wording
        How finely numbers are shown, and what is left out.
    limit : int, optional
        >= 1. Where there are more combinations, they are clustered (weighted k-means over one-hot codes) and each
        cluster has the persona of the combination nearest to its centre. Costs detail: records of a cluster differ.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from censemble.schema import Attribute
    >>> schema, none = Schema((Attribute("sex", "persons", "categorical", ("female", "male")),)), pa.table({})
    >>> pool = Pool({}, {"sex": np.array([1, 0, 1])}, np.arange(4), np.ones(3), pa.array([1, 2, 3]), none, none, "",
    ...             np.zeros(3, np.int32), "survey", "persons")
    >>> found = distinct_personas(schema, pool, Wording())
    >>> found.records.tolist(), found.of_record.tolist(), found.says
    ([0, 1], [0, 1, 0], '3 records show 2 different combinations of facts: 2 personas.')
    """
    shown = shown_pool(schema, pool, wording)
    records, of_record = _combinations(shown, pool)
    n, how = pool.n_records, "combinations of facts"
    if limit is None or len(records) <= limit:
        shows = "record shows" if n == 1 else "records show"
        which = "combination of facts" if len(records) == 1 else f"different {how}"
        says = f"{n:,} {shows} {len(records):,} {which}: {counted(len(records), 'persona')}."
        return Distinct(records, of_record, says)
    mass = np.bincount(of_record, pool.prior_weights, len(records)).astype(np.float64)
    nearest, cluster = _clusters(code_vectors(shown, pool, records), mass, limit)
    says = (
        f"{n:,} records show {len(records):,} different {how}; the limit is {limit:,}, so that those that are alike "
        f"share one of {len(nearest):,} personas."
    )
    return Distinct(records[nearest], cluster[of_record], says)


def code_vectors(shown: ShownPool, pool: Pool, records: Int) -> NDArray[np.float32]:
    """One-hot codes of what texts show, shape (n_asked, width); of households also how many members show each fact.

    Parameters
    ----------
    shown : ShownPool
        Of the pool.
    pool : Pool
        Says who belongs to whom.
    records : ndarray of int64
        Those asked for.
    """
    parts = [_one_hot(s)[records] for s in shown.households]
    if pool.record_entity == "persons":
        parts += [_one_hot(s)[records] for s in shown.persons]
    else:
        parts += [_sums(_one_hot(s), pool.offsets)[records] for s in shown.persons]
        parts.append(np.diff(pool.offsets)[records, None].astype(np.float32))
    return np.concatenate(parts, axis=1) if parts else np.zeros((len(records), 0), np.float32)


def _one_hot(shown: Shown) -> NDArray[np.float32]:
    """One column for each fact; nothing is shown as zeros."""
    return np.asarray(shown.codes[:, None] == np.arange(len(shown.facts))[None, :], dtype=np.float32)


def _sums(rows: NDArray[np.float32], offsets: Int) -> NDArray[np.float32]:
    cumulated = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
    return np.asarray(cumulated[offsets[1:]] - cumulated[offsets[:-1]], dtype=np.float32)


def _combinations(shown: ShownPool, pool: Pool) -> tuple[Int, Int]:
    """First record of each combination, in the order of first appearance, and each record's combination."""
    of_persons = _lines(shown.persons, pool.n_persons)
    of_households = _lines(shown.households, pool.n_records)
    number: dict[bytes, int] = {}
    of_record = np.empty(pool.n_records, dtype=np.int64)
    for record in range(pool.n_records):
        members = of_persons[pool.offsets[record] : pool.offsets[record + 1]]
        key = of_households[record].tobytes() + b"|" + members.tobytes() + len(members).to_bytes(4, "big")
        of_record[record] = number.setdefault(key, len(number))
    return np.unique(of_record, return_index=True)[1].astype(np.int64), of_record


def _lines(shown: tuple[Shown, ...], n_rows: int) -> NDArray[np.int32]:
    if not shown:
        return np.zeros((n_rows, 0), dtype=np.int32)
    return np.ascontiguousarray(np.stack([s.codes for s in shown], axis=1), dtype=np.int32)


def _clusters(vectors: NDArray[np.float32], mass: NDArray[np.float64], n: int) -> tuple[Int, Int]:
    """The combination nearest to the centre of each cluster, and each combination's cluster."""
    from sklearn.cluster import KMeans

    with threadpool_limits(1):  # else the sums, and with them ties, depend on the number of threads
        fitted = KMeans(n, n_init=1, max_iter=MOST_ITERATIONS, random_state=0).fit(vectors, sample_weight=mass)
    distances = ((vectors - fitted.cluster_centers_[fitted.labels_]) ** 2).sum(axis=1)
    order = np.lexsort((np.arange(len(vectors)), distances))
    labels, first = np.unique(fitted.labels_[order], return_index=True)
    return order[first].astype(np.int64), np.searchsorted(labels, fitted.labels_).astype(np.int64)
