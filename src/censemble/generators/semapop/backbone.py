"""What a persona-conditioned model learns from, and what it must be able to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from censemble.schema import Entity

Codes = NDArray[np.int16]
Vectors = NDArray[np.float32]
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Block:
    """One categorical variable of a flattened record: a softmax of its own.

    Parameters
    ----------
    name : str
        Unique: "tenure", "persons", or "person 2: age".
    entity : {"households", "persons"}
    attribute : str
        The schema's name; "" of the number of persons.
    slot : int
        0 for attributes of the record itself, else the place of the member, from 1.
    n_codes : int
        Codes 0..n_codes-1. In a member's slot the last one means that there is no such member.
    """

    name: str
    entity: Entity
    attribute: str
    slot: int
    n_codes: int


@dataclass(frozen=True, eq=False)
class Records:
    """Flattened records with what conditions them.

    Parameters
    ----------
    codes : ndarray of int16, shape (n, n_blocks)
    weights : ndarray of float64, shape (n,), > 0
        Survey weights, scaled to a mean of 1.
    personas : ndarray of float32, shape (n, width)
        Projected persona vectors, about unit variance in each column; width 0 for none.
    """

    codes: Codes
    weights: NDArray[np.float64]
    personas: Vectors


@dataclass(frozen=True, eq=False)
class Sum:
    """A block of later members that follows from the same block of the first one and a gap: an age.

    Parameters
    ----------
    attribute, gap : str
        Of the blocks.
    role : str
        Of the block that says who the member is to the first one, on which the gap depends most; "" if none does.
    table : ndarray of float64, shape (n_codes, n_gaps, n_codes)
        Shares of its codes given the first member's code and the gap's; lines of zeros where these do not say.
    """

    attribute: str
    gap: str
    role: str
    table: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lesson:
    """All that a backbone is given to learn from.

    Parameters
    ----------
    blocks : tuple of Block
        In the order of the columns of codes.
    training, validation : Records
        Validation decides when to stop and which weights are kept; never trained on.
    shares : tuple of ndarray of float64
        For each block the shares of its codes that marginal regularisation holds the model to: the survey's, or target
        tables'.
    loosened : bool
        Whether personas are given with noise of a random level while training (`persona_noise`); else as they are.
    age : Sum, optional
        Of households whose members have a gap to the first one's age.
    """

    blocks: tuple[Block, ...]
    training: Records
    validation: Records
    shares: tuple[NDArray[np.float64], ...]
    loosened: bool
    age: Sum | None = None


@dataclass(frozen=True, eq=False)
class Curves:
    """How training went.

    Parameters
    ----------
    steps : ndarray of int64, shape (n_points,)
        Training steps at which figures were taken.
    figures : mapping of str to ndarray of float64, shape (n_points,)
        By name: losses, and figures of the validation records ("validation log-likelihood", "validation SRMSE", ...).
    best_step : int
        Where the kept weights are from.
    ending : str
        Why it ended, in words: no better for so many steps, all steps done, losses no longer finite.
    """

    steps: NDArray[np.int64]
    figures: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    best_step: int = 0
    ending: str = ""


class Backbone(Protocol):
    """A model of codes given persona vectors: SemaPop-GAN, SemaPop-VAE, or ours.

    Attributes
    ----------
    name : str
        As the project file calls it.
    """

    name: str

    def settings(self) -> dict[str, Any]:
        """What the constructor takes, in JSON types."""

    def train(self, lesson: Lesson, *, random_seed: int, progress: Progress, checkpoint: Path | None = None) -> Curves:
        """Learn; the best weights on validation are kept, also where losses diverge.

        With a checkpoint file training that was stopped goes on from there, and ends as if it had not been stopped.

        Raises
        ------
        SchemaError
            Nothing can be learnt: no finite loss from the first step on.
        """

    def draw(self, vectors: Vectors, rng: np.random.Generator) -> Codes:
        """Draw one flattened record for each row of vectors (as `persona_noise.noisy` gives them), shape (n, n_blocks).

        The same state of `rng` gives the same codes on one platform, whatever the number of rows drawn at a time.
        """

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What was learnt, by name, for a safetensors file."""

    def restore(self, arrays: Mapping[str, NDArray[Any]], blocks: tuple[Block, ...], width: int) -> None:
        """Take what `arrays` gave; draws are then the same.

        Parameters
        ----------
        arrays : mapping
            By name.
        blocks : tuple of Block
            Of the records.
        width : int
            Of the projected persona vectors, without the column of closeness.
        """
