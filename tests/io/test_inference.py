"""What a reference tells of its columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from censemble.io.comparison_files import RawTable, open_table
from censemble.io.comparison_paths import GivenTable
from censemble.io.comparison_schema import SchemaFile, parse_schema
from censemble.io.inference import declare, infer_schema
from censemble.io.project_model import AttributeDeclaration


def raw(*tables: Any) -> RawTable:
    """Open one flat table, or households and persons."""
    linked = {"households": tables[0], "persons": tables[-1]}
    given = GivenTable("real", "reference", tables[0], {} if len(tables) == 1 else linked)  # type: ignore[arg-type]
    found = open_table(given, [], flat_entity="persons")
    assert found is not None
    return found


def inferred(*tables: Any, file: SchemaFile | None = None) -> tuple[SchemaFile, str]:
    notes: list[str] = []
    found = infer_schema(raw(*tables), file or SchemaFile(), notes, has_file=file is not None)
    return found, "\n".join(notes)


def declared(values: Any, weights: Any = None) -> AttributeDeclaration | str:
    column = pa.chunked_array([pa.array(values)])
    return declare(column, "x", np.ones(len(column)) if weights is None else np.array(weights))


def test_texts_are_categories_by_weighted_frequency() -> None:
    """The category of most weight comes first; equal ones by name; blanks are no category."""
    found = declared(["b", "a", "c", "c", "", None], [1, 1, 0.2, 0.2, 9, 9])
    assert isinstance(found, AttributeDeclaration)
    assert (found.kind, list(found.categories)) == ("categorical", ["a", "b", "c"])


@pytest.mark.parametrize("values", [[10, 2, 10], [10.0, 2.0, None], [10.0, 2.0, float("inf")]])
def test_few_numbers_are_ordinal(values: list[float]) -> None:
    """In their order as numbers; missing and infinite values are no category."""
    found = declared(values)
    assert isinstance(found, AttributeDeclaration)
    assert (found.kind, list(found.categories)) == ("ordinal", ["2", "10"])


def test_the_limit_between_ordinal_and_numeric() -> None:
    """Twenty different numbers are ordinal, twenty-one are numeric."""
    kinds = [declared([i % n for i in range(100)]) for n in (20, 21)]
    assert [k.kind for k in kinds if isinstance(k, AttributeDeclaration)] == ["ordinal", "numeric"]


def test_what_is_no_attribute_says_why() -> None:
    """Ids, free text, lists and empty columns are refused; measured numbers may differ in every row."""
    assert "as an id" in str(declared(list(range(100, 130))))
    assert "as an id" in str(declared([f"p{i}" for i in range(30)]))
    assert "201 different texts" in str(declared([f"t{i % 201}" for i in range(500)]))
    assert declared([[1], [2]]) == "holds lists"
    assert declared([None, None]) == "holds no value"
    assert declared([float("inf")] * 2) == "holds no finite number"
    measured = declared([i + 0.5 for i in range(30)])
    assert isinstance(measured, AttributeDeclaration)
    assert measured.kind == "numeric"


def test_bools_understand_each_others_spelling() -> None:
    """A bool column, True and 1 are the same category."""
    found = declared([True, False, True])
    assert isinstance(found, AttributeDeclaration)
    assert found.categories["True"] == ("true", "True", "TRUE", 1)


def test_dictionaries_of_numbers_are_categories() -> None:
    """Whoever stores categories means categories, even of numbers."""
    found = declare(pa.chunked_array([pa.array([7, 7, 3]).dictionary_encode()]), "x", np.ones(3))
    assert isinstance(found, AttributeDeclaration)
    assert (found.kind, list(found.categories), found.categories["7"]) == ("categorical", ["7", "3"], (7,))


def test_names_that_are_known() -> None:
    """Ids of our own outputs are no attributes, `weight` is the weight, replicate weights are left out."""
    table = {"person_id": [1, 2], "household_id": [1, 1], "weight": [2.0, 3.0], "PWGTP1": [1, 2], "sex": ["f", "m"]}
    found, notes = inferred(pa.table(table))
    assert list(found.declared("persons")) == ["sex"]
    assert found.weight_of("persons") == "weight"
    assert "'PWGTP1': looks like a design weight" in notes


def test_a_weight_must_hold_weights() -> None:
    """A column of that name with negative or missing values is not taken."""
    found, _ = inferred(pa.table({"weight": [-1.0, 3.0], "sex": ["f", "m"]}))
    assert found.weight_of("persons") == ""


def test_a_schema_file_decides_on_weights() -> None:
    """What a file does not declare is not used, but a column that looks like it is no attribute either."""
    found, _ = inferred(pa.table({"weight": [1.0, 3.0], "sex": ["f", "m"]}), file=parse_schema({}))
    assert (found.weight_of("persons"), list(found.declared("persons"))) == ("", ["sex"])


def test_keys_and_sizes_of_linked_tables() -> None:
    """The shared id column links; a whole column of sizes is the declared size and an attribute too."""
    households = pa.table({"SERIALNO": ["a", "b"], "NP": [1, 2], "tenure": ["own", "own"]})
    persons = pa.table({"SERIALNO": ["a", "b", "b"], "sex": ["f", "m", "f"]})
    found, notes = inferred(households, persons)
    assert (found.keys.household, found.size) == ("SERIALNO", "NP")
    assert list(found.declared("households")) == ["NP", "tenure"]
    assert list(found.declared("persons")) == ["sex"]
    assert "linked by 'SERIALNO'" in notes


def test_ignored_columns_and_declared_attributes(tmp_path: Any) -> None:
    """What a file ignores is no attribute; where it declares attributes none is told from the reference."""
    table = pa.table({"a": ["x", "y"], "b": ["x", "x"]})
    assert list(inferred(table, file=parse_schema({"ignore": ["a"]}))[0].declared("persons")) == ["b"]
    content = {"attributes": {"persons": {"letter": {"column": "a", "categories": {"x": "x"}}}}}
    assert list(inferred(table, file=parse_schema(content))[0].declared("persons")) == ["letter"]


def test_untyped_numbers_with_a_text_between(tmp_path: Any) -> None:
    """In a CSV file 'N' beside many numbers means no value; codes with leading zeros stay codes."""
    rows = "\n".join(f"{i * 7},{i % 30:03d}" for i in range(300))
    (tmp_path / "real.csv").write_text(f"income,industry\nN,N\n{rows}\n")
    found, notes = inferred(tmp_path / "real.csv")
    assert found.declared("persons")["income"].kind == "numeric"
    assert found.declared("persons")["income"].missing == ("N",)
    assert found.declared("persons")["industry"].kind == "categorical"
    assert "'N' there means no value" in notes
