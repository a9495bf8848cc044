"""Records as facts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from traveller_case import SCHEMA, WORDING, sheet_of, travellers

from censemble.personas.fact_sheet import fact_sheet
from censemble.personas.phrasing import Wording
from censemble.pool import Pool
from censemble.schema import Attribute, Schema


def test_a_traveller_in_words() -> None:
    """Phrases stand where they are given, names and labels elsewhere; an empty phrase is held but not shown."""
    sheet = sheet_of(39, 0, 0, 1, 0, 0)
    assert sheet.shown() == ["age: 39 years", "sex: female", "has zero children", "has one car", "lives alone"] or (
        sheet.shown()[0] == "age: 39 years" and "has one car" in sheet.shown()
    )
    assert sheet.held()["cycling"][0].value == "never"
    assert sheet.n_people == 1


def test_missing_values_and_left_out_attributes_are_no_facts() -> None:
    """What is missing, unknown to the pool or left out does not appear."""
    pool = travellers((float("nan"), 0, -1, 1, 0, 0))
    left = Wording(leave_out=("vehicles",))
    assert set(fact_sheet(SCHEMA, pool, 0, left).held()) == {"sex", "household_size", "cycling"}


def test_households_show_their_members() -> None:
    """A household's facts come first, then those of each member."""
    schema = Schema(
        (
            Attribute("cars", "households", "ordinal", ("0", "1")),
            Attribute("age", "persons", "numeric", unit="years"),
        )
    )
    none = pa.table({})
    pool = Pool(
        {"cars": np.array([1])}, {"age": np.array([40.0, 7.5])}, np.array([0, 2]), np.ones(1), pa.array(["h"]), none,
        none, "", np.zeros(1, np.int32), "survey",
    )  # fmt: skip
    sheet = fact_sheet(schema, pool, 0, WORDING)
    assert sheet.shown()["persons"] == [["age: 40 years"], ["age: 7.5 years"]]
    assert len(sheet.shown()["household"]) == 1
    assert [fact.value for fact in sheet.facts] == ["1", 40.0, 7.5]
    assert sheet.n_people == 2
