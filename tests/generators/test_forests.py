"""Forests: smoothing, averaging."""

from __future__ import annotations

import known_network
import numpy as np
import pytest

from censemble.generators.forests import ForestSettings, class_shares, join_trees, learn_forest, smoothed
from censemble.generators.tree_growth import Tree


def two_levels() -> Tree:
    """Root of 12 records, a leaf of 8, a node of 4 with leaves of 3 and 1; three classes."""
    return Tree(
        feature=np.array([0, -1, 1, -1, -1], dtype=np.int32),
        left=np.array([1, 0, 3, 0, 0], dtype=np.int32),
        goes_left=np.array([[1, 0], [0, 0], [1, 0], [0, 0], [0, 0]], dtype=bool),
        counts=np.array([[0.0, 0, 0], [6, 2, 0], [0, 0, 0], [0, 3, 0], [0, 0, 1]]),
    )


def test_shares_are_interpolated_down_the_tree_by_hand() -> None:
    """(c + a p_above) / (n + a), from the root with a = 2."""
    shares = smoothed(two_levels(), 2.0)
    root = np.array([6, 5, 1]) / 12
    node = (np.array([0, 3, 1]) + 2 * root) / 6
    assert np.allclose(
        shares,
        [
            root,
            (np.array([6, 2, 0]) + 2 * root) / 10,
            node,
            (np.array([0, 3, 0]) + 2 * node) / 5,
            (np.array([0, 0, 1]) + 2 * node) / 3,
        ],
    )
    assert np.allclose(shares.sum(axis=1), 1.0)


def test_without_concentration_shares_are_those_counted() -> None:
    """Nothing is given to classes that a leaf has not seen."""
    assert smoothed(two_levels(), 0.0)[[1, 3, 4]].tolist() == [[0.75, 0.25, 0.0], [0, 1, 0], [0, 0, 1]]


def test_trees_are_averaged() -> None:
    """The share of a class is the mean over trees."""
    leaf = Tree(np.array([-1], np.int32), np.zeros(1, np.int32), np.zeros((1, 2), bool), np.array([[1.0, 1, 2]]))
    forest = join_trees((two_levels(), leaf), 0.0)
    lines = np.array([[0, 1], [0, 0]], dtype=np.int16)
    assert class_shares(forest, lines, np.array([0, 1], np.int16)).tolist() == [(0.75 + 0.25) / 2, (1 + 0.25) / 2]


def test_known_shares_are_learnt() -> None:
    """From 20,000 records of a known network the table of its last attribute is right to 0.03, zeros to 0.002."""
    codes = known_network.records(20_000)
    forest = learn_forest(
        codes[:3],
        codes[3],
        np.ones(20_000),
        np.random.default_rng(0),
        n_codes=np.array(known_network.SIZES[:3]),
        ordered=np.zeros(3, bool),
        n_classes=3,
        settings=ForestSettings(),
    )
    for b in range(3):
        for c in range(2):
            for d in range(3):
                line = np.array([[0], [b], [c]], dtype=np.int16)
                found = class_shares(forest, line, np.array([d], np.int16))[0]
                truth = known_network.D_GIVEN_BC[b, c, d]
                assert found == pytest.approx(truth, abs=0.03 if truth else 0.002)


def test_averaging_predicts_unseen_records_better_than_one_tree() -> None:
    """The reason for forests, on few records of a class that leans on many attributes a little."""
    rng = np.random.default_rng(3)
    lines = rng.integers(0, 3, (8, 4000)).astype(np.int16)
    lean = lines.sum(axis=0) - 8 + rng.normal(0, 1.5, 4000)
    classes = np.digitize(lean, [-1.5, 1.5]).astype(np.int16)
    found = []
    for n_trees in (1, 16):
        forest = learn_forest(
            np.ascontiguousarray(lines[:, :500]),
            classes[:500],
            np.ones(500),
            np.random.default_rng(0),
            n_codes=np.full(8, 3),
            ordered=np.zeros(8, bool),
            n_classes=3,
            settings=ForestSettings(n_trees),
        )
        shares = class_shares(forest, np.ascontiguousarray(lines[:, 500:]), classes[500:])
        found.append(np.log(np.maximum(shares, 1e-9)).mean())
    assert found[1] > found[0] + 0.02


@pytest.mark.parametrize("wrong", [{"n_trees": 0}, {"min_gain": -1.0}, {"concentration": -0.1}])
def test_settings_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    """With the ranges."""
    with pytest.raises(ValueError, match="are needed"):
        ForestSettings(**wrong)  # type: ignore[arg-type]
