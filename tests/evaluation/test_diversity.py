"""Use of the survey's records."""

from __future__ import annotations

import numpy as np
import pytest
from evaluation_case import SmallCase
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.evaluation.diversity import diversity, effective_sample_size


def test_worked_example(small_case: SmallCase) -> None:
    """Households, persons, factors and reuse of the small case, by hand."""
    use = small_case.diversity
    assert (use.n_households, use.n_persons) == (14, 34)
    assert (use.n_records, use.n_used) == (6, 6)
    assert (use.largest_reuse, use.largest_reuse_zone, use.largest_reuse_record) == (4, "03", "h5")
    copies = np.array([3, 1, 3, 2, 4, 1])
    assert use.ess_counts == pytest.approx(14**2 / (copies**2).sum())
    assert use.expansion_quantiles[-1][1] == pytest.approx(2.9 / 2)
    assert sum(use.expansion_histogram) == 6


def test_first_of_equal_reuse(small_case: SmallCase) -> None:
    """Ties of the largest reuse go to the first zone, then the first record, whatever the order of rows."""
    zone, record, count = np.array([2, 1, 1, 0]), np.array([4, 3, 2, 1]), np.array([2, 2, 2, 1])
    inputs = small_case.inputs
    use = diversity(
        inputs.seed_sample, inputs.geography, calibrated_weights=np.ones(6), zone=zone, record=record, count=count
    )
    assert (use.largest_reuse_zone, use.largest_reuse_record) == ("02", "h<3>")


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=20))
def test_effective_size_is_bounded(values: list[float]) -> None:
    """Between one and the number of weights, which equal weights reach."""
    weights = np.array(values)
    assert 1 - 1e-9 <= effective_sample_size(weights) <= len(values) + 1e-9
    assert effective_sample_size(np.ones(len(values))) == pytest.approx(len(values))
