"""SemaPop-VAE: a variational autoencoder conditioned on personas and held to margins.

Encoder q(z | x, e) and decoder p(x | z, e) are networks that the persona modulates (`film`); the decoder ends in one
softmax per attribute. Loss: the negative likelihood bound, with a factor on its divergence, and R_M (`marginal_loss`)
of records decoded from fresh noise. Records are drawn from the softmax; the model is the running mean of the decoder's
weights. After arXiv 2602.11569, whose code and settings are not public: all settings here are ours.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.backbone import Lesson
from censemble.generators.semapop.block_backbone import BlockBackbone
from censemble.generators.semapop.block_model import settings_of
from censemble.generators.semapop.training_loop import Step, Tree
from censemble.generators.semapop.vae_step import VaeSettings, VaeStep, checked, start_vae


class VAE(BlockBackbone):
    """The paper's VAE as a backbone.

    Parameters
    ----------
    **settings
        Of `VaeSettings`.

    Raises
    ------
    ConfigError
        A setting that does not exist.
    """

    name: ClassVar[str] = "vae"

    def __init__(self, **settings: Any) -> None:
        super().__init__(settings_of(VaeSettings, "vae", settings))

    def _check(self) -> None:
        checked(self._chosen)

    def _start(self, starts: NDArray[np.int64], n_condition: int, random_seed: int) -> Tree:
        return start_vae(self._chosen, starts, n_condition, random_seed)

    def _step(self, starts: NDArray[np.int64], lesson: Lesson) -> Step:
        return VaeStep(self._chosen, starts, np.concatenate(lesson.shares), lesson.loosened)
