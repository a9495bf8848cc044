"""A Bayesian network over codes: attributes in an order, each with a forest over those before it.

    p(x_1, ..., x_k) = prod_i p(x_i | x_1, ..., x_(i-1))

Hill climbing (`structure.climb`) finds the order; each forest then chooses which earlier attributes its attribute
depends on, and in which cases. Drawing goes down the order, exactly. With conditions, each attribute that has one is
drawn from what is allowed, and the record is kept with probability

    prod_i p(allowed_i | x_1, ..., x_(i-1)) / prod_i max over leaves p(allowed_i | leaf),

which gives exactly the network's distribution given the conditions (rejection sampling; von Neumann 1951), at less
cost than drawing until records happen to meet them. Weighting records by the numerator instead (likelihood
weighting) would be exact only in the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numba
import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.forests import Forest, ForestSettings, learn_forest
from censemble.generators.structure import FamilyScores, climb, order_of

Float = NDArray[np.float64]
Codes = NDArray[np.int16]
MAX_STRUCTURE_ROWS = 50_000  # more change the graph hardly, and cost
BATCH = 1 << 17
PROPOSALS_PER_RECORD, MORE_PROPOSALS = 1_000, 1_000_000


@dataclass(frozen=True)
class Learning:
    """How a network is learnt.

    Parameters
    ----------
    forests : ForestSettings
        Of the conditional tables.
    max_parents : int
        Of an attribute in the graph that orders them, >= 0; forests may use more.
    """

    forests: ForestSettings = field(default_factory=ForestSettings)
    max_parents: int = 4


@dataclass(frozen=True, eq=False)
class Line:
    """One attribute of a network.

    Parameters
    ----------
    name : str
    n_codes : int
    ordered : bool
        Whether its codes have an order.
    """

    name: str
    n_codes: int
    ordered: bool


@dataclass(frozen=True, eq=False)
class Network:
    """What was learnt.

    Parameters
    ----------
    lines : tuple of Line
        The given attributes (evidence) first, then the others.
    n_given : int
    order : tuple of int
        Of the attributes that are not given, as they are drawn.
    forests : tuple of Forest
        In that order; a forest's features count the given lines, then those of `order`.
    """

    lines: tuple[Line, ...]
    n_given: int
    order: tuple[int, ...]
    forests: tuple[Forest, ...]

    def features(self, place: int) -> tuple[int, ...]:
        """Lines that the forest at one place of the order may split on."""
        return (*range(self.n_given), *self.order[:place])

    def parents(self, place: int) -> tuple[str, ...]:
        """Names of the attributes that the forest at one place of the order does split on."""
        features, forest = self.features(place), self.forests[place]
        return tuple(self.lines[features[f]].name for f in np.unique(forest.feature[forest.feature >= 0]))


def scaled_weights(weights: Float) -> Float:
    """Scale design weights so that they sum to the effective sample size, (sum w)^2 / sum w^2 (Kish 1965).

    Examples
    --------
    >>> scaled_weights(np.array([10.0, 10.0])).tolist()
    [1.0, 1.0]
    """
    scaled: Float = weights * (weights.sum() / (weights**2).sum())
    return scaled


def learn_network(
    codes: Codes,
    weights: Float,
    lines: Sequence[Line],
    rng: np.random.Generator,
    *,
    n_given: int = 0,
    leading: Sequence[int] = (),
    turned: Mapping[int, tuple[Codes, int]] | None = None,
    learning: Learning | None = None,
) -> Network:
    """Learn order and conditional tables from weighted records.

    Parameters
    ----------
    codes : ndarray of int16, shape (n_attributes, n_rows)
        Given attributes first.
    weights : ndarray of float64, shape (n_rows,), > 0
        Design weights.
    lines : sequence of Line
        What the attributes are.
    rng : numpy.random.Generator
        Resamples records for the forests.
    n_given : int
        So many attributes are not drawn, but given.
    leading : sequence of int
        Attributes by number that are drawn before all others, in this order.
    turned : mapping of int to (ndarray of int16, shape (n_rows,), int), optional
        Attributes by number whose forest predicts other codes, so many, than those that later attributes see.
    learning : Learning, optional
        How order and conditional tables are learnt.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> a = rng.integers(0, 2, 400)
    >>> codes = np.stack([a, np.where(rng.random(400) < 0.9, a, 1 - a)]).astype(np.int16)
    >>> net = learn_network(codes, np.ones(400), [Line("a", 2, False), Line("b", 2, False)], rng)
    >>> net.parents(0), len(net.parents(1))
    ((), 1)
    """
    chosen = learning or Learning()
    scaled, n_codes = scaled_weights(weights), np.array([line.n_codes for line in lines], dtype=np.int64)
    ordered = np.array([line.ordered for line in lines])
    used = slice(None)
    if len(weights) > MAX_STRUCTURE_ROWS:
        used = np.sort(rng.choice(len(weights), MAX_STRUCTURE_ROWS, replace=False))  # type: ignore[assignment]
    scores = FamilyScores(np.ascontiguousarray(codes[:, used]), scaled_weights(weights[used]), n_codes)
    climbed = order_of(climb(scores, evidence=n_given, max_parents=chosen.max_parents))
    order = (*leading, *(i for i in climbed if i >= n_given and i not in leading))
    forests = []
    for place, line in enumerate(order):
        features = [*range(n_given), *order[:place]]
        classes, n_classes = (turned or {}).get(line, (codes[line], int(n_codes[line])))
        forests.append(
            learn_forest(
                codes[features],
                classes,
                scaled,
                rng,
                n_codes=n_codes[features],
                ordered=ordered[features],
                n_classes=n_classes,
                settings=chosen.forests,
            )
        )
    return Network(tuple(lines), n_given, order, tuple(forests))


@numba.njit(cache=True)
def _draw_line(
    rows: Codes,
    features: NDArray[np.int64],
    forest: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]],
    cumulated: Float,
    uniforms: Float,
    line: int,
    kept: Float,
) -> None:
    """Draw one attribute for every row into `rows`, and multiply `kept` by what is allowed in the leaf reached."""
    roots, feature, left, goes_left = forest
    last = cumulated.shape[1] - 1
    for i in range(len(rows)):
        scaled = uniforms[i] * len(roots)
        tree = min(int(scaled), len(roots) - 1)
        node = roots[tree]
        while feature[node] >= 0:
            node = left[node] if goes_left[node, rows[i, features[feature[node]]]] else left[node] + 1
        mass = cumulated[node, last]
        kept[i] *= mass
        wanted, j = (scaled - tree) * mass, 0
        while j < last and cumulated[node, j] <= wanted:
            j += 1
        rows[i, line] = j


def draw(
    network: Network,
    given: Codes,
    rng: np.random.Generator,
    *,
    allowed: Mapping[str, Float] | None = None,
    turn: Mapping[int, Callable[[Codes], Codes]] | None = None,
) -> tuple[Codes, Float]:
    """Draw one record for each row of given codes.

    Parameters
    ----------
    network : Network
        What was learnt.
    given : ndarray of int16, shape (n_rows, n_given)
        Codes of the given attributes.
    rng : numpy.random.Generator
        One uniform number an attribute and row.
    allowed : mapping of str to ndarray of shape (n_codes,), optional
        For attributes with a condition, the share of each code that it lets through.
    turn : mapping of int to callable, optional
        For attributes by number whose forest predicts other codes: from those that were drawn to its own.

    Returns
    -------
    codes : ndarray of int16, shape (n_rows, n_attributes)
    kept : ndarray of float64, shape (n_rows,), 0 to 1
        With which probability each record must be kept for the conditions to hold exactly; 1 without conditions.
    """
    rows = np.zeros((len(given), len(network.lines)), np.int16)
    rows[:, : network.n_given] = given
    kept = np.ones(len(given))
    for place, (line, forest) in enumerate(zip(network.order, network.forests, strict=True)):
        share = (allowed or {}).get(network.lines[line].name)
        cumulated = np.cumsum(forest.shares if share is None else forest.shares * share, axis=1)
        if share is None:
            cumulated /= cumulated[:, -1:]  # exactly 1: a record without conditions is kept
        tree = (forest.roots, forest.feature, forest.left, forest.goes_left)
        features = np.array(network.features(place) or (0,), dtype=np.int64)
        _draw_line(rows, features, tree, cumulated, rng.random(len(given)), line, kept)
        if line in (turn or {}):
            rows[:, line] = (turn or {})[line](rows[:, line].copy())
        if share is not None:
            greatest = cumulated[forest.feature < 0, -1].max()
            kept /= greatest or 1.0
    return rows, kept


def draw_meeting(
    network: Network, n: int, rng: np.random.Generator, *, allowed: Mapping[str, Float], said: str
) -> Codes:
    """Draw `n` records that meet conditions, of a network without given attributes.

    Parameters
    ----------
    network : Network
        What was learnt.
    n : int
        Records wanted.
    rng : numpy.random.Generator
        Draws batch by batch.
    allowed : mapping
        As in `draw`.
    said : str
        The conditions in words, for the message.

    Raises
    ------
    SchemaError
        So few records meet the conditions that 1,000,000 + 1,000 n proposals did not give `n`.
    """
    found: list[Codes] = []
    n_found = proposed = 0
    while n_found < n:
        if proposed >= MORE_PROPOSALS + PROPOSALS_PER_RECORD * n:
            raise SchemaError(
                f"conditions: {n_found:,} of {n:,} records that meet {said} were found in {proposed:,} proposals; "
                "widen the conditions or ask for fewer records"
            )
        batch = BATCH if n_found < proposed // 20 else min(BATCH, max(1024, 2 * n))
        codes, kept = draw(network, np.zeros((batch, network.n_given), np.int16), rng, allowed=allowed)
        taken = codes[rng.random(batch) < kept]
        found.append(taken)
        n_found, proposed = n_found + len(taken), proposed + batch
    return np.concatenate(found)[:n]
