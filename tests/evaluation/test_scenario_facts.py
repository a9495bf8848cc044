"""What a scenario moved: three populations counted alike."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scenario_case import GEOGRAPHY, SCHEMA

from censemble.changes import Change, Changes
from censemble.evaluation.scenario_facts import scenario_facts, total_variation
from censemble.population import Population
from censemble.schema import Attribute, Schema


def population(n_evening: int, *, bus: int = 10, n: int = 40) -> Population:
    """Forty trips and more, so many of them to the stadium in the evening."""
    total = n + n_evening
    modes = ["bus"] * bus + ["car"] * (total - bus)
    to = ["Centre"] * n + ["Stadium"] * n_evening
    hours = [8.0] * n + [21.0] * n_evening
    zones = ["east"] * 30 + ["west"] * (total - 30)
    return Population(
        pa.table({}), pa.table({"region": ["R"] * total, "zone": zones, "to": to, "mode": modes, "hour": hours})
    )


def facts(**more: Any) -> dict[str, Any]:
    """Ten more in the evening; chance moves two from the bus."""
    made = Changes("A concert.", (Change("c1", "", "more", "persons", 10, {"to": ("Stadium",)}),), notes=("a note",))
    given: dict[str, Any] = {"schema": SCHEMA, "geography": GEOGRAPHY, "project": "Trips", "random_seed": 3}
    return scenario_facts(made, (population(0), population(10), population(0, bus=12)), **(given | more))


def test_attributes_are_counted_three_times() -> None:
    """By label and by bin, with total variation against that of chance."""
    by_name = {one["attribute"]: one for one in facts()["attributes"]}
    assert by_name["to"]["with"] == [40, 0, 10]
    assert by_name["to"]["total_variation"] == pytest.approx(0.2)
    assert (by_name["to"]["moved"], by_name["to"]["named"]) == (True, True)
    assert by_name["hour"]["labels"] == ["0 to below 6", "6 to below 12", "12 to below 20", "20 to below 24"]
    assert (by_name["hour"]["moved"], by_name["hour"]["named"]) == (True, False)
    mode = by_name["mode"]
    assert (mode["without"], mode["with"], mode["again"]) == ([10, 30, 0], [10, 40, 0], [12, 28, 0])
    assert (mode["noise"], mode["total_variation"]) == pytest.approx((0.05, 0.05))
    assert not mode["moved"]


def test_totals_pairs_and_zones() -> None:
    """Pairs that moved beyond chance, most first; each unit of levels that have several."""
    found = facts()
    assert found["totals"] == {"persons": {"without": 40, "with": 50}}
    assert (found["pairs"][0]["first"], found["pairs"][0]["second"]) == ("to", "hour")
    assert found["pairs"][0]["with"] == [[0, 40, 0, 0], [0, 0, 0, 0], [0, 0, 0, 10]]
    assert found["zones"] == [
        {"level": "zone", "unit": "east", "without": 30, "with": 30},
        {"level": "zone", "unit": "west", "without": 10, "with": 20},
    ]
    assert json.loads(json.dumps(found)) == found


def test_missing_values_are_a_label_where_there_are_any() -> None:
    """Numbers without bins get some."""
    age = Attribute("age", "persons", "numeric")
    people = [
        Population(pa.table({}), pa.table({"region": ["R"] * 4, "zone": ["east"] * 4, "age": pa.array(ages)}))
        for ages in ([1.0, 2, 3, 4], [1.0, 2, 3, None], [1.0, 2, 3, 4])
    ]
    made = Changes("", ())
    found = scenario_facts(
        made, (people[0], people[1], people[2]), schema=Schema((age,)), geography=GEOGRAPHY, project="", random_seed=0
    )
    (one,) = found["attributes"]
    assert one["labels"][-1] == "(missing)"
    assert (one["with"][-1], sum(one["without"]), one["total_variation"]) == (1, 4, 0.25)


def test_total_variation_of_nobody_is_nothing() -> None:
    """And of the same shares."""
    assert total_variation(np.zeros(2), np.ones(2)) == 0
    assert total_variation(np.array([1, 3]), np.array([2, 6])) == 0
