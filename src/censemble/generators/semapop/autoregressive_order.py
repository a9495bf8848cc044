"""In which order the autoregressive backbone draws blocks: that of hill climbing, as a Bayesian network would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from censemble.generators.network import scaled_weights
from censemble.generators.semapop.backbone import Lesson, Records
from censemble.generators.structure import FamilyScores, climb, order_of

MOST_CLIMBED = 50_000  # records; more change the order hardly


def block_order(lesson: Lesson, n_given: int = 0, first: Sequence[int] = ()) -> NDArray[np.int64]:
    """In which order blocks are drawn; those that are given stay where they are.

    Parameters
    ----------
    lesson : Lesson
        Its training records are looked at.
    n_given : int, >= 0
        Blocks, the first ones, that are seen only.
    first : sequence of int
        Blocks that are drawn before the others, in this order.
    """
    records, used = lesson.training, np.arange(len(lesson.training.codes))[:MOST_CLIMBED]
    mine = np.arange(n_given, len(lesson.blocks))
    sizes = np.array([lesson.blocks[j].n_codes for j in mine], dtype=np.int64)
    lines = np.ascontiguousarray(records.codes[np.ix_(used, mine)].T)
    climbed = order_of(climb(FamilyScores(lines, scaled_weights(records.weights[used]), sizes)))
    rest = [j for j in mine[np.array(climbed, dtype=np.int64)].tolist() if j not in first]
    return np.array([*range(n_given), *first, *rest], dtype=np.int64)


def in_order(lesson: Lesson, order: NDArray[np.int64]) -> Lesson:
    """The same with blocks in the order in which they are drawn."""

    def turned(records: Records) -> Records:
        return replace(records, codes=np.ascontiguousarray(records.codes[:, order]))

    return replace(
        lesson,
        blocks=tuple(lesson.blocks[j] for j in order),
        training=turned(lesson.training),
        validation=turned(lesson.validation),
        shares=tuple(lesson.shares[j] for j in order),
    )
