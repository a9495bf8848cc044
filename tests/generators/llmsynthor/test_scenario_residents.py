"""A population as codes with zones, and which of its rows a change means."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from censemble.changes import Change
from censemble.generators.llmsynthor.scenario_residents import (
    Residents,
    binned,
    ends_of,
    inside,
    residents_of,
    ties,
    zones_of,
)
from censemble.geography import Geography
from censemble.population import Population
from censemble.schema import Attribute, Schema

TENURE = Attribute("tenure", "households", "categorical", ("owned", "rented"))
AGE = Attribute("age", "persons", "numeric", bins=(0, 18, 120))
SCHEMA = Schema((TENURE, AGE))
GEOGRAPHY = Geography.from_columns(["tract", "zone"], {"tract": ["A", "A", "B"], "zone": ["1", "2", "3"]})
HOMES = pa.table({"household_id": [1, 2], "zone": ["3", "1"], "tenure": ["rented", "owned"]})
PEOPLE = pa.table({"household_id": [1, 1, 2], "age": [40.0, None, 71.5]})


def town() -> dict[str, Residents]:
    """Two households, three persons."""
    found = residents_of(Population(HOMES, PEOPLE), SCHEMA, GEOGRAPHY, record_entity="households")
    return {str(entity): one for entity, one in found.items()}


def test_persons_have_the_zone_and_the_attributes_of_their_household() -> None:
    """Their own first."""
    persons = town()["persons"]
    assert [a.name for a in persons.attributes] == ["age", "tenure"]
    assert persons.columns["tenure"].tolist() == [1, 1, 0]
    assert (persons.zone.tolist(), persons.household.tolist()) == ([2, 2, 0], [0, 0, 1])


def test_flat_persons_are_their_own_households() -> None:
    """There are no others."""
    table = pa.table({"person_id": [1], "zone": ["2"], "age": [3.0]})
    found = residents_of(Population(pa.table({}), table), SCHEMA, GEOGRAPHY, record_entity="persons")
    assert list(found) == ["persons"]
    assert (found["persons"].zone.tolist(), found["persons"].household.tolist()) == ([1], [0])


def test_households_without_persons_stand_alone() -> None:
    """There is one entity then."""
    empty = PEOPLE.slice(0, 0)
    assert list(residents_of(Population(HOMES, empty), SCHEMA, GEOGRAPHY, record_entity="households")) == ["households"]


def test_ranges_hold_the_whole_last_number_and_nobody_without_a_value() -> None:
    """71 has 71.5 in it."""
    change = Change("c1", "", "more", "persons", 1, {"age": (41, 71), "tenure": ("rented",)})
    assert inside(change, "age", town()["persons"]).tolist() == [False, False, True]
    assert inside(change, "tenure", town()["persons"]).tolist() == [True, True, False]


def test_units_of_any_level_are_zones() -> None:
    """None means all."""
    assert zones_of(Change("c1", "", "more", "persons", 1), GEOGRAPHY).tolist() == [True] * 3
    tract = Change("c1", "", "more", "persons", 1, {}, "tract", ("A",))
    assert zones_of(tract, GEOGRAPHY).tolist() == [True, True, False]


def test_ends_are_those_of_the_population() -> None:
    """Whole numbers; labels have none."""
    assert ends_of(residents_of(Population(HOMES, PEOPLE), SCHEMA, GEOGRAPHY, record_entity="households")) == {
        ("persons", "age"): (40, 71)
    }


def test_ties_are_mutual_information_without_chance() -> None:
    """ln 2 for two equal coins, nothing for two coins apart."""
    rng = np.random.default_rng(1)
    coins = [Attribute(name, "persons", "categorical", ("0", "1")) for name in "abc"]
    first, other = rng.integers(0, 2, 4000), rng.integers(0, 2, 4000)
    columns = {"a": first, "b": first, "c": other}
    of = Residents("persons", tuple(coins), columns, np.zeros(4000, int), np.arange(4000))
    assert abs(ties(of, "a") - np.log(2)) < 2e-3
    assert ties(of, "c") < 2e-3


def test_missing_values_have_a_code_of_their_own() -> None:
    """Numbers without declared bins get some."""
    plain = Attribute("x", "persons", "numeric")
    codes = binned(plain, np.array([1.0, 2.0, 3.0, np.nan]))
    assert len(set(codes.tolist())) == 4
    assert binned(TENURE, np.array([-1, 0])).tolist() == [2, 0]
