"""Tables of the changes of a scenario."""

from __future__ import annotations

import numpy as np
import pytest
import scenario_case as case

from censemble.change_tables import condition_of, level_of, name_of, tables_of_changes
from censemble.changes import Change, Changes

SURGE = Change("c1", "", "more", "persons", 40, {"to": ("Stadium", "Centre"), "hour": (20, 23)})
EAST = Change("c2", "", "fewer", "persons", 5, {"mode": ("car",)}, "zone", ("east",))
TOTAL = Change("c3", "", "more", "persons", 9)


def test_conditions_are_those_of_the_change() -> None:
    """Labels by code, whole numbers up to the next one."""
    columns = {"to": np.array([0, 1, 2, 2, -1]), "hour": np.array([20.0, 21, 23.9, 24, 22])}
    assert condition_of(SURGE, case.SCHEMA).evaluate(columns).tolist() == [True, False, True, False, False]


def test_one_cell_in_each_unit() -> None:
    """Of the level whose units are named, else of the outermost; what was there, to give way by little."""
    there = {"c1": {"R": 12}, "c2": {"east": 7, "west": 3}}
    changes = Changes("", (SURGE, EAST, TOTAL), there=there)
    first, second = tables_of_changes(changes, schema=case.SCHEMA, geography=case.GEOGRAPHY)
    assert (first.name, first.level, first.targets.tolist()) == (name_of("c1"), "region", [[12.0]])
    assert (second.level, second.targets.tolist()) == ("zone", [[7.0], [3.0]])
    assert first.cells[0].label == "Stadium or Centre, 20..23"
    assert 0 < first.sd.max() < 1
    assert not first.is_total


@pytest.mark.parametrize(("change", "level"), [(SURGE, "region"), (EAST, "zone"), (TOTAL, "region")])
def test_level(change: Change, level: str) -> None:
    """The outermost where no unit is named."""
    assert level_of(change, case.GEOGRAPHY) == level
