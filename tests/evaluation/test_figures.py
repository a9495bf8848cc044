"""Geometry of the figures."""

from __future__ import annotations

import numpy as np
from evaluation_case import SmallCase

from censemble.evaluation.figures import SIZE, factor_bars, residual_bars, scatter
from censemble.evaluation.fit import LevelTable, level_tables


def _table(target: np.ndarray, result: np.ndarray) -> LevelTable:
    names = tuple(str(i) for i in range(len(target)))
    return LevelTable("zone", names, (("m", "c"),), *(np.c_[v] for v in (target, target, target, target, result)))


def test_dots_lie_on_the_diagonal_where_equal() -> None:
    """Equal counts are on the line, a larger result above it, all inside the figure."""
    figure = scatter([_table(np.array([0.0, 9.0, 99.0, 5.0]), np.array([0.0, 9.0, 99.0, 50.0]))])
    off = [d.x - 46 + d.y - 346 for d in figure.dots]
    assert sorted(abs(o) < 0.2 for o in off) == [False, True, True, True]
    assert min(off) < -50
    assert all(0 < d.x < SIZE and 0 < d.y < SIZE for d in figure.dots)


def test_many_cells_are_few_dots() -> None:
    """A hundred thousand cells are drawn by some thousand dots at most, larger where there are more."""
    target = np.random.default_rng(1).integers(0, 300, 100_000).astype(float)
    figure = scatter([_table(target, target)])
    assert len(figure.dots) <= 71
    assert max(d.radius for d in figure.dots) > 3


def test_no_tables_no_dots() -> None:
    """Nothing controlled is an empty figure, not an error."""
    assert scatter([]).dots == ()


def test_cells_without_target_are_not_drawn(small_case: SmallCase) -> None:
    """The description counts the cells that have a target."""
    assert scatter(level_tables(small_case.fit)).description.startswith("16 table cells")


def test_bars_are_scaled_to_the_longest() -> None:
    """The longest bar is full, shares are of the sum."""
    bars = residual_bars([-3.5, -0.5, 0.5, 3.5], [0, 1, 8, 1, 0])
    assert [b.width for b in bars] == [0.0, 12.5, 100.0, 12.5, 0.0]
    assert [b.tone for b in bars] == ["near", "near", "good", "near", "near"]


def test_factor_bars_stop_at_the_last_used(small_case: SmallCase) -> None:
    """Empty classes beyond the largest factor are left out."""
    bars = factor_bars(small_case.facts["diversity"])
    assert bars[-1].label == "1 to 2"
    assert bars[0].label == "below 0.01"
