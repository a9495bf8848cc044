"""Records drawn from one composition, before they are a pool: their prior weights, and as rules read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.dataset import Dataset
from censemble.generators.llmsynthor.boxes import Columns, holds
from censemble.generators.llmsynthor.compositions import Composition, Room
from censemble.generators.llmsynthor.macro_statistics import Targets

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Filled:
    """Records of one composition.

    Parameters
    ----------
    which : int
        The composition, by number.
    n, n_members : int
        Records, and members of each.
    columns : dict of str to ndarray of shape (n,)
        Attributes of records.
    members : dict of str to ndarray of shape (n, n_members)
        Attributes of members.
    place : ndarray of int64, shape (n,)
        Combination of the record attributes that tables of members name.
    """

    which: int
    n: int
    columns: dict[str, NDArray[Any]]
    members: dict[str, NDArray[Any]]
    place: Int
    n_members: int

    def taken(self, rows: Int) -> Filled:
        """Some of the records."""
        return Filled(
            self.which,
            len(rows),
            {name: values[rows] for name, values in self.columns.items()},
            {name: values[rows] for name, values in self.members.items()},
            self.place[rows],
            self.n_members,
        )


def in_order(part: Filled, name: str) -> Bool:
    """Which records have members of which an attribute never decreases; a missing value is anywhere."""
    if not name or part.members[name].shape[1] < 2:
        return np.ones(part.n, dtype=bool)
    return np.asarray(~(np.diff(part.members[name], axis=1) < 0).any(axis=1))


def dataset_of(targets: Targets, parts: Sequence[Filled]) -> Dataset:
    """Records as rules read them."""
    assert targets.members is not None
    sizes = np.repeat([part.n_members for part in parts], [part.n for part in parts]).astype(np.int64)
    return Dataset(
        "llmsynthor",
        targets.schema,
        {a.name: np.concatenate([p.columns[a.name] for p in parts]) for a in targets.attributes},
        members_of(targets, parts),
        np.ones(len(sizes)),
        np.ones(int(sizes.sum())),
        np.repeat(np.arange(len(sizes)), sizes),
    )


def members_of(targets: Targets, parts: Sequence[Filled]) -> Columns:
    """Columns of all members, record by record."""
    assert targets.members is not None
    return {a.name: np.concatenate([p.members[a.name].ravel() for p in parts]) for a in targets.members.attributes}


def priors(
    targets: Targets, compositions: Sequence[Composition], rooms: Sequence[Room], parts: Sequence[Filled]
) -> list[Float]:
    """Prior weights of the records of each part, which sum to those of the region over all parts.

    The balance heuristic of `boxes` over the record's box, among records with as many members: with a size attribute
    that is its label; records of an open label, or of none, have the shares of their numbers besides.

    Parameters
    ----------
    targets : Targets
        What the tables say.
    compositions, rooms : sequence of Composition, sequence of Room
        That parts name by number.
    parts : sequence of Filled
        Several may be of one composition.
    """
    assert targets.members is not None
    found: dict[int, Float] = {}
    numbers = sorted({part.n_members for part in parts})
    for number in numbers:
        alike = [k for k, part in enumerate(parts) if part.n_members == number]
        share = targets.members.share_of(number, numbers)
        density = _density(targets, compositions, rooms, [parts[k] for k in alike]) / share
        ends = np.cumsum([parts[k].n for k in alike])[:-1]
        found |= dict(zip(alike, np.split(1.0 / density, ends), strict=True))
    whole = sum(float(prior.sum()) for prior in found.values())
    return [found[k] * (targets.total / whole) for k in range(len(parts))]


def _density(
    targets: Targets, compositions: Sequence[Composition], rooms: Sequence[Room], parts: Sequence[Filled]
) -> Float:
    """How densely records of one number of members were drawn where each of them lies, relative to the tables."""
    columns = {a.name: np.concatenate([p.columns[a.name] for p in parts]) for a in targets.attributes}
    place = np.concatenate([part.place for part in parts])
    tabled, density = set(targets.model.names), np.zeros(len(place))
    drawn: Counter[int] = Counter()
    for part in parts:
        drawn[part.which] += part.n
    for which, n in drawn.items():
        possible = rooms[which].possible
        assert possible is not None
        inside = possible.ravel()[place]
        if seen := {name: a for name, a in compositions[which].box.items() if name in tabled}:
            inside = inside & holds(seen, columns)
        density += inside * (n / rooms[which].record.probability)
    return density
