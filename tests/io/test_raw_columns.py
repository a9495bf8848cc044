"""Raw columns as numbers where that loses nothing."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.io.raw_columns import carried, raw_values, typed


@pytest.mark.parametrize(
    ("texts", "expected", "kind"),
    [
        (["1", "", "-20"], [1, None, -20], pa.int64()),
        (["1", "2.50", ".5"], [1.0, 2.5, 0.5], pa.float64()),
        (["01", "2"], ["01", "2"], pa.string()),
        (["+1"], ["+1"], pa.string()),
        (["N", "1"], ["N", "1"], pa.string()),
        (["", " "], [None, None], pa.string()),
        (["123456789012345678901"], [123456789012345678901.0], pa.float64()),
        (["nan", "1"], ["nan", "1"], pa.string()),
    ],
)
def test_text_columns_become_numbers_only_where_nothing_is_lost(
    texts: list[str], expected: list[object], kind: pa.DataType
) -> None:
    """Leading zeros, signs and words keep a column text; blanks become null."""
    found = typed(pa.chunked_array([texts]))
    assert found.to_pylist() == expected
    assert found.type == kind


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(-(10**17), 10**17), min_size=1))
def test_whole_numbers_survive(values: list[int]) -> None:
    """Whole numbers written as text come back exactly."""
    assert typed(pa.chunked_array([[str(v) for v in values]])).to_pylist() == values


def test_columns_without_rows_and_numbers_pass() -> None:
    """Columns that are numbers already, or empty, are left alone."""
    assert typed(pa.chunked_array([[1, 2]])).to_pylist() == [1, 2]
    assert typed(pa.chunked_array([], pa.string())).to_pylist() == []
    assert carried(pa.table({"a": ["1"], "b": ["x"]}), ["b", "a", "b"])["a"].to_pylist() == [1]


def test_conditions_see_numbers_or_texts() -> None:
    """A condition gets floats with NaN for blanks, or texts with "" for them."""
    np.testing.assert_array_equal(raw_values(pa.chunked_array([["1", ""]])), [1.0, np.nan])
    assert raw_values(pa.chunked_array([["01", ""]])).tolist() == ["01", ""]
    assert raw_values(pa.chunked_array([[True, False]])).tolist() == [1.0, 0.0]
