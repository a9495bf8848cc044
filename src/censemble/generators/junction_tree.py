"""A junction tree: cliques of attributes on which sums over a large joint table become sums over small ones.

The graph links attributes that a table counts together; eliminating them one by one, the one that needs the fewest
new links first (min-fill, Rose 1970), gives the cliques. Joined by a spanning tree of largest separators they have
the running-intersection property (Lauritzen and Spiegelhalter 1988, "Local computations with probabilities on
graphical structures", JRSS B 50).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

Scope = tuple[int, ...]  # attributes by number, ascending


@dataclass(frozen=True)
class JunctionTree:
    """Cliques in an order in which every clique comes after its parent.

    Parameters
    ----------
    n_codes : tuple of int
        Number of codes of each attribute.
    cliques : tuple of Scope
        Every attribute is in one at least; none lies inside another, but for a root made on request.
    parent : tuple of int
        Index of each clique's parent; -1 for the first, the root.
    separators : tuple of Scope
        What each clique shares with its parent; () for the root and between unrelated parts.
    """

    n_codes: tuple[int, ...]
    cliques: tuple[Scope, ...]
    parent: tuple[int, ...]
    separators: tuple[Scope, ...]

    @property
    def n_cells(self) -> int:
        """Cells of the largest clique."""
        return max((n_cells(c, self.n_codes) for c in self.cliques), default=1)

    def shape(self, scope: Scope) -> tuple[int, ...]:
        """Shape of a table over some attributes."""
        return tuple(self.n_codes[i] for i in scope)

    def home(self, scope: Scope) -> int:
        """Index of the smallest clique that holds all of `scope`."""
        homes = [k for k, c in enumerate(self.cliques) if set(scope) <= set(c)]
        return min(homes, key=lambda k: n_cells(self.cliques[k], self.n_codes))

    def children(self, clique: int) -> list[int]:
        """Cliques that hang on a clique."""
        return [k for k, p in enumerate(self.parent) if p == clique]


def n_cells(scope: Iterable[int], n_codes: Sequence[int]) -> int:
    """Cells of the joint table of some attributes.

    Examples
    --------
    >>> n_cells((0, 2), (3, 4, 5))
    15
    """
    return math.prod(n_codes[i] for i in scope)


def junction_tree(n_codes: Sequence[int], scopes: Iterable[Scope], *, root: Scope = ()) -> JunctionTree:
    """Build a tree whose cliques hold every scope.

    Not the tree of fewest cells, which is hard to find; min-fill comes close on the tables of a census.

    Parameters
    ----------
    n_codes : sequence of int
        Number of codes of each attribute.
    scopes : iterable of Scope
        Attributes that are counted together.
    root : Scope
        Attributes that must lie together in the root, so that everything can be drawn given them.

    Examples
    --------
    >>> tree = junction_tree((2, 3, 4), [(0, 1), (1, 2)])
    >>> tree.cliques, tree.parent, tree.separators
    (((0, 1), (1, 2)), (-1, 0), ((), (1,)))
    """
    sizes = tuple(int(n) for n in n_codes)
    cliques = _cliques(sizes, [*scopes, root])
    first = min((k for k, c in enumerate(cliques) if set(root) <= set(c)), key=lambda k: n_cells(cliques[k], sizes))
    order, parents = [first], {first: -1}
    while len(order) < len(cliques):
        outside = [k for k in range(len(cliques)) if k not in parents]
        pairs = [(i, k) for i in order for k in outside]
        best = max(pairs, key=lambda pair: (len(_shared(cliques, *pair)), -order.index(pair[0]), -pair[1]))
        parents[best[1]] = best[0]
        order.append(best[1])
    return JunctionTree(
        n_codes=sizes,
        cliques=tuple(cliques[k] for k in order),
        parent=tuple(order.index(parents[k]) if parents[k] >= 0 else -1 for k in order),
        separators=tuple(_shared(cliques, parents[k], k) if parents[k] >= 0 else () for k in order),
    )


def _shared(cliques: Sequence[Scope], a: int, b: int) -> Scope:
    return tuple(sorted(set(cliques[a]) & set(cliques[b])))


def _cliques(n_codes: tuple[int, ...], scopes: Sequence[Scope]) -> list[Scope]:
    """Maximal cliques of the filled graph, in the order of elimination."""
    neighbours: dict[int, set[int]] = {i: set() for i in range(len(n_codes))}
    for scope in scopes:
        for i in scope:
            neighbours[i] |= set(scope) - {i}
    found: list[set[int]] = []
    while neighbours:
        chosen = min(neighbours, key=lambda i: (_fill(i, neighbours), n_cells({i, *neighbours[i]}, n_codes), i))
        around = neighbours.pop(chosen)
        clique = {chosen, *around}
        if not any(clique <= other for other in found):
            found.append(clique)
        for i in around:
            neighbours[i] = (neighbours[i] | around) - {i, chosen}
    return [tuple(sorted(c)) for c in found] or [()]


def _fill(i: int, neighbours: dict[int, set[int]]) -> int:
    """Links that eliminating an attribute would add."""
    return sum(b not in neighbours[a] for a, b in combinations(sorted(neighbours[i]), 2))
