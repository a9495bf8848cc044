"""Hill climbing."""

from __future__ import annotations

from itertools import product

import known_network
import numpy as np
import pytest

from censemble.generators.structure import FamilyScores, climb, order_of


def scores_of(codes: np.ndarray, weights: np.ndarray | None = None) -> FamilyScores:  # type: ignore[type-arg]
    """Scores of records with their own numbers of codes."""
    sizes = codes.max(axis=1).astype(np.int64) + 1
    return FamilyScores(codes, np.ones(codes.shape[1]) if weights is None else weights, sizes)


def test_score_by_hand() -> None:
    """BIC of a copied bit: a perfect fit, less one parameter for each of two configurations."""
    codes = np.array([[0, 0, 1, 1], [0, 0, 1, 1]], dtype=np.int16)
    scores = scores_of(codes)
    assert scores.of(1, frozenset()) == pytest.approx(4 * np.log(0.5) - 0.5 * np.log(4))
    assert scores.of(1, frozenset({0})) == pytest.approx(-0.5 * np.log(4) * 2)


def test_weights_count_as_records() -> None:
    """Weight 2 is two records."""
    codes = np.array([[0, 1, 1], [0, 1, 0]], dtype=np.int16)
    twice = np.repeat(codes, [2, 1, 1], axis=1)
    assert scores_of(codes, np.array([2.0, 1, 1])).of(1, frozenset({0})) == pytest.approx(
        scores_of(twice).of(1, frozenset({0}))
    )


def test_many_labels_are_counted_without_a_table() -> None:
    """Ten thousand labels given two attributes of a thousand: the score by hand, not a table of 80 gigabytes."""
    label = np.arange(10_000, dtype=np.int16)
    scores = scores_of(np.stack([label % 1000, label // 10, label]))
    assert scores.of(2, frozenset({0, 1})) == pytest.approx(-0.5 * np.log(10_000) * 9_999 * 10_000)


def test_the_known_network_is_found() -> None:
    """A-B, A-C and B, C to D: the same arcs but for their direction, and the best score of all graphs in that order."""
    codes = known_network.records(20_000)
    parents = climb(scores_of(codes))
    pairs = {frozenset((i, p)) for i, mine in enumerate(parents) for p in mine}
    assert pairs >= {frozenset(p) for p in ((0, 1), (0, 2), (1, 3), (2, 3))}


def test_the_score_is_near_the_best_of_all_graphs() -> None:
    """Against every graph over three attributes."""
    codes = known_network.records(500)[:3]
    scores = scores_of(codes)
    best = -np.inf
    sets = [[frozenset(s) for s in ((), (a,), (b,), (a, b))] for a, b in ((1, 2), (0, 2), (0, 1))]
    for graph in product(*sets):
        try:
            order_of(graph)
        except ValueError:
            continue
        best = max(best, sum(scores.of(i, p) for i, p in enumerate(graph)))
    assert sum(scores.of(i, p) for i, p in enumerate(climb(scores))) == pytest.approx(best)


def test_given_attributes_get_no_parents_and_limits_are_kept() -> None:
    """The first two are given; nobody has more than one parent."""
    parents = climb(scores_of(known_network.records(5000)), evidence=2, max_parents=1)
    assert parents[0] == parents[1] == frozenset()
    assert max(len(p) for p in parents) == 1


def test_independent_attributes_stay_alone() -> None:
    """BIC does not pay for noise."""
    codes = np.random.default_rng(1).integers(0, 4, (5, 1000)).astype(np.int16)
    assert not any(climb(scores_of(codes)))


def test_a_cycle_has_no_order() -> None:
    """It is refused."""
    with pytest.raises(ValueError, match="cycle"):
        order_of((frozenset({1}), frozenset({0})))
