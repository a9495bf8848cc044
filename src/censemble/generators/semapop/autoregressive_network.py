"""The network of the autoregressive backbone: shares of every block given the blocks before it, in one pass.

    log p(x | e) = sum_j log p(x_j | x_1, ..., x_(j-1), e)

The first blocks may be given: they are seen, and not learnt (`autoregressive_members`). Each other block has hidden
units of its own in two layers, which see the codes of earlier blocks and the units of earlier blocks, never their own:
a masked autoregressive network (MADE; Germain et al. 2015) whose layers add to each other. The persona works through
terms that are multiplied by its closeness, so that at closeness 0 the model is, exactly, the one that was learnt
without personas. The vector is multiplied by it too: closeness * vector is what the noise leaves known of it. All
functions are pure; weights are a dict of arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.softmax_blocks import capped

Arrays = Mapping[str, Any]
Float = NDArray[np.float32]


@dataclass(frozen=True)
class Plan:
    """Blocks in the order they are drawn in, and the units that each has.

    Parameters
    ----------
    sizes : tuple of int
        Codes of each block.
    n_units : int
        Hidden units of each block that is drawn, in both layers.
    n_given : int, >= 0
        Blocks, the first ones, that are given and not drawn.

    Examples
    --------
    >>> plan = Plan((2, 3), 1)
    >>> plan.starts.tolist(), plan.reach()["direct"].astype(int).tolist()[0]
    ([0, 2, 5], [0, 0, 1, 1, 1])
    >>> Plan((2, 3), 1, 1).reach()["direct"].astype(int).tolist()[0]
    [1, 1, 1]
    """

    sizes: tuple[int, ...]
    n_units: int
    n_given: int = 0

    @property
    def drawn(self) -> tuple[int, ...]:
        """Codes of each block that is drawn."""
        return self.sizes[self.n_given :]

    @property
    def drawn_starts(self) -> NDArray[np.int64]:
        """Where the cells of each drawn block start among those of all drawn blocks, and their number at the end."""
        return np.concatenate([[0], np.cumsum(self.drawn)]).astype(np.int64)

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each block's cells start, and their number at the end."""
        return np.concatenate([[0], np.cumsum(self.sizes)]).astype(np.int64)

    @property
    def n_cells(self) -> int:
        """Codes of all blocks."""
        return sum(self.sizes)

    @property
    def width(self) -> int:
        """Units of one layer."""
        return len(self.drawn) * self.n_units

    def reach(self) -> dict[str, Float]:
        """For each matrix 1 where a line may act on a column."""
        number = np.arange(len(self.sizes))
        cell, unit = np.repeat(number, self.sizes), np.repeat(number[self.n_given :], self.n_units)
        drawn = np.repeat(number[self.n_given :], self.drawn)
        return {
            "first": (cell[:, None] < unit).astype(np.float32),
            "second": (unit[:, None] <= unit).astype(np.float32),
            "shares": (unit[:, None] <= drawn).astype(np.float32),
            "direct": (cell[:, None] < drawn).astype(np.float32),
        }


def start_weights(plan: Plan, shares: Sequence[NDArray[np.float64]], rng: np.random.Generator) -> dict[str, Float]:
    """Weights before the first step, with which the shares of each block are about those given.

    Parameters
    ----------
    plan : Plan
        Blocks and units.
    shares : sequence of ndarray
        Of each drawn block, in the plan's order; > 0.
    rng : numpy.random.Generator
        Draws the weights.
    """
    weights: dict[str, Float] = {}
    for name, scale in (("first", 2.0), ("second", 2.0), ("shares", 0.02)):
        reach = plan.reach()[name]
        spread = np.sqrt(scale / np.maximum(reach.sum(axis=0), 1.0))
        weights[name] = (rng.standard_normal(reach.shape) * spread * reach).astype(np.float32)
    weights["direct"] = np.zeros((plan.n_cells, sum(plan.drawn)), np.float32)
    weights["first bias"] = np.zeros(plan.width, np.float32)
    weights["second bias"] = np.zeros(plan.width, np.float32)
    weights["shares bias"] = np.log(np.concatenate(list(shares))).astype(np.float32)
    return weights


def start_persona(plan: Plan, n_persona: int, n_common: int, rng: np.random.Generator) -> dict[str, Float]:
    """Weights of the persona's terms, with which it does not matter yet.

    Parameters
    ----------
    plan : Plan
        Blocks and units.
    n_persona : int
        Width of the vectors with the column of closeness.
    n_common : int
        Units that all blocks see of the persona.
    rng : numpy.random.Generator
        Draws the weights.
    """
    common = rng.standard_normal((n_persona, n_common)) * np.sqrt(2.0 / n_persona)
    return {
        "persona": common.astype(np.float32),
        "persona bias": np.zeros(n_common, np.float32),
        "persona first": np.zeros((n_common, plan.width), np.float32),
        "persona second": np.zeros((n_common, plan.width), np.float32),
        "persona shares": np.zeros((n_common, sum(plan.drawn)), np.float32),
    }


def masked(weights: Arrays, plan: Plan) -> dict[str, Any]:
    """Weights with zeros where a block must not see another."""
    return {**weights, **{name: weights[name] * reach for name, reach in plan.reach().items()}}


def conditional_logits(weights: Arrays, plan: Plan, cells: Any, persona: Any, dropped: Any = None) -> Any:
    """Logits of each drawn code given the earlier blocks of the record, shape (n, cells of drawn blocks).

    Parameters
    ----------
    weights : mapping of arrays
        `start_weights`, with those of `start_persona` where there are personas.
    plan : Plan
        Blocks and units.
    cells : jax array, shape (n, n_cells)
        One-hot codes of all blocks.
    persona : jax array, shape (n, n_persona), or None
        With the column of closeness; None leaves the persona out.
    dropped : pair of jax arrays of shape (n, width), optional
        Factors of the units of both layers (dropout).
    """
    import jax

    held = masked(weights, plan)
    first, second, shares = held["first bias"], held["second bias"], held["shares bias"]
    if persona is not None:
        common = persona_units(weights, persona)
        first, second, shares = (
            bias + common @ held[f"persona {name}"]
            for name, bias in (("first", first), ("second", second), ("shares", shares))
        )
    units = jax.nn.relu(cells @ held["first"] + first)
    units = units if dropped is None else units * dropped[0]
    units = units + jax.nn.relu(units @ held["second"] + second)
    units = units if dropped is None else units * dropped[1]
    return capped(units @ held["shares"] + cells @ held["direct"] + shares)


def persona_units(weights: Arrays, persona: Any) -> Any:
    """What all blocks see of a persona, shape (n, n_common): nothing at closeness 0."""
    import jax
    import jax.numpy as jnp

    closeness = persona[:, -1:]
    known = jnp.concatenate([persona[:, :-1] * closeness, closeness], axis=1)
    return closeness * jax.nn.relu(known @ weights["persona"] + weights["persona bias"])
