"""Figures on the validation records are the judge's own."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from censemble.coding import code_columns, coding_of
from censemble.dataset import Dataset
from censemble.evaluation.comparison.joint_tables import measure_joints
from censemble.evaluation.comparison.measure import Ground, View
from censemble.evaluation.comparison.support import measure_support
from censemble.generators.semapop.backbone import Block, Codes, Lesson, Records, Vectors
from censemble.generators.semapop.validation_figures import (
    MOST_TABLES,
    WATCHED,
    Judge,
    pairs_of,
    srmse,
    support,
)
from censemble.schema import Attribute, Schema

SIZES = (2, 3, 5)
RNG = np.random.default_rng(1)


def codes_of(n: int, *, most: int = 9) -> Codes:
    """Random codes; those above `most` never occur."""
    return np.stack([RNG.integers(0, min(k, most), n) for k in SIZES], axis=1).astype(np.int16)


def view_of(codes: Codes, weights: np.ndarray) -> View:
    """The same records as the judge reads them."""
    labels = [tuple(f"c{i}" for i in range(k)) for k in SIZES]
    schema = Schema(tuple(Attribute(f"a{j}", "persons", "categorical", found) for j, found in enumerate(labels)))
    columns = {f"a{j}": codes[:, j] for j in range(len(SIZES))}
    data = Dataset("table", schema, {}, columns, np.zeros(0), weights)
    coded = code_columns(columns, [coding_of(a) for a in schema.attributes], weights)
    return View(data, "persons", coded, np.arange(len(codes)))


REAL, WEIGHTS, MADE = codes_of(60, most=4), RNG.uniform(0.5, 2.0, 60), codes_of(60)
ONES = np.ones(60)


@pytest.mark.parametrize("order", [1, 2])
def test_srmse_is_the_judges(order: int) -> None:
    """Weighted real records, and a code that never occurs among them, give the judge's figure to the last digits."""
    measures = measure_joints(Ground(view_of(REAL, WEIGHTS)), view_of(MADE, ONES))
    expected = {m.metric: m.value for m in measures}[f"srmse_{order}way"]
    tuples = tuple(combinations(range(3), order))
    assert srmse(MADE, REAL, WEIGHTS, tuples, SIZES) == pytest.approx(expected, rel=1e-12)


def test_precision_recall_and_f1_are_the_judges() -> None:
    """At equal sizes whole records count as the judge counts them."""
    expected = {m.metric: m.value for m in measure_support(Ground(view_of(REAL, WEIGHTS)), view_of(MADE, ONES))}
    found = support(MADE, REAL, WEIGHTS)
    assert (found.precision, found.recall, found.f1) == pytest.approx(
        tuple(expected[name] for name in ("precision", "recall", "f1"))
    )


def test_records_without_a_common_one_have_f1_zero() -> None:
    """Nothing in common is 0 in all three, not a division by zero."""
    found = support(np.zeros((2, 1), np.int16), np.ones((2, 1), np.int16), np.ones(2))
    assert (found.precision, found.recall, found.f1) == (0.0, 0.0, 0.0)


def test_pairs_are_all_or_a_spread_of_them() -> None:
    """Of 3 blocks all pairs; of 60 blocks 300 different ones that reach from the first block to the last."""
    assert pairs_of(3) == ((0, 1), (0, 2), (1, 2))
    many = pairs_of(60)
    assert len(set(many)) == len(many) == MOST_TABLES
    assert (many[0], many[-1]) == ((0, 1), (58, 59))


def lesson(*, loosened: bool = False) -> Lesson:
    """Personas that say the first code."""
    blocks = tuple(Block(str(j), "persons", str(j), 0, k) for j, k in enumerate(SIZES))

    def records(n: int) -> Records:
        codes = codes_of(n)
        return Records(codes, np.ones(n), codes[:, :1].astype(np.float32))

    shares = tuple(np.full(k, 1 / k) for k in SIZES)
    return Lesson(blocks, records(6000), records(500), shares, loosened)


def test_a_model_as_good_as_a_fresh_sample_scores_about_one() -> None:
    """Records drawn as the real ones are score about 1; records that are all alike score much less."""
    judge = Judge.of(lesson(), 1)
    good = judge.figures(lambda vectors, rng: np.stack([rng.integers(0, k, len(vectors)) for k in SIZES], 1))
    poor = judge.figures(lambda vectors, rng: np.zeros((len(vectors), 3), np.int16))
    assert good[WATCHED] == pytest.approx(1.0, abs=0.4)
    assert poor[WATCHED] < 0.2 * good[WATCHED]
    names = ("SRMSE one-way", "SRMSE two-way", "precision", "recall", "F1", "score")
    assert list(good) == [f"validation {name}" for name in names]


@pytest.mark.parametrize("loosened", [False, True])
def test_a_model_is_given_training_personas_as_in_training(*, loosened: bool) -> None:
    """Whole personas where training gives them whole, at every closeness where it loosens them; each time the same."""
    given: list[Vectors] = []

    def draw(vectors: Vectors, rng: np.random.Generator) -> Codes:
        given.append(vectors)
        return np.zeros((len(vectors), 3), np.int16)

    judge = Judge.of(lesson(loosened=loosened), 1)
    judge.figures(draw)
    judge.figures(draw)
    assert (given[0] == given[1]).all()
    assert (given[0][:, -1].min() < 0.1) == loosened
    assert (set(given[0][:, 0].tolist()) == {0.0, 1.0}) == (not loosened)
