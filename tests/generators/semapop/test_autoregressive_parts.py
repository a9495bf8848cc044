import numpy as np
import pytest

from censemble.generators.semapop.autoregressive_parts import PARTS, best_part
from censemble.generators.semapop.sparse_shares import share_loss


def test_best_part_is_the_best_of_those_tried() -> None:
    """Of all parts the one whose mixture loses least on weighted records."""
    rng = np.random.default_rng(1)
    one, other = rng.dirichlet(np.ones(3), 40), rng.dirichlet(np.ones(3), 40)
    cells, weights = np.eye(3)[rng.integers(0, 3, 40)], rng.random(40)
    found = best_part(one, other, cells, weights, sparsity=1.5)
    losses = [(share_loss(p * one + (1 - p) * other, cells, 1.5) * weights).sum() for p in PARTS]
    assert found == pytest.approx(PARTS[np.argmin(losses)])


def test_impossible_shares_do_not_decide_alone() -> None:
    """One record that the network gives nothing does not outweigh a hundred that it knows better."""
    one, other, cells = np.tile([1.0, 0.0], (100, 1)), np.tile([0.5, 0.5], (100, 1)), np.tile([1.0, 0.0], (100, 1))
    cells[0] = [0.0, 1.0]
    assert best_part(one, other, cells, np.ones(100), sparsity=1.5) > 0.5
