"""Which records are taken away and added."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_case import GEOGRAPHY, HOUR, MODE, TO

from censemble.changes import Change
from censemble.generators.llmsynthor.scenario_draw import (
    conversions_of,
    draw_converted,
    draw_fewer,
    draw_more,
)
from censemble.generators.llmsynthor.scenario_residents import Residents, inside
from censemble.schema import Attribute

PAY = Attribute("pay", "persons", "categorical", ("low", "high"))
N = 900


def trips(n: int = N) -> Residents:
    """Trips: places and modes by turns, hours by place; only those by car pay."""
    place, mode = np.arange(n) % 3, (np.arange(n) // 3) % 3
    hour = (np.arange(n) % 24).astype(float)
    pay = np.where(mode == 1, np.arange(n) % 2, -1)
    columns = {"to": place, "mode": mode, "hour": hour, "pay": pay}
    return Residents("persons", (TO, MODE, HOUR, PAY), columns, np.arange(n) % 2, np.arange(n))


def change(kind: Any, records: int, *, units: tuple[str, ...] = (), **where: Any) -> Change:
    """A change of trips."""
    return Change("c1", "", kind, "persons", records, where, "zone" if units else "", units)


WHERE = st.fixed_dictionaries(
    {},
    optional={
        "to": st.sampled_from([("Centre",), ("Harbour", "Stadium")]),
        "mode": st.sampled_from([("bus",), ("car", "foot")]),
        "hour": st.sampled_from([(20, 24), (0, 11), (7, 7)]),
        "pay": st.just(("low",)),
    },
)
PLACE = st.sampled_from([(), ("east",), ("west",)])


@given(WHERE, PLACE, st.integers(1, 2_000), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_what_is_added_is_as_many_and_as_meant(where: Any, units: Any, records: int, random_seed: int) -> None:
    """Whatever the change names, every record has it, in the place."""
    of, wanted = trips(), change("more", records, units=units, **where)
    drawn = draw_more(wanted, of, geography=GEOGRAPHY, rng=np.random.default_rng(random_seed))
    assert len(drawn.rows) == len(drawn.zone) == records
    made = Residents("persons", of.attributes, drawn.columns, drawn.zone, drawn.rows)
    assert all(inside(wanted, name, made).all() for name in where)
    assert not units or set(np.array(["east", "west"])[drawn.zone]) == set(units)


@given(WHERE, PLACE, st.integers(1, 2_000))
@settings(max_examples=40, deadline=None)
def test_nobody_is_taken_who_is_not_there(where: Any, units: Any, records: int) -> None:
    """At most those that the change means, each once; never one that is taken already."""
    of, wanted = trips(), change("fewer", records, units=units, **where)
    left = np.arange(N) % 5 > 0
    drawn = draw_fewer(wanted, of, left=left, geography=GEOGRAPHY, rng=np.random.default_rng(1), into=None)
    meant = left & np.isin(of.zone, [i for i, z in enumerate(("east", "west")) if not units or z in units])
    for name in where:
        meant &= inside(wanted, name, of)
    assert len(drawn.rows) == min(records, meant.sum()) == drawn.change.records
    assert meant[drawn.rows].all()
    assert len(set(drawn.rows.tolist())) == len(drawn.rows)


def test_copies_are_spread_evenly() -> None:
    """Each of 300 trips to the centre once before any twice."""
    drawn = draw_more(change("more", 450, to=("Centre",)), trips(), geography=GEOGRAPHY, rng=np.random.default_rng(1))
    times = np.bincount(drawn.rows, minlength=N)[::3]
    assert set(times.tolist()) == {1, 2}
    assert drawn.altered == ()


def test_a_combination_that_nobody_has_is_made_of_those_most_like_it() -> None:
    """Nobody goes by bus and pays; the records are set to it, and what is tied least is set."""
    drawn = draw_more(
        change("more", 60, mode=("bus",), pay=("low",)), trips(), geography=GEOGRAPHY, rng=np.random.default_rng(1)
    )
    assert len(drawn.altered) == 1
    assert set(drawn.columns["mode"].tolist()) == set(drawn.columns["pay"].tolist()) == {0}


def test_a_value_that_nobody_has_is_drawn_from_what_is_meant() -> None:
    """All hours of a range in which nothing happens, all labels that nobody has."""
    of = trips()
    of.columns["hour"] = np.full(N, 3.0)
    of.columns["mode"] = np.zeros(N, dtype=int)
    wanted = change("more", 300, hour=(20, 23), mode=("car", "foot"))
    drawn = draw_more(wanted, of, geography=GEOGRAPHY, rng=np.random.default_rng(1))
    assert set(drawn.columns["hour"].tolist()) == {20.0, 21.0, 22.0, 23.0}
    assert set(drawn.columns["mode"].tolist()) == {1, 2}


def test_places_without_anybody_are_filled() -> None:
    """A new quarter."""
    of = trips()
    of.zone[:] = 0
    drawn = draw_more(change("more", 30, units=("west",)), of, geography=GEOGRAPHY, rng=np.random.default_rng(1))
    assert drawn.zone.tolist() == [1] * 30


def test_those_converted_change_only_in_what_is_named_and_in_what_comes_with_it() -> None:
    """From bus to car: they now pay, and are otherwise the same trips in the same zones."""
    of = trips()
    rng = np.random.default_rng(1)
    out, into = change("fewer", 80, mode=("bus",)), Change("c2", "", "more", "persons", 80, {"mode": ("car",)})
    taken = draw_fewer(out, of, left=np.ones(N, bool), geography=GEOGRAPHY, rng=rng, into=into)
    made = draw_converted(into, taken, of, geography=GEOGRAPHY, rng=rng)
    assert made.change.converts == "c1"
    assert set(made.columns["mode"].tolist()) == {1}
    assert (made.columns["pay"] >= 0).all()
    assert (taken.columns["pay"] < 0).all()
    for name in ("to", "hour"):
        assert made.columns[name].tolist() == taken.columns[name].tolist()
    assert made.zone.tolist() == taken.zone.tolist()


def test_those_that_fit_what_they_become_are_taken_first() -> None:
    """Bus trips at night become car trips at night: bus trips at night are taken."""
    into = Change("c2", "", "more", "persons", 20, {"mode": ("car",), "hour": (20, 23)})
    taken = draw_fewer(
        change("fewer", 20, mode=("bus",)),
        trips(),
        left=np.ones(N, bool),
        geography=GEOGRAPHY,
        rng=np.random.default_rng(1),
        into=into,
    )
    assert (taken.columns["hour"] >= 20).all()


def test_only_a_pair_of_equal_number_about_one_attribute_is_a_conversion() -> None:
    """Directly after each other, fewer first."""
    out = Change("c1", "", "fewer", "persons", 5, {"mode": ("bus",)})
    car = Change("c2", "", "more", "persons", 5, {"mode": ("car",)})
    six = Change("c2", "", "more", "persons", 6, {"mode": ("car",)})
    home = Change("c2", "", "more", "persons", 5, {"to": ("Centre",)})
    assert conversions_of([out, car]) == {"c1": car}
    assert conversions_of([out, six]) == conversions_of([out, home]) == conversions_of([car, out]) == {}
