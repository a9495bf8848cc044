"""Columns of any table, read by a declaration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from censemble.io.column_codes import encoded, read_column
from censemble.io.project_model import AttributeDeclaration

TENURE = AttributeDeclaration(column="TEN", categories={"owned": [1, 2], "rented": 3}, missing=(0,))
CARS = AttributeDeclaration(column="cars", kind="ordinal", categories={"0": 0, "1": 1, "2": 2})
WORDS = AttributeDeclaration(column="code", categories={"01": "01", "1": "1"})
AGE = AttributeDeclaration(column="AGE", kind="numeric", missing=(-1, "N"))


def column(*values: Any, type: pa.DataType | None = None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, type)])


def test_raw_codes_and_labels_are_both_understood() -> None:
    """The reading that leaves fewer cells undeclared is taken, whatever was preferred."""
    raw = read_column(column(1, 3, 0, None), TENURE, prefer="labels")
    assert (raw.reading, raw.values.tolist(), raw.n_missing) == ("codes", [0, 1, -1, -1], 2)
    labels = read_column(column("owned", "rented", ""), TENURE, prefer="codes")
    assert (labels.reading, labels.values.tolist()) == ("labels", [0, 1, -1])


def test_codes_that_read_as_other_labels_stay_codes() -> None:
    """Where both readings leave nothing over, the preferred one is taken."""
    swapped = AttributeDeclaration(column="x", categories={"1": 2, "2": 1})
    assert read_column(column(1, 2), swapped, prefer="codes").values.tolist() == [1, 0]
    assert read_column(column(1, 2), swapped, prefer="labels").values.tolist() == [0, 1]


@pytest.mark.parametrize(
    "values",
    [
        column(0, 1, 2),
        column(0.0, 1.0, 2.0),
        column("0", "1", "2"),
        column("0.0", "1.0", "2.0"),
        column("0", "1", "2").dictionary_encode(),
        column(0, 1, 2, type=pa.int8()),
    ],
    ids=str,
)
def test_the_same_number_is_the_same_label(values: pa.ChunkedArray) -> None:
    """1, 1.0 and '1' are one label of an attribute that was whole numbers."""
    assert read_column(values, CARS, prefer="labels").values.tolist() == [0, 1, 2]


def test_texts_keep_their_zeros() -> None:
    """'01' is not 1 where the reference holds texts."""
    assert read_column(column("01", "1", "001"), WORDS, prefer="codes").values.tolist() == [0, 1, -2]
    only = AttributeDeclaration(column="code", categories={"01": "01"})
    assert read_column(column(1, 1), only, prefer="labels").values.tolist() == [-2, -2]


def test_undeclared_values_are_counted_and_the_top_three_shown() -> None:
    """The most frequent come first, equal ones by name."""
    read = read_column(column("a", "b", "b", "c", "d", "d", "owned"), TENURE, prefer="labels")
    assert (read.n_undeclared, read.n_known) == (6, 1)
    assert read.shown == (("b", 2), ("d", 2), ("a", 1))


def test_numbers_with_texts_and_infinities() -> None:
    """What is no finite number is infinite: neither missing nor to be reckoned with; missing codes are NaN."""
    read = read_column(column("34", " 5.5 ", "old", "inf", "", "-1", "N"), AGE, prefer="codes")
    np.testing.assert_array_equal(read.values, [34, 5.5, np.inf, np.inf, np.nan, np.nan, np.nan])
    assert (read.n_missing, read.n_undeclared, read.n_infinite) == (3, 2, 1)
    assert read.shown == (("old", 1),)
    plain = read_column(column(1.0, -np.inf, None, np.nan), AGE, prefer="codes")
    assert (plain.n_missing, plain.n_undeclared, plain.n_infinite) == (2, 1, 1)


def test_infinities_of_a_categorical_column_are_counted() -> None:
    """They are no category and are named apart."""
    read = read_column(column(1.0, np.inf, -np.inf), TENURE, prefer="codes")
    assert (read.n_undeclared, read.n_infinite) == (2, 2)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (column(True, False), ["True", "False", ""]),
        (column(None, type=pa.string()), [""]),
        (pa.chunked_array([], pa.string()), [""]),
        (pa.chunked_array([["a"], ["b"]]).dictionary_encode(), ["a", "b", ""]),
    ],
)
def test_every_column_has_distinct_texts(values: pa.ChunkedArray, texts: list[str]) -> None:
    """Bools, empty columns and dictionaries in chunks are all split into texts and rows."""
    found, index = encoded(values)
    assert found == texts
    assert len(index) == len(values)


def test_bools_are_numbers_too() -> None:
    """A bool column serves a numeric attribute as 0 and 1."""
    assert read_column(column(True, False), AGE, prefer="codes").values.tolist() == [1, 0]
