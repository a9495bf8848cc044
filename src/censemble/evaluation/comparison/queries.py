"""Declared queries: what a table answers, and how far that is from the reference.

The error of an answer is |synthetic - reference| / |reference|, as in the household benchmark of LLMSynthor
(arXiv 2505.14752). Where the reference is nearly 0 that would be any number: the divisor is then the sanity bound of
Garofalakis and Gibbons (2002, "Wavelet synopses with error guarantees"): `SANITY` of the mean size of what is
averaged over all rows of the reference, and `SANITY` itself for a share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.dataset import Dataset
from censemble.evaluation.comparison.measure import N_GROUPS, Ground, Measure, MetricFacts, View, deletion_error
from censemble.evaluation.comparison.weighted import mean_and_deletions, median_and_deletions
from censemble.formulas import Formula, numbers_of, truth, unavailable
from censemble.formulas.rows import Rows
from censemble.query_book import Query, QueryBook
from censemble.schema import Entity

SANITY = 0.001

FACTS = (
    MetricFacts(
        "query_error",
        "Relative error of a query",
        "lower",
        "|synthetic - reference| / |reference| of one declared query; where the reference is nearer to 0 than a "
        "thousandth of the mean size of what is averaged (0.001 for a share), that is the divisor.",
    ),
    MetricFacts(
        "query_error_mean",
        "Mean error of queries",
        "lower",
        "Mean relative error over the queries of a group, and over all. Not given where a table cannot answer all "
        "of them.",
    ),
)


@dataclass(frozen=True, eq=False)
class Answer:
    """What one table answers to one query.

    Parameters
    ----------
    value : float or None
        None where it cannot be answered.
    without : ndarray of float64, shape (N_GROUPS,)
        The same without the rows of each group.
    size : float
        What the sanity bound is a part of: 1 for a share, else the mean of the absolute value over all rows.
    note : str
        Why it cannot be answered, or on how many rows the answer rests.
    """

    value: float | None
    without: NDArray[np.float64]
    size: float
    note: str


def measure_queries(ground: Ground, view: View, *, book: QueryBook) -> list[Measure]:
    """Ask a table every query and compare with the reference.

    All queries are asked whatever the rows of the view are, so it is to be called once a table.

    Parameters
    ----------
    ground : Ground
        The reference answers by its weights.
    view : View
        A synthetic table.
    book : QueryBook
        The queries.
    """
    real = ground.once(("queries", book), lambda: answers_of(ground.reference, book.queries))
    errors = [_error(q, r, made) for q, r, made in zip(book.queries, real, answers_of(view, book.queries), strict=True)]
    return [*(e.measure for e in errors), *_means(book.queries, errors)]


def answers_of(view: View, queries: Sequence[Query]) -> list[Answer]:
    """Let a table answer queries.

    Parameters
    ----------
    view : View
        The table; its random groups serve the errors.
    queries : sequence of Query
        Of any entity.
    """
    data = view.dataset
    rows, groups = Rows(data, view.entity), {e: groups_of(view, e) for e in data.entities}
    return [_answer(q, data, rows, groups) for q in queries]


def groups_of(view: View, entity: Entity) -> NDArray[np.int64]:
    """Random group of each row of an entity, households and persons alike, from that of the view's rows.

    Households without persons, and rows of no household, are dealt out in turn.

    Parameters
    ----------
    view : View
        With groups for one entity.
    entity : {"households", "persons"}
        Whose groups are wanted.
    """
    if entity == view.entity:
        return view.group
    links = view.dataset.household_of_person
    found = np.arange(view.dataset.n_rows(entity)) % N_GROUPS
    linked = np.flatnonzero(links >= 0)
    if entity == "households":
        found[links[linked]] = view.group[linked]
    else:
        found[linked] = view.group[links[linked]]
    return found


def _answer(query: Query, data: Dataset, rows: Rows, groups: dict[Entity, NDArray[np.int64]]) -> Answer:
    if query.entity not in groups:
        return _unanswered(f"the table has no {query.entity}")
    absent = sorted({name for f in query.formulas for name in unavailable(f, data)})
    if absent:
        return _unanswered(f"the table has no {', no '.join(absent)}")
    values, weights = numbers_of(query.value, data, rows=rows), rows.of(query.entity).weights
    known = np.isfinite(values) & (weights > 0)
    if not known.any():
        return _unanswered(f"no row has a value of {query.value.text}")
    size = 1.0 if query.statistic == "share" else float(np.average(np.abs(values[known]), weights=weights[known]))
    parts = []
    for condition, sign in ((query.among, 1.0), (query.minus, -1.0)):
        if condition is None and sign < 0:
            continue
        inside = known & _chosen(condition, data, rows)
        if not inside.any():
            return _unanswered(f"nobody with a value is in: {condition.text}" if condition else "no row has a value")
        compute = median_and_deletions if query.statistic == "median" else mean_and_deletions
        value, without = compute(values[inside], weights[inside], groups[query.entity][inside])
        parts.append((sign * value, sign * without, int(inside.sum())))
    note = f"{' and '.join(f'{n:,}' for _, _, n in parts)} {query.entity}"
    unknown = int(((weights > 0) & ~known).sum())
    note += f", {unknown:,} without a value left out" if unknown else ""
    return Answer(sum(p[0] for p in parts), np.sum([p[1] for p in parts], axis=0), size, note)


def _chosen(condition: Formula | None, data: Dataset, rows: Rows) -> NDArray[np.bool_]:
    return truth(condition, data, rows=rows)[0] if condition is not None else np.array(True)


def _unanswered(reason: str) -> Answer:
    return Answer(None, np.full(N_GROUPS, np.nan), 0.0, reason)


@dataclass(frozen=True, eq=False)
class _Error:
    """Error of one query, and of it without each group of synthetic rows."""

    measure: Measure
    without: NDArray[np.float64]
    real: Answer


def _error(query: Query, real: Answer, made: Answer) -> _Error:
    metric, nothing = f"query_error[{query.name}]", np.full(N_GROUPS, np.nan)
    if real.value is None or made.value is None:
        reason = made.note if real.value is not None else f"not answered by the reference: {real.note}"
        return _Error(Measure(metric, None, note=reason), nothing, real)
    note = f"{made.value:.4g} against {real.value:.4g} in the reference; {made.note}"
    divisor = max(abs(real.value), SANITY * real.size)
    if divisor == 0:  # everything the reference has is 0
        exact = made.value == 0
        measure = Measure(metric, 0.0 if exact else None, note=f"{note}; relative to 0 no error is defined")
        return _Error(measure, np.zeros(N_GROUPS) if exact else nothing, real)
    without = (made.without - real.value) / divisor
    error = deletion_error(without) if np.isfinite(without).all() else None
    note += "; divided by the sanity bound" if divisor > abs(real.value) else ""
    return _Error(Measure(metric, abs(made.value - real.value) / divisor, error, note), np.abs(without), real)


def _means(queries: Sequence[Query], errors: Sequence[_Error]) -> Iterator[Measure]:
    groups = dict.fromkeys(q.group for q in queries if q.group)
    for group in groups:
        members = [e for q, e in zip(queries, errors, strict=True) if q.group == group]
        yield _mean(f"query_error_mean[{group}]", members)
    if queries:
        yield _mean("query_error_mean", errors)


def _mean(metric: str, errors: Sequence[_Error]) -> Measure:
    """Mean over what the reference answers; a table that leaves one of these out would be compared on others."""
    asked = [e for e in errors if e.real.value is not None]
    values = [e.measure.value for e in asked]
    answered = [v for v in values if v is not None]
    if not asked:
        return Measure(metric, None, note="the reference answers none of the queries")
    if len(answered) < len(asked):
        return Measure(metric, None, note=f"the table answers {len(answered)} of {len(asked)} queries")
    left = f", {len(errors) - len(asked)} more the reference cannot answer" if len(errors) > len(asked) else ""
    without = np.mean([e.without for e in asked], axis=0)
    error = deletion_error(without) if np.isfinite(without).all() else None
    return Measure(metric, float(np.mean(answered)), error, f"{len(asked)} queries{left}")
