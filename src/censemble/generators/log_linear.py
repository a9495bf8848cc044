"""Log-linear models on a junction tree: iterative proportional fitting, and what happens to tables that disagree.

Among all joint distributions p with given shares of the classes of some tables, IPF finds the one closest to a
starting measure q, that which minimises sum p log(p / q): for a constant q the one of maximum entropy (Csiszar 1975;
on a junction tree Jirousek and Preucil 1995). It has the form p = q prod exp(lambda of the class), one factor for
each table, and so fits into the cliques of a junction tree that hold the tables.

Tables that contradict each other have no such distribution. Then each table has one vote: the model minimises the sum
over the tables of KL(shares of the model || shares of the table), found by simultaneous multiplicative updates
(SMART; Byrne 1998, "Iterative algorithms for deblurring and deconvolution with constraints").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from censemble.generators.beliefs import Beliefs, multiply, propagate, ratio, send, sum_to
from censemble.generators.junction_tree import Scope

Float = NDArray[np.float64]
Int = NDArray[np.int64]

TOL = 1e-9  # shares; a fit is done when no class is farther than this from its table
SETTLED = 1e-8  # shares; the compromise is found when one step moves no class by more
MAX_SWEEPS = 400
MAX_STEPS = 4000
LOOK_BACK = 15  # sweeps without progress after which tables are taken to contradict each other


@dataclass(frozen=True, eq=False)
class Partition:
    """Shares of classes that every record is in exactly one of.

    Parameters
    ----------
    name : str
        Of the margins it comes from, for messages.
    scope : Scope
        Attributes that decide the class.
    label : ndarray of int64, of the shape of the scope
        Class of every combination of codes.
    shares : ndarray of shape (n_classes,), >= 0, summing to 1
    """

    name: str
    scope: Scope
    label: Int
    shares: Float


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted model and how it was reached.

    Parameters
    ----------
    beliefs : Beliefs
    sweeps : int
        Passes of IPF over all tables.
    gaps : mapping of str to float
        For each table the largest difference of a class between model and table, as a share; about 0 where the
        tables agree.
    agree : bool
        False where tables contradict each other and the model is their compromise.
    reached : tuple of Partition
        The tables, with the shares that the compromise gives them where they contradict each other.
    factors : tuple of ndarray of shape (n_classes,), >= 0
        For each table what the start was multiplied by, class by class; known up to what tables that overlap share.
    """

    beliefs: Beliefs
    sweeps: int
    gaps: Mapping[str, float]
    agree: bool
    reached: tuple[Partition, ...] = ()
    factors: tuple[Float, ...] = ()


def fit(start: Beliefs, partitions: Sequence[Partition]) -> Fit:
    """Fit a log-linear model to tables.

    Parameters
    ----------
    start : Beliefs
        The measure that the model stays closest to; not changed.
    partitions : sequence of Partition
        Each within one clique of the tree.

    Examples
    --------
    >>> from censemble.generators.beliefs import product_beliefs
    >>> from censemble.generators.junction_tree import junction_tree
    >>> start = product_beliefs(junction_tree((2, 2), [(0,), (1,)]), [np.ones(2), np.ones(2)])
    >>> done = fit(start, [Partition("sex", (0,), np.array([0, 1]), np.array([0.3, 0.7]))])
    >>> done.beliefs.marginal((0,)).round(6).tolist(), done.agree
    ([0.3, 0.7], True)
    """
    beliefs, reached = start.copy(), list(partitions)
    sweeps, converged, factors = _proportional(beliefs, partitions)
    if not converged:
        beliefs = start.copy()
        reached, factors = _compromise(beliefs, partitions)
        again, _, last = _proportional(beliefs, reached)
        sweeps, factors = sweeps + again, [a * b for a, b in zip(factors, last, strict=True)]
    gaps: dict[str, float] = {}
    for part in partitions:
        gaps[part.name] = max(gaps.get(part.name, 0.0), _gap(_shares(beliefs, part), part.shares))
    return Fit(beliefs, sweeps, gaps, converged, tuple(reached), tuple(factors))


