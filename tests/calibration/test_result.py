"""What calibration returns."""

from __future__ import annotations

import numpy as np
import pytest
from hand_made import controls, level, random_problem, weights_of

from censemble.calibration import Status, calibrate


def test_statuses_are_sentences() -> None:
    """Each status can be shown as it is."""
    assert all(s.value[0].isupper() and s.value.endswith(".") for s in Status)


def test_the_many_views_of_weights_agree() -> None:
    """Weights by record, by group and summed over zones are the same numbers."""
    problem = random_problem(np.random.default_rng(7), n_records=25)
    result = calibrate(problem)
    weights = weights_of(result)
    assert result.record_totals() == pytest.approx(weights.sum(axis=1))
    assert result.zone_sums() == pytest.approx(weights.sum(axis=0))
    for block in result.blocks:
        groups = result.groups(block)
        by_group = np.zeros((groups.n_groups, len(block.zones)))
        np.add.at(by_group, groups.group_of_record, weights[np.ix_(groups.records, block.zones)])
        assert result.group_weights(block) == pytest.approx(by_group)
        assert result.group_weights(block, block.zones[:1]) == pytest.approx(by_group[:, :1])


def test_records_of_a_group_keep_the_ratio_of_their_priors() -> None:
    """Two records alike for every control, priors 1 and 3, share their group's weight 1 to 3."""
    problem = controls([[1, 1], [1, 1], [1, 0]], level("zone", [0, 1], [[10, 8]]), prior=[1.0, 3.0, 5.0], total=0)
    result = calibrate(problem)
    assert result.record_share(0) == pytest.approx([0.25, 0.75, 1.0])
    assert result.record_totals() == pytest.approx([2, 6, 2], abs=1e-4)
