"""Which rows and attributes two tables are compared by: equal draws by weight, units kept whole, gaps left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.measure import View

Rows = NDArray[np.int64]


def effective_size(weights: NDArray[np.float64]) -> float:
    """Number of equally weighted rows that carry as much as these, after Kish (1965).

    Parameters
    ----------
    weights : ndarray of shape (n_rows,), >= 0
        Of any sum.

    Examples
    --------
    >>> effective_size(np.array([1.0, 1.0, 0.0, 0.0]))
    2.0
    """
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def draw_rows(weights: NDArray[np.float64], n: int, rng: np.random.Generator) -> Rows:
    """Draw rows in proportion to their weights; rows of equal weight come at most once.

    Random systematic sampling in random order (Madow 1949): a row of weight w comes n w / sum w times, rounded up or
    down. A bootstrap would repeat rows, and so hold fewer different ones than a real sample.

    Rows of unequal weight may come more than once: whoever splits them must keep copies together (`units_of`).

    Parameters
    ----------
    weights : ndarray of shape (n_rows,), >= 0
        Of any sum.
    n : int
        Rows wanted, at most the number of rows with weight where weights are equal.
    rng : numpy.random.Generator
        Its state decides the draw.

    Returns
    -------
    ndarray of int64, in increasing order

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> draw_rows(np.ones(3), 3, rng).tolist(), draw_rows(np.array([0.0, 1.0, 3.0]), 4, rng).tolist()
    ([0, 1, 2], [1, 2, 2, 2])
    """
    held = np.flatnonzero(weights > 0)
    if not len(held) or n < 1:
        return np.zeros(0, dtype=np.int64)
    of_held = weights[held]
    if of_held.max() == of_held.min():
        return np.sort(rng.permutation(held)[:n])
    # Systematic in random order: a row comes as often as its weight asks, up to rounding, so that copies are few.
    held = rng.permutation(held)
    steps = np.cumsum(weights[held])
    at = (np.arange(n) + rng.random()) * (steps[-1] / n)
    return np.sort(held[np.minimum(np.searchsorted(steps, at, side="right"), len(held) - 1)])


def units_of(view: View) -> Rows:
    """Say which rows belong together: persons of one household; every other row stands alone.

    Returns
    -------
    ndarray of int64, shape (n_rows,)
        Equal for rows of one household.
    """
    links = view.dataset.household_of_person
    if view.entity == "households" or len(links) != view.coded.n_rows:
        return np.arange(view.coded.n_rows)
    return np.where(links >= 0, links, view.dataset.n_rows("households") + np.arange(len(links)))


def shared_attributes(*views: View) -> tuple[tuple[int, ...], str]:
    """Find the lines of the coded tables that every view really has, and the words about those left out.

    Examples
    --------
    >>> shared_attributes()
    ((), '')
    """
    if not views:
        return (), ""
    names = views[0].coded.names
    shared = tuple(i for i in range(len(names)) if all(i in view.comparable for view in views))
    left = [name for i, name in enumerate(names) if i not in shared]
    return shared, f"without {', '.join(left)}, which not every table has" if left else ""
