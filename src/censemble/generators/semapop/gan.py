"""SemaPop-GAN: a Wasserstein GAN with gradient penalty, conditioned on personas and held to margins.

Generator: noise through layers that the persona modulates (`film`), to one softmax per attribute. Critic: a projection
of the persona (`critic`). Generator loss: -E D + strengths times R_M (`marginal_loss`), R_BD, R_AD (`boundary_loss`).
The critic sees codes drawn by a Gumbel softmax, or the softmax itself; records are drawn from the softmax. The model is
the running mean of the generator's weights. After arXiv 2602.11569, whose code and settings are not public: all
settings here are ours.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.backbone import Lesson
from censemble.generators.semapop.block_backbone import BlockBackbone
from censemble.generators.semapop.block_model import settings_of
from censemble.generators.semapop.gan_step import GanSettings, GanStep, checked, start_gan
from censemble.generators.semapop.training_loop import Step, Tree


class GAN(BlockBackbone):
    """The paper's GAN as a backbone.

    Parameters
    ----------
    **settings
        Of `GanSettings`.

    Raises
    ------
    ConfigError
        A setting that does not exist.
    """

    name: ClassVar[str] = "gan"

    def __init__(self, **settings: Any) -> None:
        super().__init__(settings_of(GanSettings, "gan", settings))

    def _check(self) -> None:
        checked(self._chosen)

    def _start(self, starts: NDArray[np.int64], n_condition: int, random_seed: int) -> Tree:
        return start_gan(self._chosen, starts, n_condition, random_seed)

    def _step(self, starts: NDArray[np.int64], lesson: Lesson) -> Step:
        return GanStep(self._chosen, starts, np.concatenate(lesson.shares), lesson.loosened)