def refit(start: Beliefs, fitted: Fit) -> Fit:
    """Fit the same tables from another start: shares that were reached stay, what they leave open follows the start.

    Parameters
    ----------
    start : Beliefs
        On the same tree, positive wherever the first start was; not changed.
    fitted : Fit
        Returned as it is where its shares cannot be reached from this start.
    """
    beliefs = start.copy()
    sweeps, converged, factors = _proportional(beliefs, fitted.reached)
    if not converged:
        return fitted
    return replace(fitted, beliefs=beliefs, sweeps=fitted.sweeps + sweeps, factors=tuple(factors))


def _shares(beliefs: Beliefs, part: Partition) -> Float:
    """Shares of the model's classes."""
    table = beliefs.marginal(part.scope)
    return np.bincount(part.label.ravel(), weights=table.ravel(), minlength=len(part.shares)).astype(np.float64)


def _gap(found: Float, wanted: Float) -> float:
    return float(np.abs(found - wanted).max(initial=0.0))


def _proportional(beliefs: Beliefs, partitions: Sequence[Partition]) -> tuple[int, bool, list[Float]]:
    """Sweeps of IPF in place, walking the tree so that each clique is up to date when it is fitted."""
    tree = beliefs.tree
    at_home: dict[int, list[int]] = {}
    for i, part in enumerate(partitions):
        at_home.setdefault(tree.home(part.scope), []).append(i)
    factors = [np.ones(len(part.shares)) for part in partitions]
    walk = list(_walk(beliefs, 0))
    residuals: list[float] = []
    for sweep in range(MAX_SWEEPS):
        worst = 0.0
        for arrived, source, goal in walk:
            if source >= 0:
                send(beliefs, source, goal)
            for i in at_home.get(goal, ()) if arrived else ():
                part = partitions[i]
                found = _shares_at(beliefs, goal, part)
                worst = max(worst, _gap(found, part.shares))
                factor = ratio(part.shares, found)
                factors[i] *= factor
                multiply(beliefs, goal, factor[part.label], part.scope)
        residuals.append(worst)
        if worst <= TOL:
            return sweep + 1, True, factors
        if sweep >= LOOK_BACK and worst > 0.99 * residuals[-LOOK_BACK]:
            return sweep + 1, worst <= 100 * TOL, factors
    return MAX_SWEEPS, residuals[-1] <= 100 * TOL, factors


def _shares_at(beliefs: Beliefs, clique: int, part: Partition) -> Float:
    """Shares of the model's classes, from a clique that is known to be up to date."""
    scope = beliefs.tree.cliques[clique]
    table = beliefs.tables[clique].sum(axis=tuple(k for k, i in enumerate(scope) if i not in part.scope))
    return np.bincount(part.label.ravel(), weights=np.ravel(table), minlength=len(part.shares)).astype(np.float64)


def _walk(beliefs: Beliefs, clique: int) -> Iterator[tuple[bool, int, int]]:
    """Steps of a round trip: (arriving for the first time, from, to)."""
    if clique == 0:
        yield True, -1, 0
    for child in beliefs.tree.children(clique):
        yield True, clique, child
        yield from _walk(beliefs, child)
        yield False, child, clique


def _compromise(beliefs: Beliefs, partitions: Sequence[Partition]) -> tuple[list[Partition], list[Float]]:
    """Let every table pull at once, each with one vote, until nothing moves; then take what was reached as shares."""
    vote = 1.0 / len(partitions)
    found = [_shares(beliefs, part) for part in partitions]
    factors = [np.ones(len(part.shares)) for part in partitions]
    for _ in range(MAX_STEPS):
        for k, (part, shares) in enumerate(zip(partitions, found, strict=True)):
            factor = ratio(part.shares, shares) ** vote
            factors[k] *= factor
            multiply(beliefs, beliefs.tree.home(part.scope), factor[part.label], part.scope)
        propagate(beliefs)
        moved = 0.0
        for k, part in enumerate(partitions):
            shares = _shares(beliefs, part)
            moved = max(moved, _gap(shares, found[k]))
            found[k] = shares
        if moved <= SETTLED:
            break
    return [replace(part, shares=shares) for part, shares in zip(partitions, found, strict=True)], factors


