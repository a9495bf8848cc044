"""Holding the autoregressive backbone to the survey's two-way tables, by what it draws.

Given real earlier codes its conditionals agree with the survey; drawn one after another their small errors add up. So
records are drawn and their tables set beside the survey's, and each term from a code k to a later code j moves by

    step (s_kj - m_kj) / (part s_k r^(2 - alpha) n_j),    r = max(s_kj, m_kj) / s_k,

s the survey's share, m that of drawn records, part the network's, alpha its sparsity, n_j the terms that act on j
together: for a softmax (alpha 1) generalised iterative scaling (Darroch and Ratcliff 1972), else the same with the
slope of sparse shares. Marginal regularisation in the loss, as in the paper, serves the same end for models that are
drawn from in one piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.autoregressive_draw import Mixture, draw_mixture
from censemble.generators.semapop.autoregressive_network import Plan
from censemble.generators.semapop.backbone import Codes, Records

Float = NDArray[np.float64]
CHUNK = 8192


def hold_tables(
    mixture: Mixture, records: Records, rng: np.random.Generator, *, rounds: int, n_drawn: int
) -> tuple[Mixture, Float]:
    """Adjust the terms between codes, and those of codes alone, some rounds.

    Parameters
    ----------
    mixture : Mixture
        As learnt.
    records : Records
        With the tables to agree with; columns in the plan's order.
    rng : numpy.random.Generator
        Draws records, without personas.
    rounds : int, >= 0
        The step is halved, little by little, over them.
    n_drawn : int, >= 1
        Records drawn in each round: chance in their tables is what is left.

    Returns
    -------
    mixture : Mixture
        That of the round whose drawn tables were nearest.
    distances : ndarray of float64, shape (rounds + 1,)
        Root of the summed squares of s - m before each round, and after the last.
    """
    plan = mixture.plan
    target = two_way(records.codes, records.weights, plan)
    closed = _closed(plan)
    distances: list[float] = []
    best = mixture
    for turn in range(rounds + 1):
        drawn = draw_mixture(mixture, np.zeros((n_drawn, 1), np.float32), rng)
        found = two_way(drawn, np.ones(n_drawn), plan)
        distances.append(float(np.sqrt((((target - found) * closed) ** 2).sum())))
        if distances[-1] <= min(distances):
            best = mixture
        if turn < rounds:
            mixture = moved(mixture, target, found, step=0.5 ** (turn / rounds))
    return best, np.array(distances)


def raked_weights(records: Records, shares: Sequence[Float], *, rounds: int = 30) -> Float:
    """Weights with which each block's codes have the given shares, as nearly as so many rounds of raking get.

    Where the shares are the records' own nothing changes. Codes that no record has stay without.

    Parameters
    ----------
    records : Records
        With weights.
    shares : sequence of ndarray
        Of each block's codes.
    rounds : int
        At most.

    Examples
    --------
    >>> people = Records(np.array([[0], [0], [1]], np.int16), np.ones(3), np.zeros((3, 0), np.float32))
    >>> raked_weights(people, [np.array([0.5, 0.5])]).tolist()
    [0.75, 0.75, 1.5]
    """
    weights = records.weights / records.weights.sum()
    for _ in range(rounds):
        before = weights
        for j, wanted in enumerate(shares):
            found = np.bincount(records.codes[:, j], weights, len(wanted))
            known = np.where(found > 0, wanted, 0.0)
            factor = np.divide(known / known.sum(), found, out=np.zeros(len(found)), where=found > 0)
            weights = weights * factor[records.codes[:, j]]
        if np.abs(weights - before).sum() < 1e-9:
            break
    return np.asarray(weights * len(weights), dtype=np.float64)


def moved(mixture: Mixture, target: Float, found: Float, *, step: float) -> Mixture:
    """The mixture with its terms moved once.

    Parameters
    ----------
    mixture : Mixture
        What was learnt.
    target, found : ndarray of float64, shape (n_cells, n_cells)
        See `two_way`.
    step : float, > 0
        1 is the full step.
    """
    plan, part = mixture.plan, max(float(mixture.network_share[0]), 0.1)
    alone, seen = np.diag(target), np.diag(found)
    acting = np.repeat(np.arange(len(plan.sizes)), plan.sizes) + 1.0  # earlier blocks, and the code itself
    of_pairs = _steps(target, found, alone[:, None], mixture.sparsity) * _closed(plan)
    of_codes = _steps(alone, seen, np.ones_like(alone), mixture.sparsity)
    scale = step / (part * acting)
    weights = {name: np.asarray(value) for name, value in mixture.weights.items()}
    weights["direct"] = (weights["direct"] + of_pairs * scale).astype(np.float32)
    weights["shares bias"] = (weights["shares bias"] + of_codes * scale).astype(np.float32)
    return replace(mixture, weights=weights)


def two_way(codes: Codes, weights: Float, plan: Plan) -> Float:
    """Weighted shares of records that have two codes, shape (n_cells, n_cells); of single codes on the diagonal.

    Examples
    --------
    >>> two_way(np.array([[0, 1], [1, 1]], np.int16), np.ones(2), Plan((2, 2), 1)).tolist()[3]
    [0.5, 0.5, 0.0, 1.0]
    """
    table = np.zeros((plan.n_cells, plan.n_cells))
    for begin in range(0, len(codes), CHUNK):
        part = codes[begin : begin + CHUNK]
        cells = np.zeros((len(part), plan.n_cells), np.float32)
        np.put_along_axis(cells, part + plan.starts[None, :-1], 1.0, axis=1)
        table += cells.T @ (cells * weights[begin : begin + CHUNK, None].astype(np.float32))
    shares: Float = table / weights.sum()
    return shares


def _steps(target: Float, found: Float, of: Float, sparsity: float) -> Float:
    greater = np.maximum(target, found)
    given = np.divide(greater, of, out=np.zeros(greater.shape), where=of > 0)
    slope = of * given ** (2.0 - sparsity)
    return np.divide(target - found, slope, out=np.zeros(slope.shape), where=slope > 0)


def _closed(plan: Plan) -> Float:
    return plan.reach()["direct"].astype(np.float64)
