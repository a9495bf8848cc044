"""Gower's distance, against loops over rows that are obviously right."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_views import persons_view
from numpy.typing import NDArray

from censemble.evaluation.comparison.measure import View
from censemble.evaluation.comparison.row_distances import (
    BLOCK,
    Scale,
    nearest_distances,
    neighbours_votes,
    positions_of,
    scale_of,
)
from censemble.schema import Attribute, Schema

SCHEMA = Schema(
    (
        Attribute("sex", "persons", "categorical", ("a", "b")),
        Attribute("size", "persons", "ordinal", ("1", "2", "3", "4", "5")),
        Attribute("income", "persons", "numeric", bins=(-np.inf, 5.0, np.inf)),
    )
)


def view_of_rows(rows: list[tuple[int, int, float]]) -> View:
    """Persons from typed rows; -1, -2 and NaN as in a dataset."""
    sex, size, income = zip(*rows, strict=True)
    return persons_view(SCHEMA, {"sex": np.array(sex), "size": np.array(size), "income": np.array(income, float)})


def gap(first: float, second: float, span: float) -> float:
    """Distance of two ordered values."""
    if np.isnan(first) or np.isnan(second) or first < 0 or second < 0:
        return 0.0 if first == second or (np.isnan(first) and np.isnan(second)) else 1.0
    return abs(first - second) / span


def slow_distance(first: tuple[int, int, float], second: tuple[int, int, float], low: float, high: float) -> float:
    """Gower's distance of two typed rows, in thousandths of an attribute."""
    numbers = [x if np.isnan(x) else min(max(x, low), high) - low for x in (first[2], second[2])]
    return (float(first[0] != second[0]) + gap(first[1], second[1], 4) + gap(*numbers, max(high - low, 1e-9))) / 3


cell = st.tuples(st.integers(-2, 1), st.integers(-2, 4), st.sampled_from([0.0, 1.0, 2.5, 7.0, 10.0, np.nan]))


@settings(max_examples=30, deadline=None)
@given(st.lists(cell, min_size=1, max_size=6), st.lists(cell, min_size=2, max_size=6))
def test_nearest_distances_equal_those_of_a_double_loop(
    queries: list[tuple[int, int, float]], candidates: list[tuple[int, int, float]]
) -> None:
    """Categories, positions, numbers and missing values count as the definition says."""
    made, real = view_of_rows(queries), view_of_rows(candidates)
    scale = scale_of(real, (0, 1, 2))
    found = nearest_distances(all_of(made, scale), all_of(real, scale), scale)
    slow = [min(slow_distance(q, c, scale.low[2], scale.high[2]) for c in candidates) for q in queries]
    assert np.allclose(found, slow, atol=2e-3)


def all_of(view: View, scale: Scale) -> NDArray[np.int16]:
    """Positions of every row."""
    return positions_of(view, scale, np.arange(view.coded.n_rows))


def test_rows_beyond_one_block_are_seen() -> None:
    """The only equal row is the last of more rows than one block holds."""
    view = view_of_rows([(0, 0, 0.0)] * (BLOCK + 5) + [(1, 4, 10.0)])
    scale = scale_of(view, (0, 1))
    query = positions_of(view, scale, np.array([BLOCK + 5]))
    assert nearest_distances(query, all_of(view, scale), scale).tolist() == [0.0]


def test_order_of_rows_changes_nothing() -> None:
    """Shuffled candidates give the same distances and the same votes."""
    rng = np.random.default_rng(0)
    rows = [(int(a), int(b), float(c)) for a, b, c in zip(*rng.integers(0, [[2], [5], [9]], (3, 60)), strict=True)]
    view, shuffled = view_of_rows(rows), view_of_rows([rows[i] for i in rng.permutation(60)])
    scale = scale_of(view, (0, 1, 2))
    queries = all_of(view, scale)[:, :10]
    assert (
        nearest_distances(queries, all_of(view, scale), scale)
        == nearest_distances(queries, all_of(shuffled, scale), scale)
    ).all()
    votes = [neighbours_votes(queries, all_of(v, scale), v.coded.codes, scale, 8) for v in (view, shuffled)]
    assert (votes[0] == votes[1]).all()


def test_votes_are_those_of_the_nearest_rows_in_the_other_attributes() -> None:
    """For every attribute and row: the most frequent code among the rows nearest in all others, by double loop."""
    rng = np.random.default_rng(1)
    rows = [(int(a), int(b), float(c)) for a, b, c in zip(*rng.integers(0, [[2], [5], [9]], (3, 40)), strict=True)]
    view = view_of_rows(rows)
    scale = scale_of(view, (0, 1, 2))
    places = all_of(view, scale).astype(int)
    votes = neighbours_votes(all_of(view, scale), all_of(view, scale), view.coded.codes, scale, 8)
    for q in range(40):
        costs = np.abs(places - places[:, [q]])
        costs[0] = scale.steps * (places[0] != places[0, q])
        for a in range(3):
            total = costs.sum(axis=0) - costs[a]
            near = view.coded.codes[a][total == total.min()]
            assert votes[a, q] == np.bincount(near).argmax()


def test_a_constant_number_is_no_distance() -> None:
    """An attribute with one value in the training rows has no range; other values are drawn in to it."""
    scale = scale_of(view_of_rows([(0, 0, 4.0), (1, 0, 4.0)]), (2,))
    far = view_of_rows([(0, 0, 9.0), (0, 0, np.nan)])
    real = view_of_rows([(0, 0, 4.0)])
    assert nearest_distances(all_of(far, scale), all_of(real, scale), scale).tolist() == [0.0, 1.0]
    empty = scale_of(view_of_rows([(0, 0, np.nan)]), (2,))
    assert nearest_distances(all_of(real, empty), all_of(far, empty), empty).tolist() == [0.0]
