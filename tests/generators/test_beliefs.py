"""Messages keep the tables of cliques marginals of one distribution."""

from __future__ import annotations

import numpy as np

from censemble.generators.beliefs import Beliefs, multiply, product_beliefs, propagate
from censemble.generators.junction_tree import junction_tree

TREE = junction_tree((2, 3, 2, 2), [(0, 1), (1, 2), (2, 3)])


def joint_of(beliefs: Beliefs) -> np.ndarray:
    """The whole joint table: product of cliques over separators."""
    joint = np.ones(beliefs.tree.n_codes)
    for table, clique in zip(beliefs.tables, beliefs.tree.cliques, strict=True):
        joint = joint * table.reshape([n if i in clique else 1 for i, n in enumerate(beliefs.tree.n_codes)])
    for table, scope in list(zip(beliefs.separators, beliefs.tree.separators, strict=True))[1:]:
        shape = [n if i in scope else 1 for i, n in enumerate(beliefs.tree.n_codes)]
        joint = np.divide(joint, table.reshape(shape), out=np.zeros_like(joint), where=table.reshape(shape) > 0)
    return joint


def test_factors_anywhere_give_the_marginals_of_the_product() -> None:
    """After any factors in any cliques the tables are the marginals of their normalised product."""
    rng = np.random.default_rng(3)
    beliefs = product_beliefs(TREE, [np.ones(n) for n in TREE.n_codes])
    expected = np.ones(TREE.n_codes)
    for scope in ((0, 1), (2, 3), (1, 2)):
        factor = rng.uniform(0, 2, TREE.shape(scope))
        multiply(beliefs, TREE.home(scope), factor, scope)
        expected *= factor.reshape([n if i in scope else 1 for i, n in enumerate(TREE.n_codes)])
    total = propagate(beliefs)
    np.testing.assert_allclose(total, expected.sum() / np.prod(TREE.n_codes))
    np.testing.assert_allclose(joint_of(beliefs), expected / expected.sum())
    np.testing.assert_allclose(beliefs.marginal((1, 2)), (expected / expected.sum()).sum(axis=(0, 3)))


def test_what_is_impossible_stays_so() -> None:
    """A factor of zeros alone leaves nothing, and says so."""
    beliefs = product_beliefs(TREE, [np.ones(n) for n in TREE.n_codes])
    multiply(beliefs, TREE.home((1,)), np.zeros(TREE.n_codes[1]), (1,))
    assert propagate(beliefs) == 0
    assert all((table == 0).all() for table in beliefs.tables)


def test_a_copy_is_apart() -> None:
    """Changing a copy leaves the first as it was."""
    beliefs = product_beliefs(TREE, [np.ones(n) for n in TREE.n_codes])
    other = beliefs.copy()
    multiply(other, TREE.home((1,)), np.array([1.0, 0.0, 0.0]), (1,))
    propagate(other)
    assert beliefs.marginal((1,))[2] > 0
