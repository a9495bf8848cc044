"""Equal rows and rare ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_views import persons_schema, persons_view

from censemble.evaluation.comparison.copies import rare_share, row_keys, share_found

rows_of = st.lists(st.tuples(st.integers(-2, 2), st.sampled_from([0.0, -0.0, 1.5, np.nan])), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(rows_of)
def test_equal_rows_and_no_others_share_a_key(rows: list[tuple[int, float]]) -> None:
    """Keys agree exactly where labels and raw numbers do; NaN equals NaN, 0 equals -0."""
    view = persons_view(
        persons_schema((3,), numeric=("z",)),
        {"x0": np.array([a for a, _ in rows]), "z": np.array([b for _, b in rows])},
    )
    keys = row_keys(view, (0, 1))
    texts = [f"{a} {b + 0.0}" for a, b in rows]
    assert [[k == j for j in keys] for k in keys] == [[t == u for u in texts] for t in texts]


def test_the_order_of_attributes_matters() -> None:
    """(0, 1) and (1, 0) are different rows."""
    view = persons_view(persons_schema((2, 2)), {"x0": np.array([0, 1]), "x1": np.array([1, 0])})
    first, second = row_keys(view, (0, 1))
    assert first != second


def test_weights_count() -> None:
    """The share is one of weight."""
    keys = np.array([1, 2], np.uint64)
    assert share_found(keys, np.array([3.0, 1.0]), keys[:1]) == 0.75


def test_without_a_rare_record_there_is_no_share() -> None:
    """All records double, or all in the other sample: nothing to look for."""
    twice = np.array([1, 1], np.uint64)
    assert rare_share(twice, twice[:0], twice).share is None
    assert rare_share(twice[:1], twice, twice).n == 0
