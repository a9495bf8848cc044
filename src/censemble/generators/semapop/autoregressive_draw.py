"""Drawing from the autoregressive backbone: block after block, from the network or from a tree.

    p(x_j | x_<j, e) = share(c) network(x_j | x_<j, e) + (1 - share(c)) forest(x_j | x_<j),   c the closeness of e

Where no persona is seen, records that agree in all blocks so far have the same shares of the next one: they are one
*case*, whose shares are computed once, and whose records share out the codes among them (systematic sampling: each
code as often as its share says, to within one), so that chance adds little to the tables of a population. With personas
every record is drawn by itself, from numbers of its own, whatever others are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.generators.forests import Forest
from censemble.generators.semapop.autoregressive_kernels import (
    Codes,
    Double,
    Float,
    carried,
    mix_in,
    network_block,
    next_cases,
    pick_codes,
    products,
    share_out,
    shares_of_logits,
)
from censemble.generators.semapop.autoregressive_network import Plan, masked
from censemble.generators.semapop.softmax_blocks import CAP

LaidOut = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_], Double]
CHUNK = 1 << 13  # rows with personas: their units must fit the cache
MOST_UNITS = 1 << 25  # of a layer in memory, of all cases


@dataclass(frozen=True, eq=False)
class Known:
    """A block whose shares are not learnt: they follow from two earlier ones.

    Parameters
    ----------
    place, one, other : int
        Numbers of the block and of the two, in the plan's order.
    table : ndarray of float64, shape (n_one, n_other, n_codes)
        Its shares given the codes of both; lines of zeros where these do not say, which is then learnt.
    """

    place: int
    one: int
    other: int
    table: Double

    def over(self, place: int, earlier: Codes, shares: Double) -> NDArray[np.bool_]:
        """Write known shares over those of each line of earlier codes; which lines these are."""
        if place != self.place:
            return np.zeros(len(earlier), np.bool_)
        found = self.table[earlier[:, self.one], earlier[:, self.other]]
        sure = found.sum(axis=1) > 0
        shares[sure] = found[sure]
        return np.asarray(sure)


@dataclass(frozen=True, eq=False)
class Mixture:
    """All that is drawn from.

    Parameters
    ----------
    plan : Plan
        Blocks in the order they are drawn in.
    weights : mapping of str to ndarray of float32
        See `autoregressive_network`.
    forests : tuple of Forest
        Of each drawn block given those before it; empty where the network draws alone.
    network_share : ndarray of float64, shape (n_levels,), 0..1
        Of the network, at so many levels of closeness from 0 to 1 at equal distances.
    sparsity : float, 1..2
        Of the network's shares.
    known : Known, optional
        A block that is not drawn from what was learnt.
    """

    plan: Plan
    weights: Mapping[str, Float]
    forests: tuple[Forest, ...]
    network_share: Double
    sparsity: float
    known: Known | None = None


def draw_mixture(
    mixture: Mixture,
    vectors: Float,
    rng: np.random.Generator,
    *,
    given: Codes | None = None,
    numbers: Double | None = None,
    chunk: int | None = None,
) -> Codes:
    """Draw one record for each row of vectors, shape (n, n_drawn blocks), blocks in the plan's order.

    Parameters
    ----------
    mixture : Mixture
        What was learnt.
    vectors : ndarray of float32, shape (n, width + 1)
        Persona vectors with their closeness in the last column.
    rng : numpy.random.Generator
        One number a record and block.
    given : ndarray of int16, shape (n, n_given), optional
        Codes of the blocks that are given; needed where there are any.
    numbers : ndarray of float64, shape (n, n_drawn blocks), 0..1, optional
        Of each record and block, where personas are seen; from `rng` if left out.
    chunk : int, optional
        Rows with personas at a time, >= 1; changes nothing but speed.
    """
    weights = masked(mixture.weights, mixture.plan)
    n, n_blocks, n_given = len(vectors), len(mixture.plan.sizes), mixture.plan.n_given
    out = np.zeros((n, n_blocks), np.int16)
    if given is not None:
        out[:, :n_given] = given
    if sees_personas(mixture, vectors):
        for begin in range(0, n, chunk or CHUNK):
            rows = slice(begin, begin + (chunk or CHUNK))
            # Row by row: the same for chunks of any size.
            uniforms = rng.random((len(out[rows]), n_blocks - n_given)) if numbers is None else numbers[rows]
            _draw_each(mixture, weights, vectors[rows], uniforms, out[rows])
        return out[:, n_given:]
    size = max(MOST_UNITS // mixture.plan.width, 1)
    place = rng.permutation(n) if n_given else np.arange(n)  # within a case codes go up from row to row
    for begin in range(0, n, size):
        part = out[place[begin : begin + size]]
        _draw_together(mixture, weights, rng, part)
        if not n_given:
            rng.shuffle(part, axis=0)
        out[place[begin : begin + size]] = part
    return out[:, n_given:]


def sees_personas(mixture: Mixture, vectors: Float) -> bool:
    """Whether records are drawn one by one: the mixture knows personas, and some are not at closeness 0."""
    return "persona" in mixture.weights and bool((vectors[:, -1] > 0).any())


def _draw_each(mixture: Mixture, weights: Mapping[str, Float], vectors: Float, uniforms: Double, codes: Codes) -> None:
    plan, rows = mixture.plan, np.arange(len(codes))
    levels = np.linspace(0, 1, len(mixture.network_share))
    network_share = np.interp(vectors[:, -1].astype(np.float64), levels, mixture.network_share)
    common, units = _common(weights, vectors), _room(len(codes), plan.width)
    for number, place in enumerate(range(plan.n_given, len(plan.sizes))):
        shares = _network_shares(mixture, weights, place, codes[:, :place], units, common)
        part, forest = network_share, _laid_out(mixture.forests, number)
        if mixture.known is not None:
            part = np.where(mixture.known.over(place, codes[:, :place], shares), 1.0, network_share)
        pick_codes(codes, place, uniforms[:, number], part, rows, shares, forest)


def _draw_together(mixture: Mixture, weights: Mapping[str, Float], rng: np.random.Generator, codes: Codes) -> None:
    plan, part = mixture.plan, float(mixture.network_share[0])
    first_row, case = np.zeros(1, np.int64), np.zeros(len(codes), np.int64)
    for place, size in enumerate(plan.sizes[: plan.n_given]):
        case, first_row, _ = next_cases(case, codes[:, place], len(first_row), size)
    units = _room(len(first_row), plan.width)
    for place, size in list(enumerate(plan.sizes))[plan.n_given :]:
        number = place - plan.n_given
        earlier = np.ascontiguousarray(codes[first_row, :place])
        shares = _network_shares(mixture, weights, place, earlier, units, None)
        forest = _laid_out(mixture.forests, number)
        tree = rng.integers(max(len(forest[0]), 1), size=len(earlier))
        tree[np.bincount(case) > 1] = -1
        mix_in(shares, part, earlier, tree, forest)
        if mixture.known is not None:
            mixture.known.over(place, earlier, shares)
        share_out(codes, place, rng.random(len(earlier)), case, shares)
        if place + 1 < len(plan.sizes):
            case, first_row, parent = next_cases(case, codes[:, place], len(first_row), size)
            known = (number + 1) * plan.n_units
            units = carried(units[0], parent, known), carried(units[1], parent, known)


def _network_shares(
    mixture: Mixture,
    weights: Mapping[str, Float],
    place: int,
    earlier: Codes,
    units: tuple[Float, Float],
    common: Float | None,
) -> Double:
    """The network's shares of one block for each line of earlier codes, whose units of the block are filled in."""
    plan = mixture.plan
    logits = np.empty((len(earlier), plan.sizes[place]), np.float32)
    matrices, biases = _terms(plan, weights, place, common)
    known = (place - plan.n_given) * plan.n_units
    network_block(np.ascontiguousarray(earlier), units, known, plan.starts[:place], matrices, biases, logits)
    shares = np.empty(logits.shape)
    shares_of_logits(logits, CAP, mixture.sparsity, shares)
    return shares


