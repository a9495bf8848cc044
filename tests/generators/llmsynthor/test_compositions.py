"""Room for compositions in the tables, their sizes, and the order of their members."""

from __future__ import annotations

import numpy as np
import pytest
from households_case import ADULT, CHILD, OWNED, TENURE, TRIPS, WOMAN, composed, margin, targets, trip_tables
from tables_case import SCHEMA, households, persons

from censemble.expressions import all_of, is_in
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.compositions import Composition, Slot, in_order, room_of, sized
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.member_targets import MemberOptions

TARGETS = targets()


def test_room_is_that_of_the_record() -> None:
    """Owners of two are 20 of 100, whatever their persons; nobody lives where tables have nobody."""
    room = room_of(TARGETS, composed(TARGETS, OWNED, ADULT, CHILD))
    assert room.record.probability == pytest.approx(0.2)
    assert len(room.slots) == 2


def test_linked_attributes_must_leave_room_for_every_slot() -> None:
    """Where all children live in owned households, a household with a child is owned."""
    cells = {f"{t} {s}": all_of(is_in("tenure", [t]), is_in("sex", [s])) for t in (0, 1) for s in (0, 1)}
    girls = margin("sex by tenure", "persons", cells, [[120, 30, 0, 80]])
    found = targets_of(SCHEMA, [*households(), persons()[0], girls], "households", members=MemberOptions("size", 4))
    with_woman = room_of(found, composed(found, {}, WOMAN, {}))
    assert with_woman.possible is not None
    assert with_woman.possible.tolist() == [True, False]
    assert with_woman.record.probability == pytest.approx(0.2)  # 20 owned of two; the 10 rented ones have no women
    rented = {"tenure": Allowed(TENURE, frozenset([1]))}
    assert room_of(found, composed(found, rented, WOMAN, {})).record.probability == 0


def test_the_number_of_members_says_the_label() -> None:
    """Four are three or more; five are more than there may be."""
    members = TARGETS.members
    assert members is not None
    made = sized(members, OWNED, [Slot()] * 4)
    assert made is not None
    assert made.box["size"].codes == {2}
    assert sized(members, OWNED, [Slot()] * 5) is None


def test_flat_records_have_room_too() -> None:
    """The same function without members."""
    found = targets_of(SCHEMA, households(), "households")
    assert room_of(found, Composition(OWNED)).record.probability == pytest.approx(0.6)


def test_slots_are_cut_to_what_can_be_in_order() -> None:
    """Of three windows the early one comes first; a window that ends too early leaves nothing."""
    options = MemberOptions(size="trips", most=4, ordered_by="hour")
    members = targets_of(TRIPS, trip_tables(), "households", members=options).members
    assert members is not None
    hour = TRIPS.find("persons", "hour")
    slots = [Slot({"hour": Allowed(hour, low=low, high=high)}) for low, high in ((10, 18), (6, 12), (9, 16))]
    order, cut = in_order(members, slots)
    assert order == [1, 2, 0]
    assert cut is not None
    assert [(s.box["hour"].low, s.box["hour"].high) for s in cut] == [(6, 12), (9, 16), (10, 18)]
    _, everything = in_order(members, [Slot(), Slot()])
    assert everything is not None
    assert everything[1].box["hour"].low == 0
    assert np.isclose(everything[1].box["hour"].high, 24)


def test_ordinal_slots_are_ordered_by_their_labels() -> None:
    """Codes that cannot follow are taken out; slots that exclude each other in every order leave nothing."""
    options = MemberOptions(size="trips", most=4, ordered_by="hour")
    members = targets_of(TRIPS, trip_tables(), "households", members=options).members
    assert members is not None
    hour = TRIPS.find("persons", "hour")
    wide, narrow = (Slot({"hour": Allowed(hour, low=low, high=high)}) for low, high in ((0, 23), (20, 22)))
    _, cut = in_order(members, [wide, narrow])
    assert cut is not None
    assert [(s.box["hour"].low, s.box["hour"].high) for s in cut] == [(0, 22), (20, 22)]
