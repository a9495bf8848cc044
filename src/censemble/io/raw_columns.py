"""Raw columns of the seed sample that stay raw: carried to the output, or named by a condition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_WHOLE = r"^-?(0|[1-9]\d{0,17})$"
_DECIMAL = r"^-?(0|[1-9]\d*)?(\.\d+)?([eE][-+]?\d+)?$"


def carried(table: pa.Table, columns: Sequence[str]) -> dict[str, pa.Array]:
    """Take columns as they are, numbers as numbers.

    Examples
    --------
    >>> carried(pa.table({"HFL": ["3", "1"], "NP": ["2", "2"]}), ["HFL"])["HFL"].to_pylist()
    [3, 1]
    """
    return {column: typed(table[column]) for column in dict.fromkeys(columns)}


def raw_values(column: pa.ChunkedArray) -> NDArray[Any]:
    """Read a column as a condition sees it: numbers where every value is one or blank, else texts.

    Examples
    --------
    >>> raw_values(pa.chunked_array([["1", "", "2.5"]])).tolist()
    [1.0, nan, 2.5]
    """
    values = typed(column)
    if pa.types.is_string(values.type):
        return np.asarray(pc.fill_null(values, "").to_numpy(zero_copy_only=False), dtype=object)
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.float64())
    return np.asarray(pc.fill_null(values.cast(pa.float64()), np.nan).to_numpy(zero_copy_only=False))


def typed(column: pa.ChunkedArray) -> pa.Array:
    """Read a text column as whole or decimal numbers where that loses nothing; blanks become null.

    A column with a leading zero (``01``) or a plus stays text, whatever its other values are.

    Examples
    --------
    >>> typed(pa.chunked_array([["1", "", "20"]])).to_pylist()
    [1, None, 20]
    >>> typed(pa.chunked_array([["01", "20"]])).to_pylist()
    ['01', '20']
    """
    values = column.combine_chunks()
    if isinstance(values, pa.ChunkedArray):  # no rows
        values = pa.array([], column.type)
    if not pa.types.is_string(values.type):
        return values
    stripped = pc.utf8_trim_whitespace(values)
    blank = pc.equal(stripped, "")
    stripped = pc.if_else(blank, pa.scalar(None, pa.string()), stripped)
    if stripped.null_count == len(stripped):
        return stripped
    for pattern, kind in ((_WHOLE, pa.int64()), (_DECIMAL, pa.float64())):
        if pc.all(pc.match_substring_regex(stripped, pattern)).as_py():
            try:
                return stripped.cast(kind)
            except pa.ArrowInvalid:
                continue
    return stripped
