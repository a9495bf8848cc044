"""How much of the autoregressive backbone is the network's, and how much the forests', at each closeness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.autoregressive_network import Plan
from censemble.generators.semapop.autoregressive_training import shares_and_loss
from censemble.generators.semapop.backbone import Codes, Lesson
from censemble.generators.semapop.persona_noise import noisy
from censemble.generators.semapop.sparse_shares import share_loss

LEVELS = 11  # of closeness, 0 to 1
PARTS = np.linspace(0.0, 1.0, 21)


def best_parts(
    lesson: Lesson,
    plan: Plan,
    weights: Mapping[str, Any],
    of_forest: NDArray[np.float64],
    rng: np.random.Generator,
    *,
    sparsity: float,
) -> NDArray[np.float64]:
    """The network's part at each level of closeness: that with the least loss of the validation records.

    It falls nowhere by more than closeness allows: of a part p at closeness 0 it is at least p + (1 - p) c at c, since
    only the network sees personas, and one that is asked for must be heard.

    Parameters
    ----------
    lesson : Lesson
        What is learnt from.
    plan : Plan
        Blocks and units.
    weights : mapping of arrays
        Of a network that did not see the validation records.
    of_forest : ndarray of float64, shape (n_validation, cells of drawn blocks)
        Shares that the forests gave to the codes.
    rng : numpy.random.Generator
        Of the noise in personas.
    sparsity : float
        alpha of `sparse_shares`.
    """
    records, found = lesson.validation, []
    levels = np.linspace(0.0, 1.0, LEVELS)
    cells = _one_hot(records.codes, plan)
    for level in levels:
        persona = noisy(records.personas, float(level), rng) if "persona" in weights else None
        of_network = shares_and_loss(weights, plan, records.codes, persona, sparsity)[0].astype(np.float64)
        found.append(best_part(of_network, of_forest, cells, records.weights, sparsity=sparsity))
    heard: NDArray[np.float64] = np.maximum(found, found[0] + (1 - found[0]) * levels)
    return heard


def best_part(
    of_network: NDArray[np.float64],
    of_forest: NDArray[np.float64],
    cells: NDArray[np.float64],
    weights: NDArray[np.float64],
    *,
    sparsity: float,
) -> float:
    """The part, of 0, .05, ..., 1, at which shares of both lose least on records (`sparse_shares.share_loss`).

    Parameters
    ----------
    of_network, of_forest, cells : ndarray of float64, shape (n, n_cells)
        Shares given to the codes by each, and one-hot codes.
    weights : ndarray of float64, shape (n,)
        Of the records.
    sparsity : float
        alpha of `sparse_shares`.

    Examples
    --------
    >>> one, other = np.array([[0.9, 0.1], [0.1, 0.9]]), np.array([[0.1, 0.9], [0.9, 0.1]])
    >>> real = np.array([[1.0, 0.0], [1.0, 0.0]])
    >>> best_part(one, other, real, np.ones(2), sparsity=2.0), best_part(one[:1], other[:1], real[:1], np.ones(1),
    ...                                                                  sparsity=2.0)
    (0.5, 1.0)
    """
    figures = [
        (share_loss(part * of_network + (1 - part) * of_forest, cells, sparsity) * weights).sum() for part in PARTS
    ]
    return float(PARTS[int(np.argmin(figures))])


def _one_hot(codes: Codes, plan: Plan) -> NDArray[np.float64]:
    cells = np.zeros((len(codes), sum(plan.drawn)))
    np.put_along_axis(cells, codes[:, plan.n_given :] + plan.drawn_starts[None, :-1], 1.0, axis=1)
    return cells
