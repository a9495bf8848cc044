"""One tree."""

from __future__ import annotations

import numpy as np
import pytest

from censemble.generators.tree_growth import Tree, grow_tree


def grown(
    lines: list[list[int]],
    classes: list[int],
    *,
    weights: list[float] | None = None,
    ordered: bool = False,
    min_gain: float = 1.0,
) -> Tree:
    """Grow a tree from typed lines."""
    table = np.array(lines, dtype=np.int16).reshape(len(lines), len(classes))
    return grow_tree(
        table,
        np.array(classes, dtype=np.int16),
        np.ones(len(classes)) if weights is None else np.array(weights),
        n_codes=table.max(axis=1, initial=0).astype(np.int64) + 1,
        ordered=np.full(len(lines), ordered),
        n_classes=max(classes) + 1,
        min_gain=min_gain,
    )


def leaf_of(tree: Tree, codes: list[int]) -> int:
    """Walk down."""
    node = 0
    while tree.feature[node] >= 0:
        node = int(tree.left[node]) + (not tree.goes_left[node, codes[tree.feature[node]]])
    return node


def test_every_record_is_counted_in_the_leaf_it_reaches() -> None:
    """Leaf counts are the weights of the records that walk there; other nodes hold none."""
    rng = np.random.default_rng(1)
    lines, classes, weights = rng.integers(0, 4, (3, 200)), rng.integers(0, 3, 200), rng.random(200) + 0.5
    classes = np.where(lines[0] > 1, lines[1] % 3, classes)
    tree = grown(lines.tolist(), classes.tolist(), weights=weights.tolist())
    expected = np.zeros_like(tree.counts)
    for i in range(200):
        expected[leaf_of(tree, lines[:, i].tolist()), classes[i]] += weights[i]
    assert len(tree.feature) > 1
    assert np.allclose(tree.counts, expected)


def test_the_attribute_that_tells_is_found_among_others() -> None:
    """A class that copies the third line splits on it alone, into pure leaves."""
    rng = np.random.default_rng(2)
    lines = rng.integers(0, 5, (4, 300))
    tree = grown(lines.tolist(), (lines[2] == 3).astype(int).tolist())
    assert set(tree.feature[tree.feature >= 0].tolist()) == {2}
    assert all((row > 0).sum() == 1 for row in tree.counts[tree.feature < 0])


def test_noise_is_not_split_on() -> None:
    """Classes that depend on nothing give a single leaf."""
    rng = np.random.default_rng(3)
    tree = grown(rng.integers(0, 4, (3, 400)).tolist(), rng.integers(0, 2, 400).tolist(), min_gain=6.0)
    assert tree.feature.tolist() == [-1]


def test_codes_without_order_are_grouped_in_one_cut() -> None:
    """Codes 0 and 2 against 1 and 3 is one split; where only cuts through the order count it takes more."""
    line = np.tile([0, 1, 2, 3], 100)
    classes = (line % 2).tolist()
    free, bound = grown([line.tolist()], classes), grown([line.tolist()], classes, ordered=True)
    assert len(free.feature) == 3
    assert sorted(free.goes_left[0].tolist()) == [False, False, True, True]
    assert free.goes_left[0, 0] == free.goes_left[0, 2]
    assert len(bound.feature) > 3


def test_interactions_are_found() -> None:
    """Exclusive or with a slight lean on one line takes two levels."""
    rng = np.random.default_rng(4)
    lines = rng.integers(0, 2, (2, 2000))
    lines[0] = np.where(rng.random(2000) < 0.2, 1, lines[0])
    tree = grown(lines.tolist(), (lines[0] ^ lines[1]).tolist())
    assert all((row > 0).sum() == 1 for row in tree.counts[tree.feature < 0])


def test_unseen_codes_go_with_the_greater_part() -> None:
    """Of a node with 30 records against 10, a code that no record has goes to the 30."""
    tree = grow_tree(
        np.array([[0] * 30 + [2] * 10], dtype=np.int16),
        np.array([0] * 30 + [1] * 10, dtype=np.int16),
        np.ones(40),
        n_codes=np.array([3]),
        ordered=np.array([False]),
        n_classes=2,
        min_gain=1.0,
    )
    assert tree.counts[leaf_of(tree, [1])].tolist() == [30.0, 0.0]


def test_without_lines_there_is_one_leaf() -> None:
    """The first attribute of a network depends on nothing."""
    tree = grown([], [0, 1, 1])
    assert tree.counts.tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize("min_gain", [0.5, 5.0, 50.0])
def test_greater_gains_give_smaller_trees(min_gain: float) -> None:
    """A stricter tree is never larger than a looser one."""
    rng = np.random.default_rng(5)
    lines = rng.integers(0, 4, (3, 300))
    classes = ((lines.sum(axis=0) + (rng.random(300) < 0.3)) % 3).tolist()
    loose, strict = (
        grown(lines.tolist(), classes, min_gain=min_gain),
        grown(lines.tolist(), classes, min_gain=2 * min_gain),
    )
    assert len(strict.feature) <= len(loose.feature)


def test_a_tree_grows_as_large_as_it_must() -> None:
    """300 codes with a class of their own each: every one gets its leaf, nothing is lost on the way."""
    parent = np.repeat(np.arange(300), 10)
    tree = grown([parent.tolist()], parent.tolist(), ordered=True)
    assert (tree.feature < 0).sum() == 300
    assert sorted(tree.counts.max(axis=1)[tree.feature < 0]) == [10.0] * 300
    assert tree.counts.sum() == 3000


@pytest.mark.parametrize("ordered", [False, True])
def test_many_labels_are_no_structure(ordered: bool) -> None:
    """Of two independent attributes of 400 labels hardly anything is learnt, in whatever order labels are put."""
    rng = np.random.default_rng(1)
    line, classes = rng.integers(0, 400, (2, 4000))
    tree = grow_tree(
        line[None].astype(np.int16),
        classes.astype(np.int16),
        np.ones(4000),
        n_codes=np.array([400]),
        ordered=np.array([ordered]),
        n_classes=400,
        min_gain=3.0,
    )
    assert len(tree.feature) <= 9
