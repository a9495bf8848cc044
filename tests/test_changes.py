"""Changed records in every table that counts them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import scenario_case as case
import small_case
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.changes import ADDED, CHANGE, ZONE, Change, Changes, codes_of, places, shift_margins
from censemble.errors import SchemaError
from censemble.expressions import parse
from censemble.margins import Cell, Margin


def records(rows: list[tuple[int, str, str, str, float]]) -> pa.Table:
    """Trips by added, zone, place, mode, hour."""
    names = (ADDED, ZONE, "to", "mode", "hour")
    columns = {name: [row[k] for row in rows] for k, name in enumerate(names)}
    return pa.table({CHANGE: ["c1"] * len(rows), **columns})


ROWS = st.tuples(
    st.just(1),
    st.sampled_from(["east", "west"]),
    st.sampled_from(case.PLACES),
    st.sampled_from(["bus", "car", "foot"]),
    st.floats(0, 23.9),
)


@given(st.lists(ROWS, min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_every_table_grows_by_every_record(rows: list[tuple[int, str, str, str, float]]) -> None:
    """Tables that cover everybody agree in their totals before and after."""
    shifted, notes = shift_margins(
        case.margins(), {"persons": records(rows)}, schema=case.SCHEMA, geography=case.GEOGRAPHY
    )
    assert [m.targets.sum() for m in shifted] == [400 + len(rows)] * 3
    assert notes == ()


def test_a_record_is_counted_in_its_cells_alone() -> None:
    """By hand: one trip more to the stadium by bus at nine in the evening from the west, one to the harbour fewer."""
    moved = records([(1, "west", "Stadium", "bus", 21.5), (-1, "east", "Harbour", "car", 6.0)])
    before = case.margins()
    after, _ = shift_margins(before, {"persons": moved}, schema=case.SCHEMA, geography=case.GEOGRAPHY)
    changed = [(b.targets - a.targets) for a, b in zip(before, after, strict=True)]
    assert changed[0].tolist() == [[-1], [1]]
    assert np.flatnonzero(changed[1][0]).tolist() == [5, 11]
    assert changed[1][0, [5, 11]].tolist() == [-1, 1]
    assert changed[2].tolist() == [[1, -1, 0]]
    assert [m.targets.tolist() for m in before] == [m.targets.tolist() for m in case.margins()]


def test_nothing_falls_below_zero_and_unknown_targets_stay_unknown() -> None:
    """A cut is said; NaN stays NaN."""
    mode = case.margins()[2]
    few = Margin("mode", "zone", "persons", mode.cells, np.array([[1.0, 5, 5], [np.nan, 2, 2]]), np.ones((2, 3)), mode.importance)  # fmt: skip  # noqa: E501
    gone = records([(-1, "east", "Centre", "bus", 1.0)] * 3 + [(-1, "west", "Centre", "bus", 1.0)])
    (after,), notes = shift_margins([few], {"persons": gone}, schema=case.SCHEMA, geography=case.GEOGRAPHY)
    assert after.targets[0].tolist() == [0, 5, 5]
    assert np.isnan(after.targets[1, 0])
    assert "'mode' has 2 persons fewer" in notes[0]
    assert after.sd is few.sd


def test_tables_of_undeclared_columns_are_refused() -> None:
    """As those of PopulationSim folders are."""
    raw = Margin("raw", "zone", "persons", (Cell("x", parse("NP > 1"), "x"),), np.ones((2, 1)), np.zeros((2, 1)), np.ones(1))  # fmt: skip  # noqa: E501
    with pytest.raises(SchemaError, match="raw count columns"):
        shift_margins([raw], {}, schema=case.SCHEMA, geography=case.GEOGRAPHY)
    with pytest.raises(SchemaError, match="sex count columns"):
        shift_margins(small_case.inputs().margins, {}, schema=case.SCHEMA, geography=small_case.geography())


def test_labels_and_numbers_become_codes() -> None:
    """Missing ones -1 and NaN; names become positions."""
    assert codes_of(case.MODE, pa.chunked_array([["foot", None], ["bus"]])).tolist() == [2, -1, 0]
    assert codes_of(case.HOUR, pa.array([1, None]))[0] == 1
    assert np.isnan(codes_of(case.HOUR, pa.array([1, None]))[1])
    assert places(pa.array(["b", "a"]), ["a", "b"]).tolist() == [1, 0]


def test_changes_are_json() -> None:
    """With everything but the records."""
    one = Change("c1", "why", "more", "persons", 3, {"hour": (20, 24)}, "zone", ("east",))
    facts = Changes("It rains.", (one,), refused={"said twice": 1}, notes=("a note",)).facts()
    assert facts["changes"][0]["where"] == {"hour": [20, 24]}
    assert facts["changes"][0]["units"] == ["east"]
    assert (facts["text"], facts["refused"], facts["notes"]) == ("It rains.", {"said twice": 1}, ["a note"])