def _room(n: int, width: int) -> tuple[Float, Float]:
    return np.empty((n, width), np.float32), np.empty((n, width), np.float32)


def _terms(
    plan: Plan, weights: Mapping[str, Float], place: int, common: Float | None
) -> tuple[tuple[Float, Float, Float, Float], tuple[Float, Float, Float]]:
    """Matrices and biases of one block; with personas a line of biases for each row."""
    number, starts = place - plan.n_given, plan.drawn_starts
    own = slice(number * plan.n_units, (number + 1) * plan.n_units)
    cells = slice(int(starts[number]), int(starts[number + 1]))
    of = {"first": own, "second": own, "shares": cells, "direct": cells}
    matrices = {name: np.ascontiguousarray(weights[name][:, columns]) for name, columns in of.items()}
    biases = []
    for name in ("first", "second", "shares"):
        line = weights[f"{name} bias"][None, of[name]]
        if common is not None:
            line = line + products(common, np.ascontiguousarray(weights[f"persona {name}"][:, of[name]]))
        biases.append(line)
    return (
        (matrices["first"], matrices["second"], matrices["shares"], matrices["direct"]),
        (biases[0], biases[1], biases[2]),
    )


def _common(weights: Mapping[str, Float], vectors: Float) -> Float:
    """The same as `autoregressive_network.persona_units`, each row summed in the same order whatever the others."""
    closeness = vectors[:, -1:]
    known = np.concatenate([vectors[:, :-1] * closeness, closeness], axis=1)
    units: Float = closeness * np.maximum(products(known, weights["persona"]) + weights["persona bias"], 0)
    return units


def _laid_out(forests: tuple[Forest, ...], number: int) -> LaidOut:
    if not forests:
        nothing = np.zeros(0, np.int32)
        return nothing, nothing, nothing, np.zeros((0, 0), np.bool_), np.zeros((0, 0))
    forest = forests[number]
    return forest.roots, forest.feature, forest.left, forest.goes_left, forest.shares
