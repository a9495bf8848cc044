"""What SemaPop has learnt, and the settings that it was learnt with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError
from censemble.generators.semapop.backbone import Backbone, Curves
from censemble.generators.semapop.backbones import BACKBONES
from censemble.generators.semapop.flat_records import FlatCodes
from censemble.generators.semapop.persona_choice import Personas
from censemble.generators.semapop.persona_space import PersonaSpace
from censemble.personas.bank import PersonaBank
from censemble.personas.conditioning import Conditioning

CONDITIONINGS: tuple[Conditioning, ...] = get_args(Conditioning)
HELD_TO = ("sample", "targets")
NEAR = 0.9
WIDTH = 32  # of the published models, which are given personas to the letter
DEFAULT_MODEL = "autoregressive"


@dataclass(frozen=True)
class Settings:
    """Settings of training.

    Parameters
    ----------
    model : str
        One of `backbones.BACKBONES`.
    model_options : mapping
        What the model's constructor takes.
    conditioning : {"text", "one_hot", "kmeans", "shuffled", "none"}
        What the model is given of a record: its persona's text, or a control.
    width : int or None
        Columns of the projected personas at most, >= 1. None: 32 of a model that was not loosened, else as many as
        keep what personas say (`persona_space`).
    n_bins : int
        Quantile bins of numeric attributes, >= 1.
    most_members : int or None
        Persons of a household at most; larger ones are not learnt from. None: the largest decides.
    hold_to : {"sample", "targets"}
        Whose marginal shares regularisation holds the model to.
    loosened : bool or None
        Whether personas are given with noise of every level while training; None: as the model does.
    random_seed : int
        Of training.

    Raises
    ------
    ConfigError
        An unknown name, or a number out of range; all of them in one message.
    """

    model: str = DEFAULT_MODEL
    model_options: Mapping[str, Any] = field(default_factory=dict)
    conditioning: Conditioning = "text"
    width: int | None = None
    n_bins: int = 24
    most_members: int | None = None
    hold_to: str = "sample"
    loosened: bool | None = None
    random_seed: int = 0

    def __post_init__(self) -> None:
        wrong = [
            f"{name} {found!r}, and there are {', '.join(known)}"
            for name, found, known in (
                ("conditioning", self.conditioning, CONDITIONINGS),
                ("hold_to", self.hold_to, HELD_TO),
            )
            if found not in known
        ]
        numbers = {"width": self.width, "n_bins": self.n_bins, "most_members": self.most_members}
        wrong += [f"{name} {n}, and it must be >= 1" for name, n in numbers.items() if n is not None and n < 1]
        if wrong:
            raise ConfigError(f"semapop: {'; '.join(wrong)}")

    @property
    def is_loosened(self) -> bool:
        """Whether personas are given with noise of every level."""
        if self.loosened is not None or self.model not in BACKBONES:
            return self.loosened is not False
        return BACKBONES[self.model].loosened

    @property
    def columns(self) -> int | None:
        """Columns of the projected personas at most; None for as many as keep what personas say."""
        return WIDTH if self.width is None and not self.is_loosened else self.width

    @property
    def closeness(self) -> float:
        """How closely a population follows its personas unless said otherwise, 0..1."""
        if not self.is_loosened:
            return 1.0
        return BACKBONES[self.model].closeness if self.model in BACKBONES else 0.0

    @property
    def near(self) -> float:
        """How closely records follow personas that were asked for, unless said otherwise, 0..1."""
        return NEAR if self.is_loosened else 1.0

    def checked_closeness(self, level: Any) -> Any:
        """The same closeness, if this model can be given it.

        Raises
        ------
        ConfigError
            Outside 0..1, or other than 1 of a model that was not loosened.
        """
        known = np.asarray(level, dtype=np.float64)
        if not ((known >= 0) & (known <= 1)).all():
            raise ConfigError(f"closeness (generator.closeness, or --closeness): found {level}, and it must be 0 to 1")
        if not self.is_loosened and (known != 1).any():
            raise ConfigError(
                f"generator.closeness: the model {self.model} was trained on personas as they are, and knows closeness "
                "1 only; train it loosened, or take 'autoregressive'"
            )
        return level

    def facts(self) -> dict[str, Any]:
        """All settings in JSON types."""
        return {**asdict(self), "model_options": dict(self.model_options)}


@dataclass(frozen=True, eq=False)
class Learnt:
    """The trained model with all that it needs to draw.

    Parameters
    ----------
    settings : Settings
    flat : FlatCodes
    bank : PersonaBank
        Of the survey's records, in the order they were learnt from.
    space : PersonaSpace
    backbone : Backbone
        Trained.
    curves : Curves
        How training went.
    training_weights : ndarray of float64, shape (n_personas,)
        Weight of each persona among the training records.
    total_weight : float
        Of the survey.
    about : mapping
        Counts and figures of the survey, in JSON types: records, validation, cut, effective_size.
    leakage, writing : mapping
        Of the personas, see `services.AboutPersonas`; empty where a folder of before does not say.
    """

    settings: Settings
    flat: FlatCodes
    bank: PersonaBank
    space: PersonaSpace
    backbone: Backbone
    curves: Curves
    training_weights: NDArray[np.float64]
    total_weight: float
    about: Mapping[str, Any]
    leakage: Mapping[str, Any] = field(default_factory=dict)
    writing: Mapping[str, Any] = field(default_factory=dict)

    def personas(self) -> Personas:
        """The training records' personas, to draw from."""
        return Personas(
            persona_ids(self.bank.n_personas), self.space.project(self.bank.embeddings), self.training_weights
        )


def persona_ids(n: int, prefix: str = "persona") -> tuple[str, ...]:
    """Ids of personas in the order of their bank.

    Examples
    --------
    >>> persona_ids(2)
    ('persona-1', 'persona-2')
    """
    return tuple(f"{prefix}-{i}" for i in range(1, n + 1))
