"""Tests of reading one table file and turning its columns into arrays."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.errors import Problem
from censemble.io.sources import numbers, read_table, texts


def _codes(problems: list[Problem]) -> list[str]:
    return [p.code for p in problems]


def test_leading_zeros_survive(tmp_path: Path) -> None:
    """A zone id 001 is still 001 after reading."""
    path = tmp_path / "zones.csv"
    path.write_text("zone,n\n001,5\n")
    table, source = read_table(path, role="zones", problems=[])
    assert table is not None
    assert source is not None
    assert texts(table, "zone").tolist() == ["001"]
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source.n_bytes == len(path.read_bytes())


def test_gzip_tsv_and_parquet_give_the_same_table(tmp_path: Path) -> None:
    """The format of a file does not change what is read."""
    (tmp_path / "a.csv").write_text("zone,n\nx,5\ny,6\n")
    (tmp_path / "a.tsv").write_text("zone\tn\nx\t5\ny\t6\n")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"zone,n\nx,5\ny,6\n"))
    pq.write_table(pa.table({"zone": ["x", "y"], "n": ["5", "6"]}), tmp_path / "a.parquet")
    for name in ["a.csv", "a.tsv", "a.csv.gz", "a.parquet"]:
        problems: list[Problem] = []
        table, _ = read_table(tmp_path / name, role="zones", problems=problems, columns=["n", "zone"])
        assert problems == []
        assert table is not None
        assert table.to_pydict() == {"n": ["5", "6"], "zone": ["x", "y"]}


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    """A mistyped file name is answered by the file that is there."""
    (tmp_path / "households.csv").write_text("a\n1\n")
    problems: list[Problem] = []
    assert read_table(tmp_path / "houshold.csv", role="seed sample", problems=problems) == (None, None)
    assert _codes(problems) == ["missing-file"]
    assert "'households.csv'" in problems[0].found


def test_damaged_files_are_problems_not_tracebacks(tmp_path: Path) -> None:
    """A cut gzip file and a false Parquet file are each one problem."""
    whole = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(200_000)))
    (tmp_path / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "plain.csv.gz").write_bytes(b"a,b\n1,2\n")
    (tmp_path / "false.parquet").write_bytes(b"not a parquet file")
    for name in ["cut.csv.gz", "plain.csv.gz", "false.parquet"]:
        problems: list[Problem] = []
        table, source = read_table(tmp_path / name, role="x", problems=problems)
        assert table is None
        assert source is not None
        assert _codes(problems) == ["unreadable"], name


def test_folder_in_place_of_a_file(tmp_path: Path) -> None:
    """A folder where a file should be is a problem."""
    problems: list[Problem] = []
    assert read_table(tmp_path, role="x", problems=problems) == (None, None)
    assert _codes(problems) == ["unreadable"]


def test_parquet_columns_are_checked(tmp_path: Path) -> None:
    """A column missing from a Parquet file is named with its nearest neighbour."""
    pq.write_table(pa.table({"zone": ["x"]}), tmp_path / "a.parquet")
    problems: list[Problem] = []
    table, _ = read_table(tmp_path / "a.parquet", role="x", problems=problems, columns=["Zone"])
    assert table is None
    assert "'zone'" in problems[0].found


def test_numbers_name_each_bad_cell() -> None:
    """What is not a number is named by row, five rows and then a count."""
    table = pa.table({"n": ["1", *["1,234"] * 7, "2"]})
    problems: list[Problem] = []
    values = numbers(table, "n", source="t.csv", problems=problems)
    assert values[[0, 8]].tolist() == [1.0, 2.0]
    assert np.isnan(values[1:8]).all()
    assert len(problems) == 6
    assert str(problems[0]) == "t.csv: row 3, column 'n': expected a number, found '1,234'. Correct the cell."
    assert problems[-1].found == "the same in 2 more"


def test_blanks_are_problems_only_where_a_number_is_required() -> None:
    """A blank is NaN, and reported when asked."""
    table = pa.table({"n": ["1", "", "N.A."]})
    for required, codes in [(False, []), (True, ["missing-value", "missing-value"])]:
        problems: list[Problem] = []
        values = numbers(table, "n", source="t", problems=problems, missing=["N.A."], required=required)
        assert np.isnan(values[1:]).all()
        assert _codes(problems) == codes


def test_row_labels_name_the_zone() -> None:
    """Where rows have names, messages use them."""
    problems: list[Problem] = []
    numbers(pa.table({"n": ["x"]}), "n", source="t", problems=problems, row_labels=["zone 101"])
    assert problems[0].where == "zone 101, column 'n'"


def test_typed_columns_are_taken_as_they_are() -> None:
    """Integers, floats with nulls and bools of a Parquet file become floats; whole floats read as ids without .0."""
    table = pa.table({"i": [1, 2], "f": [600.0, None], "b": [True, False]})
    for name, expected in {"i": [1.0, 2.0], "f": [600.0, np.nan], "b": [1.0, 0.0]}.items():
        np.testing.assert_array_equal(numbers(table, name, source="t", problems=[]), expected)
    assert texts(table, "f").tolist() == ["600", ""]
    assert texts(table, "i").tolist() == ["1", "2"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(allow_nan=False, width=64), max_size=20))
def test_numbers_survive_the_round_trip(values: list[float]) -> None:
    """Text of a float reads back as the same float, on the fast path and on the slow one."""
    written = [repr(v) for v in values]
    for cells in (written, [f" {w} " for w in written]):
        problems: list[Problem] = []
        read = numbers(pa.table({"n": pa.array(cells, pa.string())}), "n", source="t", problems=problems)
        assert problems == []
        np.testing.assert_array_equal(read, values)
