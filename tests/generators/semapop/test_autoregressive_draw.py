from itertools import product

import numpy as np
import pytest

from censemble.generators.semapop.autoregressive_draw import Mixture, draw_mixture
from censemble.generators.semapop.autoregressive_network import Plan, conditional_logits, start_persona, start_weights
from censemble.generators.semapop.sparse_shares import sparse_shares

pytest.importorskip("jax")
PLAN = Plan((2, 3, 2), 3)


@pytest.fixture(scope="module")
def mixture() -> Mixture:
    rng = np.random.default_rng(5)
    shares = [np.full(k, 1 / k) for k in PLAN.sizes]
    weights = {**start_weights(PLAN, shares, rng), **start_persona(PLAN, 3, 4, rng)}
    noisy = {name: (value + rng.normal(0, 0.4, value.shape)).astype(np.float32) for name, value in weights.items()}
    return Mixture(PLAN, noisy, (), np.ones(1), 1.5)


@pytest.mark.parametrize("closeness", [0.0, 0.7])
def test_draws_follow_the_chain_rule(mixture: Mixture, closeness: float) -> None:
    """Shares of drawn records are the products of the conditionals, with and without a persona."""
    n, line = 40_000, np.array([0.5, -1.0, closeness], np.float32)
    records = np.array(list(product(*map(range, PLAN.sizes))))
    cells = np.zeros((len(records), PLAN.n_cells), np.float32)
    np.put_along_axis(cells, records + PLAN.starts[:-1], 1.0, axis=1)
    persona = np.tile(line, (len(records), 1))
    given = np.asarray(sparse_shares(conditional_logits(mixture.weights, PLAN, cells, persona), PLAN.starts, 1.5))
    expected = np.take_along_axis(given, records + PLAN.starts[:-1], axis=1).prod(axis=1)
    drawn = draw_mixture(mixture, np.tile(line, (n, 1)), np.random.default_rng(1))
    found = np.array([(drawn == r).all(axis=1).mean() for r in records])
    assert np.abs(found - expected).max() < 4 * np.sqrt(0.25 / n)
    assert (found[expected == 0] == 0).all()


@pytest.mark.parametrize("closeness", [0.0, 0.7])
def test_rows_at_a_time_change_nothing(mixture: Mixture, closeness: float) -> None:
    """Any number of rows at a time gives the same records, with and without personas."""
    vectors = np.random.default_rng(2).normal(size=(50, 3)).astype(np.float32)
    vectors[:, 2] = closeness
    whole, parts = (draw_mixture(mixture, vectors, np.random.default_rng(3), chunk=k) for k in (50, 7))
    assert (whole == parts).all()


def test_cases_are_rows_in_one(mixture: Mixture) -> None:
    """Records without personas are those that each row would have drawn by itself."""
    vectors = np.zeros((60, 3), np.float32)
    together = draw_mixture(mixture, vectors, np.random.default_rng(4))
    alone = draw_mixture(mixture, vectors, np.random.default_rng(4), chunk=1)
    assert (together == alone).all()
