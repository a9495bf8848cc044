"""The benchmark of smooth joints on known densities."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest


@pytest.fixture
def benchmark(script: Callable[[str], ModuleType]) -> ModuleType:
    """The script."""
    return script("smooth_joints")


def test_smooth_is_nearer_for_every_population(benchmark: ModuleType) -> None:
    """Exact tables and sampled ones; the jump too, half of which a slope explains."""
    found = benchmark.rows(n_samples=1)
    assert len(found) == 4
    for _, exact, sampled in found:
        assert exact[1] < 0.5 * exact[0]
        assert sampled[1] < sampled[0]


def test_truth_sums_to_one(benchmark: ModuleType) -> None:
    """48 classes of every population."""
    for population in benchmark.POPULATIONS:
        assert population.truth().shape == (len(population.shares), 48)
        assert population.truth().sum() == pytest.approx(1)
