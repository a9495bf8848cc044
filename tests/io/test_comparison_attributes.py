"""Attributes as the reference bears them out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
from comparison_case import many

from censemble.dataset import Gap
from censemble.errors import Problem
from censemble.io.comparison_attributes import (
    binning_words,
    require_attributes,
    schema_of_reference,
    with_bins,
    without_empty,
)
from censemble.io.comparison_datasets import Form, make_dataset
from censemble.io.comparison_files import RawTable, open_table
from censemble.io.comparison_paths import GivenTable
from censemble.io.comparison_schema import SchemaFile, parse_schema
from censemble.schema import Schema

FILE = parse_schema(
    {
        "attributes": {
            "persons": {
                "age": {"column": "age", "kind": "numeric"},
                "sex": {"column": "sex", "categories": {"f": "f", "m": "m"}},
            },
            "households": {"tenure": {"column": "T", "categories": {"own": 1}}},
        }
    }
)


def opened(table: pa.Table) -> RawTable:
    raw = open_table(GivenTable("real", "reference", table, {}), [], flat_entity="persons")
    assert raw is not None
    return raw


def form_of(raw: RawTable, file: SchemaFile = FILE) -> tuple[Form, list[Problem], list[str]]:
    problems: list[Problem] = []
    notes: list[str] = []
    return Form(file, schema_of_reference(file, raw, notes, problems), raw.names), problems, notes


def test_only_entities_of_the_reference_have_attributes() -> None:
    """Declared attributes of others are noted; a schema without any is a problem."""
    form, problems, notes = form_of(opened(many()))
    assert [a.name for a in form.schema.attributes] == ["age", "sex"]
    assert (form.schema.roles.age, problems) == ("age", [])
    assert notes == ["Attributes of households are not compared: the reference has no households."]
    assert [p.code for p in form_of(opened(many()), SchemaFile())[1]] == ["nothing-to-compare"]


def test_numbers_get_bins_and_words() -> None:
    """Ages 0 to 79, all as often, in ten bins of eight years; categories are counted."""
    raw = opened(many())
    form, _, _ = form_of(raw)
    data = make_dataset(raw, form, problems=[], notes=[])
    assert data is not None
    data, form = with_bins(data, form)
    assert form.schema.find("persons", "age").bins == (-np.inf, *range(8, 80, 8), np.inf)
    assert data.schema is form.schema
    words = binning_words(FILE, form.schema)
    assert words["sex"] == "2 categories"
    assert words["age"].startswith("10 bins by quantiles of the reference, edges -inf, 8, 16")


def test_what_the_reference_lacks() -> None:
    """A declared attribute without values is a problem; one that was only told from the reference is left out."""
    raw = opened(many())
    form, _, _ = form_of(raw)
    data = make_dataset(raw, form, problems=[], notes=[])
    assert data is not None
    bare = replace(data, gaps=(Gap("persons", "age", "Column 'age' holds no value in any row.", True),))
    problems: list[Problem] = []
    require_attributes(bare, raw, problems)
    assert [p.code for p in problems] == ["no-reference"]
    notes: list[str] = []
    left, left_form = without_empty(bare, form, [], notes)
    assert [a.name for a in left.schema.attributes] == ["sex"]
    assert isinstance(left_form.schema, Schema)
    assert (left.gaps, left.schema.roles.age) == ((), "")
    assert "column 'age' is not compared" in notes[0]
