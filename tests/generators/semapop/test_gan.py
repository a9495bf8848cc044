"""SemaPop-GAN on a toy whose joint is known."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from known_joint import BLOCKS, drawn_shares, lesson_of, total_variation

from censemble.errors import ConfigError, SchemaError
from censemble.generators.semapop.backbone import Block, Curves, Lesson, Records
from censemble.generators.semapop.gan import GAN
from censemble.generators.semapop.gan_step import GanSettings, GanStep, checked, start_gan
from censemble.generators.semapop.softmax_blocks import block_starts

SMALL = {"width": 24, "depth": 1, "noise": 8, "batch": 60, "critic_steps": 2, "averaging": 0.99, "run": 300}
FAST = {"generator_rate": 3e-3, "critic_rate": 3e-3, "temperature": 0.4}
SETTINGS: dict[str, Any] = {**SMALL, **FAST, "steps": 1200}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[GAN, Curves, Path]:
    """Trained on personas that say the first code; its checkpoint as it was half-way."""
    model, folder = GAN(**SETTINGS), tmp_path_factory.mktemp("gan")
    whole, half = folder / "whole", folder / "half"

    def progress(phrase: str, share: float) -> None:
        if share <= 0.5:
            shutil.copy(whole, half)

    curves = model.train(lesson_of("first code"), random_seed=1, progress=progress, checkpoint=whole)
    return model, curves, half


def test_joint_is_recovered(trained: tuple[GAN, Curves, Path]) -> None:
    """Given personas as often as they occur, all three-way cells are met, impossible ones included."""
    lesson = lesson_of("first code")
    assert total_variation(drawn_shares(trained[0], lesson)) < 0.15


def test_records_follow_their_personas(trained: tuple[GAN, Curves, Path]) -> None:
    """A persona that says the first code gets it, and the other one the other."""
    vectors = np.array([[-1.0, 1.0]] * 500 + [[1.0, 1.0]] * 500, np.float32)
    codes = trained[0].draw(vectors, np.random.default_rng(1))
    assert (codes[:500, 0] == 0).mean() > 0.95
    assert (codes[500:, 0] == 1).mean() > 0.95


def test_going_on_from_a_checkpoint_ends_the_same(trained: tuple[GAN, Curves, Path]) -> None:
    """Training that goes on from half-way has the bytes of training that was not stopped."""
    resumed = GAN(**SETTINGS)
    curves = resumed.train(
        lesson_of("first code"), random_seed=1, progress=lambda phrase, share: None, checkpoint=trained[2]
    )
    assert curves.steps.tolist() == trained[1].steps.tolist()
    for name, array in trained[0].arrays().items():
        assert resumed.arrays()[name].tobytes() == array.tobytes()


def test_restored_model_draws_the_same(trained: tuple[GAN, Curves, Path]) -> None:
    """Settings and arrays are all there is to a model."""
    again = GAN(**trained[0].settings())
    again.restore(trained[0].arrays(), BLOCKS, 1)
    vectors = np.random.default_rng(2).standard_normal((40, 2)).astype(np.float32)
    drawn = [m.draw(vectors, np.random.default_rng(3)) for m in (trained[0], again)]
    assert (drawn[0] == drawn[1]).all()


def test_curves_hold_losses_and_figures(trained: tuple[GAN, Curves, Path]) -> None:
    """Every part of the loss and every figure has a point for each run."""
    names = ("critic gap", "marginal loss", "score of made records", "validation F1", "validation SRMSE two-way")
    assert set(names) <= set(trained[1].figures)
    assert all(len(line) == 4 for line in trained[1].figures.values())


def _one_step(lesson: Lesson, **settings: Any) -> tuple[Any, dict[str, Any]]:
    chosen = checked(GanSettings(**{**SMALL, "critic_steps": 1, **settings}))
    starts, records = block_starts(lesson.blocks), lesson.training
    step = GanStep(chosen, starts, np.concatenate(lesson.shares), lesson.loosened)
    state = start_gan(chosen, starts, records.personas.shape[1] + 1, 1)

    def draw(key: Any, n: int) -> tuple[Any, Any]:
        return jax.numpy.asarray(records.codes[:n], jax.numpy.int32), jax.numpy.asarray(records.personas[:n])

    return jax.jit(lambda start, key: step(start, draw, key))(state, jax.random.key(1))


@pytest.mark.parametrize(
    "settings",
    [
        {"modulation": "none", "judgement": "none", "relaxation": "softmax", "marginal_strength": 0.0},
        {"modulation": "concatenate", "judgement": "concatenate", "pac": 10, "precision": "bfloat16"},
        {"boundary_strength": 0.5, "distance_strength": 0.1, "shares_kept": 0.0, "averaging": 0.0},
    ],
)
def test_every_ingredient_can_be_switched(settings: dict[str, Any]) -> None:
    """One step with other ingredients changes both networks, and has the loss of each that is on."""
    state, losses = _one_step(lesson_of("first code"), **settings)
    assert all(np.isfinite(float(v)) for v in losses.values())
    assert ("marginal loss" in losses) == (settings.get("marginal_strength") != 0.0)
    assert ("boundary loss" in losses) == ("boundary_strength" in settings)
    assert np.abs(np.asarray(state["of_generator"][0].mu["last"]["w"])).max() > 0
    assert np.abs(np.asarray(state["of_critic"][0].mu["psi"]["w"])).max() > 0


def test_constant_column_and_one_heavy_record_give_finite_steps() -> None:
    """A block of one code has nothing to learn and does no harm."""
    codes = np.zeros((60, 2), np.int16)
    records = Records(codes, np.array([60.0 - 59e-9] + [1e-9] * 59), np.zeros((60, 0), np.float32))
    blocks = (Block("planet", "persons", "planet", 0, 1), Block("sex", "persons", "sex", 0, 2))
    lesson = Lesson(blocks, records, records, (np.ones(1), np.array([1.0, 0.0])), loosened=True)
    assert all(np.isfinite(float(v)) for v in _one_step(lesson)[1].values())


def test_diverging_training_is_told() -> None:
    """Absurd learning rates end with a message that says what to do, not with a model of nothing."""
    model = GAN(**{**SMALL, "steps": 20, "run": 20, "generator_rate": 1e30, "critic_rate": 1e30})
    with pytest.raises(SchemaError, match=r"diverged.*learning rate"):
        model.train(lesson_of("nothing"), random_seed=1, progress=lambda phrase, share: None)


def test_settings_are_checked() -> None:
    """A batch that packs do not divide, a choice that does not exist and a negative strength are refused."""
    with pytest.raises(ConfigError, match="multiple of pac 7"):
        checked(GanSettings(pac=7))
    with pytest.raises(ConfigError, match=r"(?s)one of gumbel, softmax.*marginal_strength"):
        checked(GanSettings(relaxation="hard", marginal_strength=-1.0))  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="no such setting"):
        GAN(wdith=3)
