"""In which order the autoregressive backbone draws blocks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from censemble.generators.network import scaled_weights
from censemble.generators.semapop.backbone import Lesson, Records
from censemble.generators.structure import FamilyScores, climb, order_of

MOST_CLIMBED = 50_000  # records; more change the order hardly


def block_order(lesson: Lesson) -> NDArray[np.int64]:
    """In which order blocks are drawn: slot by slot, and within each as hill climbing orders the first member's.

    Parameters
    ----------
    lesson : Lesson
        Its training records are looked at.
    """
    slots = np.array([b.slot for b in lesson.blocks])
    order: list[int] = []
    ranks: dict[str, int] = {}
    for slot in np.unique(slots):
        mine = np.flatnonzero(slots == slot)
        known = [lesson.blocks[j].attribute in ranks for j in mine]
        if slot > 0 and ranks and all(known):
            order += sorted(mine.tolist(), key=lambda j: ranks[lesson.blocks[j].attribute])
            continue
        climbed = [int(mine[i]) for i in _climbed(lesson, mine)]
        order += climbed
        ranks |= {lesson.blocks[j].attribute: rank for rank, j in enumerate(climbed)} if slot > 0 else {}
    return np.array(order, dtype=np.int64)


def _climbed(lesson: Lesson, mine: NDArray[np.int64]) -> tuple[int, ...]:
    records = lesson.training
    used = np.arange(len(records.codes))[:MOST_CLIMBED]
    sizes = np.array([lesson.blocks[j].n_codes for j in mine], dtype=np.int64)
    lines = np.ascontiguousarray(records.codes[np.ix_(used, mine)].T)
    return order_of(climb(FamilyScores(lines, scaled_weights(records.weights[used]), sizes)))


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
