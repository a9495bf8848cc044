from itertools import product

import numpy as np
import pytest

from censemble.generators.forests import Forest
from censemble.generators.semapop.autoregressive_draw import Known, Mixture, draw_mixture
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


def test_rows_at_a_time_change_nothing(mixture: Mixture) -> None:
    """Any number of rows with personas at a time gives the same records."""
    vectors = np.random.default_rng(2).normal(size=(50, 3)).astype(np.float32)
    vectors[:, 2] = 0.7
    whole, parts = (draw_mixture(mixture, vectors, np.random.default_rng(3), chunk=k) for k in (50, 7))
    assert (whole == parts).all()


def test_codes_are_shared_out_evenly(mixture: Mixture) -> None:
    """Without personas the first block has each code as often as its share says, to within one, in any order."""
    nobody = np.zeros((1001, 3), np.float32)
    nothing = np.zeros((1, PLAN.n_cells), np.float32)
    logits = conditional_logits(mixture.weights, PLAN, nothing, None)
    expected = np.asarray(sparse_shares(logits, PLAN.starts, 1.5))[0, :2] * 1001
    for number in range(5):
        first = draw_mixture(mixture, nobody, np.random.default_rng(number))[:, 0]
        assert (np.abs(np.bincount(first, minlength=2) - expected) <= 1.01).all()
        assert 0.2 < np.abs(np.diff(first.astype(int))).mean() < 0.8  # not one code after the other


def test_forest_and_network_share_by_part(mixture: Mixture) -> None:
    """A forest of one leaf takes the part that the network leaves it."""
    leaf = [np.eye(1, size)[:, ::-1] for size in PLAN.sizes]  # the last code, always
    nowhere = np.full(1, -1, np.int32)
    forests = tuple(
        Forest((), np.zeros(1, np.int32), nowhere, np.zeros(1, np.int32), np.zeros((1, 4), np.bool_), line)
        for line in leaf
    )
    mixed = Mixture(PLAN, mixture.weights, forests, np.array([0.25, 0.25]), 1.5)
    alone = Mixture(PLAN, mixture.weights, (), np.ones(1), 1.5)
    for closeness in (0.0, 1e-6):  # the same shares, by the two ways of drawing
        vectors = np.full((20_000, 3), closeness, np.float32)
        found, own = (draw_mixture(m, vectors, np.random.default_rng(1))[:, 0].mean() for m in (mixed, alone))
        assert found == pytest.approx(0.75 + 0.25 * own, abs=0.015)


def test_known_shares_replace_those_learnt(mixture: Mixture) -> None:
    """Where the table says a code it is drawn, by both ways of drawing; where it does not the network is asked."""
    table = np.zeros((2, 3, 2))
    table[:, :, 0], table[1, 2] = 1.0, 0.0
    known = Mixture(PLAN, mixture.weights, (), np.ones(1), 1.5, Known(2, 0, 1, table))
    for closeness in (0.0, 0.5):
        codes = draw_mixture(known, np.full((4000, 3), closeness, np.float32), np.random.default_rng(1))
        asked = (codes[:, 0] == 1) & (codes[:, 1] == 2)
        assert (codes[~asked, 2] == 0).all()
        assert 0 < codes[asked, 2].mean() < 1
