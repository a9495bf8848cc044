"""What SemaPop uses and does not make: personas, calibration, somewhere to keep its place, somebody to tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.backbone import Progress
from censemble.margins import Margin
from censemble.personas.bank import PersonaBank
from censemble.pool import Pool
from censemble.schema import Schema


def silent(_phrase: str, _value: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class AboutPersonas:
    """What is to be said of the personas of a survey.

    Parameters
    ----------
    notes : tuple of str
        For the user.
    leakage : mapping
        How well each attribute is read back from the vectors, beside controls (`personas.leakage_controls`); empty
        where that was not measured.
    writing : mapping
        Of a language model: how many texts it was asked for, and what came of them; empty of other writers.
    """

    notes: tuple[str, ...] = ()
    leakage: Mapping[str, Any] = field(default_factory=dict)
    writing: Mapping[str, Any] = field(default_factory=dict)


class PersonaMaker(Protocol):
    """Writes and embeds personas of a survey, and embeds texts of a user in the same way.

    Attributes
    ----------
    name : str
        Of the embedder, as `PersonaBank.embedder` has it.
    """

    @property
    def name(self) -> str:
        """Name of the embedder."""

    def bank(self, schema: Schema, pool: Pool, *, progress: Progress) -> PersonaBank:
        """Make the personas of all records."""

    def about(self, schema: Schema, pool: Pool, bank: PersonaBank, *, progress: Progress) -> AboutPersonas:
        """What is to be said of personas that `bank` made."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts, shape (n, width)."""


class Calibrate(Protocol):
    """Weights of records that meet tables of one unit as well as they can."""

    def __call__(self, pool: Pool, margins: Sequence[Margin]) -> NDArray[np.float64]:
        """Give a weight >= 0 for each record, shape (n_records,)."""


@dataclass(frozen=True)
class Outside:
    """What whoever runs the generator gives it.

    Parameters
    ----------
    personas : PersonaMaker or None
        None makes template personas with the embedder that comes with the package.
    calibrate : Calibrate or None
        Needed where the model is held to target tables. Calibration is another stage, which no generator imports.
    progress : callable
        Told a phrase and the share done, 0..1.
    checkpoint : Path or None
        File in which training keeps its place; training that was stopped goes on from it.
    """

    personas: PersonaMaker | None = None
    calibrate: Calibrate | None = None
    progress: Progress = silent
    checkpoint: Path | None = None
