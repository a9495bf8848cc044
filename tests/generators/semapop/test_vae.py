"""SemaPop-VAE on a toy whose joint is known."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from known_joint import BLOCKS, drawn_shares, lesson_of, total_variation

from censemble.errors import ConfigError
from censemble.generators.semapop.backbone import Curves
from censemble.generators.semapop.softmax_blocks import block_starts
from censemble.generators.semapop.vae import VAE
from censemble.generators.semapop.vae_step import VaeSettings, VaeStep, checked, start_vae

SETTINGS: dict[str, Any] = {
    "width": 24, "depth": 1, "noise": 4, "batch": 60, "rate": 5e-3, "averaging": 0.99, "run": 500, "steps": 2000,
}  # fmt: skip


@pytest.fixture(scope="module")
def trained() -> tuple[VAE, Curves]:
    """Trained on personas that say the first code."""
    model = VAE(**SETTINGS)
    return model, model.train(lesson_of("first code"), random_seed=1, progress=lambda phrase, share: None)


def test_joint_is_recovered(trained: tuple[VAE, Curves]) -> None:
    """Given personas as often as they occur, the cells are met but for a part that a bound on likelihood blurs."""
    assert total_variation(drawn_shares(trained[0], lesson_of("first code"))) < 0.2


def test_records_follow_their_personas(trained: tuple[VAE, Curves]) -> None:
    """A persona that says the first code gets it, and the other one the other."""
    vectors = np.array([[-1.0, 1.0]] * 500 + [[1.0, 1.0]] * 500, np.float32)
    codes = trained[0].draw(vectors, np.random.default_rng(1))
    assert (codes[:500, 0] == 0).mean() > 0.95
    assert (codes[500:, 0] == 1).mean() > 0.95


def test_restored_model_draws_the_same(trained: tuple[VAE, Curves]) -> None:
    """Settings and arrays are all there is to a model."""
    again = VAE(**trained[0].settings())
    again.restore(trained[0].arrays(), BLOCKS, 1)
    vectors = np.random.default_rng(2).standard_normal((40, 2)).astype(np.float32)
    drawn = [m.draw(vectors, np.random.default_rng(3)) for m in (trained[0], again)]
    assert (drawn[0] == drawn[1]).all()


def test_curves_hold_both_parts_of_the_bound(trained: tuple[VAE, Curves]) -> None:
    """The surprise falls; the divergence stays above 0."""
    figures = trained[1].figures
    assert figures["surprise"][-1] < figures["surprise"][0]
    assert (figures["divergence"] > 0).all()


def test_ingredients_can_be_switched() -> None:
    """Without modulation, divergence and marginal loss one step still learns from the codes alone."""
    lesson = lesson_of("first code")
    off = {"modulation": "none", "divergence": 0.0, "marginal_strength": 0.0, "precision": "bfloat16"}
    chosen, starts = checked(VaeSettings(**{**SETTINGS, **off})), block_starts(BLOCKS)
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
