"""Which personas a population is drawn from: the survey's, a density over them, a weighted bank, or a user's texts.

bootstrap   personas of the training records, by weight. Drawn systematically: each as often as its share of n says, up
            to one more or less, in random order; so the personas add nothing to the noise of the margins.
density     the same, moved by a Gaussian kernel of Scott's width n_eff^(-1/(k+4)), shrunk so that variances stay: new
            personas between the survey's (smoothed bootstrap; Silverman and Young 1987).
bank        personas of a table with weights: another region's, or an imagined population's.
texts       those that the user wrote, each as often as the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError

Choice = Literal["bootstrap", "density", "bank"]
CHOICES: tuple[Choice, ...] = ("bootstrap", "density", "bank")
Vectors = NDArray[np.float32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Personas:
    """What can be drawn from.

    Parameters
    ----------
    ids : tuple of str, length n_personas
    vectors : ndarray of float32, shape (n_personas, width)
        Projected.
    weights : ndarray of float64, shape (n_personas,), >= 0
        At least one above 0.
    """

    ids: tuple[str, ...]
    vectors: Vectors
    weights: Float

    def __post_init__(self) -> None:
        if len(self.ids) != len(self.vectors) or len(self.ids) != len(self.weights):
            raise SchemaError(
                f"personas: {len(self.ids)} ids, {len(self.vectors)} vectors, {len(self.weights)} weights"
            )
        if not (np.isfinite(self.weights).all() and (self.weights >= 0).all() and self.weights.sum() > 0):
            raise SchemaError("personas: weights must be finite and >= 0, and at least one above 0")


@dataclass(frozen=True, eq=False)
class Chosen:
    """Personas that were drawn.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, width)
    persona : ndarray of int64, shape (n,)
        Place among the personas; of a density the one whose kernel it is from.
    """

    vectors: Vectors
    persona: NDArray[np.int64]


def choose(personas: Personas, n: int, rng: np.random.Generator, *, smooth: bool = False) -> Chosen:
    """Draw personas by weight.

    Parameters
    ----------
    personas : Personas
        Those there are.
    n : int
        >= 0.
    rng : numpy.random.Generator
        The same state gives the same personas.
    smooth : bool
        Draw from a density around them.

    Examples
    --------
    >>> three = Personas(("p-1", "p-2", "p-3"), np.array([[0.0], [1.0], [2.0]], np.float32), np.array([1.0, 0.0, 3.0]))
    >>> sorted(choose(three, 4, np.random.default_rng(1)).persona.tolist())
    [0, 2, 2, 2]
    """
    cumulated = np.cumsum(personas.weights)
    ticks = (np.arange(n) + rng.random()) / max(n, 1) * cumulated[-1]
    drawn = np.searchsorted(cumulated, ticks, side="right")
    drawn = rng.permutation(np.minimum(drawn, np.flatnonzero(personas.weights)[-1]))
    vectors = personas.vectors[drawn]
    if smooth and vectors.shape[1]:
        h = kernel_width(personas.weights, vectors.shape[1])
        noise = rng.standard_normal(vectors.shape)
        vectors = ((vectors + h * noise) / np.sqrt(1 + h**2)).astype(np.float32)
    return Chosen(vectors, drawn.astype(np.int64))


def kernel_width(weights: Float, width: int) -> float:
    """Scott's rule for data of unit variance: n_eff^(-1/(k+4)).

    Examples
    --------
    >>> round(kernel_width(np.ones(32), 1), 3)
    0.5
    """
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    return float(effective ** (-1.0 / (width + 4)))
