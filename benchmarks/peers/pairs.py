"""Which two-way margins a log-linear model is given: the most informative pairs that its junction tree has room for.

Greedy, as the measurement selection of AIM (McKenna et al. 2022) without its noise: pairs by mutual information in the
training rows less what chance alone gives; a pair is taken where the triangulated graph stays within the limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

Pair = tuple[str, str]
CELL_LIMIT = 1_000_000  # cells of all cliques of the junction tree together


def informative_pairs(
    train: pd.DataFrame, attributes: Mapping[str, Sequence[str]], *, cell_limit: int = CELL_LIMIT
) -> tuple[list[Pair], int]:
    """Pairs taken, best first, and the cells of the cliques that they lead to."""
    sizes = {name: len(labels) for name, labels in attributes.items()}
    gains = {pair: _gain(train, pair) for pair in combinations(sizes, 2)}
    taken: list[Pair] = []
    cells = clique_cells(taken, sizes)
    for pair in sorted(gains, key=lambda p: -gains[p]):
        wider = clique_cells([*taken, pair], sizes)
        if gains[pair] > 0 and wider <= cell_limit:
            taken, cells = [*taken, pair], wider
    return taken, cells


def _gain(train: pd.DataFrame, pair: Pair) -> float:
    """Likelihood that the pair adds, in nats, less the BIC penalty of its degrees of freedom."""
    counts = pd.crosstab(train[pair[0]], train[pair[1]]).to_numpy().astype(float)
    n = counts.sum()
    expected = np.outer(counts.sum(1), counts.sum(0)) / n
    seen = counts > 0
    likelihood = float((counts[seen] * np.log(counts[seen] / expected[seen])).sum())
    return likelihood - 0.5 * np.log(n) * (counts.shape[0] - 1) * (counts.shape[1] - 1)


def clique_cells(pairs: Sequence[Pair], sizes: Mapping[str, int]) -> int:
    """Cells of the maximal cliques when attributes are eliminated, the one with the smallest clique first."""
    near: dict[str, set[str]] = {name: set() for name in sizes}
    for first, second in pairs:
        near[first].add(second)
        near[second].add(first)
    cliques: list[frozenset[str]] = []
    while near:
        name = min(near, key=lambda a: (_cells({a} | near[a], sizes), a))
        around = near.pop(name)
        clique = frozenset({name} | around)
        if not any(clique <= other for other in cliques):
            cliques.append(clique)
        for other in around:
            near[other] = (near[other] | around) - {name, other}
    return sum(_cells(clique, sizes) for clique in cliques)


def _cells(names: frozenset[str] | set[str], sizes: Mapping[str, int]) -> int:
    return int(np.prod([sizes[name] for name in names], dtype=float))
