"""Long tables: a row for each zone and cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.errors import Problem
from censemble.geography import Geography
from censemble.io.frames import TableStore
from censemble.io.long_tables import read_long
from censemble.io.project_model import Crosswalk, MarginDeclaration
from censemble.io.tables import TableGround
from censemble.margins import Margin
from censemble.schema import Attribute

ZONES = ["a", "b"]
GEOGRAPHY = Geography.from_columns(["zone"], {"zone": ZONES})
ATTRIBUTES = {
    "sex": Attribute("sex", "persons", "categorical", ("male", "female")),
    "age": Attribute("age", "persons", "numeric"),
}


def read(rows: list[dict[str, Any]], **fields: Any) -> tuple[Margin | None, list[Problem], list[str]]:
    spec = {"file": "t", "zone": "Z", "count": "n", "attributes": {"sex": "SEX", "age": "AGE"}, **fields}
    content = {"name": "m", "of": "persons", "level": "zone", "table": spec, "uncertainty": "exact"}
    if "moe" in fields:
        content["uncertainty"] = "moe"
    problems: list[Problem] = []
    notes: list[str] = []
    store = TableStore(Path(), {"t": pa.Table.from_pylist(rows)}, problems)
    ground = TableGround(store, GEOGRAPHY, Crosswalk(file="c", columns={"zone": "Z"}), "p.yaml")
    return read_long(MarginDeclaration.model_validate(content), ATTRIBUTES, ground, notes), problems, notes


def row(zone: str, sex: str, age: str, n: float, **more: Any) -> dict[str, Any]:
    return {"Z": zone, "SEX": sex, "AGE": age, "n": n, **more}


def test_absent_rows_count_zero_with_a_note() -> None:
    """A zone and cell without a row is 0 and the note says how many there were."""
    margin, problems, notes = read(
        [row("a", "male", "<18", 3), row("b", "male", ">=18", 4), row("a", "female", "<18", 5)]
    )
    assert problems == []
    assert margin is not None
    assert [c.label for c in margin.cells] == ["male, age <18", "male, age >=18", "female, age <18"]
    assert margin.targets.tolist() == [[3, 0, 5], [0, 4, 0]]
    assert notes == ["t: 3 of 6 pairs of zone and cell have no row in margin 'm' and count 0."]


def test_texts_that_mean_the_same_are_one_cell() -> None:
    """`M` and `m` mapped to one label are one cell, and two rows of it are one too many."""
    values = {"sex": {"M": "male", "m": "male"}}
    margin, _, _ = read([row("a", "M", "<18", 3), row("b", "m", "<18", 4)], values=values)
    assert margin is not None
    assert margin.targets.tolist() == [[3], [4]]
    _, problems, _ = read([row("a", "M", "<18", 3), row("a", "m", "<18", 4), row("b", "m", "<18", 4)], values=values)
    assert [p.code for p in problems] == ["repeated-cell"]


def test_margins_of_error_in_a_column() -> None:
    """A column of margins of error gives the standard deviations."""
    rows = [row("a", "male", "<18", 3, e=1.0), row("b", "male", "<18", 4, e=2.0)]
    margin, problems, _ = read(rows, moe="e")
    assert problems == []
    assert margin is not None
    np.testing.assert_array_equal(margin.moe, [[1], [2]])


def test_a_table_without_attributes_is_one_cell() -> None:
    """A long table of totals has one cell that counts everybody."""
    margin, _, _ = read([{"Z": "a", "n": 1}, {"Z": "b", "n": 2}], attributes={})
    assert margin is not None
    assert (margin.cells[0].label, margin.targets.tolist()) == ("all", [[1], [2]])


@settings(deadline=None, max_examples=25)
@given(counts=st.lists(st.integers(0, 99), min_size=8, max_size=8), order=st.permutations(range(8)))
def test_wide_or_long_in_any_order(counts: list[int], order: list[int]) -> None:
    """Whatever the order of rows, every count is found where its zone and labels say."""
    keys = [(z, s, a) for z in ZONES for s in ("male", "female") for a in ("<18", ">=18")]
    rows = [row(*keys[i], counts[i]) for i in order]
    margin, problems, _ = read(rows)
    assert problems == []
    assert margin is not None
    assert margin.targets.ravel().tolist() == counts
