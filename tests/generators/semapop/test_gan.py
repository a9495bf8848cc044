"""SemaPop-GAN on a toy whose joint is known."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from known_joint import drawn_shares, lesson_of, total_variation

from censemble.generators.semapop.backbone import Curves
from censemble.generators.semapop.gan import GAN

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


def test_curves_hold_losses_and_figures(trained: tuple[GAN, Curves, Path]) -> None:
    """Every part of the loss and every figure has a point for each run."""
    names = ("critic gap", "marginal loss", "score of made records", "validation F1", "validation SRMSE two-way")
    assert set(names) <= set(trained[1].figures)
    assert all(len(line) == 4 for line in trained[1].figures.values())
