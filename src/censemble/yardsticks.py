"""The tables that stand beside every synthetic one: a fresh real sample, the training sample, two simple ways out.

They are made at the size of the tables that they stand beside, because every figure depends on the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from censemble.calibration import calibrate
from censemble.controls import build_controls
from censemble.dataset import Dataset, dataset_of_pool
from censemble.drawing import draw_records, pool_of_dataset
from censemble.evaluation.comparison.measure import View
from censemble.evaluation.comparison.row_draws import draw_rows, effective_size
from censemble.evaluation.comparison.scoreboard import FRESH
from censemble.evaluation.comparison.views import codings_of, view_of
from censemble.expressions import Expression, between, is_in
from censemble.generators import Independent
from censemble.geography import Geography
from censemble.margins import Cell, Margin
from censemble.pool import Pool
from censemble.schema import Entity

TRAINING, INDEPENDENT, RAKED = "training sample", "independent margins", "raked training sample"
N_FRESH = 3  # fresh samples, so that the floor has an interval
RAKING_SD = 1e-4  # of a one-way target, as a share of all: contradictory margins then settle between each other
KEY = 40


def n_records(data: Dataset) -> int:
    """Number of households where there are any, of flat rows otherwise."""
    return data.n_rows("households") or data.n_rows("persons")


def yardstick_size(data: Dataset, reference: Dataset) -> int:
    """Number of records that its yardsticks have: its own.

    Persons alone, beside a reference of households with persons, stand for as many households as hold so many persons
    there.
    """
    if reference.is_linked and not data.n_rows("households"):
        per_person = float(reference.household_weights.sum() / reference.person_weights.sum())
        return max(round(data.n_rows("persons") * per_person), 1)
    return n_records(data)


def fresh_size(holdout: Dataset) -> int:
    """Most records that a holdout gives without repeating itself: Kish's effective number.

    Examples
    --------
    >>> from censemble.schema import Schema
    >>> weights = np.array([3.0, 1.0, 1.0, 1.0])
    >>> fresh_size(Dataset("h", Schema(()), {}, {"n": np.arange(4.0)}, np.zeros(0), weights))
    3
    """
    return max(int(effective_size(_weights(holdout)) + 1e-6), 1)


def fresh_samples(reference: Dataset, holdout: Dataset | None, n: int, *, random_seed: int) -> Iterator[Dataset]:
    """Draw real samples: from the holdout where there is one, from the reference otherwise.

    A holdout gives parts of itself, or itself once where it has no more than `n` records. With weights it is drawn by
    them, no more often than its effective size, so that hardly a record comes twice: a bootstrap would have the noise
    of the holdout on top of its own, and fewer different records than any real sample. Of a holdout less than twice as
    large one part is drawn: several would hardly differ, and their spread would pass for certainty. A reference is a
    population: it is drawn with replacement, by weight.

    Parameters
    ----------
    reference, holdout : Dataset
        Real records.
    n : int
        Records wanted.
    random_seed : int
        >= 0.
    """
    source = reference if holdout is None else holdout
    weights = _weights(source)
    if holdout is not None and len(np.unique(weights)) == 1 and len(weights) <= n:
        yield draw_records(source, np.arange(len(weights)), name=FRESH)
        return
    size = n if holdout is None else min(n, fresh_size(holdout))
    for i in range(N_FRESH if holdout is None or 2 * size <= fresh_size(holdout) else 1):
        rng = np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(KEY, i)))
        index = _drawn(weights, n, rng) if holdout is None else draw_rows(weights, size, rng)
        yield draw_records(source, index, name=FRESH)


def parts(data: Dataset, n: int, n_other: int, *, random_seed: int) -> tuple[Dataset, Dataset]:
    """Divide real records at random into two parts that share none, weights kept.

    Parameters
    ----------
    data : Dataset
        Real records.
    n : int
        Most records of the first part, which plays the table.
    n_other : int
        Records that the second part needs; both parts may count on half of the records.
    random_seed : int
        >= 0.

    Examples
    --------
    >>> from censemble.schema import Schema
    >>> data = Dataset("r", Schema(()), {}, {"n": np.arange(5.0)}, np.zeros(0), np.ones(5))
    >>> [[n_records(p) for p in parts(data, n, 2, random_seed=0)] for n in (1, 4)]
    [[1, 4], [3, 2]]
    """
    n_real = n_records(data)
    order = np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(KEY, 8))).permutation(n_real)
    first = min(n, max(n_real // 2, n_real - (n_other or n_real)))
    return (
        draw_records(data, np.sort(order[:first]), name=FRESH, weights=True),
        draw_records(data, np.sort(order[first:]), weights=True),
    )


def training_yardsticks(
    reference: Dataset, train: Dataset | None, n: int, *, random_seed: int
) -> Iterator[tuple[str, Dataset]]:
    """Make the other yardsticks: training sample, independent margins, raked training sample, each with `n` records.

    Without a training sample only independent margins, those of the reference.

    Parameters
    ----------
    reference : Dataset
        Its one-way tables are what is raked to.
    train : Dataset or None
        The sample that generators learnt from.
    n : int
        Records wanted.
    random_seed : int
        >= 0.

    Examples
    --------
    >>> from censemble.schema import Attribute, Schema
    >>> schema = Schema((Attribute("sex", "persons", "categorical", ("f", "m")),))
    >>> def table(codes): return Dataset("t", schema, {}, {"sex": np.array(codes)}, np.zeros(0), np.ones(len(codes)))
    >>> made = dict(training_yardsticks(table([0, 0, 0, 1]), table([0, 1]), 1000, random_seed=0))
    >>> sorted(made), bool(abs(made[RAKED].persons["sex"].mean() - 0.25) < 0.05)
    (['independent margins', 'raked training sample', 'training sample'], True)
    """
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(random_seed, spawn_key=(KEY, 9)).spawn(3)]
    source = reference if train is None else train
    pool = pool_of_dataset(source, generator="survey")
    made = Independent().fit(source.schema, seed_sample=pool).sample(n, streams[0])
    yield INDEPENDENT, dataset_of_pool(made, source.schema, name=INDEPENDENT)
    if train is None:
        return
    yield TRAINING, draw_records(train, _drawn(_weights(train), n, streams[1]), name=TRAINING)
    whole = dataset_of_pool(pool, train.schema, name=RAKED)
    yield RAKED, draw_records(whole, _drawn(raked_weights(pool, reference), n, streams[2]), name=RAKED)


def raked_weights(pool: Pool, reference: Dataset) -> NDArray[np.float64]:
    """Weights of a sample under which its one-way tables are those of the reference.

    Categories that the sample lacks cannot be raked to. Targets have a small standard deviation, so that margins which
    a small sample cannot meet together settle between each other.

    Parameters
    ----------
    pool : Pool
        The sample, coded by the reference's schema.
    reference : Dataset
        Its weighted one-way tables are the targets.

    Returns
    -------
    ndarray of shape (n_records,), >= 0
    """
    geography = Geography.from_columns(("all",), {"all": ["all"]})
    margins = [_margin(v, reference) for e in reference.entities for v in _attribute_views(reference, e)]
    total = float(_weights(reference).sum())
    scaled = replace(pool, prior_weights=pool.prior_weights * (total / pool.prior_weights.sum()))
    return calibrate(build_controls(scaled, margins, geography), throw=False).record_totals()


def _attribute_views(reference: Dataset, entity: Entity) -> Iterator[View]:
    """Views of one attribute each, of those that belong to the entity itself."""
    own = {a.name for a in reference.schema.of(entity)}
    for coding in codings_of(reference, entity):
        if coding.name in own:
            yield view_of(reference, entity, (coding,), random_seed=0)


def _margin(view: View, reference: Dataset) -> Margin:
    coding, total = view.coded.codings[0], float(view.coded.weights.sum())
    counts = np.bincount(view.coded.codes[0], weights=view.coded.weights, minlength=coding.n_codes).astype(np.float64)
    codes = np.flatnonzero(counts[: coding.missing])
    where = [_condition(coding.name, coding.edges, int(c)) for c in codes]
    return Margin(
        name=coding.name,
        level="all",
        entity=view.entity,
        cells=tuple(Cell(coding.labels[c], w, "") for c, w in zip(codes, where, strict=True)),
        targets=counts[codes][None, :],
        sd=np.full((1, len(codes)), RAKING_SD * total),
        importance=np.ones(len(codes)),
        source=reference.name,
    )


def _condition(name: str, edges: tuple[float, ...], code: int) -> Expression:
    if not edges:
        return is_in(name, [code])
    return between(name, edges[code], edges[code + 1], include_high=False)


def _weights(data: Dataset) -> NDArray[np.float64]:
    return data.household_weights if data.n_rows("households") else data.person_weights


def _drawn(weights: NDArray[np.float64], n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows drawn with replacement, by weight."""
    cumulated = np.cumsum(weights)
    return np.searchsorted(cumulated, rng.uniform(0, cumulated[-1], n), side="right")
