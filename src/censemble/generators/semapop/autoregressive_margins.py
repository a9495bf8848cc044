"""Holding the autoregressive backbone to one-way shares, by what it draws.

Given real earlier codes its conditionals agree with the survey; drawn one after another their small errors add up, and
most of the error of joint tables is that of the shares of single codes. So records are drawn and their shares set
beside those wanted, and the term of each code j moves by

    step (s_j - m_j) / (part r^(2 - alpha)),    r = max(s_j, m_j),

s the share wanted, m that of drawn records, part the network's, alpha its sparsity: for a softmax (alpha 1) iterative
proportional fitting, else the same with the slope of sparse shares. Terms between pairs of codes, moved likewise, hold
two-way tables no better: they follow the noise of small cells. Marginal regularisation in the loss, as in the paper,
serves the same end for models that are drawn from in one piece.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.autoregressive_draw import Mixture
from censemble.generators.semapop.autoregressive_network import Plan
from censemble.generators.semapop.backbone import Codes

Float = NDArray[np.float64]
STEP = 0.5
LEAST_PART = 0.1  # of the network: where it is less, it cannot make up for the forests


def hold_shares(
    mixture: Mixture, shares: Sequence[Float], draw: Callable[[Mixture], Codes], *, rounds: int
) -> tuple[Mixture, Float]:
    """Move the terms of single codes, some rounds.

    Parameters
    ----------
    mixture : Mixture
        As learnt.
    shares : sequence of ndarray
        Of each drawn block's codes, in the plan's order.
    draw : callable
        Draws records from a mixture, without personas, some thousand, each time others: codes of shape (n, n_drawn
        blocks). Chance in their shares is what is left.
    rounds : int, >= 0
        The step is halved, little by little, over them.

    Returns
    -------
    mixture : Mixture
        That of the round whose drawn shares were nearest.
    distances : ndarray of float64, shape (rounds + 1,)
        Root of the summed squares of s - m before each round, and after the last.
    """
    wanted = np.concatenate(list(shares))
    distances: list[float] = []
    best = mixture
    for turn in range(rounds + 1 if rounds else 0):
        found = one_way(draw(mixture), mixture.plan)
        distances.append(float(np.sqrt(((wanted - found) ** 2).sum())))
        if distances[-1] <= min(distances):
            best = mixture
        if turn < rounds:
            mixture = moved(mixture, wanted, found, step=STEP * 0.5 ** (turn / rounds))
    return best, np.array(distances)


def moved(mixture: Mixture, wanted: Float, found: Float, *, step: float) -> Mixture:
    """The mixture with the terms of single codes moved once.

    Parameters
    ----------
    mixture : Mixture
        As it drew.
    wanted, found : ndarray of float64, shape (n_cells,)
        Shares of all codes, those to hold and those drawn.
    step : float, > 0
        1 is the full step.
    """
    part = max(float(mixture.network_share[0]), LEAST_PART)
    slope = np.maximum(wanted, found) ** (2.0 - mixture.sparsity)
    change = np.divide(wanted - found, slope, out=np.zeros(slope.shape), where=slope > 0) * step / part
    bias = (np.asarray(mixture.weights["shares bias"]) + change).astype(np.float32)
    return replace(mixture, weights={**mixture.weights, "shares bias": bias})


def one_way(codes: Codes, plan: Plan) -> Float:
    """Shares of the codes of all drawn blocks, shape (n_cells,).

    Examples
    --------
    >>> one_way(np.array([[0, 1], [1, 1]], np.int16), Plan((2, 2), 1)).tolist()
    [0.5, 0.5, 0.0, 1.0]
    """
    counts = [np.bincount(codes[:, j], minlength=k) for j, k in enumerate(plan.drawn)]
    found: Float = np.concatenate(counts) / max(len(codes), 1)
    return found
