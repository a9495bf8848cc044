"""Growing one decision tree that predicts an attribute's code from other attributes' codes (compiled kernels).

A node splits on the attribute and the two groups of codes that predict best when each record is left out in turn,
with the node's own shares as prior of its children:

    gain = sum over records of log (c - u + a q) / (n - u + a) in its child, less log q in the node,

c records of its class among n in the child, u one record, q the class's share in the node without it, a = 1. Codes
without an order are first put in the order of the first principal component of their class shares (Coppersmith,
Hong and Hosking 1999, "Partitioning nominal attributes in decision trees"), so that k - 1 cuts are tried and not
2^(k - 1). Choosing is paid for: log(k - 1) nats for the cut, and 0.2 nats for each label put in order (the full price
of a partition, log 2 a label, predicts better still but finds fewer real combinations). Trees as conditional tables
of a network: Friedman and Goldszmidt (1996), "Learning Bayesian networks with local structure".
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
PRIOR = 1.0  # a of the equation
TINY = 1e-9
MAX_NODES = 1 << 16
POWER_STEPS = 8
CUT_COST = 0.2  # nats a label: labels put in the order that fits best would otherwise find structure in noise


@dataclass(frozen=True, eq=False)
class Tree:
    """One grown tree; node 0 is the root, and a node's parent comes before it.

    Parameters
    ----------
    feature : ndarray of int32, shape (n_nodes,)
        Line of the attribute that a node splits on; -1 at leaves.
    left : ndarray of int32, shape (n_nodes,)
        Node where codes of `goes_left` go; the others go to the next one.
    goes_left : ndarray of bool, shape (n_nodes, n_codes)
    counts : ndarray of float64, shape (n_nodes, n_classes)
        Weight of each class in a leaf; 0 elsewhere.
    """

    feature: NDArray[np.int32]
    left: NDArray[np.int32]
    goes_left: NDArray[np.bool_]
    counts: Float


@numba.njit(cache=True)
def _ordered(table: Float, totals: Float, n_codes: int, n_classes: int) -> NDArray[np.int64]:
    """Codes by the first principal component of their class shares, found by power iteration."""
    mean = np.zeros(n_classes)
    for v in range(n_codes):
        mean += table[v, :n_classes]
    mean /= mean.sum()
    shares = np.zeros((n_codes, n_classes))
    axis, best = np.zeros(n_classes), -1.0
    for v in range(n_codes):
        if totals[v] > 0:
            shares[v] = table[v, :n_classes] / totals[v] - mean
            spread = totals[v] * (shares[v] * shares[v]).sum()
            if spread > best:
                best, axis = spread, shares[v].copy()
    for _ in range(POWER_STEPS):
        turned = np.zeros(n_classes)
        for v in range(n_codes):
            if totals[v] > 0:
                turned += (shares[v] * axis).sum() * totals[v] * shares[v]
        length = np.sqrt((turned * turned).sum())
        if length <= 0:
            break
        axis = turned / length
    scores = np.empty(n_codes)
    for v in range(n_codes):
        scores[v] = (shares[v] * axis).sum()
    return np.argsort(scores, kind="mergesort")


@numba.njit(cache=True)
def _left_out(counts: Float, above: Float, unit: float, n_classes: int) -> Float:
    """Share of each class with one record of it left out; `above` are the parent's counts (none at the root)."""
    n, n_above = counts[:n_classes].sum(), above[:n_classes].sum()
    out = np.empty(n_classes)
    for j in range(n_classes):
        one = unit if unit < counts[j] else 0.5 * counts[j]
        if n_above > 0:
            prior = (above[j] - one) / (n_above - one)
            out[j] = (counts[j] - one + PRIOR * prior) / (n - one + PRIOR)
        else:
            out[j] = (counts[j] - one) / (n - one) if n > one else 1.0
        out[j] = max(out[j], TINY)
    return out


@numba.njit(cache=True)
def _term(part: float, one: float, share: float) -> float:
    """What one class adds to a child's log-likelihood, but for the child's size."""
    return float(part * np.log(max(part - one, 0.0) + PRIOR * share)) if part > TINY else 0.0


@numba.njit(cache=True)
def _size_term(n: float, unit: float) -> float:
    return float(n * np.log(max(n - unit, 0.0) + PRIOR))


