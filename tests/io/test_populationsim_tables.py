"""Tests of columns as pandas would read them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from censemble.io.populationsim_tables import carried_column, pool_column, read_ids


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["007", "8"], ["7", "8"]),
        (["600.0", "NA", "700"], ["600", "", "700"]),
        (["1.5", "2"], ["1.5", "2"]),
        (["2019HU01", "007"], ["2019HU01", "007"]),
        (["47093000100123456", " 1 "], ["47093000100123456", "1"]),
    ],
)
def test_ids_are_numbers_where_all_are(cells: list[str], expected: list[str]) -> None:
    """Leading zeros and .0 fall only where the whole column is whole numbers."""
    assert read_ids(pa.table({"id": cells}), "id").tolist() == expected


def test_pool_columns_have_the_kind_that_expressions_need() -> None:
    """Numbers with gaps, truth, and text."""
    table = pa.table({"n": ["1", "NA", ""], "b": ["True", "False", "True"], "t": ["N", "8255", "NA"]})
    np.testing.assert_array_equal(pool_column(table, "n"), [1.0, np.nan, np.nan])
    assert pool_column(table, "b").tolist() == [True, False, True]
    assert pool_column(table, "t").tolist() == ["N", "8255", ""]


def test_carried_columns_keep_whole_numbers_whole() -> None:
    """Integers with gaps stay integers with nulls; text is untouched."""
    table = pa.table({"n": ["1", "", "3"], "x": ["1.5", "2", "NA"], "t": ["a", "NA", ""]})
    assert carried_column(table, "n").to_pylist() == [1, None, 3]
    assert carried_column(table, "x").to_pylist() == [1.5, 2.0, None]
    assert carried_column(table, "t").to_pylist() == ["a", "NA", ""]
    assert carried_column(pa.table({"d": [1, 2]}), "d").to_pylist() == [1, 2]
