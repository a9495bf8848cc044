"""Compositions: a record and its members as boxes, how many members it can have, and whether tables leave room for it.

A flat record is a composition without members. The size of a composition is the number of its members; the attribute
that holds the size follows from it and is never proposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from censemble.generators.beliefs import multiply, propagate, sum_to
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.boxes import Given, given_box
from censemble.generators.llmsynthor.macro_statistics import Box, Targets
from censemble.generators.llmsynthor.member_targets import MemberTargets
from censemble.schema import Attribute

Int = NDArray[np.int64]


@dataclass(frozen=True)
class Slot:
    """Where one member lies, and who says so.

    Parameters
    ----------
    box : Box
        What it allows.
    said : frozenset of str
        The attributes that a language model chose; the others are fixed, by the gap that was asked about.

    Examples
    --------
    >>> sex = Attribute("sex", "persons", "categorical", ("female", "male"))
    >>> slot = Slot({"sex": Allowed(sex, frozenset([1]))}, frozenset(["sex"]))
    >>> slot.fixes("sex"), Slot(slot.box).fixes("sex"), Slot().fixes("sex")
    (False, True, False)
    """

    box: Box = field(default_factory=dict)
    said: frozenset[str] = frozenset()

    def fixes(self, name: str) -> bool:
        """Whether it holds of an attribute whatever a model says."""
        return name in self.box and name not in self.said

    def moved_to(self, box: Box) -> Slot:
        """The slot with other values of some attributes, which are then fixed."""
        return Slot({**self.box, **box}, self.said - box.keys())


@dataclass(frozen=True, eq=False)
class Composition:
    """Boxes of one kind of record.

    Parameters
    ----------
    box : Box
        Of the record, with its size label where an attribute holds the size.
    members : tuple of Slot
        One for each member, in order; empty for flat records.
    said : frozenset of str
        As in `Slot`, of the record.
    """

    box: Box
    members: tuple[Slot, ...] = ()
    said: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Room:
    """The models of the tables given a composition.

    Parameters
    ----------
    record : Given
        Of records in the box whose linked attributes leave room for every slot.
    slots : tuple of Given
        Of the members; slots of the same box share one.
    possible : ndarray of bool or None
        Which combinations of the linked attributes leave room; None where records are flat.
    """

    record: Given
    slots: tuple[Given, ...] = ()
    possible: NDArray[np.bool_] | None = None


def room_of(targets: Targets, composition: Composition) -> Room:
    """Condition the models on a composition; its probability is 0 where tables leave nobody."""
    record = given_box(targets.model, composition.box)
    members = targets.members
    if members is None:
        return Room(record)
    unique = {id(slot.box): given_box(members.model, slot.box) for slot in composition.members}
    by_name = {a.attribute.name: a.n_atoms for a in targets.model.atoms}
    possible = np.ones([by_name[name] for name in members.linked], dtype=bool)
    for place in unique.values():
        possible &= _support(place, members)
    if not possible.all():
        record = _restricted(record, targets, members, possible)
    return Room(record, tuple(unique[id(slot.box)] for slot in composition.members), possible)


def linked_codes(targets: Targets, codes: Mapping[int, Int]) -> dict[int, Int]:
    """Atoms of the linked attributes as drawn for records, by their numbers in the model of members."""
    members = targets.members
    assert members is not None
    return {members.model.names.index(name): codes[targets.model.names.index(name)] for name in members.linked}


def _support(slot: Given, members: MemberTargets) -> NDArray[np.bool_]:
    """Whether a slot has anybody, by the linked attributes in the order of `linked`."""
    scope = members.model.scope(members.linked)
    table = sum_to(slot.beliefs.tables[0], slot.beliefs.tree.cliques[0], scope)
    order = [scope.index(members.model.names.index(name)) for name in members.linked]
    return np.asarray(table.transpose(order) > 0) if order else np.asarray(table > 0)


def _restricted(record: Given, targets: Targets, members: MemberTargets, possible: NDArray[np.bool_]) -> Given:
    """Records whose linked attributes are possible."""
    names = [targets.model.names.index(name) for name in members.linked]
    scope = tuple(sorted(names))
    factor = possible.transpose([names.index(k) for k in scope]).astype(np.float64)
    beliefs = record.beliefs.copy()
    multiply(beliefs, beliefs.tree.home(scope), factor, scope)
    return replace(record, beliefs=beliefs, probability=record.probability * propagate(beliefs))


def sized(
    members: MemberTargets, box: Box, slots: Sequence[Slot], *, said: frozenset[str] = frozenset()
) -> Composition | None:
    """The composition of a box and as many members as there are slots; None where a record cannot have as many.

    Parameters
    ----------
    members : MemberTargets
        Know the numbers of members.
    box : Box
        Of the record.
    slots : sequence of Slot
        Of its members.
    said : frozenset of str
        As in `Composition`.
    """
    code = members.numbers.get(len(slots))
    if code is None:
        return None
    if members.size is None:
        return Composition(box, tuple(slots), said)
    return Composition({**box, members.size.name: Allowed(members.size, frozenset([code]))}, tuple(slots), said)


def in_order(members: MemberTargets, slots: Sequence[Slot]) -> tuple[list[int], tuple[Slot, ...] | None]:
    """Sort slots by the ordered attribute and cut from each what cannot be in order.

    Returns
    -------
    order : list of int
        Where each slot stood before.
    slots : tuple of Slot or None
        None where nothing is left of one of them.

    Examples
    --------
    >>> from censemble.generators.household_sizes import Sizes
    >>> from censemble.schema import Attribute
    >>> hour = Attribute("hour", "persons", "numeric", bins=(0, 24))
    >>> members = MemberTargets((hour,), None, (), Sizes(np.zeros(0, int), 1.0), None, 3, "hour")
    >>> late, early = (Slot({"hour": Allowed(hour, low=low, high=high)}) for low, high in ((12, 20), (6, 22)))
    >>> order, cut = in_order(members, [late, early])
    >>> order, [(slot.box["hour"].low, slot.box["hour"].high) for slot in cut]
    ([1, 0], [(6, 20), (12, 20)])
    """
    name = members.ordered_by
    if not name:
        return list(range(len(slots))), tuple(slots)
    attribute = next(a for a in members.attributes if a.name == name)
    spans = np.array([_span(attribute, slot.box.get(name)) for slot in slots]).reshape(-1, 2)
    order = np.argsort(spans.sum(axis=1), kind="stable").tolist()
    lows = np.maximum.accumulate(spans[order, 0])
    highs = np.minimum.accumulate(spans[order, 1][::-1])[::-1]
    cut: list[Slot] = []
    for k, low, high in zip(order, lows.tolist(), highs.tolist(), strict=True):
        allowed = slots[k].box.get(name, Allowed(attribute, frozenset(range(attribute.n_codes))))
        left = frozenset(c for c in allowed.codes if low <= c <= high)
        if low > high or (attribute.kind != "numeric" and not left):
            return order, None
        ends = {"low": low, "high": high} if attribute.kind == "numeric" else {"codes": left}
        cut.append(replace(slots[k], box={**slots[k].box, name: replace(allowed, **ends)}))
    return order, tuple(cut)


def _span(attribute: Attribute, allowed: Allowed | None) -> tuple[float, float]:
    """Lowest and highest value or code that a slot allows of the ordered attribute."""
    if attribute.kind == "numeric":
        ends = (attribute.bins[0], float(np.nextafter(attribute.bins[-1], -np.inf)))
        return ends if allowed is None else (max(allowed.low, ends[0]), min(allowed.high, ends[1]))
    codes = range(attribute.n_codes) if allowed is None else sorted(allowed.codes)
    return float(codes[0]), float(codes[-1])
