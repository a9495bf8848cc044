"""The graph of a Bayesian network by hill climbing: which attributes each one directly depends on.

From the empty graph the one change (add, delete or reverse an arc) that raises the score most is made until none
does. The score is a sum over attributes,

    BIC = sum_cells c log(c / n) - log(N) / 2 * (n_codes - 1) * n_configurations,

c the weighted count of a code in a configuration of parents, n its sum over codes; only configurations that occur
are counted, since tables of people are full of impossible ones. Schwarz (1978), Annals of Statistics 6(2); Heckerman,
Geiger and Chickering (1995), Machine Learning 20.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numba
import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Parents = tuple[frozenset[int], ...]
MIN_RISE = 1e-6
MAX_DENSE = 1 << 20


@dataclass(eq=False)
class FamilyScores:
    """BIC of an attribute given its parents; what was computed once is kept.

    Parameters
    ----------
    lines : ndarray of int16, shape (n_attributes, n_rows)
    weights : ndarray of float64, shape (n_rows,)
        Scaled to the effective sample size.
    n_codes : ndarray of int64, shape (n_attributes,)
    """

    lines: NDArray[np.int16]
    weights: Float
    n_codes: NDArray[np.int64]
    known: dict[tuple[int, frozenset[int]], float] = field(default_factory=dict)

    def of(self, attribute: int, parents: frozenset[int]) -> float:
        """Score of one family, nats; higher is better."""
        key = (attribute, parents)
        if key not in self.known:
            self.known[key] = self._score(attribute, sorted(parents))
        return self.known[key]

    def _score(self, attribute: int, parents: list[int]) -> float:
        configurations, n = _joint(self.lines, self.n_codes, parents)
        size = int(self.n_codes[attribute])
        if n * size > MAX_DENSE:  # many labels: a table would hold little but zeros, and gigabytes of them
            counts, totals = _sparse_counts(configurations, self.lines[attribute], self.weights, size)
        else:
            counts = _counts(configurations, self.lines[attribute], self.weights, n, size)
            totals = counts.sum(axis=1)
        seen = counts > 0
        fit = (counts[seen] * np.log(counts[seen])).sum() - (totals[totals > 0] * np.log(totals[totals > 0])).sum()
        return float(fit - 0.5 * np.log(max(self.weights.sum(), 2.0)) * (size - 1) * (totals > 0).sum())


def _joint(lines: NDArray[np.int16], n_codes: NDArray[np.int64], parents: list[int]) -> tuple[NDArray[np.int64], int]:
    """Number the configurations of the parents; renumbered when there could be too many for a table."""
    joint, n = np.zeros(lines.shape[1], np.int64), 1
    for p in parents:
        joint, n = joint * n_codes[p] + lines[p], n * int(n_codes[p])
        if n > MAX_DENSE:
            found, joint = np.unique(joint, return_inverse=True)
            n = len(found)
    return joint, n


def _sparse_counts(
    configurations: NDArray[np.int64], line: NDArray[np.int16], weights: Float, n_codes: int
) -> tuple[Float, Float]:
    """Weighted counts of the cells that occur, and of the configurations that occur."""
    cells, cell = np.unique(configurations * n_codes + line, return_inverse=True)
    counts: Float = np.bincount(cell, weights=weights).astype(np.float64)
    _, of = np.unique(cells // n_codes, return_inverse=True)
    return counts, np.bincount(of, weights=counts).astype(np.float64)


@numba.njit(cache=True)
def _counts(configurations: NDArray[np.int64], line: NDArray[np.int16], weights: Float, n: int, n_codes: int) -> Float:
    counts = np.zeros((n, n_codes))
    for i in range(len(line)):
        counts[configurations[i], line[i]] += weights[i]
    return counts


def climb(scores: FamilyScores, *, evidence: int = 0, max_parents: int = 4) -> Parents:
    """Find the parents of every attribute.

    Parameters
    ----------
    scores : FamilyScores
        Of the attributes, and what was computed of them before.
    evidence : int
        So many attributes, the first ones, are given: they get no parents.
    max_parents : int
        >= 0.

    Returns
    -------
    tuple of frozenset of int
        Parents of each attribute; there are no cycles.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> a = rng.integers(0, 3, 500)
    >>> b = np.where(rng.random(500) < 0.9, a, 0)
    >>> lines = np.stack([a, b, rng.integers(0, 3, 500)]).astype(np.int16)
    >>> parents = climb(FamilyScores(lines, np.ones(500), np.array([3, 3, 3])))
    >>> sum(len(p) for p in parents), parents[2]
    (1, frozenset())
    """
    parents: Parents = tuple(frozenset() for _ in scores.n_codes)
    while True:
        rise, best = MIN_RISE, None
        for changed in _changes(parents, evidence, max_parents):
            gained = sum(scores.of(i, new) - scores.of(i, parents[i]) for i, new in changed.items())
            if gained > rise and (not _adds(changed, parents) or not _cyclic(parents, changed)):
                rise, best = gained, changed
        if best is None:
            return parents
        parents = tuple(best.get(i, mine) for i, mine in enumerate(parents))


def _changes(parents: Parents, evidence: int, max_parents: int) -> Iterator[dict[int, frozenset[int]]]:
    """All single changes of arcs, as new parents of one or two attributes."""
    for child in range(evidence, len(parents)):
        for other in range(len(parents)):
            if other in parents[child]:
                without = parents[child] - {other}
                yield {child: without}
                if other >= evidence and len(parents[other]) < max_parents:
                    yield {child: without, other: parents[other] | {child}}
            elif other != child and len(parents[child]) < max_parents:
                yield {child: parents[child] | {other}}


def _adds(changed: dict[int, frozenset[int]], parents: Parents) -> bool:
    return any(new - parents[i] for i, new in changed.items())


def _cyclic(parents: Parents, changed: dict[int, frozenset[int]]) -> bool:
    try:
        order_of(tuple(changed.get(i, mine) for i, mine in enumerate(parents)))
    except ValueError:
        return True
    return False


def order_of(parents: Parents) -> tuple[int, ...]:
    """Order attributes so that parents come before their children; of those that may come next the first declared.

    Raises
    ------
    ValueError
        There is a cycle.

    Examples
    --------
    >>> order_of((frozenset({1}), frozenset(), frozenset({0})))
    (1, 0, 2)
    """
    order: list[int] = []
    while len(order) < len(parents):
        ready = [i for i, mine in enumerate(parents) if i not in order and mine <= set(order)]
        if not ready:
            raise ValueError("the graph has a cycle")
        order.append(ready[0])
    return tuple(order)
