"""How much of a record its persona vector gives away: each attribute read back from it by a linear probe.

A persona is written from a record, so that its embedding may simply encode the record. What a probe reads back beyond
the commonest category is what the vector knows; read the figures of the controls (`conditioning`) beside them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.coding import coding_of, quantile_edges
from censemble.personas.bank import PersonaBank
from censemble.pool import Pool
from censemble.schema import Attribute, Entity, Schema

N_FOLDS = 5
N_BINS = 5  # of numeric attributes that declare none
FEWEST = 10  # rows of a category, for it to be asked for
MOST_ROWS = 2000
RANDOM_SEED = 20  # of folds, and of rows where there are more


@dataclass(frozen=True)
class Leak:
    """What a probe reads back of one attribute.

    Parameters
    ----------
    entity : {"households", "persons"}
        Of persons in households: the household's first person.
    attribute : str
    categories : int
        That occur often enough to be asked for; bins of numeric attributes.
    rows : int
        Records that the probe was tried on, by learning from others: from other texts, where there are texts.
    majority : float
        Weighted share of the commonest category: what guessing gives. 0..1.
    accuracy : float
        Weighted share that is read back rightly. 0..1; the majority's where there is one category only.
    macro : float
        Mean over the categories of the share of each that is read back; guessing gives 1 / categories.
    """

    entity: Entity
    attribute: str
    categories: int
    rows: int
    majority: float
    accuracy: float
    macro: float

    def row(self) -> dict[str, Any]:
        """As a row of a table."""
        return asdict(self)


def leakage(
    bank: PersonaBank,
    schema: Schema,
    pool: Pool,
    *,
    attributes: Sequence[str] = (),
    progress: Callable[[str, float], None] | None = None,
) -> tuple[Leak, ...]:
    """Read each attribute back from the persona vectors, by logistic regression and 5 folds of personas.

    Parameters
    ----------
    bank : PersonaBank
        Of the records of the pool.
    schema : Schema
        Whose attributes are asked for, in declared order.
    pool : Pool
        The seed sample; design weights count in fitting and in the figures. Of many records 2,000 are drawn.
    attributes : sequence of str
        Only these; all if empty.
    progress : callable, optional
        Told which attribute is being read back.
    """
    rng = np.random.default_rng(RANDOM_SEED)
    rows = np.sort(rng.permutation(pool.n_records)[:MOST_ROWS])
    fold = _folds(bank, rng)[rows]
    vectors = _scaled(bank.embeddings[bank.of_record[rows]].astype(np.float64))
    found = []
    for attribute in (*schema.of("households"), *schema.of("persons")):
        if attributes and attribute.name not in attributes:
            continue
        labels = _labels(attribute, pool)
        if labels is not None:
            if progress is not None:
                progress(f"reading back {attribute.name}", 0.0)
            weights = pool.prior_weights[rows]
            found.append(_leak(attribute, labels[rows], weights / weights.mean(), vectors, fold))
    return tuple(found)


def _folds(bank: PersonaBank, rng: np.random.Generator) -> NDArray[np.int64]:
    """A fold for each record: all records of a text in one, so that no text is read back that was learnt.

    Vectors without texts are codes, and the number of a cluster says nothing where it was never seen: there records are
    dealt one by one.
    """
    if any(bank.texts):
        return np.asarray(rng.permutation(bank.n_personas)[bank.of_record] % N_FOLDS)
    return np.asarray(rng.permutation(len(bank.of_record)) % N_FOLDS)


def mean_macro(leaks: Sequence[Leak]) -> float:
    """Mean of the macro figures over the attributes that have two categories or more; NaN where none has.

    Examples
    --------
    >>> mean_macro([Leak("persons", "sex", 2, 90, 0.6, 0.9, 0.8), Leak("persons", "born", 1, 90, 1.0, 1.0, 1.0)])
    0.8
    """
    figures = [leak.macro for leak in leaks if leak.categories > 1]
    return float(np.mean(figures)) if figures else float("nan")


def _labels(attribute: Attribute, pool: Pool) -> NDArray[np.int64] | None:
    """Category or bin of each record, -1 where it is missing; None where the pool lacks the attribute."""
    flat = pool.record_entity == "persons"
    columns = pool.households if attribute.entity == "households" else pool.persons
    if attribute.name not in columns or (flat and attribute.entity == "households"):
        return None
    values = columns[attribute.name]
    if attribute.entity == "persons" and not flat:
        filled = np.diff(pool.offsets) > 0
        first = np.where(filled, pool.offsets[:-1], 0)
        empty = np.nan if attribute.kind == "numeric" else -1
        values = np.where(filled, values[first], empty) if len(values) else np.full(pool.n_records, empty)
    edges: tuple[float, ...] = ()
    if attribute.kind == "numeric" and not attribute.bins:
        edges = quantile_edges(np.asarray(values, np.float64), pool.prior_weights, N_BINS)
    coding = coding_of(attribute, edges)
    codes = coding.codes(values).astype(np.int64)
    return np.where(codes >= coding.missing, -1, codes)


def _leak(
    attribute: Attribute,
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    vectors: NDArray[np.float64],
    fold: NDArray[np.int64],
) -> Leak:
    often = np.flatnonzero(np.bincount(labels[labels >= 0], minlength=1) >= FEWEST)
    asked = np.isin(labels, often)
    truth, mass = labels[asked], weights[asked]
    shares = np.array([mass[truth == c].sum() for c in often]) / max(float(mass.sum()), 1e-300)
    majority = float(shares.max()) if len(often) else 1.0
    if len(often) < 2:
        return Leak(attribute.entity, attribute.name, len(often), len(truth), majority, majority, 1.0)
    read = _read_back(vectors[asked], truth, mass, fold[asked])
    right = mass * (read == truth)
    recalls = [right[truth == c].sum() / mass[truth == c].sum() for c in often]
    accuracy, macro = float(right.sum() / mass.sum()), float(np.mean(recalls))
    return Leak(attribute.entity, attribute.name, len(often), len(truth), majority, accuracy, macro)


def _read_back(
    vectors: NDArray[np.float64], truth: NDArray[np.int64], mass: NDArray[np.float64], fold: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Predict each fold from the others; where the others have one category only, or no vectors, the commonest."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    read = np.empty(len(truth), dtype=np.int64)
    for k in range(N_FOLDS):
        test, train = fold == k, fold != k
        if not test.any():
            continue
        known = np.unique(truth[train]) if train.any() else truth[test][:1]
        if len(known) < 2 or not vectors.shape[1]:
            read[test] = max(known, key=lambda c: mass[train & (truth == c)].sum())
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a probe need not be the best one
            probe = LogisticRegression(C=1.0, max_iter=100).fit(vectors[train], truth[train], mass[train])
        read[test] = probe.predict(vectors[test])
    return read


def _scaled(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns of unit variance about zero, those that do not vary left out."""
    spread = vectors.std(axis=0) if len(vectors) else np.zeros(vectors.shape[1])
    kept = spread > 1e-9
    centred = vectors[:, kept] - vectors[:, kept].mean(axis=0)
    return np.asarray(centred / spread[kept])
