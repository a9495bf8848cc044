"""What a table file looks like."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from small_project import write_files

from censemble.io.file_facts import FileFacts, look_at, shares_values


def facts(**columns: list[object]) -> FileFacts:
    return FileFacts(Path("f.csv"), "f.csv", pa.table(columns))


def test_ids_weights_and_sizes_by_name_and_value() -> None:
    """A name alone is not enough: an id is unique and a weight is never negative."""
    good = facts(SERIALNO=["a", "b"], n=[1, 2], WGTP=[3, 4], NP=[1, 1])
    assert (good.id, good.weight, good.size) == ("SERIALNO", "WGTP", "NP")
    bad = facts(SERIALNO=["a", "a"], WGTP=[-3, 4])
    assert (bad.id, bad.weight, bad.size) == ("WGTP", "", "")


def test_distinct_values_sort_as_numbers() -> None:
    """Codes come in the order of numbers, texts after them."""
    assert facts(c=["10", "9", "N", "9"]).distinct("c") == ["9", "10", "N"]


def test_shared_values() -> None:
    """Nine of ten values among the ids are enough to call a column a key."""
    assert shares_values(["a", "b"], facts(c=["a", "b", "a"]), "c")
    assert not shares_values(["a"], facts(c=["a", "b"]), "c")


def test_folders_and_unreadable_files(tmp_path: Path) -> None:
    """The tables of a folder are read, other files passed by, and faulty ones told."""
    write_files(tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "empty.csv").write_text("")
    found, problems = look_at([tmp_path])
    assert [f.name for f in found] == ["agesex.csv", "crosswalk.csv", "households.csv", "persons.csv", "zones.csv"]
    assert len(problems) == 1
