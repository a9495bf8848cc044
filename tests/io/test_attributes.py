"""Raw columns to codes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from small_project import PROJECT

from censemble.errors import Problem
from censemble.io.attributes import code_attribute, code_of, missing_note, schema_of, visible_attributes
from censemble.io.project import parse_project
from censemble.io.project_model import AttributeDeclaration


def declared(**fields: object) -> AttributeDeclaration:
    return AttributeDeclaration.model_validate({"column": "C", **fields})


def code(values: pa.Array, declaration: AttributeDeclaration) -> tuple[list[float], list[Problem]]:
    problems: list[Problem] = []
    table = pa.table({"C": values})
    return code_attribute(table, "a", declaration, source="h.csv", problems=problems).tolist(), problems


@pytest.mark.parametrize(
    ("text", "categories", "expected"),
    [
        ("1", {"a": 1}, 0),
        ("01", {"a": 1}, 0),
        ("1.0", {"a": 1}, 0),
        ("01", {"a": "01"}, 0),
        ("1", {"a": "01"}, -2),
        ("1", {"a": "1"}, 0),
        ("1.0", {"a": "1"}, -2),
        ("01", {"a": 1, "b": "01"}, 1),
        ("4", {"a": ">=4", "b": 4}, 1),
        ("7", {"a": "1..3", "b": ">=4"}, 1),
        (">=4", {"a": ">=4"}, 0),
        ("N", {"a": "N"}, 0),
        ("", {"a": 1}, -1),
        ("9", {"a": 1}, -2),
    ],
)
def test_how_a_code_meets_a_text(text: str, categories: dict[str, object], expected: int) -> None:
    """Exact text first, then unquoted numbers, then ranges; -1 is missing, -2 unknown."""
    assert code_of(text, declared(categories=categories)) == expected


def test_text_and_number_columns_give_the_same_codes() -> None:
    """CSV texts, integers, and floats beside blanks are coded alike."""
    declaration = declared(categories={"one": 1, "more": ">=2"}, missing=[0])
    columns = [pa.array(["1", "3", "0", ""]), pa.array([1, 3, 0, None]), pa.array([1.0, 3.0, 0.0, None])]
    assert {tuple(code(column, declaration)[0]) for column in columns} == {(0, 1, -1, -1)}


def test_unknown_codes_are_one_problem_with_counts() -> None:
    """The most frequent unknown codes are named with their numbers of rows, and the action says what to do."""
    found, problems = code(pa.array(["1", "8", "9", "9"]), declared(categories={"a": 1}))
    assert found == [0, -1, -1, -1]
    assert [p.code for p in problems] == ["unknown-code"]
    assert problems[0].found == "'9' in 2 rows; '8' in 1 row"
    assert "missing codes" in problems[0].action


def test_numeric_with_missing_codes() -> None:
    """Declared codes and blanks become NaN; text that is no number is a problem."""
    found, problems = code(pa.array(["5", "-60000", "", "x"]), declared(kind="numeric", missing=[-60000]))
    np.testing.assert_array_equal(found, [5, np.nan, np.nan, np.nan])
    assert [p.code for p in problems] == ["not-a-number"]


def test_text_code_of_a_numeric_attribute_may_mean_missing() -> None:
    """A code such as 'N' in a numeric column can be declared as missing."""
    found, problems = code(pa.array(["5", "N"]), declared(kind="numeric", missing=["N"]))
    np.testing.assert_array_equal(found, [5, np.nan])
    assert problems == []


def test_schema_and_visible_attributes() -> None:
    """Tables of persons see household attributes too, tables of households only their own."""
    schema = schema_of(parse_project(PROJECT))
    assert list(visible_attributes(schema, "households")) == ["tenure", "size", "income"]
    assert list(visible_attributes(schema, "persons")) == ["tenure", "size", "income", "sex", "age"]


def test_note_on_missing_values() -> None:
    """Blanks are told with their number; no blanks, no note."""
    assert missing_note(np.array([1.0, np.nan]), "income", entity="households")[0].startswith("1 of 2 households")
    assert missing_note(np.array([0, 1]), "tenure", entity="households") == []
