import numpy as np
import pytest

from censemble.generators.semapop.autoregressive_kernels import next_cases, products, shares_of_logits
from censemble.generators.semapop.sparse_shares import sparse_shares


@pytest.mark.parametrize("alpha", [1.0, 1.25, 1.5, 2.0])
def test_shares_are_those_of_training(alpha: float) -> None:
    """Records are drawn from the shares that were learnt."""
    pytest.importorskip("jax")
    logits = np.random.default_rng(1).normal(0, 2, (20, 6)).astype(np.float32)
    found = np.empty(logits.shape)
    shares_of_logits(logits, 1e4, alpha, found)
    expected = np.asarray(sparse_shares(logits, np.array([0, 6]), alpha))
    assert np.allclose(found, expected, atol=2e-4)
    assert np.allclose(found.sum(axis=1), 1.0)


def test_products_are_products() -> None:
    """Row by row, the same as the library's."""
    rng = np.random.default_rng(2)
    left, right = rng.normal(size=(5, 3)).astype(np.float32), rng.normal(size=(3, 4)).astype(np.float32)
    assert np.allclose(products(left, right), left @ right, atol=1e-6)


def test_cases_are_divided_by_code() -> None:
    """Two rows are one case exactly when they were one and drew the same code."""
    rng = np.random.default_rng(3)
    case, drawn = rng.integers(0, 4, 50), rng.integers(0, 3, 50).astype(np.int16)
    new, row, parent = next_cases(case, drawn, 4, 3)
    assert ((new[:, None] == new) == ((case[:, None] == case) & (drawn[:, None] == drawn))).all()
    assert (case[row] == parent).all()
    assert (new[row] == np.arange(len(row))).all()
