"""Networks: drawing and conditions against slow exact enumeration."""

from __future__ import annotations

from itertools import product

import known_network
import numpy as np
import pytest
from known_network import SIZES
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.forests import class_shares
from censemble.generators.network import Line, Network, draw, draw_meeting, learn_network, scaled_weights

LINES = tuple(Line(name, n, False) for name, n in zip("abcd", SIZES, strict=True))


@pytest.fixture(scope="module")
def network() -> Network:
    """Learnt from 3,000 records of the known network."""
    return learn_network(known_network.records(3000), np.ones(3000), LINES, np.random.default_rng(0))


def enumerated(network: Network) -> NDArray[np.float64]:
    """Probability that the network gives to every combination, one by one."""
    table = np.ones(SIZES)
    for cell in product(*(range(n) for n in SIZES)):
        for place, line in enumerate(network.order):
            features = np.array([[cell[f]] for f in network.features(place)], dtype=np.int16).reshape(-1, 1)
            own = np.array([cell[line]], dtype=np.int16)
            table[cell] *= class_shares(network.forests[place], features, own)[0]
    return table


def shares_of(rows: NDArray[np.int16]) -> NDArray[np.float64]:
    """Share of every combination among drawn records."""
    cells = np.ravel_multi_index(tuple(rows.T.astype(np.int64)), SIZES)
    return np.bincount(cells, minlength=int(np.prod(SIZES))).reshape(SIZES) / len(rows)


def test_drawing_follows_the_network_exactly(network: Network) -> None:
    """Frequencies of 200,000 records agree with the enumerated joint table within five standard errors."""
    truth, n = enumerated(network), 200_000
    assert truth.sum() == pytest.approx(1.0)
    rows, kept = draw(network, np.zeros((n, 0), np.int16), np.random.default_rng(1))
    assert (kept == 1.0).all()
    assert (np.abs(shares_of(rows) - truth) <= 5 * np.sqrt(truth / n) + 1e-5).all()


def test_the_joint_table_is_learnt(network: Network) -> None:
    """Total variation to the truth is at most a quarter more than that of counting the 3,000 records in 36 cells."""
    truth = known_network.joint()
    counted = shares_of(known_network.records(3000).T)
    assert np.abs(enumerated(network) - truth).sum() < 1.25 * np.abs(counted - truth).sum()


@pytest.mark.parametrize(
    "allowed",
    [
        {"d": [0.0, 0.0, 1.0]},
        {"a": [0.0, 1.0], "d": [1.0, 0.0, 0.5]},
        {"b": [0.2, 0.0, 1.0], "c": [1.0, 0.3]},
    ],
)
def test_conditions_hold_exactly(network: Network, allowed: dict[str, list[float]]) -> None:
    """Frequencies agree with the enumerated table times what is allowed, also where codes are allowed in part."""
    truth, n = enumerated(network), 100_000
    for name, share in allowed.items():
        axis = "abcd".index(name)
        truth = truth * np.array(share).reshape([-1 if k == axis else 1 for k in range(4)])
    truth /= truth.sum()
    wanted = {name: np.array(share) for name, share in allowed.items()}
    rows = draw_meeting(network, n, np.random.default_rng(2), allowed=wanted, said="that")
    assert len(rows) == n
    assert (np.abs(shares_of(rows) - truth) <= 5 * np.sqrt(truth / n) + 1e-5).all()


def test_conditions_that_nearly_nobody_meets_are_refused(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a bounded number of proposals, with the figures."""
    monkeypatch.setattr("censemble.generators.network.MORE_PROPOSALS", 1000)
    allowed = {"d": np.array([0.0, 0.0, 1.0]), "b": np.array([0.0, 1.0, 0.0]), "c": np.array([0.0, 1e-9])}
    with pytest.raises(SchemaError, match=r"of 5 records that meet c high were found in [\d,]+ proposals"):
        draw_meeting(network, 5, np.random.default_rng(2), allowed=allowed, said="c high")


def test_given_attributes_are_kept_and_matter() -> None:
    """With B and C given, D follows their table."""
    codes = known_network.records(20_000)[[1, 2, 3]]
    lines = (LINES[1], LINES[2], LINES[3])
    network = learn_network(codes, np.ones(20_000), lines, np.random.default_rng(0), n_given=2)
    given = np.array([[0, 1]] * 20_000, dtype=np.int16)
    rows, _ = draw(network, given, np.random.default_rng(1))
    assert np.array_equal(rows[:, :2], given)
    assert np.bincount(rows[:, 2], minlength=3) / 20_000 == pytest.approx(known_network.D_GIVEN_BC[0, 1], abs=0.02)


def test_leading_attributes_come_first() -> None:
    """In the order given, whatever hill climbing says."""
    network = learn_network(known_network.records(500), np.ones(500), LINES, np.random.default_rng(0), leading=(3, 1))
    assert network.order[:2] == (3, 1)
    assert sorted(network.order) == [0, 1, 2, 3]


def test_attributes_can_be_turned_into_others() -> None:
    """A forest that predicts b + 1 modulo 3 gives b back when what it draws is turned."""
    codes = known_network.records(5000)
    shifted = ((codes[1] + 1) % 3).astype(np.int16)
    network = learn_network(codes, np.ones(5000), LINES, np.random.default_rng(0), turned={1: (shifted, 3)})
    rows, _ = draw(network, np.zeros((20_000, 0), np.int16), np.random.default_rng(1), turn={1: lambda c: (c - 1) % 3})
    assert np.abs(shares_of(rows) - known_network.joint()).sum() < 0.08


def test_weights_are_scaled_to_the_effective_sample_size() -> None:
    """One record of weight 3 and three of weight 1: 36 / 12 = 3."""
    assert scaled_weights(np.array([3.0, 1, 1, 1])).sum() == pytest.approx(3.0)


def test_margins_of_a_weighted_sample_are_kept() -> None:
    """One-way shares of drawn records are the weighted sample's within noise and a touch of smoothing."""
    codes = known_network.records(4000)
    weights = np.where(codes[0] == 1, 5.0, 1.0)
    network = learn_network(codes, weights, LINES, np.random.default_rng(0))
    rows, _ = draw(network, np.zeros((50_000, 0), np.int16), np.random.default_rng(1))
    for k in range(4):
        expected = np.bincount(codes[k], weights=weights) / weights.sum()
        assert np.bincount(rows[:, k], minlength=SIZES[k]) / 50_000 == pytest.approx(expected, abs=0.012)
