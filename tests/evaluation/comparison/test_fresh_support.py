"""A small fresh sample says what a large one would score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from judge_case import SCHEMA, table, view

from censemble.dataset import Dataset
from censemble.evaluation.comparison.fresh_support import measure_fresh_support
from censemble.evaluation.comparison.measure import Ground, Measure
from censemble.evaluation.comparison.support import measure_support
from censemble.schema import Schema

FINE = Schema(tuple(replace(a, bins=tuple(range(0, 101, 1))) if a.bins else a for a in SCHEMA.attributes))
REFERENCE = table(400, random_seed=1, name="reference", schema=FINE)


def fine(n: int, random_seed: int) -> Dataset:
    """Persons counted by single years of age, so that tuples are rare."""
    return table(n, random_seed=random_seed, schema=FINE)


def scores(measures: list[Measure]) -> dict[str, float]:
    """Values by metric."""
    return {m.metric: m.value for m in measures}


def test_a_part_predicts_the_whole() -> None:
    """On average over ten draws, 100 fresh rows give what 400 fresh rows score at equal sizes."""
    made = Ground(view(REFERENCE, REFERENCE), view(fine(60, 7), REFERENCE))
    whole = [scores(measure_support(made, view(fine(400, s), REFERENCE))) for s in range(10, 20)]
    part = [scores(measure_fresh_support(made, view(fine(100, s), REFERENCE), n_rows=400)) for s in range(20, 30)]
    for metric in part[0]:
        assert np.mean([p[metric] for p in part]) == pytest.approx(
            np.mean([w[metric] for w in whole]), abs=0.06
        )  # the reference is one draw too
        assert 0.3 < np.mean([p[metric] for p in part]) < 0.95


def test_recall_is_precision_by_exchangeability() -> None:
    """The three figures are one number, and the note says why."""
    part = measure_fresh_support(Ground(view(REFERENCE, REFERENCE)), view(fine(100, 3), REFERENCE), n_rows=400)
    assert len({m.value for m in part}) == 1
    assert all("exchangeability" in m.note for m in part)
    assert [m.metric for m in part] == ["precision", "recall", "f1"]


def test_only_rows_that_training_lacks_count_as_recovered() -> None:
    """A sample of training rows recovers nothing: the figure has no rows to rest on."""
    train = view(fine(100, 4), REFERENCE)
    part = measure_fresh_support(Ground(view(REFERENCE, REFERENCE), train), train, n_rows=400)
    assert scores(part)["sampling_zeros_recovered"] is None
    assert part[-1].note == "training has every tuple of the fresh sample"
