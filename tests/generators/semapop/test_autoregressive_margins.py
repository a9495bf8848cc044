from collections.abc import Callable

import numpy as np
import pytest
from autoregressive_case import BLOCKS

from censemble.generators.semapop.autoregressive_draw import Mixture, draw_mixture
from censemble.generators.semapop.autoregressive_margins import hold_shares, moved, one_way
from censemble.generators.semapop.autoregressive_network import Plan, start_weights
from censemble.generators.semapop.backbone import Codes

PLAN = Plan(tuple(b.n_codes for b in BLOCKS), 2)
WANTED = [np.array([0.7, 0.2, 0.1]), np.array([0.1, 0.3, 0.6]), np.array([0.95, 0.05])]


def even(sparsity: float) -> Mixture:
    """A network that was not trained and gives every code about the same."""
    shares = [np.full(k, 1 / k) for k in PLAN.sizes]
    return Mixture(PLAN, start_weights(PLAN, shares, np.random.default_rng(1)), (), np.ones(1), sparsity)


def drawing(n: int) -> Callable[[Mixture], Codes]:
    """Draws so many records, others each time."""
    rng = np.random.default_rng(2)
    return lambda mixture: draw_mixture(mixture, np.zeros((n, 1), np.float32), rng)


@pytest.mark.parametrize("sparsity", [1.0, 1.5])
def test_drawn_shares_are_moved_to_those_wanted(sparsity: float) -> None:
    """Records have the shares wanted, and nothing but the terms of single codes has changed."""
    mixture = even(sparsity)
    held, distances = hold_shares(mixture, WANTED, drawing(4000), rounds=20)
    assert distances.min() < 0.05
    assert distances[0] > 0.5
    assert all((held.weights[name] == mixture.weights[name]).all() for name in ("first", "second", "shares", "direct"))


def test_shares_that_agree_move_nothing() -> None:
    """Where drawn shares are those wanted no term moves, nor that of a code that nobody has."""
    mixture = even(1.5)
    shares = np.concatenate([np.array([0.5, 0.5, 0.0]), *WANTED[1:]])
    assert (moved(mixture, shares, shares, step=1.0).weights["shares bias"] == mixture.weights["shares bias"]).all()


def test_no_rounds_change_nothing() -> None:
    """Holding can be switched off."""
    mixture = even(1.5)
    held, distances = hold_shares(mixture, WANTED, drawing(10), rounds=0)
    assert held is mixture
    assert len(distances) == 0


def test_one_way_shares_by_hand() -> None:
    """Shares of each block's codes one after another."""
    assert one_way(np.array([[0, 1], [1, 1], [1, 0], [1, 1]], np.int16), Plan((2, 2), 1)).tolist() == [
        0.25,
        0.75,
        0.25,
        0.75,
    ]
