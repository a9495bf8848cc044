"""Area under the curve and its error."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.evaluation.comparison.ranking import auc_and_error

scores = st.lists(st.integers(0, 4), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(scores, scores)
def test_it_is_the_share_of_pairs_in_order(members: list[int], others: list[int]) -> None:
    """The area equals the count over all pairs, ties as halves; swapping the groups mirrors it."""
    a, b = np.array(members, float), np.array(others, float)
    slow = np.mean([[1.0 if x > y else 0.5 if x == y else 0.0 for y in others] for x in members])
    assert np.isclose(auc_and_error(a, b)[0], slow)
    assert np.isclose(auc_and_error(b, a)[0], 1 - slow)


def test_the_error_is_that_of_repeated_draws() -> None:
    """The stated error is the spread over many draws, within a tenth."""
    rng = np.random.default_rng(0)
    drawn = [auc_and_error(rng.normal(0.5, 1, 80), rng.normal(0, 1, 60)) for _ in range(600)]
    aucs, errors = np.array(drawn).T
    assert 0.9 < errors.mean() / aucs.std() < 1.1


def test_one_row_has_no_error() -> None:
    """A single row gives an area, and NaN for its error."""
    auc, error = auc_and_error(np.array([1.0]), np.array([0.0, 2.0]))
    assert auc == 0.5 and np.isnan(error)
