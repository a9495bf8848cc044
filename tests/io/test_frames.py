"""Frames that stand for files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from censemble.errors import Problem
from censemble.io.frames import TableStore, to_arrow, unused_frames

COLUMNS = {"zone": ["001", "002", None], "n": [5, 6, 7], "kind": ["a", "b", "a"]}
PLAIN = {"zone": pa.string(), "n": pa.int64(), "kind": pa.string()}


def frames() -> list[object]:
    pandas_frame = pd.DataFrame(COLUMNS, index=[7, 8, 9])
    return [
        pandas_frame,
        pandas_frame.astype({"kind": "category"}),
        pl.DataFrame(COLUMNS),
        pl.DataFrame(COLUMNS).with_columns(pl.col("kind").cast(pl.Categorical)),
        pa.table(COLUMNS),
        pa.table(COLUMNS).cast(pa.schema([("zone", pa.large_string()), ("n", pa.int64()), ("kind", pa.string_view())])),
    ]


@pytest.mark.parametrize("frame", frames(), ids=lambda f: f"{type(f).__module__}")
def test_every_kind_of_frame_is_the_same_table(frame: object) -> None:
    """pandas, polars and pyarrow, categories and indices or not, become one plain table."""
    table = to_arrow(frame)
    assert table.to_pydict() == COLUMNS
    assert dict(zip(table.column_names, table.schema.types, strict=True)) == PLAIN


def test_the_hash_of_a_frame_is_that_of_its_values() -> None:
    """Whoever holds the values, the recorded hash is the same; other values give another."""

    def sha256(frame: object) -> str:
        store = TableStore(Path(), {"zones.csv": frame}, [])
        store.read("zones.csv", role="crosswalk")
        return store.files[0].sha256

    assert len({sha256(frame) for frame in frames()}) == 1
    assert sha256(pa.table({"zone": ["003"]})) != sha256(frames()[0])


def test_frames_with_lists_have_a_hash() -> None:
    """A column of lists, which no reader uses, is no reason to fail."""
    store = TableStore(Path(), {"zones.csv": pa.table({"zone": ["001"], "parts": [[1, 2]]})}, [])
    assert store.read("zones.csv", role="crosswalk") is not None


def test_files_and_frames_are_read_once(tmp_path: Path) -> None:
    """A table that two margins name is read and listed once; a frame goes before a file of its name."""
    (tmp_path / "a.csv").write_text("zone,n\n001,5\n")
    (tmp_path / "b.csv").write_text("zone\n9\n")
    problems: list[Problem] = []
    store = TableStore(tmp_path, {"b.csv": pa.table({"zone": ["x"]})}, problems)
    assert store.read("a.csv", role="table") is store.read("a.csv", role="table")
    table = store.read("b.csv", role="table")
    assert table is not None
    assert table.to_pydict() == {"zone": ["x"]}
    assert [f.path for f in store.files] == [str(tmp_path / "a.csv"), "b.csv"]
    assert problems == []


def test_columns_that_are_missing_and_frames_that_are_none() -> None:
    """A frame without a wanted column, or something that is no frame, is a problem of that name."""
    problems: list[Problem] = []
    store = TableStore(Path(), {"a.csv": pa.table({"zone": ["x"]}), "b.csv": [1, 2]}, problems)
    assert store.read("a.csv", role="table", columns=["zon"]) is None
    assert store.read("b.csv", role="table") is None
    assert [(p.source, p.code) for p in problems] == [("a.csv", "missing-column"), ("b.csv", "not-a-frame")]


def test_frames_that_stand_for_nothing() -> None:
    """A frame under a misspelt name is a problem that asks for the near one."""
    (problem,) = unused_frames({"zone.csv": None}, ["zones.csv"])
    assert problem.code == "unused-frame"
    assert "Did you mean 'zones.csv'?" in problem.action
