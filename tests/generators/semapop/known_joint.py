"""A joint of three attributes with impossible cells, and lessons drawn from it."""

from __future__ import annotations

from typing import Literal

import numpy as np

from censemble.generators.semapop.backbone import Backbone, Block, Lesson, Records

JOINT = np.array([[[0.30, 0.0, 0.05], [0.0, 0.15, 0.0]], [[0.05, 0.0, 0.0], [0.0, 0.10, 0.35]]])
BLOCKS = tuple(Block(f"a{j}", "persons", f"a{j}", 0, k) for j, k in enumerate(JOINT.shape))
Says = Literal["first code", "nothing"]


def records_of(n: int, says: Says, rng: np.random.Generator) -> Records:
    """Records whose personas say the first code as -1 or 1, or nothing."""
    cells = rng.choice(JOINT.size, n, p=JOINT.ravel())
    codes = np.stack(np.unravel_index(cells, JOINT.shape), axis=1).astype(np.int16)
    width = 1 if says == "first code" else 0
    return Records(codes, np.ones(n), (2.0 * codes[:, :width] - 1.0).astype(np.float32))


def lesson_of(says: Says) -> Lesson:
    """Training and validation records of the joint, held to its own shares."""
    rng = np.random.default_rng(1)
    shares = tuple(JOINT.sum(axis=tuple(a for a in range(3) if a != j)) for j in range(3))
    return Lesson(BLOCKS, records_of(2000, says, rng), records_of(500, says, rng), shares, loosened=False)


def drawn_shares(model: Backbone, lesson: Lesson, n: int = 20_000) -> np.ndarray:
    """Shares of all cells among records drawn for the training personas, given whole."""
    rng = np.random.default_rng(7)
    personas = lesson.training.personas[rng.integers(0, len(lesson.training.codes), n)]
    codes = model.draw(np.concatenate([personas, np.ones((n, 1), np.float32)], axis=1), rng)
    cells = np.ravel_multi_index(tuple(codes.T.astype(int)), JOINT.shape)
    return np.bincount(cells, minlength=JOINT.size) / n


def total_variation(shares: np.ndarray) -> float:
    """Share of records in a wrong cell."""
    return float(np.abs(shares - JOINT.ravel()).sum() / 2)
