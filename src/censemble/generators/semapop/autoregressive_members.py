"""Members of households for the autoregressive backbone: one model of a member, whatever the place.

A flattened household has a block for each attribute in each place. Learnt as so many blocks, the ninth person has
parameters of its own and a handful of records, and the network grows with the square of the places. Here a household's
own attributes, its number of persons and the first of them are one model, and each other member is drawn from another,
which all places share, given

    the household's own codes, the first member, the place, the second member, and the one before.

What is further away (the third child's age given the first one's) is seen through the member before only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.backbone import Block, Codes, Lesson, Records

Int = NDArray[np.int64]
SEEN = ("second", "before")


@dataclass(frozen=True, eq=False)
class Places:
    """Where a flattened household has its members.

    Parameters
    ----------
    root : tuple of Block
        The household's own attributes, its number of persons and the first one; all blocks where records are persons.
    own : tuple of Block
        Of another member, without the code that nobody is there.
    n_places : int, >= 0
        Members of the largest household beyond the first.
    n_members : ndarray of int64, shape (n_sizes,)
        Members beyond the first that each code of the number of persons means.

    Examples
    --------
    >>> blocks = (Block("persons", "households", "", 0, 2), Block("person 1: sex", "persons", "sex", 1, 3),
    ...           Block("person 2: sex", "persons", "sex", 2, 3))
    >>> codes = np.array([[0, 1, 2], [1, 0, 1]], np.int16)
    >>> places = Places.of(blocks, codes)
    >>> places.n_members.tolist(), places.sizes
    ([0, 1], (2, 3, 1, 3, 3, 2))
    >>> rows, members = places.members(codes)
    >>> rows.tolist(), members.tolist()
    ([1], [[1, 0, 0, 2, 2, 1]])
    """

    root: tuple[Block, ...]
    own: tuple[Block, ...]
    n_places: int
    n_members: Int

    @classmethod
    def of(cls, blocks: Sequence[Block], codes: Codes) -> Places:
        """Places of records with these blocks.

        Parameters
        ----------
        blocks : sequence of Block
            The record's own first, then members, place by place, with the same attributes in each.
        codes : ndarray of int16, shape (n, n_blocks)
            All records; they say how many members a number of persons means.
        """
        places = cls.at(blocks, np.zeros(0, np.int64))
        if not places.n_places:
            return places
        found = np.zeros(places.root[places.counted].n_codes, np.int64)
        np.maximum.at(found, codes[:, places.counted], places._there(codes).sum(axis=1))
        return replace(places, n_members=found)

    @classmethod
    def at(cls, blocks: Sequence[Block], n_members: Int) -> Places:
        """Places of these blocks, where the number of members of each size is known."""
        root = tuple(b for b in blocks if b.slot <= 1)
        own = tuple(replace(b, name=b.attribute, n_codes=b.n_codes - 1) for b in blocks if b.slot == 2)
        most = max((b.slot for b in blocks), default=0)
        return cls(root, own, max(most - 1, 0), np.asarray(n_members, np.int64))

    @property
    def counted(self) -> int:
        """The household's block that counts its persons."""
        return next(j for j, b in enumerate(self.root) if not b.attribute)

    @property
    def n_given(self) -> int:
        """Blocks that a member is drawn given."""
        return len(self.root) + 1 + len(SEEN) * len(self.own)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Of a member: those given, then its own."""
        seen = [
            replace(b, name=f"{which}: {b.name}", slot=0, n_codes=b.n_codes + 1) for which in SEEN for b in self.own
        ]
        return (*self.root, Block("place", "persons", "", 0, self.n_places), *seen, *self.own)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Codes of each of these blocks."""
        return tuple(b.n_codes for b in self.blocks)

    def members(self, codes: Codes) -> tuple[Int, Codes]:
        """All members but the first, place by place: their households' rows, and their codes as `blocks` says."""
        rows = [np.flatnonzero(there) for there in self._there(codes).T]
        lines = [
            np.concatenate([self.given(codes[mine], place), self._in_places(codes)[mine, place]], axis=1)
            for place, mine in enumerate(rows)
        ]
        return np.concatenate(rows), np.concatenate(lines)

    def given(self, codes: Codes, place: int) -> Codes:
        """What the member in a place, 0 the second, is drawn given, shape (n, n_given); later ones are not seen."""
        members, nobody = self._in_places(codes), np.broadcast_to(self.absent, (len(codes), len(self.own)))
        seen = [members[:, p] if 0 <= p < place else nobody for p in (0, place - 1)]
        return np.concatenate([codes[:, : len(self.root)], np.full((len(codes), 1), place, np.int16), *seen], axis=1)

    @property
    def absent(self) -> Codes:
        """Codes of a place in which nobody is."""
        return np.array([b.n_codes for b in self.own], np.int16)

    def _in_places(self, codes: Codes) -> Codes:
        return codes[:, len(self.root) :].reshape(len(codes), self.n_places, len(self.own))

    def _there(self, codes: Codes) -> NDArray[np.bool_]:
        return np.asarray((self._in_places(codes) < self.absent).all(axis=2))


def root_lesson(lesson: Lesson, places: Places) -> Lesson:
    """What the household's own blocks and the first member are learnt from."""
    n = len(places.root)

    def cut(records: Records) -> Records:
        return replace(records, codes=np.ascontiguousarray(records.codes[:, :n]))

    parts: dict[str, Any] = {"training": cut(lesson.training), "validation": cut(lesson.validation)}
    return replace(lesson, blocks=places.root, shares=lesson.shares[:n], **parts)


def member_lesson(lesson: Lesson, places: Places) -> Lesson:
    """What other members are learnt from: a record for each, with its household's weight and persona.

    Shares of a member's own blocks are those of all places together; those of given blocks are not held, and even.
    """
    even = [np.full(k, 1 / k) for k in places.sizes[: places.n_given]]

    def spread(records: Records) -> Records:
        rows, codes = places.members(records.codes)
        return Records(codes, records.weights[rows], records.personas[rows])

    parts: dict[str, Any] = {"training": spread(lesson.training), "validation": spread(lesson.validation)}
    return replace(lesson, blocks=places.blocks, shares=(*even, *_of_all_places(lesson, places)), **parts)


def age_blocks(lesson: Lesson, places: Places) -> tuple[int, tuple[int, ...]] | None:
    """Numbers of a member's blocks: the first one's age; role, gap and age, in the order in which they are drawn."""
    if lesson.age is None:
        return None
    first = next(j for j, b in enumerate(places.root) if b.slot == 1 and b.attribute == lesson.age.attribute)
    own = [b.attribute for b in places.own]
    drawn = [name for name in (lesson.age.role, lesson.age.gap, lesson.age.attribute) if name in own]
    return first, tuple(places.n_given + own.index(name) for name in drawn)


def _of_all_places(lesson: Lesson, places: Places) -> list[NDArray[np.float64]]:
    n_root, n_own = len(places.root), len(places.own)
    summed = [sum(lesson.shares[j][:-1] for j in range(n_root + i, len(lesson.blocks), n_own)) for i in range(n_own)]
    return [np.asarray(found / np.sum(found)) for found in summed]
