"""Tables of the cliques of a junction tree, kept consistent by messages (Hugin propagation).

Jensen, Lauritzen and Olesen (1990), "Bayesian updating in causal probabilistic networks by local computations",
Computational Statistics Quarterly 4. When all messages are passed every belief is a marginal of one joint
distribution: the product of the beliefs over the product of the separators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.generators.junction_tree import JunctionTree, Scope

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Beliefs:
    """The marginal table of every clique and of every separator.

    Parameters
    ----------
    tree : JunctionTree
    tables : list of ndarray
        One of the shape of each clique, summing to 1; replaced in place by the functions below.
    separators : list of ndarray
        One of the shape of each separator; that of the root is not used.
    """

    tree: JunctionTree
    tables: list[Float]
    separators: list[Float]

    def copy(self) -> Beliefs:
        """Have a second set that can be changed alone."""
        return Beliefs(self.tree, [t.copy() for t in self.tables], [s.copy() for s in self.separators])

    def marginal(self, scope: Scope) -> Float:
        """Joint table of attributes that lie in one clique."""
        home = self.tree.home(scope)
        return sum_to(self.tables[home], self.tree.cliques[home], scope)


def product_beliefs(tree: JunctionTree, measures: Sequence[Float]) -> Beliefs:
    """Start from independent attributes.

    Parameters
    ----------
    tree : JunctionTree
        Where the tables are to lie.
    measures : sequence of ndarray
        For each attribute a measure over its codes, >= 0.

    Examples
    --------
    >>> from censemble.generators.junction_tree import junction_tree
    >>> tree = junction_tree((2, 2), [(0, 1)])
    >>> product_beliefs(tree, [np.array([1.0, 3.0]), np.array([1.0, 1.0])]).tables[0].tolist()
    [[0.125, 0.125], [0.375, 0.375]]
    """
    shares = [m / m.sum() for m in measures]

    def table(scope: Scope) -> Float:
        out = np.ones(())
        for i in scope:
            out = np.multiply.outer(out, shares[i])
        return out

    return Beliefs(tree, [table(c) for c in tree.cliques], [table(s) for s in tree.separators])


def sum_to(table: Float, scope: Scope, kept: Scope) -> Float:
    """Sum a table over `scope` to some of its attributes."""
    summed: Float = np.asarray(table.sum(axis=tuple(k for k, i in enumerate(scope) if i not in kept)))
    return summed


def spread(factor: Float, scope: Scope, over: Scope, shape: Sequence[int]) -> Float:
    """Give a table over `scope` axes of length 1 for the other attributes of `over`."""
    return factor.reshape([n if i in scope else 1 for i, n in zip(over, shape, strict=True)])


def ratio(above: Float, below: Float) -> Float:
    """Divide, with 0 / 0 = 0: what was impossible stays so."""
    return np.divide(above, below, out=np.zeros(np.broadcast_shapes(above.shape, below.shape)), where=below > 0)


def multiply(beliefs: Beliefs, clique: int, factor: Float, scope: Scope) -> None:
    """Multiply one clique's table by a factor over some of its attributes; other cliques are told by messages."""
    table = beliefs.tables[clique]
    beliefs.tables[clique] = table * spread(factor, scope, beliefs.tree.cliques[clique], table.shape)


def send(beliefs: Beliefs, source: int, goal: int) -> None:
    """Pass a message between a clique and its parent, in either direction."""
    tree = beliefs.tree
    lower = source if tree.parent[source] == goal else goal
    separator = tree.separators[lower]
    message = sum_to(beliefs.tables[source], tree.cliques[source], separator)
    multiply(beliefs, goal, ratio(message, beliefs.separators[lower]), separator)
    beliefs.separators[lower] = message


def propagate(beliefs: Beliefs) -> float:
    """Make all tables consistent after any of them were multiplied, and sum to 1.

    Returns
    -------
    float
        What they summed to: 0 where nothing is possible any more (the tables are then all 0).
    """
    parent = beliefs.tree.parent
    for k in range(len(parent) - 1, 0, -1):
        send(beliefs, k, parent[k])
    total = float(beliefs.tables[0].sum())
    beliefs.tables[0] = beliefs.tables[0] / (total or 1.0)
    for k in range(1, len(parent)):
        send(beliefs, parent[k], k)
    return total
