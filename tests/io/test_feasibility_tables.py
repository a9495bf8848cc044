"""A diagnosis as text, as JSON and as rows."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from censemble.expressions import always
from censemble.geography import Geography
from censemble.inputs import Inputs, RunSettings
from censemble.io.feasibility_tables import feasibility_facts, feasibility_text, relaxation_rows, unsupported_lines
from censemble.margins import Cell, Margin
from censemble.pool import Pool
from censemble.schema import Schema

N_ZONES = 30


@dataclass(frozen=True)
class Relaxed:
    """As calibration gives it."""

    level: str
    unit: int
    label: str
    old_target: float
    new_target: float

    @property
    def amount(self) -> float:
        """How far it moved."""
        return abs(self.old_target - self.new_target)


@dataclass(frozen=True)
class Conflict:
    """As calibration gives it."""

    level: str
    unit: int
    smallest: float
    controls: tuple[str, ...]


@dataclass(frozen=True)
class Unsupported:
    """As calibration gives it."""

    level: str
    unit: int
    label: str
    wanted: float


@dataclass(frozen=True)
class Diagnosis:
    """As calibration gives it."""

    conflicts: tuple[Conflict, ...] = ()
    relaxed: tuple[Relaxed, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()
    smallest_total: float = 0.0

    @property
    def feasible(self) -> bool:
        """No conflict."""
        return not self.conflicts


def inputs() -> Inputs:
    """Thirty zones and one margin, whose name has a colon."""
    zones = [f"z{i:02}" for i in range(N_ZONES)]
    geography = Geography.from_columns(["zone"], {"zone": zones})
    margin = Margin(
        "tenure: all",
        "zone",
        "households",
        (Cell("rented", always(), "R"),),
        targets=np.ones((N_ZONES, 1)),
        sd=np.zeros((N_ZONES, 1)),
        importance=np.ones(1),
    )
    none = pa.table({"x": [1]})
    pool = Pool({}, {}, np.array([0, 0]), np.ones(1), pa.array(["a"]), none, none, "", np.zeros(1, np.int32), "x")
    return Inputs("case", geography, Schema(), pool, (margin,), RunSettings())


def relaxed(unit: int, old: float = 5.0, new: float = 3.0) -> Relaxed:
    """A target of a zone."""
    return Relaxed("zone", unit, "tenure: all: rented", old, new)


def test_rows_name_unit_margin_and_cell() -> None:
    """A label is split at its margin's name, even where that holds a colon."""
    [row] = relaxation_rows(Diagnosis(relaxed=(relaxed(2),)), inputs())
    assert row == {
        "level": "zone",
        "unit": "z02",
        "margin": "tenure: all",
        "cell": "rented",
        "target": 5.0,
        "relaxed": 3.0,
        "amount": 2.0,
    }


def test_one_unit_is_told_in_the_singular() -> None:
    """One unit holds; the old and the new target are there."""
    found = Diagnosis((Conflict("zone", 2, 2.0, ("a",)),), (relaxed(2),), smallest_total=2.0)
    assert feasibility_text(found, inputs()).splitlines() == [
        "1 unit holds exact controls that contradict each other. The smallest change of targets under which everything "
        "holds is 2.00 counts, household totals kept:",
        "  zone z02: 2.00 counts; 1 control involved",
        "      tenure: all: rented: 5.00 -> 3.00",
    ]


def test_twenty_units_are_shown_and_the_rest_counted() -> None:
    """A long diagnosis stays readable, and says where the rest is; so does a unit with many targets."""
    conflicts = tuple(Conflict("zone", i, 1.0, ("a", "b")) for i in range(N_ZONES))
    found = Diagnosis(conflicts, tuple(relaxed(0) for _ in range(8)), smallest_total=30.0)
    lines = feasibility_text(found, inputs(), complete="f.json has them").splitlines()
    assert lines[0].startswith("30 units hold")
    assert sum(line.startswith("  zone") for line in lines) == 20
    assert "      and 2 more" in lines
    assert lines[-1] == "  and 10 more units; f.json has them"


def test_a_unit_without_a_changed_target_names_its_controls() -> None:
    """Where another level gives way, what contradicts there is still named."""
    found = Diagnosis((Conflict("zone", 2, 0.0, ("tenure: all: rented",)),), smallest_total=2.0)
    assert feasibility_text(found, inputs()).splitlines()[-1] == "      tenure: all: rented"


def test_cells_that_nobody_can_fill_are_one_sentence_each() -> None:
    """However many units ask for one: their number, the first, and what to do; also where all can hold."""
    asked = tuple(Unsupported("zone", i, "tenure: all: rented", 4.0) for i in (3, 7))
    [line] = unsupported_lines(Diagnosis(unsupported=asked), inputs())
    assert line == (
        "No record of the pool is in 'tenure: all: rented', which 2 zone units ask for (first: z03, 4). "
        "Add such households to the survey, or take a generator that makes new ones, or merge the cell with another."
    )
    assert line in feasibility_text(Diagnosis(unsupported=asked), inputs())
    assert "1 zone unit asks for" in unsupported_lines(Diagnosis(unsupported=asked[:1]), inputs())[0]


def test_json_holds_everything_and_never_nan() -> None:
    """Figures that are not finite are null."""
    found = Diagnosis(
        tuple(Conflict("zone", i, math.nan, ("a",)) for i in range(N_ZONES)),
        (relaxed(1), relaxed(2, math.nan, 1.0)),
        (Unsupported("zone", 3, "x", math.inf),),
        math.nan,
    )
    facts = json.loads(json.dumps(feasibility_facts(found, inputs()), allow_nan=False))
    assert len(facts["conflicts"]) == N_ZONES
    assert facts["conflicts"][0] == {"level": "zone", "unit": "z00", "smallest_relaxation": None, "controls": ["a"]}
    assert (facts["smallest_relaxation"], facts["unsupported"][0]["target"]) == (None, None)
    assert facts["relaxations"][1]["target"] is None
    assert facts["relaxation_by_importance"] == 2.0
    assert feasibility_facts(Diagnosis(), inputs())["feasible"] is True
