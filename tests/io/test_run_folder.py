"""Finding a finished run and its inputs again."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from censemble.errors import ConfigError
from censemble.io.run_folder import count_values, locate, read_fit, read_json, read_manifest, read_rows


def make(folder: Path, *names: str) -> None:
    """Make empty files."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_manifest_is_the_mark_of_a_finished_run(tmp_path: Path) -> None:
    """Without one, or without a folder, the message says so and what to name."""
    with pytest.raises(ConfigError, match=r"is not a finished run: it has no manifest\.json\. Name the folder"):
        read_manifest(tmp_path)
    with pytest.raises(ConfigError, match="it is not a folder"):
        read_manifest(tmp_path / "none")
    (tmp_path / "manifest.json").write_text('{"name": "x"}')
    assert read_manifest(tmp_path) == {"name": "x"}


@pytest.mark.parametrize("text", ["{", "[]", "\udce9"])
def test_broken_json_is_named(tmp_path: Path, text: str) -> None:
    """A file that is no JSON object is named with the action."""
    (tmp_path / "report.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError, match=r"report\.json .*Run again\."):
        read_json(tmp_path / "report.json")
    with pytest.raises(ConfigError, match="No such file"):
        read_json(tmp_path / "none.json")


def test_inputs_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here, then from the output folder upwards; where all inputs are goes before where only the path is."""
    make(tmp_path, "work/p.yaml", "work/data/a.csv", "elsewhere/p.yaml", "work/out/manifest.json")
    manifest = {"inputs": [{"path": "data/a.csv"}]}
    out = tmp_path / "work" / "out"
    monkeypatch.chdir(tmp_path / "work")
    assert locate("p.yaml", out=Path("out"), manifest=manifest) == Path("p.yaml")
    for name in ("elsewhere", "work/out", "."):
        monkeypatch.chdir(tmp_path / name)
        assert locate("p.yaml", out=out, manifest=manifest) == tmp_path / "work" / "p.yaml"
    (tmp_path / "work/data/a.csv").unlink()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert locate("p.yaml", out=out, manifest=manifest) == Path("p.yaml")
    assert locate(str(out), out=out, manifest={}) == out
    with pytest.raises(ConfigError, match="--project FILE or --populationsim DIR"):
        locate("nowhere-to-be-found.yaml", out=out, manifest=manifest)


def test_the_fit_of_a_run(tmp_path: Path) -> None:
    """The table as it was written; without the file the message names it and what to do."""
    with pytest.raises(ConfigError, match=r"fit\.parquet cannot be read .*Run again\."):
        read_fit(tmp_path)
    table = pa.table({"zone": ["01"]})
    pq.write_table(table, tmp_path / "fit.parquet")
    assert read_fit(tmp_path) == table


def test_a_fit_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    """A broken fit.parquet ends in a sentence, not in a traceback."""
    (tmp_path / "fit.parquet").write_bytes(b"not a table at all")
    with pytest.raises(ConfigError, match=r"fit\.parquet cannot be read"):
        read_fit(tmp_path)


def test_rows_of_a_table(tmp_path: Path) -> None:
    """All, those with a number, or how many have each text; a table that is not there is named."""
    rows = [{"id": 1, "proposal": "1-1"}, {"id": 2, "proposal": "1-2"}, {"id": 3, "proposal": "1-2"}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "persons.parquet")
    assert list(read_rows(tmp_path, "persons")) == rows
    assert list(read_rows(tmp_path, "persons", where=("id", 2))) == rows[1:2]
    assert list(count_values(tmp_path, "persons", "proposal").items()) == [("1-2", 2), ("1-1", 1)]
    with pytest.raises(ConfigError, match=r"refused\.parquet cannot be read"):
        list(read_rows(tmp_path, "refused"))
    with pytest.raises(ConfigError, match=r"persons\.parquet cannot be read"):
        count_values(tmp_path, "persons", "colour")
