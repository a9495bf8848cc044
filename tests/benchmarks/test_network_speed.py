"""Figures of the network's benchmark, on tables where they are known."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import network_speed

from censemble.generators import BayesianNetwork, Bootstrap


def test_a_copy_of_the_reference_has_perfect_support() -> None:
    """Precision 100 and no pair that never occurs; half of the records give half of the recall."""
    frame = pd.DataFrame({"a": ["x", "y"] * 50, "b": list("1122") * 25})
    schema, (reference,) = network_speed.coded([frame])
    half = reference[:, reference[0] == 0]
    said = network_speed.fidelity(
        Bootstrap().fit(schema, seed_sample=network_speed.pool_of(schema, half)), schema, reference
    )
    assert said.startswith("precision 100.0, recall 50.0, F1 66.7")
    assert said.endswith("0.00 %")


def test_likelihood_of_independent_coins() -> None:
    """Two fair coins: twice the logarithm of a half; a code that was never seen counts as the floor."""
    codes = np.stack([np.tile([0, 1], 200), np.tile([0, 0, 1, 1], 100)])
    names = [pd.DataFrame({"a": c[0].astype(str), "b": c[1].astype(str)}) for c in (codes, codes + 2)]
    schema, (train, unseen) = network_speed.coded(names)
    network = BayesianNetwork().fit(schema, seed_sample=network_speed.pool_of(schema, train))
    assert network_speed.likelihood(network, train) == pytest.approx(2 * np.log(0.5), abs=0.01)
    assert network_speed.likelihood(network, unseen) == pytest.approx(2 * np.log(network_speed.FLOOR))


def test_made_up_records_use_all_their_codes() -> None:
    """Thirteen attributes within their declared codes."""
    schema, codes = network_speed.made_up(2000)
    assert codes.shape == (13, 2000)
    assert all(line.min() >= 0 and line.max() < a.n_codes for a, line in zip(schema.attributes, codes, strict=True))
