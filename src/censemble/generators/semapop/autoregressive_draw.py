"""Drawing from the autoregressive backbone: block after block, from the network or from a tree.

    p(x_j | x_<j, e) = share(c) network(x_j | x_<j, e) + (1 - share(c)) forest(x_j | x_<j),   c the closeness of e

Records that agree in all blocks so far, and see no persona, have the same shares of the next one: they are computed
once for all of them, as one *case*. Sums are taken in the same order whatever other records are drawn, so that a
record's codes depend on its own numbers alone.
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
    Int,
    network_block,
    next_cases,
    pick_codes,
    products,
    shares_of_logits,
)
from censemble.generators.semapop.autoregressive_network import Plan, masked
from censemble.generators.semapop.softmax_blocks import CAP

LaidOut = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_], Double]
CHUNK = 1 << 16
CHUNK_OF_CASES = 1 << 13  # where every row is a case of its own: their units must fit the cache


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
        Of each block given those before it; empty where the network draws alone.
    network_share : ndarray of float64, shape (n_levels,), 0..1
        Of the network, at so many levels of closeness from 0 to 1 at equal distances.
    sparsity : float, 1..2
        Of the network's shares.
    """

    plan: Plan
    weights: Mapping[str, Float]
    forests: tuple[Forest, ...]
    network_share: Double
    sparsity: float


def draw_mixture(mixture: Mixture, vectors: Float, rng: np.random.Generator, *, chunk: int | None = None) -> Codes:
    """Draw one record for each row of vectors, shape (n, n_blocks), blocks in the plan's order.

    Parameters
    ----------
    mixture : Mixture
        What was learnt.
    vectors : ndarray of float32, shape (n, width + 1)
        Persona vectors with their closeness in the last column.
    rng : numpy.random.Generator
        One number a record and block.
    chunk : int, optional
        Rows at a time, >= 1; changes nothing but speed.
    """
    weights = masked(mixture.weights, mixture.plan)
    sees = "persona" in weights and bool((vectors[:, -1] > 0).any())
    out = np.zeros((len(vectors), len(mixture.plan.sizes)), np.int16)
    size = chunk or (CHUNK_OF_CASES if sees else CHUNK)
    for begin in range(0, len(vectors), size):
        rows = slice(begin, begin + size)
        uniforms = rng.random(out[rows].shape)  # row by row: chunks of any size read the same numbers
        _draw_chunk(mixture, weights, vectors[rows], uniforms, out[rows], sees=sees)
    return out


def _draw_chunk(
    mixture: Mixture, weights: Mapping[str, Float], vectors: Float, uniforms: Double, codes: Codes, *, sees: bool
) -> None:
    plan, n = mixture.plan, len(vectors)
    levels = np.linspace(0, 1, len(mixture.network_share))
    network_share = np.interp(vectors[:, -1].astype(np.float64), levels, mixture.network_share)
    common = _common(weights, vectors) if sees else None
    row, case = (np.arange(n), np.arange(n)) if sees else (np.zeros(1, np.int64), np.zeros(n, np.int64))
    units: tuple[Float, Float] = (
        np.empty((len(row), plan.width), np.float32),
        np.empty((len(row), plan.width), np.float32),
    )
    for place, size in enumerate(plan.sizes):
        logits = np.empty((len(row), size), np.float32)
        matrices, biases = _terms(plan, weights, place, common)
        network_block(np.ascontiguousarray(codes[row, :place]), units, plan.starts[:place], matrices, biases, logits)
        shares = np.empty(logits.shape)
        shares_of_logits(logits, CAP, mixture.sparsity, shares)
        pick_codes(codes, place, uniforms[:, place], network_share, case, shares, _laid_out(mixture.forests, place))
        if not sees and place + 1 < len(plan.sizes):
            case, row, parent = next_cases(case, codes[:, place], len(row), size)
            known = (place + 1) * plan.n_units
            units = _of_cases(units[0], parent, known), _of_cases(units[1], parent, known)


def _terms(
    plan: Plan, weights: Mapping[str, Float], place: int, common: Float | None
) -> tuple[tuple[Float, Float, Float, Float], tuple[Float, Float, Float]]:
    """Matrices and biases of one block; with personas a line of biases for each row."""
    own = slice(place * plan.n_units, (place + 1) * plan.n_units)
    cells = slice(int(plan.starts[place]), int(plan.starts[place + 1]))
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


def _laid_out(forests: tuple[Forest, ...], place: int) -> LaidOut:
    if not forests:
        nothing = np.zeros(0, np.int32)
        return nothing, nothing, nothing, np.zeros((0, 0), np.bool_), np.zeros((0, 0))
    forest = forests[place]
    return forest.roots, forest.feature, forest.left, forest.goes_left, forest.shares


def _of_cases(layer: Float, parent: Int, n_known: int) -> Float:
    """Units of new cases: those of the case each was part of, with room for the next block's."""
    found = np.empty((len(parent), layer.shape[1]), np.float32)
    found[:, :n_known] = layer[parent, :n_known]
    return found
