"""One step of SemaPop-VAE, with its ingredients off."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from known_joint import BLOCKS, lesson_of

from censemble.errors import ConfigError
from censemble.generators.semapop.softmax_blocks import block_starts
from censemble.generators.semapop.vae_step import VaeSettings, VaeStep, checked, start_vae

SMALL: dict[str, Any] = {"width": 24, "depth": 1, "noise": 4, "batch": 60}


def test_ingredients_can_be_switched() -> None:
    """Without modulation, divergence and marginal loss one step still learns from the codes alone."""
    lesson = lesson_of("first code")
    off = {"modulation": "none", "divergence": 0.0, "marginal_strength": 0.0, "precision": "bfloat16"}
    chosen, starts = checked(VaeSettings(**{**SMALL, **off})), block_starts(BLOCKS)
    step = VaeStep(chosen, starts, np.concatenate(lesson.shares), is_loosened=False)
    records = lesson.training

    def draw(key: Any, n: int) -> tuple[Any, Any]:
        return jax.numpy.asarray(records.codes[:n], jax.numpy.int32), jax.numpy.asarray(records.personas[:n])

    step_once = jax.jit(lambda start, key: step(start, draw, key))
    state, losses = step_once(start_vae(chosen, starts, 2, 1), jax.random.key(1))
    assert set(losses) == {"surprise", "divergence"}
    assert float(losses["divergence"]) == 0.0
    assert np.abs(np.asarray(state["optimiser"][0].mu["encoder"]["last"]["w"])).max() > 0


def test_settings_are_checked() -> None:
    """A precision that does not exist is refused with those that do."""
    with pytest.raises(ConfigError, match="one of float32, bfloat16"):
        checked(VaeSettings(precision="float16"))  # type: ignore[arg-type]
