"""SemaPop-VAE on a toy whose joint is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from known_joint import drawn_shares, lesson_of, total_variation

from censemble.generators.semapop.backbone import Curves
from censemble.generators.semapop.vae import VAE

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


def test_curves_hold_both_parts_of_the_bound(trained: tuple[VAE, Curves]) -> None:
    """The surprise falls; the divergence stays above 0."""
    figures = trained[1].figures
    assert figures["surprise"][-1] < figures["surprise"][0]
    assert (figures["divergence"] > 0).all()
