"""Records with members: sizes, slots, rules and order hold, and household attributes have the tables' shares."""

from __future__ import annotations

import numpy as np
import pytest
from households_case import (
    ADULT,
    CHILD,
    MAN,
    OWNED,
    RENTED,
    SCHEMA,
    TRIPS,
    WOMAN,
    composed,
    rng,
    targets,
    trip_tables,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from llmsynthor_case import targets as flat_targets

from censemble.errors import SchemaError
from censemble.formulas import read_formula
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.boxes import draw_pool, holds
from censemble.generators.llmsynthor.compositions import Composition
from censemble.generators.llmsynthor.filling import Conduct, Drawn, draw_records
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.member_targets import MemberOptions
from censemble.rules import Rule, RuleBook

TARGETS = targets()
COUPLE = composed(TARGETS, OWNED, {**WOMAN, **ADULT}, {**MAN, **ADULT})
MOTHER = composed(TARGETS, {}, {**WOMAN, **ADULT}, CHILD, CHILD)
ALONE = composed(TARGETS, RENTED, {})


def member(drawn: Drawn, name: str, place: int, of: int) -> np.ndarray:
    """An attribute of the member at one place of all records of one size."""
    starts = np.cumsum(drawn.sizes) - drawn.sizes
    return drawn.members[name][starts[drawn.sizes == of] + place]


def test_sizes_and_slots_hold() -> None:
    """Each record has the members of its composition, in their order; the size label follows."""
    drawn = draw_records(TARGETS, [COUPLE, MOTHER, ALONE], 3000, rng(), Conduct())
    assert np.bincount(drawn.which).tolist() == [1000] * 3
    assert drawn.sizes.tolist() == np.repeat([2, 3, 1], 1000).tolist()
    assert drawn.columns["size"].tolist() == (np.repeat([1, 2, 0], 1000)).tolist()
    assert set(drawn.columns["tenure"][:1000].tolist()) == {0}
    assert set(member(drawn, "sex", 0, of=2).tolist()) == {0}
    assert set(member(drawn, "sex", 1, of=2).tolist()) == {1}
    assert member(drawn, "age", 0, of=3).min() >= 18
    assert max(member(drawn, "age", k, of=3).max() for k in (1, 2)) < 18
    assert len(drawn.members["age"]) == 6000


@settings(max_examples=8, deadline=None)
@given(copies=st.integers(1, 5), random_seed=st.integers(0, 50))
def test_households_have_the_shares_of_the_tables_given_support(copies: int, random_seed: int) -> None:
    """However often a kind of household is proposed: of 100 households 30 are owners of 2, 35 of 3 or more, and 25
    tenants alone, of whom the pool has nobody else; weights are in this proportion."""
    drawn = draw_records(TARGETS, [COUPLE, *[MOTHER] * copies, ALONE], 2000, rng(random_seed), Conduct())
    weights = np.bincount(np.minimum(drawn.sizes, 3), weights=drawn.prior)[1:]
    support = np.array([25, 20, 35])
    assert weights / weights.sum() == pytest.approx(support / support.sum(), abs=1e-9)
    assert drawn.prior.sum() == pytest.approx(100)


def test_numbers_of_an_open_label_have_their_own_shares() -> None:
    """Three or more: 3 and 4 members share the label's 35 households, fewer having more members."""
    four = composed(TARGETS, {}, {}, {}, {}, {})
    drawn = draw_records(TARGETS, [MOTHER, four], 1000, rng(), Conduct())
    assert TARGETS.members is not None
    share = TARGETS.members.share_of(4, [3, 4])
    assert 0 < share < 0.5
    assert drawn.prior[drawn.sizes == 4].sum() / drawn.prior.sum() == pytest.approx(share)


def test_rules_are_obeyed_and_numbers_kept() -> None:
    """What breaks a rule over members is drawn again within its composition; one that never obeys gives none."""
    formula = read_formula("abs(max(age) - min(age)) <= 30", SCHEMA, entity="households")
    near = Conduct(RuleBook((Rule("near", "Ages are near.", formula),)))
    drawn = draw_records(TARGETS, [COUPLE, ALONE], 400, rng(), near)
    assert np.bincount(drawn.which).tolist() == [200, 200]
    apart = np.abs(member(drawn, "age", 0, of=2) - member(drawn, "age", 1, of=2))
    assert apart.max() <= 30
    old = {"age": Allowed(ADULT["age"].attribute, low=90, high=99)}
    never = composed(TARGETS, {}, old, {"age": Allowed(ADULT["age"].attribute, low=0, high=5)})
    assert set(draw_records(TARGETS, [ALONE, never], 100, rng(), near).which.tolist()) == {0}


def test_linked_attributes_leave_room() -> None:
    """Persons of rented households are drawn by what person tables say of tenants: none where these have nobody."""
    drawn = draw_records(TARGETS, [composed(TARGETS, {}, {}, {})], 4000, rng(), Conduct())
    # 30 households of two: 20 owned, 10 rented, whatever the persons
    assert (drawn.columns["tenure"] == 0).mean() == pytest.approx(2 / 3, abs=0.03)


def test_trips_are_in_order_of_time() -> None:
    """A day's trips: departures never decrease, also where windows overlap; the number of trips says the label."""
    found = targets_of(
        TRIPS, trip_tables(), "households", members=MemberOptions(size="trips", most=4, ordered_by="hour")
    )
    hour = TRIPS.find("persons", "hour")
    day = {"hour": Allowed(hour, low=6, high=20)}
    drawn = draw_records(found, [composed(found, {}, *[day] * n) for n in (1, 2, 3, 4)], 800, rng(), Conduct())
    for n in (2, 3, 4):
        departures = np.stack([member(drawn, "hour", k, of=n) for k in range(n)])
        assert departures.shape[1] == 200
        assert (np.diff(departures, axis=0) >= 0).all()
        assert (departures.min(), departures.max()) >= (6, 6)
    assert (drawn.columns["trips"] == np.minimum(drawn.sizes, 3) - 1).all()


def test_flat_records_are_compositions_without_members() -> None:
    """The same records as from their boxes."""
    women = {"sex": Allowed(flat_targets().attributes[0], frozenset([0]))}
    drawn = draw_records(flat_targets(), [Composition(women)], 50, rng(), Conduct())
    columns, _, prior = draw_pool(flat_targets(), [women], 50, rng())
    assert all(columns[name].tobytes() == drawn.columns[name].tobytes() for name in columns)
    assert drawn.prior.tobytes() == prior.tobytes()
    assert holds(women, drawn.columns).all()
    assert not drawn.sizes.any()


def test_rules_that_nobody_obeys_are_said() -> None:
    """Owners alone are forbidden, and nothing else is asked for."""
    formula = read_formula("tenure is not 'owned'", SCHEMA, entity="households")
    conduct = Conduct(RuleBook((Rule("tenants", "Tenants only.", formula),)))
    with pytest.raises(SchemaError, match="obeys the rules"):
        draw_records(TARGETS, [composed(TARGETS, OWNED, ADULT)], 20, rng(), conduct)
