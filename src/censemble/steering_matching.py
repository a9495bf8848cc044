"""Who becomes whom: every persona that does not say so is given one that does, as much like it as there are enough of.

A coupling of two weighted sets of personas, those who do not say something and those who do, under which the second
are reached as often as their weights say and the squared distance gone is small: entropic optimal transport, solved by
scaling rows and columns in turn (Sinkhorn). Where everybody has gone, the vectors are those of the people who say so,
with all that goes with it among them, and each has kept of itself what that leaves. Ours for steering.

References
----------
Cuturi, M. (2013), Sinkhorn distances: lightspeed computation of optimal transport, NIPS 26.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int = NDArray[np.int64]
N_GOALS = 512  # personas that are gone to, at most: drawn by weight where more say so
N_LEARNT = 4096  # personas that the scaling is learnt from, at most
AT_ONCE = 4096  # personas matched at a time
SHARPNESS = 60.0  # of the coupling: its entropy costs a 60th of the median squared distance
ROUNDS = 200  # of scaling


def match(vectors: Float, weights: Float, says: NDArray[np.bool_], rng: np.random.Generator) -> Int:
    """Give each persona the one that it becomes: itself where it says so already.

    Parameters
    ----------
    vectors : ndarray of shape (n_personas, width)
        Where personas are.
    weights : ndarray of shape (n_personas,), >= 0
        Of the personas.
    says : ndarray of bool, shape (n_personas,)
        Who says so; where nobody with weight does, or everybody, all stay themselves.
    rng : numpy.random.Generator
        Draws each persona's match from the coupling.

    Returns
    -------
    ndarray of int64, shape (n_personas,)
        Places among the personas.

    Examples
    --------
    >>> places = np.array([[0.0], [1.0], [10.0], [11.0]])
    >>> match(places, np.ones(4), np.array([False, True, False, True]), np.random.default_rng(0)).tolist()
    [1, 1, 3, 3]
    """
    found = np.arange(len(vectors))
    sources, goals = np.flatnonzero(~says), np.flatnonzero(says & (weights > 0))
    if not len(goals) or not weights[sources].sum() > 0:
        return found
    goals, of_goals = _drawn(goals, weights, N_GOALS)
    learnt, of_learnt = _drawn(sources[weights[sources] > 0], weights, N_LEARNT)
    far = _squares(vectors[learnt], vectors[goals])
    entropy = max(float(np.median(far)) / SHARPNESS, 1e-12)
    pull = _pulls(far / entropy, of_learnt, of_goals)
    for begin in range(0, len(sources), AT_ONCE):
        part = sources[begin : begin + AT_ONCE]
        liking = np.log(pull) - _squares(vectors[part], vectors[goals]) / entropy
        shares = np.exp(liking - liking.max(axis=1, keepdims=True)).cumsum(axis=1)
        ticks = rng.random((len(part), 1)) * shares[:, -1:]
        found[part] = goals[np.minimum((shares <= ticks).sum(axis=1), len(goals) - 1)]
    return found


def turns(weights: Float, moves: NDArray[np.bool_], rng: np.random.Generator) -> Float:
    """Put those who move in a random order: the strength from which each has gone, so that strength s is a share s.

    Parameters
    ----------
    weights : ndarray of shape (n_personas,), >= 0
        Of the personas.
    moves : ndarray of bool, shape (n_personas,)
        Who moves; the others' turn never comes, and is 1.
    rng : numpy.random.Generator
        Draws the order.

    Examples
    --------
    >>> turns(np.ones(3), np.array([True, False, True]), np.random.default_rng(1)).tolist()
    [0.25, 1.0, 0.75]
    """
    found = np.ones(len(weights))
    order = rng.permutation(np.flatnonzero(moves))
    own = weights[order]
    if own.sum() > 0:
        found[order] = np.maximum((own.cumsum() - own / 2) / own.sum(), 1e-12)
    return found


def _drawn(places: Int, weights: Float, most: int) -> tuple[Int, Float]:
    """All of them with their shares; where there are more than `most`, so many by weight at equal distances."""
    own = weights[places] / weights[places].sum()
    if len(places) <= most:
        return places, own
    ticks = (np.arange(most) + 0.5) / most
    return places[np.searchsorted(own.cumsum(), ticks).clip(0, len(places) - 1)], np.full(most, 1 / most)


def _pulls(far: Float, of_rows: Float, of_columns: Float) -> Float:
    """Factors of the columns under which rows and columns have their shares."""
    kernel = np.exp(-(far - far.min(axis=1, keepdims=True)))
    pull = np.ones(len(of_columns))
    for _ in range(ROUNDS):
        push = of_rows / np.maximum(kernel @ pull, 1e-300)
        pull = of_columns / np.maximum(kernel.T @ push, 1e-300)
    return np.maximum(pull, 1e-300)


def _squares(one: Float, other: Float) -> Float:
    """Squared distances, shape (n_one, n_other)."""
    far = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * one @ other.T
    return np.asarray(far.clip(0), dtype=np.float64)
