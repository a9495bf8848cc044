"""Log-linear models against slow fitting of the whole joint table, against mbi, and in what they draw."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from censemble.generators.beliefs import product_beliefs
from censemble.generators.junction_tree import junction_tree
from censemble.generators.log_linear import Fit, Partition, draw, fit, given, refit

SIZES = (3, 2, 4, 2, 3)
CHAIN = ((0, 1), (1, 2), (2, 3), (3, 4))
RING = ((0, 1), (1, 2), (2, 3), (0, 3), (4,))


def partitions(joint: np.ndarray, scopes: tuple[tuple[int, ...], ...]) -> list[Partition]:
    """The full marginal tables of a joint, as tables with one class a cell."""
    found = []
    for scope in scopes:
        table = joint.sum(axis=tuple(i for i in range(joint.ndim) if i not in scope))
        found.append(Partition(str(scope), scope, np.arange(table.size).reshape(table.shape), table.ravel()))
    return found


def random_joint(seed: int, *, zeros: bool = False) -> np.ndarray:
    """Some joint distribution, perhaps with zeros."""
    rng = np.random.default_rng(seed)
    joint = rng.gamma(0.7, size=SIZES)
    if zeros:
        joint[0, 1] = 0.0
    return joint / joint.sum()


def fit_to(parts: list[Partition], measures: list[np.ndarray] | None = None) -> Fit:
    """Fit from independent measures, uniform if none are given."""
    tree = junction_tree(SIZES, [p.scope for p in parts])
    return fit(product_beliefs(tree, measures or [np.ones(n) for n in SIZES]), parts)


def slow_fit(parts: list[Partition], measures: list[np.ndarray] | None = None) -> np.ndarray:
    """Iterative proportional fitting of the whole joint table, 500 sweeps."""
    joint = np.ones(SIZES)
    for i, m in enumerate(measures or []):
        joint = joint * m.reshape([-1 if k == i else 1 for k in range(len(SIZES))])
    joint /= joint.sum()
    for _ in range(500):
        for part in parts:
            shape = [n if i in part.scope else 1 for i, n in enumerate(SIZES)]
            label = np.broadcast_to(part.label.reshape(shape), SIZES)
            found = np.bincount(label.ravel(), weights=joint.ravel(), minlength=len(part.shares))
            factor = np.divide(part.shares, found, out=np.zeros_like(found), where=found > 0)
            joint = joint * factor[label]
    return joint


@pytest.mark.parametrize("scopes", [CHAIN, RING, ((0, 1, 2), (2, 3), (1, 4))], ids=["chain", "ring", "three-way"])
@pytest.mark.parametrize("zeros", [False, True])
def test_the_same_as_fitting_the_whole_table(scopes: tuple[tuple[int, ...], ...], *, zeros: bool) -> None:
    """Every clique has the marginals of the slow fit on the full joint table."""
    parts = partitions(random_joint(5, zeros=zeros), scopes)
    done, slow = fit_to(parts), slow_fit(parts)
    assert done.agree
    assert max(done.gaps.values()) < 1e-6
    for table, clique in zip(done.beliefs.tables, done.beliefs.tree.cliques, strict=True):
        expected = slow.sum(axis=tuple(i for i in range(slow.ndim) if i not in clique))
        np.testing.assert_allclose(table, expected, atol=1e-6)


def test_coarse_classes_keep_the_starting_measure_inside() -> None:
    """Where a table only says "0, or 1 or 2", the parts of a class keep the ratio of the measure."""
    part = Partition("coarse", (0,), np.array([0, 1, 1]), np.array([0.4, 0.6]))
    done = fit_to([part], [np.array([1.0, 1.0, 3.0]), *(np.ones(n) for n in SIZES[1:])])
    np.testing.assert_allclose(done.beliefs.marginal((0,)), [0.4, 0.15, 0.45])


def test_tables_that_disagree_have_one_vote_each() -> None:
    """Two tables of one attribute: the model minimises the sum of the divergences, as a slow search finds."""
    label = np.array([0, 1])
    first, second = np.array([0.2, 0.8]), np.array([0.6, 0.4])
    done = fit_to([Partition("a", (1,), label, first), Partition("b", (1,), label, second)])
    tried = np.linspace(0.001, 0.999, 9981)
    p = np.stack([tried, 1 - tried], axis=1)
    best = tried[np.argmin((p * np.log(p / first)).sum(axis=1) + (p * np.log(p / second)).sum(axis=1))]
    assert not done.agree
    assert done.beliefs.marginal((1,))[0] == pytest.approx(best, abs=2e-4)
    assert set(done.gaps) == {"a", "b"}
    assert min(done.gaps.values()) > 0.1


def test_drawn_records_have_the_shares_of_the_model() -> None:
    """Frequencies of 200,000 records are those of the slow joint, within noise, zeros never drawn."""
    parts = partitions(random_joint(7, zeros=True), RING)
    slow = slow_fit(parts)
    codes = draw(fit_to(parts).beliefs, 200_000, np.random.default_rng(1))
    found = np.zeros(SIZES)
    np.add.at(found, tuple(codes[i] for i in range(len(SIZES))), 1 / 200_000)
    assert (found[slow < 1e-15] == 0).all()
    assert np.abs(found - slow).sum() / 2 < 0.02


def test_what_is_given_is_kept_and_the_rest_follows_from_it() -> None:
    """Records drawn given the codes of the root have the conditional shares."""
    parts = partitions(random_joint(9), CHAIN)
    tree = junction_tree(SIZES, [p.scope for p in parts], root=(0, 1))
    done = fit(product_beliefs(tree, [np.ones(n) for n in SIZES]), parts)
    known = {0: np.full(50_000, 2), 1: np.full(50_000, 1)}
    codes = draw(done.beliefs, 50_000, np.random.default_rng(2), known=known)
    slow = slow_fit(parts)[2, 1].sum(axis=(1, 2))
    assert (codes[0] == 2).all()
    np.testing.assert_allclose(np.bincount(codes[2]) / 50_000, slow / slow.sum(), atol=0.01)


def test_an_impossible_given_is_refused() -> None:
    """Codes that have probability 0 cannot be given."""
    part = Partition("a", (1,), np.array([0, 1]), np.array([1.0, 0.0]))
    tree = junction_tree(SIZES, [(1, 2)], root=(1,))
    done = fit(product_beliefs(tree, [np.ones(n) for n in SIZES]), [part])
    with pytest.raises(ValueError, match="probability 0"):
        draw(done.beliefs, 2, np.random.default_rng(0), known={1: np.array([0, 1])})


def test_conditioning_gives_probability_and_conditional() -> None:
    """Narrowing one attribute gives the probability of the condition and the conditional joint."""
    parts = partitions(random_joint(11), CHAIN)
    done, slow = fit_to(parts), slow_fit(parts)
    narrowed, probability = given(done.beliefs, {2: np.array([0.0, 1.0, 0.5, 0.0])})
    weighted = slow * np.array([0.0, 1.0, 0.5, 0.0]).reshape(1, 1, -1, 1, 1)
    assert probability == pytest.approx(weighted.sum(), abs=1e-6)
    np.testing.assert_allclose(narrowed.marginal((0,)), weighted.sum(axis=(1, 2, 3, 4)) / weighted.sum(), atol=1e-6)
    assert given(done.beliefs, {2: np.zeros(4)})[1] == 0


@pytest.fixture
def oracle() -> Path:
    """The script that asks private-pgm."""
    if importlib.util.find_spec("mbi") is None:
        if os.environ.get("CENSEMBLE_REQUIRE_MBI") == "1":
            pytest.fail("mbi is not installed, and CENSEMBLE_REQUIRE_MBI=1 forbids to skip")
        pytest.skip("mbi is not installed; pip install censemble[dev] brings it")
    return Path(__file__).with_name("mbi_oracle.py")


@pytest.mark.parametrize("scopes", [CHAIN, RING], ids=["chain", "ring"])
def test_the_same_marginals_as_mbi(oracle: Path, scopes: tuple[tuple[int, ...], ...]) -> None:
    """Given the same tables the cliques have the marginals that private-pgm estimates, within 1e-4."""
    parts = partitions(random_joint(13), scopes)
    names = [str(i) for i in range(len(SIZES))]
    done = fit_to(parts)
    asked = {
        "names": names,
        "sizes": SIZES,
        "tables": [{"scope": [names[i] for i in p.scope], "shares": p.shares.tolist()} for p in parts],
        "cliques": [[names[i] for i in clique] for clique in done.beliefs.tree.cliques],
    }
    told = subprocess.run([sys.executable, oracle], input=json.dumps(asked), capture_output=True, text=True, check=True)
    for table, found in zip(done.beliefs.tables, json.loads(told.stdout), strict=True):
        np.testing.assert_allclose(table, np.array(found).reshape(table.shape), atol=1e-4)


def test_factors_are_what_the_start_was_multiplied_by() -> None:
    """Start times the factors of all tables is the fitted distribution."""
    parts = partitions(random_joint(3), ((0, 1), (1, 2)))
    tree = junction_tree(SIZES, [p.scope for p in parts])
    start = product_beliefs(tree, [np.ones(n) for n in SIZES])
    done = fit(start, parts)
    joint = np.ones(SIZES[:3]) / np.prod(SIZES[:3])
    joint *= done.factors[0][parts[0].label][:, :, None] * done.factors[1][parts[1].label][None]
    np.testing.assert_allclose(joint.sum(axis=2), done.beliefs.marginal((0, 1)), atol=1e-9)
    np.testing.assert_allclose(joint.sum(axis=0), done.beliefs.marginal((1, 2)), atol=1e-9)


def test_refitting_keeps_shares_and_follows_the_other_start() -> None:
    """Two tables of one attribute each: the odds between them are those of the new start, the shares the tables'."""
    parts = [
        Partition("a", (0,), np.arange(2), np.array([0.3, 0.7])),
        Partition("b", (1,), np.arange(2), np.array([0.6, 0.4])),
    ]
    tree = junction_tree((2, 2), [(0, 1)])
    start = product_beliefs(tree, [np.ones(2), np.ones(2)])
    other = start.copy()
    other.tables[0] = np.array([[0.4, 0.1], [0.1, 0.4]])
    found = refit(other, fit(start, parts)).beliefs.marginal((0, 1))
    np.testing.assert_allclose(found.sum(axis=1), [0.3, 0.7], atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=0), [0.6, 0.4], atol=1e-9)
    assert found[0, 0] * found[1, 1] / (found[0, 1] * found[1, 0]) == pytest.approx(16)


def test_a_start_that_excludes_what_is_asked_for_changes_nothing() -> None:
    """Nobody in a class that a table counts: the first fit stays."""
    parts = [Partition("a", (0,), np.arange(2), np.array([0.3, 0.7]))]
    tree = junction_tree((2, 2), [(0, 1)])
    first = fit(product_beliefs(tree, [np.ones(2), np.ones(2)]), parts)
    blocked = product_beliefs(tree, [np.array([0.0, 1.0]), np.ones(2)])
    assert refit(blocked, first) is first
