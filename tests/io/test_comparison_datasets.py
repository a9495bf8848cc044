"""Raw tables as datasets."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from comparison_case import HOUSEHOLDS, linked

from censemble.errors import Problem
from censemble.io.attributes import attribute_of
from censemble.io.comparison_datasets import Form, make_dataset
from censemble.io.comparison_files import open_table
from censemble.io.comparison_paths import GivenTable
from censemble.io.comparison_schema import parse_schema
from censemble.schema import Schema

FILE = parse_schema(
    {
        "weight": {"households": "W"},
        "size": "NP",
        "attributes": {
            "households": {"tenure": {"column": "tenure", "categories": {"own": "own", "rent": "rent"}}},
            "persons": {"sex": {"column": "sex", "categories": {"f": "f", "m": "m"}}},
        },
    }
)
SCHEMA = Schema(tuple(attribute_of(n, e, d) for e in ("households", "persons") for n, d in FILE.declared(e).items()))
FORM = Form(FILE, SCHEMA, {"households": tuple(HOUSEHOLDS), "persons": ("household_id", "sex")})


def test_wanted_columns() -> None:
    """Attributes by column or name, ids, weights and sizes; nothing else."""
    names = ["household_id", "tenure", "NP", "W", "zone"]
    assert FORM.wanted("households", names) == ["household_id", "tenure", "NP", "W"]


def test_a_linked_table() -> None:
    """Codes, weights, links and sizes; persons weigh what their household does, orphans the average."""
    households, persons = linked(
        households={"W": [2.0, 4.0, 0.0], "NP": ["2", "one", "1"]}, persons={"household_id": [1, 1, 2, 8]}
    )
    given = GivenTable("mine", "table", None, {"households": households, "persons": persons})
    raw = open_table(given, [], flat_entity="persons", wanted=FORM.wanted)
    assert raw is not None
    problems: list[Problem] = []
    data = make_dataset(raw, FORM, problems=problems, notes=[])
    assert data is not None
    assert problems == []
    assert data.households["tenure"].tolist() == [0, 1, 0]
    assert data.household_weights.tolist() == [2, 4, 0]
    np.testing.assert_allclose(data.person_weights, [2, 2, 4, 8 / 3])
    np.testing.assert_array_equal(data.declared_sizes, [2, np.nan, 1])


def test_a_part_that_is_not_there() -> None:
    """Each attribute of the entity is a whole gap, and one gap says why."""
    raw = open_table(GivenTable("mine", "table", pa.table({"sex": ["f", "m"]}), {}), [], flat_entity="persons")
    assert raw is not None
    data = make_dataset(raw, FORM, problems=[], notes=[])
    assert data is not None
    assert (data.n_rows("households"), data.n_rows("persons"), data.declared_sizes) == (0, 2, None)
    assert [(g.attribute, g.whole_attribute) for g in data.gaps] == [("", False), ("tenure", True)]
