"""Weighted statistics, against repeating rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.evaluation.comparison.measure import N_GROUPS
from censemble.evaluation.comparison.weighted import mean_and_deletions, median_and_deletions

table = st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(table)
def test_weights_are_repetitions(rows: list[tuple[int, int, int]]) -> None:
    """Mean and median, whole and without each group, are those of the rows repeated as often as they weigh."""
    values, weights, group = (np.array(c) for c in zip(*rows, strict=True))
    if not weights.any():
        return
    repeated, groups = np.repeat(values, weights), np.repeat(group, weights)
    for compute, plain in ((mean_and_deletions, np.mean), (median_and_deletions, np.median)):
        whole, without = compute(values.astype(float), weights.astype(float), group)
        assert np.isclose(whole, plain(repeated))
        for g in range(N_GROUPS):
            rest = repeated[groups != g]
            assert np.isclose(without[g], plain(rest)) if len(rest) else np.isnan(without[g])
