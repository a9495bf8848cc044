import numpy as np
import pytest

from censemble.generators.semapop.sparse_shares import share_loss, slope_loss, sparse_loss, sparse_shares

jax = pytest.importorskip("jax")
STARTS = np.array([0, 3, 5])
LOGITS = np.array([[0.3, -0.2, -4.0, 1.0, 0.5], [5.0, 0.0, 0.1, -2.0, 2.0]], np.float32)
CELLS = np.array([[0, 1, 0, 1, 0], [1, 0, 0, 0, 1]], np.float32)


def projected(z: np.ndarray) -> np.ndarray:
    """Sparsemax by trying every support: slow, and right."""
    ordered = np.sort(z)[::-1]
    for k in range(len(z), 0, -1):
        threshold = (ordered[:k].sum() - 1) / k
        if ordered[k - 1] > threshold:
            break
    return np.maximum(z - threshold, 0)


def test_sparsity_of_one_is_softmax() -> None:
    """At alpha 1 shares are those of a softmax in each block."""
    found = np.asarray(sparse_shares(LOGITS, STARTS, 1.0))
    for block in (slice(0, 3), slice(3, 5)):
        masses = np.exp(LOGITS[:, block])
        assert np.allclose(found[:, block], masses / masses.sum(axis=1, keepdims=True), atol=1e-6)


def test_sparsity_of_two_is_projection() -> None:
    """At alpha 2 shares are the projection onto the simplex, with exact zeros."""
    found = np.asarray(sparse_shares(LOGITS, STARTS, 2.0))
    assert np.allclose(found[0, :3], projected(LOGITS[0, :3]), atol=1e-5)
    assert np.allclose(found[1, 3:], projected(LOGITS[1, 3:]), atol=1e-5)
    assert (found == 0).sum() >= 3


def test_gradient_is_share_less_code() -> None:
    """The loss falls as fast as its cheap stand-in says, at any alpha."""
    for alpha in (1.0, 1.5):
        shares = sparse_shares(LOGITS, STARTS, alpha)
        cheap = jax.grad(lambda z, s=shares: slope_loss(z, s, CELLS).sum())(LOGITS)
        for j in (0, 1, 4):
            step = np.zeros_like(LOGITS)
            step[:, j] = 1e-2
            up, down = (
                np.asarray(sparse_loss(z, sparse_shares(z, STARTS, alpha), CELLS, alpha))
                for z in (LOGITS + step, LOGITS - step)
            )
            assert np.allclose((up - down) / 2e-2, np.asarray(cheap)[:, j], atol=3e-3)


def test_two_forms_of_the_loss_agree() -> None:
    """The loss of shares is that of the logits they came from."""
    for alpha in (1.0, 1.5, 2.0):
        shares = np.asarray(sparse_shares(LOGITS, STARTS, alpha), np.float64)
        of_logits = np.asarray(sparse_loss(LOGITS, shares, CELLS, alpha))
        real = (shares * CELLS).sum(axis=1) > 0
        inside = [i for i in range(2) if real[i] and ((shares[i] > 0) | (CELLS[i] == 0)).all()]
        assert np.allclose(share_loss(shares, CELLS, alpha)[inside], of_logits[inside], atol=1e-4)


def test_loss_is_least_for_the_truth() -> None:
    """Nobody gains by giving other shares than the true ones."""
    truth = np.array([0.3, 0.7])
    tried = np.linspace(0.01, 0.99, 99)
    shares = np.stack([tried, 1 - tried], axis=1)
    ones = np.ones((99, 1))
    for alpha in (1.0, 1.5, 2.0):
        expected = sum(t * share_loss(shares, ones * code, alpha) for t, code in zip(truth, np.eye(2), strict=True))
        assert tried[np.argmin(expected)] == pytest.approx(0.3)
