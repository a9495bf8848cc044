"""Figures of steering against hand-computed values and slow loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import spearmanr

from censemble.evaluation.counterfactual_figures import (
    effective_number,
    never_back,
    resampled_responses,
    spearman,
    summed,
    tilted,
    total_variation,
)

COUNTS = arrays(np.float64, 5, elements=st.floats(0, 1e6))


@settings(max_examples=30, deadline=None)
@given(COUNTS, COUNTS)
def test_total_variation_is_a_share(one: np.ndarray, other: np.ndarray) -> None:
    """Between 0 and 1, the same both ways, 0 from itself."""
    far = total_variation(one, other)
    assert 0 <= far <= 1
    assert far == pytest.approx(total_variation(other, one))
    assert total_variation(one, one) == 0


def test_total_variation_by_hand() -> None:
    """Shares .5 .3 .2 against .2 .3 .5; nothing in common is 1; nobody against somebody is 1."""
    assert total_variation(np.array([5.0, 3, 2]), np.array([20.0, 30, 50])) == pytest.approx(0.3)
    assert total_variation(np.array([1.0, 0]), np.array([0.0, 7])) == 1
    assert total_variation(np.zeros(2), np.ones(2)) == 1
    assert total_variation(np.zeros(2), np.zeros(2)) == 0


@pytest.mark.parametrize("seed", range(5))
def test_spearman_is_scipys(seed: int) -> None:
    """With ties, which get their mean rank."""
    rng = np.random.default_rng(seed)
    one, other = rng.integers(0, 4, 9).astype(float), rng.random(9)
    assert spearman(one, other) == pytest.approx(spearmanr(one, other).statistic)


def test_spearman_by_hand() -> None:
    """Five strengths, one exchange of neighbours: 1 - 6 * 2 / (5 * 24)."""
    assert spearman(np.arange(5.0), np.array([0.1, 0.2, 0.4, 0.3, 0.5])) == pytest.approx(0.9)
    assert spearman(np.arange(5.0), np.ones(5)) is None


def test_never_back_by_hand() -> None:
    """Of four personas one falls once, one has no records; ties are not falls."""
    responses = np.array([[0.0, 0.5, 1.0, np.nan], [0.5, 0.4, 1.0, 0.0], [0.5, 0.9, 1.0, 0.0]])
    assert never_back(responses) == pytest.approx(2 / 3)
    assert never_back(np.full((2, 1), np.nan)) == 1


def test_resampling_is_paired_and_covers() -> None:
    """Equal strengths get equal responses in every resample; the spread is that of a mean of so many personas."""
    rng = np.random.default_rng(1)
    hits = np.repeat((rng.random(400) < 0.3).astype(float)[None], 2, axis=0)
    again = resampled_responses(hits, np.ones_like(hits), np.random.default_rng(2))
    np.testing.assert_array_equal(again[:, 0], again[:, 1])
    assert again[:, 0].std() == pytest.approx(np.sqrt(0.3 * 0.7 / 400), rel=0.15)


def test_tilting_scales_both_groups() -> None:
    """Records that have the label or not: the slow way is to scale each group to its share."""
    rng = np.random.default_rng(3)
    weights, hits = rng.random(50) + 0.1, (rng.random(50) < 0.2).astype(float)
    found = tilted(weights, hits, np.ones(50), 0.65)
    slow = weights.copy()
    for i in range(50):
        own = sum(w for w, h in zip(weights, hits, strict=True) if h == hits[i])
        slow[i] = weights[i] * weights.sum() * (0.65 if hits[i] else 0.35) / own
    np.testing.assert_allclose(found, slow, rtol=1e-9)


def test_tilting_households_by_their_members() -> None:
    """The share of members is met, the sum of weights is kept, and weights follow exp(l (h - s u))."""
    weights = np.array([1.0, 2, 1, 1])
    hits, units = np.array([0.0, 1, 2, 0]), np.array([1.0, 3, 2, 4])
    found = tilted(weights, hits, units, 0.5)
    assert (found @ hits) / (found @ units) == pytest.approx(0.5)
    assert found.sum() == pytest.approx(5)
    apart, logs = hits - 0.5 * units, np.log(found / weights)
    np.testing.assert_allclose(np.polyval(np.polyfit(apart, logs, 1), apart), logs, atol=1e-9)


def test_shares_out_of_reach_take_the_nearest_records() -> None:
    """All weight on those with the label at 1; nobody has it: weights stay."""
    hits = np.array([1.0, 0, 0])
    assert tilted(np.ones(3), hits, np.ones(3), 1.0).tolist() == [3, 0, 0]
    assert tilted(np.ones(3), hits, np.ones(3), 0.0).tolist() == [0, 1.5, 1.5]
    assert tilted(np.ones(3), np.zeros(3), np.ones(3), 0.4).tolist() == [1, 1, 1]
    assert tilted(np.ones(2), np.zeros(2), np.zeros(2), 0.4).tolist() == [1, 1]


def test_effective_number_and_sums() -> None:
    """Kish's number by hand; sums of nobody are zeros."""
    assert effective_number(np.array([3.0, 1.0])) == pytest.approx(1.6)
    assert effective_number(np.zeros(2)) == 0
    assert summed(np.zeros(0, np.int64), np.zeros(0), 3).tolist() == [0, 0, 0]
