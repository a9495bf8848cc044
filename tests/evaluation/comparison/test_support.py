"""Precision, recall and what lies beyond training, against counting with sets of tuples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from counting_case import by_name, random_view, slow_jackknife, slow_shares, value, view
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.evaluation.comparison.measure import Ground, View
from censemble.evaluation.comparison.support import FACTS, METRICS, measure_support

EVERY = range(4)


def slow_support(reference: View, made: View, train: View) -> dict[str, float]:
    """All figures of two tables of equal size, from dictionaries of shares."""
    p, q, known = (slow_shares(v, EVERY) for v in (reference, made, train))
    precision = sum(share for cell, share in q.items() if cell in p)
    recall = sum(share for cell, share in p.items() if cell in q)
    unseen = {cell: share for cell, share in p.items() if cell not in known}
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
        "sampling_zeros_recovered": sum(s for cell, s in unseen.items() if cell in q) / sum(unseen.values()),
        "novel_rows": sum(share for cell, share in q.items() if cell not in known),
    }


def test_figures_are_those_of_sets_of_tuples() -> None:
    """With weights, missing and undeclared codes, at equal sizes, every figure is the slow one, without any draw."""
    reference, made = random_view(1, 60, weighted=True), random_view(2, 60, weighted=True)
    train = random_view(3, 15)
    found = by_name(measure_support(Ground(reference, train), made))
    assert {k: m.value for k, m in found.items()} == pytest.approx(slow_support(reference, made, train))
    assert found["precision"].note == "at 60 rows"


@pytest.mark.parametrize("metric", METRICS)
def test_errors_are_those_of_leaving_groups_out(metric: str) -> None:
    """At equal sizes the error is the jackknife of the figures with the reference kept whole."""
    reference, made, train = random_view(1, 60), random_view(2, 60), random_view(3, 15)
    expected = slow_jackknife(Ground(reference), made, lambda _, v: slow_support(reference, v, train)[metric])
    error = by_name(measure_support(Ground(reference, train), made))[metric].error
    assert error == pytest.approx(expected)


def test_the_larger_table_is_drawn_down_to_the_smaller() -> None:
    """A table ten times as large as the reference gains nothing from its size; the note says at what size."""
    rng = np.random.default_rng(0)
    columns = {k: rng.integers(0, 3, 3000) for k in "abcd"}
    reference = view({k: v[:300] for k, v in columns.items()})
    large = view({k: v[300:] for k, v in columns.items()})
    small = view({k: v[300:600] for k, v in columns.items()})
    at_once = value(measure_support(Ground(reference), small), "recall")
    drawn = by_name(measure_support(Ground(reference), large))["recall"]
    assert drawn.note == "at 300 rows, the table drawn down 5 times"
    assert drawn.value == pytest.approx(at_once, abs=0.05) and drawn.error is not None
    assert by_name(measure_support(Ground(large), reference))["recall"].note.endswith(
        "the reference drawn down 5 times"
    )


def test_a_weighted_reference_is_drawn_by_weight() -> None:
    """Rows of the survey that stand for nearly nobody hardly ever count."""
    reference = view({"a": [0] * 50 + [1] * 50}, [1.0] * 50 + [1e-9] * 50)
    found = by_name(measure_support(Ground(reference), view({"a": [0, 0, 1, 1]})))
    assert found["precision"].value == pytest.approx(0.5) and found["recall"].value == pytest.approx(1.0)


def test_a_copy_of_training_has_nothing_new() -> None:
    """Training itself recovers no sampling zeros and has no novel rows."""
    reference = random_view(4, 200)
    train = view({k: v[:40] for k, v in reference.dataset.persons.items()}, name="train")
    found = by_name(measure_support(Ground(reference, train), train))
    assert found["sampling_zeros_recovered"].value == 0.0 and found["novel_rows"].value == 0.0


def test_a_table_without_an_attribute_has_no_tuples() -> None:
    """A missing column makes every figure undefined, and each says which column it was."""
    made = view({"a": [0, 1]}, names="ab", name="mine")
    found = measure_support(Ground(view({"a": [0, 1], "b": [0, 1]})), made)
    assert [m.value for m in found] == [None] * 5
    assert all(m.note == "mine lacks b: its rows cannot be compared as a whole" for m in found)


def test_without_usable_training_two_figures_are_undefined() -> None:
    """No training sample, one without an attribute, or one that has every tuple: undefined, each with its reason."""
    reference = view({"a": [0, 1], "b": [0, 1]})
    bare = by_name(measure_support(Ground(reference), reference))
    assert bare["novel_rows"].note == bare["sampling_zeros_recovered"].note == "no training sample was given"
    short = by_name(measure_support(Ground(reference, view({"a": [0]}, names="ab", name="train")), reference))
    assert short["novel_rows"].note.startswith("train lacks b") and short["precision"].value == 1.0
    full = by_name(measure_support(Ground(reference, reference), reference))
    assert full["sampling_zeros_recovered"].note.startswith("training has every tuple of the reference")
    assert full["novel_rows"].value == 0.0


def test_one_row_is_measured_without_error() -> None:
    """A table of one row has values and no errors."""
    found = by_name(measure_support(Ground(view({"a": [0, 1]}), view({"a": [1]})), view({"a": [0]})))
    assert 0 <= found["precision"].value <= 1 and found["precision"].error is None
    assert found["novel_rows"].value == 1.0


def test_tables_that_share_no_row_are_at_0() -> None:
    """With nothing in common F1 is 0 and not undefined."""
    found = by_name(measure_support(Ground(view({"a": [0, 0]})), view({"a": [1, 1]})))
    assert [found[k].value for k in ("precision", "recall", "f1")] == [0.0, 0.0, 0.0]


def test_every_measure_has_its_facts() -> None:
    """What is measured is what is documented."""
    found = measure_support(Ground(random_view(1, 9), random_view(2, 3)), random_view(3, 5))
    assert [m.metric for m in found] == [f.name for f in FACTS]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 50))
def test_shares_stay_in_range_and_order_does_not_matter(random_seed: int, n: int) -> None:
    """All figures are between 0 and 1; the reference itself is at 1; the same random seed gives the same figures."""
    reference, made, train = (random_view(random_seed + k, m) for k, m in enumerate((30, n, 10)))
    ground = Ground(reference, train, random_seed=random_seed)
    found = measure_support(ground, made)
    assert all(m.value is None or 0 <= m.value <= 1 + 1e-12 for m in found)
    assert measure_support(ground, made) == found
    itself = by_name(measure_support(ground, reference))
    assert math.isclose(itself["f1"].value or 0.0, 1.0)
    if n <= 30:  # a table that is not drawn from: its rows may stand in any order
        order = np.random.default_rng(random_seed).permutation(n)
        moved = view({k: v[order] for k, v in made.dataset.persons.items()})
        assert [m.value for m in measure_support(ground, moved)] == pytest.approx([m.value for m in found])
