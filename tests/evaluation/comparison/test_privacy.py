"""Privacy figures of tables whose leak is known."""

from __future__ import annotations

import numpy as np
import pytest
from made_up_views import by_name, check_every_gap_is_explained, persons_schema, persons_view

from censemble.evaluation.comparison.measure import Ground, View
from censemble.evaluation.comparison.privacy import Effort, measure_privacy
from censemble.evaluation.comparison.privacy_facts import FACTS

SCHEMA = persons_schema((6, 5, 4), numeric=("z",))


def people(n: int, rng: np.random.Generator) -> View:
    """Independent attributes; z in tenths, so that some rows are equal by chance."""
    columns = {f"x{i}": rng.integers(k, size=n) for i, k in enumerate((6, 5, 4))}
    return persons_view(SCHEMA, columns | {"z": np.round(rng.normal(size=n), 1)})


def stacked(*views: View) -> View:
    """Rows of several tables as one."""
    parts = [v.dataset.persons for v in views]
    return persons_view(SCHEMA, {k: np.concatenate([p[k] for p in parts]) for k in parts[0]})


@pytest.fixture(scope="module")
def ground() -> Ground:
    """Training sample and holdout of one population."""
    rng = np.random.default_rng(0)
    return Ground(people(900, rng), people(300, rng), people(300, rng))


def test_planted_copies_are_found(ground: Ground) -> None:
    """A table one half of which is the training sample: every figure is off as it must be."""
    assert ground.train is not None
    fresh = people(300, np.random.default_rng(1))
    measured = by_name(measure_privacy(ground, stacked(ground.train, fresh)))
    found = {k: m.value for k, m in measured.items()}
    assert found["exact_copies"] >= 0.5  # type: ignore[operator]
    assert found["rare_copies_excess"] > 0.8  # type: ignore[operator]
    assert "1.000 of" in measured["rare_copies_excess"].note
    assert found["dcr_share_closer_to_train"] > 0.65  # type: ignore[operator]
    assert found["membership_auc"] > 0.9  # type: ignore[operator]
    assert found["attribute_inference_mean"] > 0.3  # type: ignore[operator]


def test_an_independent_table_shows_nothing(ground: Ground) -> None:
    """A table that never saw the training sample is level within its errors."""
    found = by_name(measure_privacy(ground, people(600, np.random.default_rng(2))))
    for name, level in (("dcr_share_closer_to_train", 0.5), ("membership_auc", 0.5), ("attribute_inference_mean", 0.0)):
        measure = found[name]
        assert measure.value is not None and measure.error is not None
        assert abs(measure.value - level) < 3 * measure.error
    assert abs(found["rare_copies_excess"].value) < 0.1  # type: ignore[operator]


def test_exact_copies_are_counted_by_hand(ground: Ground) -> None:
    """Three rows, the middle one copied with a number changed beyond its bin's sight: weight decides the share."""
    assert ground.train is not None
    three = {k: v[:3].copy() for k, v in ground.train.dataset.persons.items()}
    three["z"][1] += 0.001
    view = persons_view(SCHEMA, three, weights=np.array([1.0, 1.0, 2.0]))
    assert by_name(measure_privacy(ground, view))["exact_copies"].value == 0.75


def test_order_of_rows_changes_nothing(ground: Ground) -> None:
    """Where no rows have to be drawn, a shuffled table has the same figures."""
    view = people(200, np.random.default_rng(3))
    order = np.random.default_rng(4).permutation(200)
    shuffled = persons_view(SCHEMA, {k: v[order] for k, v in view.dataset.persons.items()})
    assert measure_privacy(ground, view) == measure_privacy(ground, shuffled)


def test_rows_are_drawn_by_the_random_seed(ground: Ground) -> None:
    """Less effort is a draw: the same seed gives the same figures, another one others."""
    view, effort = people(200, np.random.default_rng(5)), Effort(50, 50, 50, 50, 50, 50)
    first = measure_privacy(ground, view, effort=effort)
    assert first == measure_privacy(ground, view, effort=effort)
    other = Ground(ground.reference, ground.train, ground.holdout, random_seed=1)
    assert first != measure_privacy(other, view, effort=effort)


def test_sensitive_attributes_can_be_named(ground: Ground) -> None:
    """Only what is declared is guessed; what the tables lack is said."""
    found = by_name(measure_privacy(ground, people(100, np.random.default_rng(6)), sensitive=["x1", "health"]))
    assert found["attribute_inference[x1]"].value is not None
    assert found["attribute_inference[health]"].note == "not in every table"
    assert found["attribute_inference_worst"].value == found["attribute_inference_mean"].value
    assert "attribute_inference[x0]" not in found


def test_a_part_of_the_holdout_is_not_measured_against_it(ground: Ground) -> None:
    """A fresh sample drawn from the holdout is no table that avoids the training sample: the figures say so."""
    assert ground.holdout is not None
    part = persons_view(SCHEMA, {k: v[:200] for k, v in ground.holdout.dataset.persons.items()})
    found = measure_privacy(ground, part)
    assert [m.metric for m in found if m.value is not None] == ["exact_copies"]
    assert "records of the holdout" in by_name(found)["membership_auc"].note


def test_few_attributes_are_no_holdout(ground: Ground) -> None:
    """Where every combination is everywhere, an honest table is measured as ever."""
    schema, rng = persons_schema((2, 2)), np.random.default_rng(9)
    views = [persons_view(schema, {f"x{i}": rng.integers(2, size=200) for i in range(2)}) for _ in range(4)]
    assert by_name(measure_privacy(Ground(*views[:3]), views[3]))["membership_auc"].value == 0.5


def test_what_is_not_defined_says_why(ground: Ground) -> None:
    """No training sample, no holdout, one row, no weight, one attribute: a reason instead of a figure."""
    view = people(100, np.random.default_rng(7))
    no_train = measure_privacy(Ground(ground.reference), view)
    no_holdout = measure_privacy(Ground(ground.reference, ground.train), view)
    one_row = measure_privacy(ground, people(1, np.random.default_rng(8)))
    weightless = measure_privacy(ground, persons_view(SCHEMA, view.dataset.persons, weights=np.zeros(100)))
    schema = persons_schema((3,))
    thin = [persons_view(schema, {"x0": np.arange(30) % 3}) for _ in range(4)]
    alone = measure_privacy(Ground(*thin[:3]), thin[3])
    for measures in (no_train, no_holdout, one_row, weightless, alone):
        check_every_gap_is_explained(measures)
    assert all(m.value is None for m in (*no_train, *weightless))
    for measures in (no_holdout, one_row):
        assert [m.metric for m in measures if m.value is not None] == ["exact_copies"]
        assert {m.metric for m in measures} == {f.name for f in FACTS} - {"attribute_inference"}
    assert by_name(alone)["attribute_inference_mean"].value is None
