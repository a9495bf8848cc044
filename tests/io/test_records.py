"""Which households stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from small_project import project_with

from censemble.errors import Problem
from censemble.geography import Geography
from censemble.io.frames import TableStore
from censemble.io.project import parse_project
from censemble.io.records import KeptRecords, read_records

GEOGRAPHY = Geography.from_columns(["tract", "zone"], {"tract": ["T1", "T2"], "zone": ["1", "2"]})
COLUMNS = {"HH": ["a", "b", "c"], "W": [1, 2, 3], "NP": [1, 1, 2], "TEN": [1, 3, 1], "INC": [1, 2, 3], "HFL": [1, 1, 1]}


def read(
    columns: dict[str, Any], keep: str = "", area: Any = None
) -> tuple[KeptRecords | None, list[Problem], list[str]]:
    changes = {"seed_sample__households__keep": keep, "seed_sample__households__area": area or {}}
    project = parse_project(project_with(**changes))
    problems: list[Problem] = []
    notes: list[str] = []
    store = TableStore(Path(), {"households.csv": pa.table(columns)}, problems)
    return read_records(project, GEOGRAPHY, store, notes), problems, notes


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ("", ["a", "b", "c"]),
        ("NP == 1", ["a", "b"]),
        ("(households.W > 1) & TEN.isin([1])", ["c"]),
        ("1 == 1", ["a", "b", "c"]),
    ],
)
def test_keep_selects(keep: str, expected: list[str]) -> None:
    """The condition speaks of raw columns, those that are no attribute too."""
    kept, problems, notes = read(COLUMNS, keep)
    assert problems == []
    assert kept is not None
    assert kept.ids.tolist() == expected
    assert bool(notes) == bool(keep)


def test_rows_are_mapped() -> None:
    """Every household of the file knows its row among those that stay, or that it does not."""
    kept, _, _ = read(COLUMNS, "NP == 1")
    assert kept is not None
    assert kept.all_ids.tolist() == ["a", "b", "c"]
    assert kept.kept_row.tolist() == [0, 1, -1]


def test_weights_of_those_who_left_do_not_matter() -> None:
    """A missing weight of a household that is left out anyway is no problem."""
    kept, problems, _ = read({**COLUMNS, "W": [1, 2, None]}, "NP == 1")
    assert problems == []
    assert kept is not None
    assert kept.weights.tolist() == [1, 2]


def test_areas_without_households() -> None:
    """An area of the crosswalk without any microdata is a problem that names it."""
    _, problems, notes = read({**COLUMNS, "T": ["T1", "T1", "T7"]}, area={"tract": "T"})
    assert [(p.code, p.where) for p in problems] == [("area-without-households", "tract T2")]
    assert "1 of 3 households: their T is not in the crosswalk" in notes[0]
