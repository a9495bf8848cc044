"""Opening the tables of a comparison."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from censemble.errors import Problem
from censemble.io.comparison_files import open_table, read_dependence
from censemble.io.comparison_paths import GivenTable, given_of, table_path


def given(part: Any) -> GivenTable:
    return GivenTable("mine", "table", part, {})


def codes_of(part: Any, **options: Any) -> list[str]:
    problems: list[Problem] = []
    assert open_table(given(part), problems, flat_entity="persons", **options) is None
    return [p.code for p in problems]


def test_only_wanted_columns_are_read(tmp_path: Path) -> None:
    """All names are known, the wanted columns are there; one at least, to count the rows."""
    pq.write_table(pa.table({"a": [1], "b": [2], "c": [3]}), tmp_path / "t.parquet")
    for part in (tmp_path / "t.parquet", pd.DataFrame({"a": [1], "b": [2], "c": [3]})):
        raw = open_table(given(part), [], flat_entity="persons", wanted=lambda _, names: ["b", "x"])
        assert raw is not None
        assert (raw.names["persons"], raw.tables["persons"].column_names) == (("a", "b", "c"), ["b"])
        none = open_table(given(part), [], flat_entity="households", wanted=lambda _, names: [])
        assert none is not None
        assert none.tables["households"].num_rows == 1


def test_tables_without_rows_are_refused(tmp_path: Path) -> None:
    """Zero rows in Parquet, in CSV, and in a frame."""
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_text("a\n")
    parts = (tmp_path / "t.parquet", tmp_path / "t.csv", pl.DataFrame({"a": []}), pd.DataFrame({"a": []}))
    for part in parts:
        assert codes_of(part) == ["empty-file"]


def test_columns_that_come_twice_are_refused(tmp_path: Path) -> None:
    """Which of the two is meant nobody knows: in files and in frames."""
    (tmp_path / "t.csv").write_text("a,a\n1,2\n")
    arrow = pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"])
    pq.write_table(arrow, tmp_path / "t.parquet")
    for part in (tmp_path / "t.csv", tmp_path / "t.parquet", pd.DataFrame([[1, 2]], columns=["a", "a"]), arrow):
        assert codes_of(part) == ["duplicate-column"]


DAMAGED = [("t.parquet", "unreadable"), ("t.csv.gz", "unreadable"), ("t.csv", "encoding")]


@pytest.mark.parametrize(("name", "code"), DAMAGED)
def test_damaged_files_are_named(tmp_path: Path, name: str, code: str) -> None:
    """What is not what its ending says is one problem of that file."""
    (tmp_path / name).write_bytes(b"\x00\x01PAR1 nothing of the kind")
    assert codes_of(tmp_path / name) == [code]


def test_mixed_columns_of_pandas_are_texts() -> None:
    """A column that holds numbers and texts is read as texts, blanks as blanks, the others as they are."""
    frame = pd.DataFrame({"a": [1, "old", None, 2.5], "b": [1, 2, 3, 4]})
    raw = open_table(given(frame), [], flat_entity="persons")
    assert raw is not None
    assert raw.tables["persons"].to_pydict() == {"a": ["1", "old", None, "2.5"], "b": [1, 2, 3, 4]}


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pd.cut(pd.Series([1.0, 5.0]), [0, 2, 9]), ["(0, 2]", "(2, 9]"]),
        (pd.period_range("2020", periods=2, freq="Y"), ["2020", "2021"]),
        ([b"f", b"\xff"], ["f", "\ufffd"]),
        ([1j, None], ["1j", None]),
    ],
    ids=["bands", "years", "bytes", "complex"],
)
def test_odd_types_are_texts(tmp_path: Path, column: Any, texts: list[str]) -> None:
    """Bands that pandas cuts, years, bytes: each is read as what it prints as."""
    raw = open_table(given(pd.DataFrame({"n": [1, 2], "x": column})), [], flat_entity="persons")
    assert raw is not None
    assert raw.tables["persons"]["x"].to_pylist() == texts


def test_bytes_in_files_are_texts(tmp_path: Path) -> None:
    """Some programs store texts of Parquet files as bytes."""
    pq.write_table(pa.table({"x": [b"f", None]}), tmp_path / "t.parquet")
    raw = open_table(given(tmp_path / "t.parquet"), [], flat_entity="persons")
    assert raw is not None
    assert raw.tables["persons"]["x"].to_pylist() == ["f", None]


def test_missing_files_and_things_that_are_no_frames(tmp_path: Path) -> None:
    """A file that is not there, a folder that is a file, and a list are refused."""
    assert codes_of(tmp_path / "none.csv") == ["missing-file"]
    assert codes_of([1, 2]) == ["not-a-frame"]


def run_folder(folder: Path, **manifest: Any) -> GivenTable:
    """Write what is left of a run."""
    for name in ("households", "persons"):
        pq.write_table(pa.table({"household_id": [1]}), folder / f"{name}.parquet")
    outputs = [{"path": f"{name}.parquet"} for name in ("households", "persons")]
    (folder / "manifest.json").write_text(json.dumps({"outputs": outputs, **manifest}))
    return given_of(table_path(str(folder), name="run"), role="table")


def test_dependence_is_read_from_a_run(tmp_path: Path) -> None:
    """Pairs in sorted order; pairs of attributes that are not compared are left out."""
    run = run_folder(tmp_path, dependence=[["sex", "age", "constrained"], ["age", "zone", "learnt"]])
    assert read_dependence(run, [], known=frozenset({"age", "sex"})) == {("age", "sex"): "constrained"}


@pytest.mark.parametrize("content", [[["age", "sex", "guessed"]], "none", [["age"]]])
def test_dependence_of_another_shape_is_a_note(tmp_path: Path, content: Any) -> None:
    """Nothing is assumed from what cannot be understood."""
    notes: list[str] = []
    assert read_dependence(run_folder(tmp_path, dependence=content), notes, known=frozenset({"age", "sex"})) == {}
    assert "'dependence'" in notes[0]


def test_files_beside_a_foreign_manifest_have_no_dependence(tmp_path: Path) -> None:
    """A manifest speaks of the files that it lists, and only if it is one."""
    run_folder(tmp_path, dependence=[["age", "sex", "learnt"]])
    pq.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet")
    known = frozenset({"age", "sex"})
    assert read_dependence(given(tmp_path / "other.parquet"), [], known=known) == {}
    (tmp_path / "manifest.json").write_text("[]")
    assert read_dependence(given(tmp_path / "persons.parquet"), [], known=known) == {}
    assert read_dependence(given(pa.table({"a": [1]})), [], known=known) == {}
