"""Records drawn from compositions: the record by its box, each member by its slot given the record, rules obeyed.

Attributes of a record come from the model of the tables given its box, those of its members from the model of the
tables of members given their slot and what these tables know of the record; members are independent of each other but
for what `likeness` says. Records that break a rule, or the order of their members, are drawn again within their
composition, so that each keeps its number where it can.

Prior weights are those of `boxes`, by the record's box with its size alone: compositions of one place count alike. The
product of the probabilities of all slots would reward whoever proposes broad slots.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.llmsynthor.boxes import Columns, draw_given, draw_pool, shared_out
from censemble.generators.llmsynthor.compositions import Composition, Room, linked_codes, room_of
from censemble.generators.llmsynthor.filled import Filled, dataset_of, in_order, members_of, priors
from censemble.generators.llmsynthor.likeness import make_alike
from censemble.generators.llmsynthor.macro_statistics import Targets
from censemble.rules import RuleBook, violating_records

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]
MOST_DRAWS = 50  # for each record wanted: a composition of which fewer obey gives fewer records


@dataclass(frozen=True, eq=False)
class Drawn:
    """Records with their members.

    Parameters
    ----------
    columns : dict of str to ndarray of shape (n,)
        Attributes of records.
    members : dict of str to ndarray of shape (n_members,)
        Attributes of members, those of a record together.
    sizes : ndarray of int64, shape (n,)
        Members of each record; 0 for flat records.
    which : ndarray of int64, shape (n,)
        Composition of each record, ascending.
    prior : ndarray of shape (n,), > 0
        Prior weights; they sum to the records of the region.
    """

    columns: Columns
    members: Columns
    sizes: Int
    which: Int
    prior: Float


@dataclass(frozen=True, eq=False)
class Conduct:
    """What holds between the members of one record.

    Parameters
    ----------
    rules : RuleBook
        That every record obeys.
    likeness : mapping of str to float
        Member attribute -> share of records of several members, all of which have the same value.
    """

    rules: RuleBook = field(default_factory=RuleBook)
    likeness: Mapping[str, float] | None = None


def draw_records(
    targets: Targets, compositions: Sequence[Composition], n: int, rng: np.random.Generator, conduct: Conduct
) -> Drawn:
    """Draw equally many records from each composition.

    Parameters
    ----------
    targets : Targets
        What the tables say.
    compositions : sequence of Composition
        With room in the tables.
    n : int
        Records; fewer come where hardly any record of a composition obeys.
    rng : numpy.random.Generator
        The same state gives the same records.
    conduct : Conduct
        Not asked of flat records, which are looked at later.

    Raises
    ------
    SchemaError
        No record that was drawn obeys.
    """
    if targets.members is None:
        columns, which, prior = draw_pool(targets, [c.box for c in compositions], n, rng)
        return Drawn(columns, {}, np.zeros(n, np.int64), which, prior)
    rooms = [room_of(targets, c) for c in compositions]
    filled = _rounds(targets, compositions, rooms, shared_out(n, len(compositions)), rng, conduct)
    if not filled:
        raise SchemaError("llmsynthor: no record of what was proposed obeys the rules; correct them, or the conditions")
    sizes = np.repeat([part.n_members for part in filled], [part.n for part in filled]).astype(np.int64)
    return Drawn(
        columns={a.name: np.concatenate([p.columns[a.name] for p in filled]) for a in targets.attributes},
        members=members_of(targets, filled),
        sizes=sizes,
        which=np.repeat([p.which for p in filled], [p.n for p in filled]).astype(np.int64),
        prior=np.concatenate([np.zeros(0), *priors(targets, compositions, rooms, filled)]),
    )


def fill(
    targets: Targets, composition: Composition, room: Room, n: int, rng: np.random.Generator, *, which: int = 0
) -> Filled:
    """Draw records of one composition with independent members."""
    members = targets.members
    assert members is not None
    columns, codes = draw_given(room.record, targets.attributes, composition.box, n, rng)
    known = linked_codes(targets, codes)
    slots = [
        draw_given(place, members.attributes, slot.box, n, rng, known=known)[0]
        for place, slot in zip(room.slots, composition.members, strict=True)
    ]
    stacked = {
        a.name: np.stack([s[a.name] for s in slots], axis=1) if slots else np.zeros((n, 0)) for a in members.attributes
    }
    assert room.possible is not None
    place = np.ravel_multi_index(tuple(known.values()), room.possible.shape) if known else np.zeros(n, np.int64)
    return Filled(which, n, columns, stacked, np.asarray(place), len(slots))


def _rounds(
    targets: Targets,
    compositions: Sequence[Composition],
    rooms: Sequence[Room],
    wanted: Int,
    rng: np.random.Generator,
    conduct: Conduct,
) -> list[Filled]:
    """Draw until every composition has what is wanted of it, or has been drawn fifty times as often."""
    kept: list[list[Filled]] = [[] for _ in compositions]
    n_kept, n_drawn = np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
    chances: Mapping[str, float] = {}
    while len(open_ := np.flatnonzero((n_kept < wanted) & (n_drawn < MOST_DRAWS * wanted))):
        parts = []
        for k in open_.tolist():
            likely = max(n_kept[k], 1) / n_drawn[k] if n_drawn[k] else 1.1
            n_next = min(math.ceil(1.1 * (wanted[k] - n_kept[k]) / likely), MOST_DRAWS * wanted[k] - n_drawn[k])
            parts.append(fill(targets, compositions[k], rooms[k], int(n_next), rng, which=k))
            n_drawn[k] += n_next
        if conduct.likeness:
            weights = [] if chances else priors(targets, compositions, rooms, parts)
            parts, chances = make_alike(targets, compositions, parts, weights, conduct.likeness, chances, rng)
        for part, obeys in zip(parts, _obeys(targets, parts, conduct.rules), strict=True):
            rows = np.flatnonzero(obeys)[: wanted[part.which] - n_kept[part.which]]
            kept[part.which].append(part.taken(rows))
            n_kept[part.which] += len(rows)
    return [part for parts in kept for part in parts if part.n]


def _obeys(targets: Targets, parts: Sequence[Filled], rules: RuleBook) -> list[Bool]:
    """Which records have their members in order and break no rule."""
    assert targets.members is not None
    ordered = [in_order(part, targets.members.ordered_by) for part in parts]
    if not rules.rules:
        return ordered
    broken = violating_records(rules, dataset_of(targets, parts))
    ends = np.cumsum([part.n for part in parts])[:-1]
    return [mine & ~his for mine, his in zip(ordered, np.split(broken, ends), strict=True)]
