"""One step of SemaPop-GAN, with its ingredients on and off."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from known_joint import lesson_of

from censemble.errors import ConfigError
from censemble.generators.semapop.backbone import Block, Lesson, Records
from censemble.generators.semapop.gan import GAN
from censemble.generators.semapop.gan_step import GanSettings, GanStep, checked, start_gan
from censemble.generators.semapop.softmax_blocks import block_starts

SMALL = {"width": 24, "depth": 1, "noise": 8, "batch": 60, "critic_steps": 1}


def _one_step(lesson: Lesson, **settings: Any) -> tuple[Any, dict[str, Any]]:
    chosen = checked(GanSettings(**{**SMALL, **settings}))
    starts, records = block_starts(lesson.blocks), lesson.training
    step = GanStep(chosen, starts, np.concatenate(lesson.shares), lesson.loosened)
    state = start_gan(chosen, starts, records.personas.shape[1] + 1, 1)

    def draw(key: Any, n: int) -> tuple[Any, Any]:
        return jax.numpy.asarray(records.codes[:n], jax.numpy.int32), jax.numpy.asarray(records.personas[:n])

    return jax.jit(lambda start, key: step(start, draw, key))(state, jax.random.key(1))


def _degenerate() -> Lesson:
    """A constant column, and all weight on one record."""
    codes = np.zeros((60, 2), np.int16)
    records = Records(codes, np.array([60.0 - 59e-9] + [1e-9] * 59), np.zeros((60, 0), np.float32))
    blocks = (Block("planet", "persons", "planet", 0, 1), Block("sex", "persons", "sex", 0, 2))
    return Lesson(blocks, records, records, (np.ones(1), np.array([1.0, 0.0])), loosened=True)


PLAIN = {"modulation": "none", "judgement": "none", "relaxation": "softmax", "marginal_strength": 0.0}
FULL = {
    "modulation": "concatenate", "judgement": "concatenate", "pac": 10, "precision": "bfloat16",
    "boundary_strength": 0.5, "distance_strength": 0.1, "shares_kept": 0.0, "averaging": 0.0,
}  # fmt: skip


@pytest.mark.parametrize(("settings", "lesson"), [(PLAIN, _degenerate()), (FULL, lesson_of("first code"))])
def test_every_ingredient_can_be_switched(settings: dict[str, Any], lesson: Lesson) -> None:
    """One step with other ingredients changes both networks, and has the loss of each that is on.

    A constant column and all weight on one record do no harm.
    """
    state, losses = _one_step(lesson, **settings)
    assert all(np.isfinite(float(v)) for v in losses.values())
    assert ("marginal loss" in losses) == ("boundary loss" in losses) == (settings is FULL)
    assert np.abs(np.asarray(state["of_generator"][0].mu["last"]["w"])).max() > 0
    assert np.abs(np.asarray(state["of_critic"][0].mu["psi"]["w"])).max() > 0


def test_settings_are_checked() -> None:
    """A batch that packs do not divide, a choice that does not exist and a negative strength are refused."""
    with pytest.raises(ConfigError, match="multiple of pac 7"):
        checked(GanSettings(pac=7))
    with pytest.raises(ConfigError, match=r"(?s)one of gumbel, softmax.*marginal_strength"):
        checked(GanSettings(relaxation="hard", marginal_strength=-1.0))  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="no such setting"):
        GAN(wdith=3)
