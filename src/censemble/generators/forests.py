"""Conditional tables as forests: several trees on resampled records, smoothed along their paths, averaged.

The share of class j in a node is interpolated with that of the node above, down from the root,

    p(j) = (c_j + a p_above(j)) / (n + a),

so that a combination nobody had gets weight only where there are few records to say so (a hierarchy of Dirichlet
distributions, as in MacKay and Peto 1995, "A hierarchical Dirichlet language model"). Averaging trees that were grown
on bootstrap samples of the records is Breiman's (1996, "Bagging predictors"); a draw from a tree chosen at random is
a draw from the average. What each of these gains: docs/generators.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from censemble.generators.tree_growth import Tree, grow_tree

Float = NDArray[np.float64]


@dataclass(frozen=True)
class ForestSettings:
    """How conditional tables are learnt.

    Parameters
    ----------
    n_trees : int
        >= 1; a single tree is grown on all records, without resampling.
    min_gain : float
        Nats that a split must gain, >= 0. Greater values give smaller trees.
    concentration : float
        a of the equation, >= 0: as how many records the shares of the node above count.

    Raises
    ------
    ValueError
        A value outside its range.
    """

    n_trees: int = 16
    min_gain: float = 1.0
    concentration: float = 2.0

    def __post_init__(self) -> None:
        if self.n_trees < 1 or self.min_gain < 0 or self.concentration < 0:
            raise ValueError("n_trees >= 1, min_gain >= 0 and concentration >= 0 are needed")


@dataclass(frozen=True, eq=False)
class Forest:
    """The conditional table of one attribute, laid out for drawing: the nodes of all trees in one line.

    Parameters
    ----------
    trees : tuple of Tree
        As grown; what is saved.
    roots : ndarray of int32, shape (n_trees,)
    feature, left : ndarray of int32, shape (n_nodes,)
    goes_left : ndarray of bool, shape (n_nodes, n_codes)
    shares : ndarray of float64, shape (n_nodes, n_classes)
        Each line sums to 1.
    """

    trees: tuple[Tree, ...]
    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    left: NDArray[np.int32]
    goes_left: NDArray[np.bool_]
    shares: Float


@numba.njit(cache=True)
def _smoothed(feature: NDArray[np.int32], left: NDArray[np.int32], leaf_counts: Float, a: float) -> Float:
    counts = leaf_counts.copy()
    for t in range(len(counts) - 1, -1, -1):  # summed from the leaves: a loaded tree gives the same to the last bit
        if feature[t] >= 0:
            counts[t] = counts[left[t]] + counts[left[t] + 1]
    counts[0] /= counts[0].sum()
    for t in range(len(counts)):
        if feature[t] >= 0:
            for side in range(2):
                child = left[t] + side
                counts[child] = (counts[child] + a * counts[t]) / (counts[child].sum() + a)
    return counts


def smoothed(tree: Tree, concentration: float) -> Float:
    """Shares of the classes in every node, shape (n_nodes, n_classes).

    Examples
    --------
    >>> parent = np.repeat([0, 1], 20).astype(np.int16)
    >>> tree = grow_tree(parent[None], parent, np.ones(40), n_codes=np.array([2]), ordered=np.array([True]),
    ...                  n_classes=2, min_gain=2.0)
    >>> smoothed(tree, 4.0).round(3).tolist()
    [[0.5, 0.5], [0.917, 0.083], [0.083, 0.917]]
    """
    shares: Float = _smoothed(tree.feature, tree.left, tree.counts, concentration)
    return shares


def join_trees(trees: tuple[Tree, ...], concentration: float) -> Forest:
    """Lay out trees for drawing."""
    sizes = np.array([len(t.feature) for t in trees])
    roots = (np.cumsum(sizes) - sizes).astype(np.int32)
    return Forest(
        trees=trees,
        roots=roots,
        feature=np.concatenate([t.feature for t in trees]),
        left=np.concatenate([t.left + root for t, root in zip(trees, roots, strict=True)]).astype(np.int32),
        goes_left=np.concatenate([t.goes_left for t in trees]),
        shares=np.concatenate([smoothed(t, concentration) for t in trees]),
    )


def learn_forest(
    lines: NDArray[np.int16],
    classes: NDArray[np.int16],
    weights: Float,
    rng: np.random.Generator,
    *,
    n_codes: NDArray[np.int64],
    ordered: NDArray[np.bool_],
    n_classes: int,
    settings: ForestSettings,
) -> Forest:
    """Learn one attribute's shares given others.

    Parameters
    ----------
    lines, classes, weights, n_codes, ordered, n_classes
        As in `tree_growth.grow_tree`.
    rng : numpy.random.Generator
        Resamples the records.
    settings : ForestSettings
        Number and size of the trees, and smoothing.
    """
    n_rows = len(classes)
    n_trees = settings.n_trees if len(lines) and n_rows > 1 else 1
    trees = []
    for _ in range(n_trees):
        times = rng.multinomial(n_rows, np.full(n_rows, 1 / n_rows)) if n_trees > 1 else np.ones(n_rows, np.int64)
        used = np.flatnonzero(times)
        tree = grow_tree(
            np.ascontiguousarray(lines[:, used]),
            classes[used],
            (weights * times)[used],
            n_codes=n_codes,
            ordered=ordered,
            n_classes=n_classes,
            min_gain=settings.min_gain,
        )
        trees.append(tree)
    return join_trees(tuple(trees), settings.concentration)


@numba.njit(cache=True)
def _leaf(
    codes: NDArray[np.int16],
    node: int,
    feature: NDArray[np.int32],
    left: NDArray[np.int32],
    goes_left: NDArray[np.bool_],
) -> int:
    while feature[node] >= 0:
        node = left[node] if goes_left[node, codes[feature[node]]] else left[node] + 1
    return node


@numba.njit(cache=True)
def _class_shares(
    lines: NDArray[np.int16],
    classes: NDArray[np.int16],
    forest: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]],
    shares: Float,
) -> Float:
    roots, feature, left, goes_left = forest
    out = np.zeros(len(classes))
    for i in range(len(classes)):
        for root in roots:
            out[i] += shares[_leaf(lines[:, i], root, feature, left, goes_left), classes[i]] / len(roots)
    return out


def class_shares(forest: Forest, lines: NDArray[np.int16], classes: NDArray[np.int16]) -> Float:
    """What the forest gives to each record's own class, shape (n_rows,).

    Parameters
    ----------
    forest : Forest
        A conditional table.
    lines : ndarray of int16, shape (n_attributes, n_rows)
        Codes of the attributes that it may split on.
    classes : ndarray of int16, shape (n_rows,)
        Codes of its own attribute.

    Examples
    --------
    >>> parent = np.repeat([0, 1], 20).astype(np.int16)
    >>> tree = grow_tree(parent[None], parent, np.ones(40), n_codes=np.array([2]), ordered=np.array([True]),
    ...                  n_classes=2, min_gain=2.0)
    >>> class_shares(join_trees((tree,), 4.0), parent[None], parent).round(3).tolist()[:2]
    [0.917, 0.917]
    """
    tree = (forest.roots, forest.feature, forest.left, forest.goes_left)
    shares: Float = _class_shares(lines, classes, tree, forest.shares)
    return shares
