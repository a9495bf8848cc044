"""Precision and recall of a fresh real sample that has fewer rows than the tables beside which it stands.

A fresh sample of n rows and a reference of n rows from the same population are exchangeable: a row of the one is as
likely to occur in the other as the other way round. Precision is a mean over single rows, so a smaller sample gives it
without bias against a reference of n rows; recall, at n rows a side, is then the same number.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.compared import deletion_groups, undefined, with_error
from censemble.evaluation.comparison.measure import Ground, Measure, View
from censemble.evaluation.comparison.support import DRAWS_KEY, TupleRows, share_of_rows
from censemble.evaluation.comparison.tuples import tuple_numbers


def measure_fresh_support(ground: Ground, view: View, *, n_rows: int) -> list[Measure]:
    """Estimate what a fresh sample of `n_rows` would score, from a smaller one.

    Parameters
    ----------
    ground : Ground
        With a reference from the same population as the sample.
    view : View
        The fresh sample; it has every attribute of the reference.
    n_rows : int
        Rows of the tables beside it.

    Returns
    -------
    list of Measure
        ``precision``, ``recall``, ``f1``; with a training sample ``sampling_zeros_recovered`` too.
    """
    views = [ground.reference, view, *([ground.train] if ground.train is not None else [])]
    numbers, n_tuples = tuple_numbers([v.coded for v in views], ground.reference.comparable)
    rng = ground.rng(DRAWS_KEY)
    reference = TupleRows(numbers[0], ground.reference.coded.weights, np.zeros(len(numbers[0]), np.int64))
    size = min(n_rows, reference.n_weighted)
    real = reference.drawn(size, rng) if size < reference.n_weighted else reference
    there = real.weights_of_tuples(n_tuples) > 0
    group, n_groups = deletion_groups(view)
    rows = TupleRows(numbers[1], view.coded.weights, group)
    shared = share_of_rows(there[rows.numbers], rows, n_groups)
    note = f"at {size:,} rows, from {rows.n_weighted:,} fresh ones: recall is as large as precision by exchangeability"
    found = [with_error(name, shared, note) for name in ("precision", "recall", "f1")]
    if ground.train is not None:
        known = np.zeros(n_tuples, bool)
        known[numbers[2][ground.train.coded.weights > 0]] = True
        unseen = replace(rows, weights=np.where(known[rows.numbers], 0.0, rows.weights))
        found.append(_recovered(there, unseen, n_groups, note))
    return found


def _recovered(there: NDArray[np.bool_], unseen: TupleRows, n_groups: int, note: str) -> Measure:
    metric = "sampling_zeros_recovered"
    if not unseen.weights.any():
        return undefined((metric,), "training has every tuple of the fresh sample")[0]
    return with_error(metric, share_of_rows(there[unseen.numbers], unseen, n_groups), note)
