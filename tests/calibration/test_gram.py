"""Gram matrices of many weightings in one product."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from censemble.calibration.gram import pair_products


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(1, 5))
def test_products_are_those_of_dense_matrices(random_seed: int, n_rows: int, n_columns: int) -> None:
    """P @ W is the upper triangle of A' diag(w) A for every column w of W, zeros in A or not."""
    rng = np.random.default_rng(random_seed)
    incidence = rng.integers(0, 3, (n_rows, n_columns)).astype(float)
    weights = rng.random((n_rows, 3))
    pairs, first, second = pair_products(sparse.csr_array(incidence))
    for j in range(3):
        expected = incidence.T @ (weights[:, j, None] * incidence)
        assert (pairs @ weights)[:, j] == pytest.approx(expected[first, second])


def test_every_pair_once() -> None:
    """Three columns have six pairs, each with itself included."""
    _, first, second = pair_products(sparse.csr_array(np.eye(3)))
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
