"""What SemaPop-GAN and -VAE have in common, on models that were never trained."""

from __future__ import annotations

import numpy as np
import pytest
from known_joint import BLOCKS, lesson_of

from censemble.errors import ConfigError, SchemaError
from censemble.generators.semapop.block_backbone import BlockBackbone
from censemble.generators.semapop.block_model import flat_arrays
from censemble.generators.semapop.gan import GAN
from censemble.generators.semapop.gan_step import start_gan
from censemble.generators.semapop.softmax_blocks import block_starts
from censemble.generators.semapop.vae import VAE
from censemble.generators.semapop.vae_step import start_vae

SMALL = {"width": 8, "depth": 1, "noise": 4}
VECTORS = np.random.default_rng(2).standard_normal((40, 2)).astype(np.float32)


def untrained(model: BlockBackbone) -> BlockBackbone:
    """With the first weights, for personas of one number."""
    start = {"gan": start_gan, "vae": start_vae}[model.name]
    state = start(model._chosen, block_starts(BLOCKS), 2, 1)  # type: ignore[operator]
    model.restore(flat_arrays(state["average"]), BLOCKS, 1)
    return model


@pytest.mark.parametrize("kind", [GAN, VAE])
def test_settings_and_arrays_are_all_there_is_to_a_model(kind: type[GAN] | type[VAE]) -> None:
    """A second model of the same settings and arrays draws the same records."""
    model = untrained(kind(**SMALL))
    again = kind(**model.settings())
    again.restore(model.arrays(), BLOCKS, 1)
    drawn = [m.draw(VECTORS, np.random.default_rng(3)) for m in (model, again)]
    assert (drawn[0] == drawn[1]).all()
    assert drawn[0].shape == (40, 3)


def test_arrays_of_another_width_are_refused() -> None:
    """Personas of three numbers do not fit a model of one."""
    model = untrained(VAE(**SMALL))
    with pytest.raises(SchemaError, match="vectors of 1 numbers, here they have 3"):
        VAE(**SMALL).restore(model.arrays(), BLOCKS, 3)


def test_settings_are_checked_before_training() -> None:
    """A model of no layers is refused before anything is computed."""
    with pytest.raises(ConfigError, match="depth: expected a number >= 1"):
        VAE(depth=0).train(lesson_of("nothing"), random_seed=1, progress=lambda phrase, share: None)