def given(beliefs: Beliefs, factors: Mapping[int, Float]) -> tuple[Beliefs, float]:
    """Condition a model on single attributes.

    Parameters
    ----------
    beliefs : Beliefs
        Not changed.
    factors : mapping of int to ndarray
        For an attribute the share, 0 to 1, of each of its codes that remains.

    Returns
    -------
    beliefs, probability
        The conditional model, and the probability of the condition; 0 where no record can meet it.
    """
    narrowed = beliefs.copy()
    for attribute, factor in factors.items():
        multiply(narrowed, narrowed.tree.home((attribute,)), factor, (attribute,))
    return narrowed, propagate(narrowed)


def draw(
    beliefs: Beliefs, n: int, rng: np.random.Generator, *, known: Mapping[int, Int] | None = None
) -> dict[int, Int]:
    """Draw records exactly: the root's codes first, then those of each clique given its separator.

    Parameters
    ----------
    beliefs : Beliefs
        Consistent.
    n : int
        >= 0.
    rng : numpy.random.Generator
        The same state gives the same records.
    known : mapping of int to ndarray of shape (n,), optional
        Codes of attributes that are given; they must all lie in the root.

    Returns
    -------
    dict of attribute to ndarray of int64, shape (n,)

    Raises
    ------
    ValueError
        A given combination that the model holds to be impossible.
    """
    codes: dict[int, Int] = {i: np.asarray(c, dtype=np.int64) for i, c in (known or {}).items()}
    tree = beliefs.tree
    given_scope: Scope = tuple(sorted(codes))
    possible = sum_to(beliefs.tables[0], tree.cliques[0], given_scope)[tuple(codes[i] for i in given_scope)]
    if not np.all(possible > 0):
        raise ValueError("a given combination of attributes has probability 0")
    for k, clique in enumerate(tree.cliques):
        fixed: Scope = tuple(i for i in clique if i in codes)
        if len(fixed) < len(clique):
            codes |= _draw_clique(beliefs.tables[k], clique, fixed, codes, n, rng)
    return codes


def _draw_clique(
    table: Float, clique: Scope, fixed: Scope, codes: Mapping[int, Int], n: int, rng: np.random.Generator
) -> dict[int, Int]:
    """Codes of the attributes of one clique that are not known yet, given those that are."""
    free: Scope = tuple(i for i in clique if i not in fixed)
    axes = [clique.index(i) for i in (*fixed, *free)]
    shape = [table.shape[a] for a in axes]
    n_rows = int(np.prod(shape[: len(fixed)], dtype=np.int64))
    rows = table.transpose(axes).reshape(n_rows, -1)
    row = np.zeros(n, dtype=np.int64)
    for i, size in zip(fixed, shape, strict=False):
        row = row * size + codes[i]
    cumulated = np.cumsum(rows, axis=1)
    total = cumulated[:, -1]
    # Row r is searched in [r, r + 1): one search for all rows. The last code of positive share ends at exactly r + 1.
    scaled = ratio(cumulated, total[:, None]) + np.arange(n_rows)[:, None]
    at = np.searchsorted(scaled.ravel(), row + rng.random(n), side="right")
    cell = np.minimum(at - row * rows.shape[1], _last_possible(rows)[row])
    return dict(zip(free, np.unravel_index(cell, shape[len(fixed) :]), strict=True))


def _last_possible(rows: Float) -> Int:
    """Last column of positive share in every row: rounding must not lead beyond it."""
    return np.asarray(rows.shape[1] - 1 - np.argmax(rows[:, ::-1] > 0, axis=1))
