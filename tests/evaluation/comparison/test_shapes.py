"""Wasserstein distances against scipy, with weights, values that are not finite, and groups left out."""

from __future__ import annotations

import numpy as np
import pytest
from counting_case import by_name, slow_jackknife, value, view
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

from censemble.evaluation.comparison.measure import Ground, View
from censemble.evaluation.comparison.shapes import measure_shapes, wasserstein_distances


def incomes(random_seed: int, n: int) -> View:
    """Weighted incomes with ties."""
    rng = np.random.default_rng(random_seed)
    return view({"income": rng.integers(0, 30, n) / 2, "a": rng.integers(0, 3, n)}, rng.uniform(0.1, 2, n).tolist())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 30))
def test_distances_are_those_of_scipy(random_seed: int, n: int, m: int) -> None:
    """For any weighted values with ties the distance is scipy's, and that of a table from itself is 0."""
    reference, made = incomes(random_seed, n), incomes(random_seed + 1, m)
    sides = [(v.dataset.persons["income"], v.coded.weights) for v in (reference, made)]
    expected = wasserstein_distance(sides[0][0], sides[1][0], sides[0][1], sides[1][1])
    assert value(measure_shapes(Ground(reference), made), "wasserstein[income]") == pytest.approx(expected, abs=1e-12)
    assert value(measure_shapes(Ground(reference), reference), "wasserstein[income]") == pytest.approx(0.0, abs=1e-12)


def test_errors_are_those_of_leaving_groups_out() -> None:
    """One walk over the sorted values gives the jackknife error of measuring again."""
    ground, made = Ground(incomes(1, 50)), incomes(2, 45)
    error = slow_jackknife(ground, made, lambda g, v: value(measure_shapes(g, v), "wasserstein[income]"))
    assert by_name(measure_shapes(ground, made))["wasserstein[income]"].error == pytest.approx(error)


def test_a_shift_is_its_own_distance() -> None:
    """All values moved by 3 are at distance 3, also without either group."""
    values = np.array([0.0, 1.0, 5.0, 5.0])
    found = wasserstein_distances(values, np.ones(4), (np.full(2, 8.0), np.ones(2), np.array([0, 1])), 2)
    assert found.tolist() == [5.25, 5.25, 5.25]
    moved = wasserstein_distances(values, np.ones(4), (values + 3, np.ones(4), np.zeros(4, np.int64)), 1)
    assert moved[0] == 3.0 and np.isnan(moved[1])


def test_values_that_are_not_finite_are_counted_and_left_out() -> None:
    """Missing and infinite incomes do not enter, and the note says how many there are in which table."""
    reference = view({"income": [1.0, 3.0, np.nan]}, name="census")
    made = view({"income": [2.0, 4.0, np.inf, -np.inf]}, name="mine")
    found = by_name(measure_shapes(Ground(reference), made))["wasserstein[income]"]
    assert found.value == 1.0
    assert (
        found.note
        == "1 rows of census without a finite value do not count; 2 rows of mine without a finite value do not count"
    )


def test_what_cannot_be_measured_says_why() -> None:
    """Absent columns, columns without any number and tables without weight are undefined."""
    reference = view({"a": [0, 1], "income": [1.0, 2.0]}, name="census")
    absent = measure_shapes(Ground(reference), view({"a": [0]}, names=("a", "income")))
    assert absent[0].value is None and absent[0].note == "income cannot be compared"
    nothing = measure_shapes(Ground(reference), view({"a": [0], "income": [np.nan]}, name="mine"))
    assert nothing[0].value is None and nothing[0].note == "mine has no finite value with weight"
    weightless = measure_shapes(Ground(reference), view({"a": [0], "income": [1.0]}, [0.0], name="mine"))
    assert weightless[0].value is None and "no rows with a weight" in weightless[0].note
    assert measure_shapes(Ground(view({"a": [0]})), view({"a": [1]})) == []