@numba.njit(cache=True)
def _best_cut(
    table: Float, totals: Float, order: NDArray[np.int64], counts: Float, shares: Float, unit: float
) -> tuple[float, int]:
    """Log-likelihood and position of the best cut; a code that crosses over changes the terms of its classes only."""
    n, n_left, sides, best, at = counts.sum(), 0.0, 0.0, -np.inf, -1
    left, one = np.zeros(len(shares)), np.minimum(unit, 0.5 * counts)
    for j in range(len(shares)):
        one[j] = unit if unit < counts[j] else one[j]
        sides += _term(counts[j], one[j], shares[j])
    for position in range(len(order) - 1):
        v = order[position]
        if totals[v] <= 0:
            continue
        n_left += totals[v]
        if n - n_left <= TINY:
            break
        for j in range(len(shares)):
            moved = table[v, j]
            if moved > 0:
                sides -= _term(left[j], one[j], shares[j]) + _term(counts[j] - left[j], one[j], shares[j])
                left[j] += moved
                sides += _term(left[j], one[j], shares[j]) + _term(counts[j] - left[j], one[j], shares[j])
        reached = sides - _size_term(n_left, unit) - _size_term(n - n_left, unit)
        if reached > best:
            best, at = reached, position
    return best, at


@numba.njit(cache=True)
def _best_split(
    lines: NDArray[np.int16],
    n_codes: NDArray[np.int64],
    ordered: NDArray[np.bool_],
    joint: tuple[NDArray[np.int64], Float],
    rows: NDArray[np.int64],
    shares: Float,
    unit: float,
) -> tuple[float, int, NDArray[np.int64], int]:
    """Best attribute, order of its codes and cut, with the log-likelihood it reaches; `joint` is classes, weights."""
    best, at, feature, chosen = -np.inf, -1, -1, np.zeros(0, np.int64)
    classes, weights = joint
    for f in range(len(lines)):
        table = np.zeros((n_codes[f], len(shares)))
        for i in range(len(rows)):
            table[lines[f, rows[i]], classes[i]] += weights[i]
        totals = table.sum(axis=1)
        seen = (totals > 0).sum()
        if seen < 2:
            continue
        order = np.arange(n_codes[f])
        if not ordered[f] and seen > 2:
            order = _ordered(table, totals, n_codes[f], len(shares))
        reached, position = _best_cut(table, totals, order, table.sum(axis=0), shares, unit)
        reached -= np.log(seen - 1.0) + (0.0 if ordered[f] else CUT_COST * (seen - 2))
        if reached > best:
            best, at, feature, chosen = reached, position, f, order
    return best, feature, chosen, at


