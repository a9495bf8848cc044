"""Feasible and diverse: which tuples of all attributes a table has, against those of the reference and of training.

    precision = share of the table's rows whose tuple occurs in the reference       f1 = 2 P R / (P + R)
    recall    = share of the reference's rows whose tuple occurs in the table

after Kim and Bansal (2023), "A deep generative model for feasible and diverse population synthesis". Both grow with
the number of rows, so that sizes are made equal: the larger of the two is drawn down to the smaller, by weight, several
times. Shares are by weight, tuples of zero weight do not occur. Missing and undeclared values are codes of their own.

The errors hold the spread over those draws and the jackknife over the table's rows. Leaving out rows can only take
tuples away: what more rows would have added to recall, no error from one table can say, and the jackknife counts
every tuple that only one group has as lost. Errors of recall are therefore on the large side, by up to about a half.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.compared import (
    Float,
    compared_attributes,
    deletion_groups,
    joined,
    undefined,
    with_error,
)
from censemble.evaluation.comparison.measure import Ground, Measure, MetricFacts, View
from censemble.evaluation.comparison.row_draws import draw_rows
from censemble.evaluation.comparison.tuples import tuple_numbers

N_DRAWS = 5
DRAWS_KEY = 202  # spawn key of the draws that make sizes equal

FACTS: tuple[MetricFacts, ...] = (
    MetricFacts(
        "precision",
        "Precision (feasible)",
        "higher",
        "Share of rows whose tuple of all attributes occurs in the reference, at equal sizes (Kim and Bansal 2023).",
    ),
    MetricFacts(
        "recall",
        "Recall (diverse)",
        "higher",
        "Share of the reference's rows whose tuple of all attributes occurs in the table, at equal sizes (Kim and "
        "Bansal 2023).",
    ),
    MetricFacts("f1", "F1", "higher", "Harmonic mean of precision and recall (Kim and Bansal 2023)."),
    MetricFacts(
        "sampling_zeros_recovered",
        "Sampling zeros recovered",
        "higher",
        "Share of the reference's rows with a tuple that training has not, whose tuple the table has, at equal sizes: "
        "real combinations that were not copied.",
    ),
    MetricFacts(
        "novel_rows",
        "Novel rows",
        "none",
        "Share of rows whose tuple of all attributes is not in the training sample: 0 is copying; a fresh real sample "
        "says how many are natural.",
    ),
)
METRICS = tuple(f.name for f in FACTS)


@dataclass(frozen=True, eq=False)
class TupleRows:
    """Rows by the number of their tuple.

    Parameters
    ----------
    numbers : ndarray of int64, shape (n_rows,)
    weights : ndarray of shape (n_rows,), >= 0
    group : ndarray of int64, shape (n_rows,)
        Of the jackknife; zeros where none is needed.
    """

    numbers: NDArray[np.int64]
    weights: Float
    group: NDArray[np.int64]

    @property
    def n_weighted(self) -> int:
        """Number of rows with weight."""
        return int(np.count_nonzero(self.weights))

    def drawn(self, n: int, rng: np.random.Generator) -> TupleRows:
        """Draw of `n` rows by weight, which then weigh alike."""
        rows = draw_rows(self.weights, n, rng)
        return TupleRows(self.numbers[rows], np.ones(n), self.group[rows])

    def weights_of_tuples(self, n_tuples: int) -> Float:
        """Weight of each tuple."""
        return np.bincount(self.numbers, weights=self.weights, minlength=n_tuples).astype(np.float64)


def share_of_rows(hit: NDArray[np.bool_], rows: TupleRows, n_groups: int) -> Float:
    """Weighted share of rows that are hit: with all rows, then without each group; NaN without rows.

    Examples
    --------
    >>> rows = TupleRows(np.zeros(4, int), np.ones(4), np.array([0, 0, 1, 1]))
    >>> share_of_rows(np.array([True, False, True, True]), rows, 2).tolist()
    [0.75, 1.0, 0.5]
    """
    total = np.bincount(rows.group, weights=rows.weights, minlength=n_groups)
    hits = np.bincount(rows.group, weights=rows.weights * hit, minlength=n_groups)
    over, under = (np.concatenate([[x.sum()], np.maximum(x.sum() - x, 0.0)]) for x in (hits, total))
    return np.asarray(np.divide(over, under, out=np.full_like(over, np.nan), where=under > 0))


def share_covered(wanted: Float, rows: TupleRows, n_groups: int) -> Float:
    """Share of the wanted weight whose tuples the rows have: with all rows, then without each group.

    A tuple is lost without a group where all its rows are in that group.

    Parameters
    ----------
    wanted : ndarray of shape (n_tuples,), >= 0
        Weight of each tuple, not all 0.
    rows : TupleRows
        Rows that cover tuples.
    n_groups : int
        >= 1.

    Examples
    --------
    >>> rows = TupleRows(np.array([0, 0, 1]), np.ones(3), np.array([0, 1, 1]))
    >>> share_covered(np.array([2.0, 1.0, 1.0]), rows, 2).tolist()
    [0.75, 0.75, 0.5]
    """
    there = rows.weights > 0
    numbers, group = rows.numbers[there], rows.group[there]
    only = np.full(len(wanted), -1, np.int64)
    only[numbers] = group
    several = np.zeros(len(wanted), bool)
    several[numbers[only[numbers] != group]] = True
    single = (only >= 0) & ~several
    lost = np.bincount(only[single], weights=wanted[single], minlength=n_groups)
    covered = wanted[only >= 0].sum()
    return np.asarray(np.concatenate([[covered], covered - lost]) / wanted.sum())


def measure_support(ground: Ground, view: View) -> list[Measure]:
    """Measure precision, recall, F1, sampling zeros recovered and novel rows.

    A table that lacks an attribute has no tuples to compare: nothing is defined then.
    """
    why = _obstacle(ground, view)
    if why:
        return undefined(METRICS, why)
    no_train = _obstacle(ground, ground.train) if ground.train else "no training sample was given"
    views = [ground.reference, view, *([ground.train] if ground.train and not no_train else [])]
    numbers, n_tuples = tuple_numbers([v.coded for v in views], ground.reference.comparable)
    known = np.zeros(n_tuples, bool)
    for trained, in_train in zip(views[2:], numbers[2:], strict=True):
        known[in_train[trained.coded.weights > 0]] = True
    group, n_groups = deletion_groups(view)
    reference = TupleRows(numbers[0], ground.reference.coded.weights, np.zeros(len(numbers[0]), np.int64))
    rows = TupleRows(numbers[1], view.coded.weights, group)
    measures = _equal_sizes(ground, reference, rows, n_groups, known)
    if no_train:
        return [*measures[:3], *undefined(METRICS[3:], no_train)]
    return [*measures, with_error("novel_rows", share_of_rows(~known[rows.numbers], rows, n_groups))]


def _obstacle(ground: Ground, view: View) -> str:
    compared = compared_attributes(ground, view)
    absent = [view.coded.names[i] for i in ground.reference.comparable if i not in compared.lines]
    if absent and not compared.obstacle:
        return f"{view.name} lacks {', '.join(absent)}: its rows cannot be compared as a whole"
    return compared.lacks(1)


def _equal_sizes(
    ground: Ground, reference: TupleRows, rows: TupleRows, n_groups: int, known: NDArray[np.bool_]
) -> list[Measure]:
    """Precision, recall, F1 and sampling zeros over draws of the larger table at the size of the smaller."""
    size = min(reference.n_weighted, rows.n_weighted)
    unequal = reference.n_weighted != rows.n_weighted
    rng = ground.rng(DRAWS_KEY)
    draws = []
    for _ in range(N_DRAWS if unequal else 1):
        real = reference.drawn(size, rng) if reference.n_weighted > size else reference
        made = rows.drawn(size, rng) if rows.n_weighted > size else rows
        draws.append(_draw_figures(real, made, n_groups, known))
    figures = np.array(draws)  # (n_draws, 4, 1 + n_groups)
    which = "the reference" if reference.n_weighted > size else "the table"
    note = f"at {size:,} rows" + (f", {which} drawn down {N_DRAWS} times" if unequal else "")
    return [_over_draws(name, figures[:, k], note) for k, name in enumerate(METRICS[:4])]


def _draw_figures(real: TupleRows, made: TupleRows, n_groups: int, known: NDArray[np.bool_]) -> list[Float]:
    wanted = real.weights_of_tuples(len(known))
    unseen = np.where(known, 0.0, wanted)
    precision = share_of_rows(wanted[made.numbers] > 0, made, n_groups)
    recall = share_covered(wanted, made, n_groups)
    both = precision + recall
    f1 = np.divide(2 * precision * recall, both, out=np.zeros_like(both), where=both > 0)
    recovered = share_covered(unseen, made, n_groups) if unseen.any() else np.full(1 + n_groups, np.nan)
    return [precision, recall, f1, recovered]


def _over_draws(name: str, figures: Float, note: str) -> Measure:
    """Mean over the draws in which it is defined, with its jackknife error and the error of a mean of few draws."""
    figures = figures[np.isfinite(figures[:, 0])]
    if not len(figures):
        return undefined((name,), joined("training has every tuple of the reference", note))[0]
    spread = float(figures[:, 0].std(ddof=1) / np.sqrt(len(figures))) if len(figures) > 1 else 0.0
    return with_error(name, figures.mean(axis=0), note, spread=spread)
