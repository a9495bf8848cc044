"""Measures of agreement."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.evaluation.metrics import RESIDUAL_EDGES, count_residuals, measure_agreement

counts = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=30)


def test_worked_example() -> None:
    """Figures of four cells, worked out by hand."""
    target = np.array([10.0, 0.0, 30.0, np.nan])
    agreement = measure_agreement(target, np.array([13.0, 0.4, 26.0, 7.0]), np.array([3.0, np.nan, 3.9, 1.0]))
    assert agreement.n_cells == 3
    assert agreement.tae == pytest.approx(7.4)
    assert agreement.wape == pytest.approx(7.4 / 40)
    assert agreement.srmse == pytest.approx(np.sqrt((9 + 0.16 + 16) / 3) / (40 / 3))
    assert agreement.share_exact == pytest.approx(1 / 3)
    assert (agreement.n_with_moe, agreement.share_inside_moe) == (2, 0.5)


def test_nothing_to_measure() -> None:
    """Without targets there are no shares, rather than wrong ones."""
    agreement = measure_agreement(np.array([np.nan]), np.array([1.0]), np.array([np.nan]))
    assert (agreement.n_cells, agreement.wape, agreement.share_exact, agreement.share_inside_moe) == (
        0,
        None,
        None,
        None,
    )


@settings(deadline=None, max_examples=40)
@given(counts)
def test_agreement_is_perfect_only_where_equal(pairs: list[tuple[int, int]]) -> None:
    """TAE is 0 exactly when all cells are met, and never below the difference of the totals."""
    target, result = np.array(pairs, dtype=float).T
    agreement = measure_agreement(target, result, np.full(len(pairs), np.nan))
    assert (agreement.tae == 0) == (agreement.share_exact == 1)
    assert agreement.tae >= abs(agreement.sum_result - agreement.sum_target)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-300, 300), max_size=40))
def test_classes_mirror(values: list[float]) -> None:
    """Changing all signs turns the classes round, and every residual is in one class."""
    residual = np.array(values, dtype=float)
    assert count_residuals(-residual) == count_residuals(residual)[::-1]
    assert sum(count_residuals(residual)) == len(values)


def test_middle_class_is_exact() -> None:
    """The middle class holds what counts as met exactly."""
    assert count_residuals(np.array([0.49, -0.49, 0.5, -0.5]))[len(RESIDUAL_EDGES) // 2] == 2