@numba.njit(cache=True)
def _present(counts: Float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Classes with weight, and the place of each class among them: small nodes hold few."""
    places, kept = np.zeros(len(counts), np.int64), np.zeros(len(counts), np.int64)
    n = 0
    for j in range(len(counts)):
        if counts[j] > TINY:
            places[j], kept[n] = n, j
            n += 1
    return kept[:n].copy(), places


@numba.njit(cache=True)
def _groups(
    line: NDArray[np.int16], rows: NDArray[np.int64], order: NDArray[np.int64], at: int, n: int
) -> NDArray[np.bool_]:
    """Which codes go left; codes that no record of the node has go with the greater part."""
    goes, seen = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    for position in range(at + 1):
        goes[order[position]] = True
    n_left = 0
    for i in rows:
        seen[line[i]] = True
        n_left += goes[line[i]]
    for v in range(n):
        if not seen[v]:
            goes[v] = 2 * n_left >= len(rows)
    return goes


@numba.njit(cache=True)
def _parted(rows: NDArray[np.int64], goes: NDArray[np.bool_]) -> int:
    """Put the rows that go left first, in place, both sides in their order; how many those are."""
    left, right = rows[goes], rows[~goes]
    rows[: len(left)] = left
    rows[len(left) :] = right
    return len(left)


@numba.njit(cache=True)
def _grow(
    lines: NDArray[np.int16],
    n_codes: NDArray[np.int64],
    ordered: NDArray[np.bool_],
    classes: NDArray[np.int16],
    n_classes: int,
    weights: Float,
    min_gain: float,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_], Float]:
    n_rows = len(classes)
    most = min(2 * n_rows + 1, MAX_NODES)
    room = min(most, 64)
    feature, left, up = np.full(room, -1, np.int32), np.zeros(room, np.int32), np.full(room, -1, np.int64)
    goes_left = np.zeros((room, n_codes.max()), np.bool_)
    counts = np.zeros((room, n_classes))
    begin, end = np.zeros(room, np.int64), np.zeros(room, np.int64)
    rows = np.arange(n_rows)
    for i in range(n_rows):
        counts[0, classes[i]] += weights[i]
    unit = weights.sum() / n_rows
    end[0], n_nodes, node = n_rows, 1, 0
    while node < n_nodes and n_nodes + 2 <= most:
        if n_nodes + 2 > room:  # grown as needed: with thousands of labels room for all nodes would be gigabytes
            more = min(room, most - room)
            room += more
            feature, left = np.append(feature, np.full(more, -1, np.int32)), np.append(left, np.zeros(more, np.int32))
            up = np.append(up, np.full(more, -1, np.int64))
            begin, end = np.append(begin, np.zeros(more, np.int64)), np.append(end, np.zeros(more, np.int64))
            goes_left = np.concatenate((goes_left, np.zeros((more, goes_left.shape[1]), np.bool_)))
            counts = np.concatenate((counts, np.zeros((more, n_classes))))
        mine = rows[begin[node] : end[node]]
        kept, places = _present(counts[node])
        if len(kept) > 1:
            above = counts[up[node]][kept] if up[node] >= 0 else np.zeros(len(kept))
            shares = _left_out(counts[node][kept], above, unit, len(kept))
            joint = (places[classes[mine].astype(np.int64)], weights[mine])
            reached, f, order, at = _best_split(lines, n_codes, ordered, joint, mine, shares, unit)
            worth = reached - (counts[node][kept] * np.log(shares)).sum()
            if f >= 0 and worth > min_gain:
                goes = _groups(lines[f], mine, order, at, n_codes[f])
                feature[node], left[node] = f, n_nodes
                goes_left[node, : n_codes[f]] = goes
                gone_left = goes[lines[f][mine]]
                for i in range(len(mine)):
                    counts[n_nodes if gone_left[i] else n_nodes + 1, classes[mine[i]]] += weights[mine[i]]
                n_left = begin[node] + _parted(mine, gone_left)
                up[n_nodes], up[n_nodes + 1] = node, node
                begin[n_nodes], end[n_nodes] = begin[node], n_left
                begin[n_nodes + 1], end[n_nodes + 1] = n_left, end[node]
                n_nodes += 2
        node += 1
    return (
        feature[:n_nodes].copy(),
        left[:n_nodes].copy(),
        goes_left[:n_nodes].copy(),
        counts[:n_nodes] * (feature[:n_nodes] < 0).reshape(-1, 1),
    )


def grow_tree(
    lines: NDArray[np.int16],
    classes: NDArray[np.int16],
    weights: Float,
    *,
    n_codes: NDArray[np.int64],
    ordered: NDArray[np.bool_],
    n_classes: int,
    min_gain: float,
) -> Tree:
    """Grow a tree until no split gains more than `min_gain`, breadth first, to at most 65,536 nodes.

    Parameters
    ----------
    lines : ndarray of int16, shape (n_attributes, n_rows)
        Codes of the attributes that may be split on; may have no line.
    classes : ndarray of int16, shape (n_rows,)
        Codes of the attribute to predict.
    weights : ndarray of float64, shape (n_rows,), > 0
        Scaled to the effective sample size: a record counts as about one.
    n_codes : ndarray of int64, shape (n_attributes,)
        Of each line.
    ordered : ndarray of bool, shape (n_attributes,)
        Whether only cuts through the codes' own order make sense.
    n_classes : int
        Codes of the attribute to predict.
    min_gain : float
        Nats, >= 0.

    Examples
    --------
    >>> parent = np.repeat([0, 1, 2], 20).astype(np.int16)
    >>> tree = grow_tree(parent[None], (parent == 1).astype(np.int16), np.ones(60), n_codes=np.array([3]),
    ...                  ordered=np.array([False]), n_classes=2, min_gain=2.0)
    >>> tree.feature.tolist(), sorted(tree.counts[1:].tolist())
    ([0, -1, -1], [[0.0, 20.0], [40.0, 0.0]])
    """
    if not len(lines):  # nothing to split on: one line of equal codes, so that the kernel has its shapes
        lines, n_codes, ordered = np.zeros((1, len(classes)), np.int16), np.ones(1, np.int64), np.ones(1, np.bool_)
    return Tree(*_grow(lines, n_codes, ordered, classes, n_classes, weights, min_gain))
