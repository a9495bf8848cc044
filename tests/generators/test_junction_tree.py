"""Junction trees: every scope in a clique, running intersection, roots on request."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given, settings

from censemble.generators.junction_tree import JunctionTree, junction_tree

SCOPES = st.lists(st.frozensets(st.integers(0, 6), max_size=3).map(lambda s: tuple(sorted(s))), max_size=8)


def holds_together(tree: JunctionTree) -> bool:
    """Whether the cliques that hold an attribute are connected, as the definition asks."""
    for attribute in range(len(tree.n_codes)):
        holding = [k for k, c in enumerate(tree.cliques) if attribute in c]
        tops = [k for k in holding if tree.parent[k] not in holding]
        if len(tops) != 1:
            return False
    return True


@settings(max_examples=60, deadline=None)
@given(scopes=SCOPES, root=st.sets(st.integers(0, 6), max_size=3))
def test_any_scopes_make_a_tree(scopes: list[tuple[int, ...]], root: set[int]) -> None:
    """Each scope lies in a clique, the root's in the first one, and the running intersection holds."""
    first = tuple(sorted(root))
    tree = junction_tree((2, 3, 2, 4, 2, 3, 2), scopes, root=first)
    assert all(any(set(s) <= set(c) for c in tree.cliques) for s in scopes)
    assert set(first) <= set(tree.cliques[0])
    assert tree.parent[0] == -1
    assert all(0 <= p < k for k, p in enumerate(tree.parent) if k)
    assert holds_together(tree)


def test_a_ring_is_filled() -> None:
    """Four attributes in a ring need one chord: two cliques of three."""
    tree = junction_tree((2, 2, 2, 2), [(0, 1), (1, 2), (2, 3), (0, 3)])
    assert sorted(len(c) for c in tree.cliques) == [3, 3]
    assert len(tree.separators[1]) == 2
    assert tree.n_cells == 8


def test_nothing_at_all_is_a_tree() -> None:
    """Without attributes there is one empty clique of one cell."""
    tree = junction_tree((), [])
    assert (tree.cliques, tree.n_cells) == (((),), 1)
