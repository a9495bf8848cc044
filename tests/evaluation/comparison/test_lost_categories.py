"""Categories that a table lost are weighed by the people who hold them."""

from __future__ import annotations

import numpy as np
import pytest
from counting_case import random_view, view

from censemble.evaluation.comparison.lost_categories import measure_lost_categories
from censemble.evaluation.comparison.measure import Ground


def test_lost_people_are_counted_once() -> None:
    """Two lost categories held by three of five people by weight, one of them holding both."""
    reference = view({"a": [0, 1, 2, 2], "b": [0, 0, 1, 0]}, [1.0, 1.0, 2.0, 1.0])
    made = view({"a": [0, 1, 0], "b": [0, 0, 0]})
    found = measure_lost_categories(Ground(reference), made)[0]
    assert found.value == pytest.approx(3 / 5)
    assert found.note.startswith("a=") and "60.000% of the reference" in found.note


def test_nothing_lost_is_nothing() -> None:
    """A table with every category scores 0, whatever their shares."""
    reference = view({"a": [0, 0, 0, 1]})
    assert measure_lost_categories(Ground(reference), view({"a": [1, 1, 0]}))[0].value == 0


def test_rows_without_weight_are_not_there() -> None:
    """A category that only weightless rows hold is lost."""
    reference = view({"a": [0, 1]})
    found = measure_lost_categories(Ground(reference), view({"a": [0, 1]}, [1.0, 0.0]))[0]
    assert found.value == pytest.approx(0.5)


def test_the_slow_count_agrees() -> None:
    """Row by row over random tables, and with one group left out at a time for the error."""
    reference, made = random_view(1, 80, weighted=True), random_view(2, 12)
    found = measure_lost_categories(Ground(reference), made)[0]
    weights = reference.coded.weights

    def slow(kept: np.ndarray) -> float:
        have = [set(line[kept].tolist()) for line in made.coded.codes]
        lost = [
            any(code not in codes for code, codes in zip(row, have, strict=True))
            for row in reference.coded.codes.T.tolist()
        ]
        return float(weights[lost].sum() / weights.sum())

    assert found.value == pytest.approx(slow(np.ones(12, dtype=bool)))
    groups = np.unique(made.group)
    without = np.array([slow(made.group != g) for g in groups])
    n = len(groups)
    assert found.error == pytest.approx(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))


def test_a_table_without_rows_is_not_defined() -> None:
    """It says why."""
    found = measure_lost_categories(Ground(view({"a": [0, 1]})), view({"a": [0]}, [0.0]))[0]
    assert found.value is None and found.note
