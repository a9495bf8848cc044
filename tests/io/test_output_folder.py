"""The output folder: all files or none, and a fault named with its file."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from censemble.errors import OutputError
from censemble.io.output_folder import PARTIAL, open_output, remove_file, require_writable, write_text

TABLE = pa.table({"a": [1, 2]})


def test_all_files_appear_at_the_end(tmp_path: Path) -> None:
    """Before the end there is only the hidden folder; afterwards the files, their hashes, and nothing hidden."""
    out = tmp_path / "a" / "out"
    with open_output(out) as folder:
        folder.records("t", TABLE, ("parquet", "csv"))
        folder.json("f.json", {"b": 1, "a": "é"})
        assert [p.name for p in out.iterdir()] == [PARTIAL]
        hashes = folder.hashes()
        folder.json("manifest.json", {"outputs": hashes})
    assert sorted(p.name for p in out.iterdir()) == ["f.json", "manifest.json", "t.csv", "t.parquet"]
    assert [h["path"] for h in hashes] == ["f.json", "t.csv", "t.parquet"]
    assert (out / "f.json").read_text(encoding="utf-8") == '{\n  "b": 1,\n  "a": "é"\n}\n'


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    """The body fails: an earlier run is untouched, and a new folder with its parents is gone."""

    def fail(out: Path) -> None:
        with open_output(out) as folder:
            folder.text("f.txt", "new")
            raise KeyError("body")

    (tmp_path / "f.txt").write_text("old")
    for out in (tmp_path, tmp_path / "a" / "b"):
        with pytest.raises(KeyError):
            fail(out)
    assert [p.name for p in tmp_path.iterdir()] == ["f.txt"]
    assert (tmp_path / "f.txt").read_text() == "old"


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    """A hidden folder of an earlier process is no obstacle, and nothing of it is published."""
    (tmp_path / PARTIAL).mkdir()
    (tmp_path / PARTIAL / "half.parquet").write_bytes(b"PAR1")
    with open_output(tmp_path) as folder:
        folder.text("f.txt", "x")
    assert [p.name for p in tmp_path.iterdir()] == ["f.txt"]


def test_the_old_manifest_goes_before_any_file_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At each single move there is either no manifest, or the old state as a whole."""
    (tmp_path / "manifest.json").write_text("old")
    (tmp_path / "a.txt").write_text("old")
    seen = []
    replace = Path.replace

    def watched(path: Path, target: Path) -> Path:
        seen.append((target.name, (tmp_path / "manifest.json").exists()))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", watched)
    with open_output(tmp_path) as folder:
        folder.text("manifest.json", "new")
        folder.text("a.txt", "new")
    assert seen == [("a.txt", False), ("manifest.json", False)]


def test_outdated_files_of_an_earlier_run_go(tmp_path: Path) -> None:
    """A table of the last run that this one does not write is removed, unless changed or not ours."""
    with open_output(tmp_path) as folder:
        for name in ("a.csv", "b.csv", "c.csv"):
            folder.text(name, "old")
        folder.json("manifest.json", {"outputs": folder.hashes()})
    (tmp_path / "b.csv").write_text("edited")
    (tmp_path / "mine.csv").write_text("old")
    with open_output(tmp_path) as folder:
        folder.text("c.csv", "new")
        folder.json("manifest.json", {"outputs": folder.hashes()})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.csv", "c.csv", "manifest.json", "mine.csv"]


@pytest.mark.parametrize("name", ["t.parquet", "f.txt"])
def test_a_full_disk_names_the_file(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which file could not be written, why, and what to do."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.write_table", full)
    monkeypatch.setattr(Path, "write_bytes", full)

    def write() -> None:
        with open_output(tmp_path / "out") as folder:
            folder.table("t", TABLE) if name == "t.parquet" else folder.text("f.txt", "x")

    with pytest.raises(OutputError) as caught:
        write()
    expected = f"{tmp_path / 'out' / name}: cannot be written (No space left on device). Nothing half-written was left."
    assert str(caught.value).startswith(expected)
    assert caught.value.exit_status == 5
    assert not (tmp_path / "out").exists()


def test_json_never_holds_nan(tmp_path: Path) -> None:
    """NaN is refused rather than written: it is no JSON."""

    def write() -> None:
        with open_output(tmp_path / "out") as folder:
            folder.json("f.json", {"a": float("nan")})

    with pytest.raises(ValueError, match="JSON compliant"):
        write()


def test_a_place_is_tried_without_a_trace(tmp_path: Path) -> None:
    """A writable place stays as it was; one below a file is an error, with the reason."""
    require_writable(tmp_path / "a" / "b")
    assert not list(tmp_path.iterdir())
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "a"):
        with pytest.raises(OutputError, match="cannot be written"):
            require_writable(place)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_one_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A move that fails leaves the old file and no temporary one; a folder that is not there is named."""
    path = tmp_path / "f.json"
    write_text(path, json.dumps("é", ensure_ascii=False))
    assert path.read_bytes() == '"é"'.encode()
    with pytest.raises(OutputError, match="No such file or directory"):
        write_text(tmp_path / "no" / "f.json", "x")

    def read_only(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "replace", read_only)
    with pytest.raises(OutputError, match=r"f\.json: cannot be written \(Read-only file system\)"):
        write_text(path, "new")
    assert [p.name for p in tmp_path.iterdir()] == ["f.json"]
    assert path.read_bytes() == '"é"'.encode()


def test_labels_are_written_as_text_part_by_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dictionary-encoded labels come back as plain text, in parts of two rows as in one piece."""
    labels = pa.table({"n": [1, 2, 3], "tenure": pa.array(["owned", None, "rented"]).dictionary_encode()})
    for part in (2, 100):
        monkeypatch.setattr("censemble.io.output_folder.PART", part)
        with open_output(tmp_path / str(part)) as folder:
            folder.records("t", labels, ("parquet", "csv"))
        read = pq.read_table(tmp_path / str(part) / "t.parquet")
        assert read.schema.field("tenure").type == pa.string()
        assert read.to_pydict() == {"n": [1, 2, 3], "tenure": ["owned", None, "rented"]}
        assert (tmp_path / str(part) / "t.csv").read_text() == '"n","tenure"\n1,"owned"\n2,\n3,"rented"\n'


def test_a_file_that_cannot_be_removed_is_named(tmp_path: Path) -> None:
    """A folder of that name; one that is not there is no fault."""
    remove_file(tmp_path / "f.txt")
    with pytest.raises(OutputError, match=tmp_path.name):
        remove_file(tmp_path)
