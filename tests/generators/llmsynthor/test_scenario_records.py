"""Drawn records as tables."""

from __future__ import annotations

import numpy as np
from scenario_case import GEOGRAPHY

from censemble.changes import Change
from censemble.generators.llmsynthor.scenario_draw import Drawn
from censemble.generators.llmsynthor.scenario_records import changed_tables, members_of
from censemble.generators.llmsynthor.scenario_residents import Residents
from censemble.schema import Attribute

TENURE = Attribute("tenure", "households", "categorical", ("owned", "rented"))
AGE = Attribute("age", "persons", "numeric")
HOMES = Residents("households", (TENURE,), {"tenure": np.array([0, 1, 1])}, np.array([0, 1, 1]), np.arange(3))
PEOPLE = Residents(
    "persons",
    (AGE, TENURE),
    {"age": np.array([40.0, 8.0, np.nan]), "tenure": np.array([0, 0, 1])},
    np.array([0, 0, 1]),
    np.array([0, 0, 2]),
)


def drawn(rows: list[int]) -> Drawn:
    """Households that come to the west as tenants."""
    tenure = {"tenure": np.ones(len(rows), dtype=int)}
    return Drawn(
        Change("c1", "", "more", "households", len(rows)), np.array(rows), tenure, np.ones(len(rows), dtype=int)
    )


def test_members_are_found_whether_there_are_any_or_not() -> None:
    """Household 0 twice, 1 without anybody, 2."""
    members, which = members_of(PEOPLE, drawn([0, 1, 0, 2]))
    assert (members.tolist(), which.tolist()) == ([0, 1, 0, 1, 2], [0, 0, 2, 2, 3])


def test_persons_of_households_have_their_new_zone_and_tenure() -> None:
    """And their own age; missing stays missing."""
    tables = changed_tables([drawn([0, 2])], {"households": HOMES, "persons": PEOPLE}, GEOGRAPHY)
    assert tables["households"].to_pydict() == {
        "scenario_change": ["c1", "c1"],
        "scenario_added": [1, 1],
        "scenario_zone": ["west", "west"],
        "tenure": ["rented", "rented"],
    }
    assert tables["persons"]["age"].to_pylist() == [40.0, 8.0, None]
    assert tables["persons"]["tenure"].to_pylist() == ["rented"] * 3
    assert tables["persons"]["scenario_zone"].to_pylist() == ["west"] * 3
