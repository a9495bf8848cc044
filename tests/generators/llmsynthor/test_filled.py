"""Records of compositions before they are a pool."""

from __future__ import annotations

import numpy as np
import pytest
from households_case import OWNED, TRIPS, composed, rng, targets, trip_tables

from censemble.generators.llmsynthor.compositions import room_of
from censemble.generators.llmsynthor.filled import dataset_of, in_order, priors
from censemble.generators.llmsynthor.filling import fill
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.member_targets import MemberOptions

TARGETS = targets()


def test_priors_undo_how_often_a_place_was_drawn() -> None:
    """Owners of two, drawn 10 times, and all households of two, drawn 30 times: owners have 20 of 30 households."""
    made = [composed(TARGETS, OWNED, {}, {}), composed(TARGETS, {}, {}, {})]
    rooms = [room_of(TARGETS, one) for one in made]
    parts = [fill(TARGETS, made[k], rooms[k], n, rng(k), which=k) for k, n in ((0, 10), (1, 30))]
    weights = np.concatenate(priors(TARGETS, made, rooms, parts))
    tenure = np.concatenate([part.columns["tenure"] for part in parts])
    # density of an owner: 10 / 0.2 + 30 / 0.3 = 150; of a tenant: 30 / 0.3 = 100
    assert np.unique(np.round(weights / weights.max(), 6)) == pytest.approx([2 / 3, 1])
    assert (weights[tenure == 0] < weights.max() * 0.7).all()
    assert weights.sum() == pytest.approx(100)


def test_order_is_looked_at_record_by_record() -> None:
    """Only those whose values never decrease."""
    found = targets_of(TRIPS, trip_tables(), "households", members=MemberOptions("trips", 4, "hour"))
    made = composed(found, {}, {}, {})
    part = fill(found, made, room_of(found, made), 3, rng())
    part.members["hour"][:] = [[8, 9], [9, 8], [np.nan, 7]]
    assert in_order(part, "hour").tolist() == [True, False, True]
    assert in_order(part, "").all()


def test_rules_see_households_with_their_persons() -> None:
    """Persons record by record, linked; parts one after the other."""
    made = [composed(TARGETS, {}, {}), composed(TARGETS, {}, {}, {})]
    parts = [fill(TARGETS, one, room_of(TARGETS, one), 2, rng(), which=k) for k, one in enumerate(made)]
    data = dataset_of(TARGETS, parts)
    assert data.household_of_person.tolist() == [0, 1, 2, 2, 3, 3]
    assert data.persons["age"].tolist()[2:] == parts[1].members["age"].ravel().tolist()


def test_some_records_are_taken() -> None:
    """With their members."""
    made = composed(TARGETS, {}, {}, {})
    part = fill(TARGETS, made, room_of(TARGETS, made), 5, rng())
    taken = part.taken(np.array([4, 0]))
    assert (taken.n, taken.n_members) == (2, 2)
    assert taken.members["age"].tolist() == part.members["age"][[4, 0]].tolist()
