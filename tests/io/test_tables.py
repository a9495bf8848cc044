"""Rows matched with units, wide tables."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from censemble.errors import Problem
from censemble.geography import Geography
from censemble.io.frames import TableStore
from censemble.io.project_model import Crosswalk, MarginDeclaration
from censemble.io.tables import TableGround, read_rows, read_wide

GEOGRAPHY = Geography.from_columns(["county", "zone"], {"county": ["A", "B"], "zone": ["01", "02"]})
CROSSWALK = Crosswalk(file="crosswalk.csv", columns={"county": "COUNTY", "zone": "ZONE"})
DECLARED = MarginDeclaration.model_validate(
    {"name": "m", "of": "households", "level": "zone", "table": {"file": "t", "zone": "Z"}, "cells": [{"column": "N"}]}
)


def ground(table: pa.Table) -> tuple[TableGround, list[Problem]]:
    problems: list[Problem] = []
    store = TableStore(Path(), {"t": table}, problems)
    return TableGround(store, GEOGRAPHY, CROSSWALK, "p.yaml"), problems


def test_rows_find_their_units() -> None:
    """Units are found by id in any order; extra columns are no matter."""
    here, problems = ground(pa.table({"N": [5, 6], "Z": ["02", "01"], "note": ["x", "y"]}))
    rows = read_rows(DECLARED, here, file="t", columns=["N"], unique=True)
    assert rows is not None
    assert rows.row_of_unit.tolist() == [1, 0]
    assert problems == []


@pytest.mark.parametrize(
    ("column", "codes"),
    [({"COUNTY": ["A", "A"]}, ["stale-parent"]), ({"COUNTY": ["A", ""]}, []), ({"county": ["x", "y"]}, [])],
)
def test_columns_of_outer_levels_must_agree(column: dict[str, list[str]], codes: list[str]) -> None:
    """A column named as the crosswalk's outer level is compared with it; blanks and other names are not."""
    here, problems = ground(pa.table({"N": [5, 6], "Z": ["01", "02"], **column}))
    read_rows(DECLARED, here, file="t", columns=["N"], unique=True)
    assert [p.code for p in problems] == codes


def test_a_wide_table_without_its_column() -> None:
    """A table that lacks a cell's column gives no margin, and the column is named."""
    here, problems = ground(pa.table({"NN": [5, 6], "Z": ["01", "02"]}))
    assert read_wide(DECLARED, {}, here) is None
    assert "expected a column 'N'" in str(problems[0])


def test_ids_that_lost_their_zeros_are_told() -> None:
    """Numbers where the crosswalk has `01` do not match by luck: every unit is told as missing."""
    here, problems = ground(pa.table({"N": [5, 6], "Z": [1, 2]}))
    read_rows(DECLARED, here, file="t", columns=["N"], unique=True)
    assert {p.code for p in problems} == {"unknown-zone", "missing-zone"}
