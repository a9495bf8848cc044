"""Who becomes whom: people are reached as often as they are, and near ones rather than far ones."""

from __future__ import annotations

import numpy as np
import pytest

from censemble.steering_matching import N_GOALS, match, turns

RNG = np.random.default_rng(7)
N = 1500
PLACES = RNG.standard_normal((N, 3))
SAYS = RNG.random(N) < 1 / (1 + np.exp(2 - 2 * PLACES[:, 0]))
WEIGHTS = RNG.uniform(0.5, 2.0, N)


def test_people_are_reached_as_often_as_they_are() -> None:
    """Weighted means and spreads of where everybody has gone are those of who says so; these stay."""
    found = match(PLACES, WEIGHTS, SAYS, np.random.default_rng(1))
    assert SAYS[found].all()
    assert (found[SAYS] == np.flatnonzero(SAYS)).all()
    ends, own = PLACES[found[~SAYS]], PLACES[SAYS]
    for moment in (lambda x: x, np.square):
        went = np.average(moment(ends), axis=0, weights=WEIGHTS[~SAYS])
        wanted = np.average(moment(own), axis=0, weights=WEIGHTS[SAYS])
        np.testing.assert_allclose(went, wanted, atol=0.12)


def test_the_way_is_short() -> None:
    """Far shorter than to anybody who says so, drawn by weight."""
    found = match(PLACES, WEIGHTS, SAYS, np.random.default_rng(1))
    anybody = RNG.choice(np.flatnonzero(SAYS), N, p=WEIGHTS[SAYS] / WEIGHTS[SAYS].sum())
    gone, random = (np.linalg.norm(PLACES[to] - PLACES, axis=1)[~SAYS].mean() for to in (found, anybody))
    assert gone < 0.75 * random


def test_where_many_say_so_some_stand_for_all() -> None:
    """More goals than are kept: the shares still hold, and the weights decide who is kept."""
    n = 4 * N_GOALS
    places = np.concatenate([np.zeros((n, 1)), np.repeat([[1.0], [2.0]], n, axis=0)])
    says, weights = np.repeat([False, True, True], n), np.repeat([1.0, 3.0, 1.0], n)
    ends = places[match(places, weights, says, np.random.default_rng(1))[:n], 0]
    assert (ends == 1.0).mean() == pytest.approx(0.75, abs=0.05)


def test_nobody_to_go_to_or_to_go() -> None:
    """All stay where nobody with weight says so, or everybody does."""
    stay = np.arange(N)
    for says, weights in ((np.zeros(N, bool), WEIGHTS), (np.ones(N, bool), WEIGHTS), (SAYS, WEIGHTS * ~SAYS)):
        assert (match(PLACES, weights, says, np.random.default_rng(1)) == stay).all()


def test_a_strength_is_a_share() -> None:
    """By weight, of those who move; nobody has gone at strength 0, everybody at 1."""
    turn = turns(WEIGHTS, ~SAYS, np.random.default_rng(2))
    for strength in (0.0, 0.3, 0.8, 1.0):
        gone = (turn <= strength) & ~SAYS
        assert WEIGHTS[gone].sum() / WEIGHTS[~SAYS].sum() == pytest.approx(strength, abs=0.002)
