"""The Census-income case, on rows written by hand in the form of the real file."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

Script = Callable[[str], ModuleType]


def archive_of(module: ModuleType, folder: Path, rows: dict[str, list[list[str]]]) -> Path:
    """A source distribution that holds the two files only."""
    path = folder / module.FILE
    with tarfile.open(path, "w:gz") as archive:
        for part, lines in rows.items():
            text = "".join(", ".join(line) + "\n" for line in lines).encode()
            entry = tarfile.TarInfo(module.MEMBER.format(part))
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    return path


def row(age: int, weeks: int, *, sex: str = "Female") -> list[str]:
    """One row of 42 columns, the unused ones empty."""
    cells = [f"c{i}" for i in range(42)]
    cells[0], cells[12], cells[30], cells[39] = str(age), sex, "3", str(weeks)
    return cells


def test_rows_become_labels(script: Script, tmp_path: Path) -> None:
    """Ages and weeks fall into the declared bands, blanks around labels go, 13 attributes are left."""
    module = script("census_income")
    archive = archive_of(module, tmp_path, {"train": [row(9, 0), row(10, 13), row(90, 52, sex="Male")], "test": []})
    table = module.read_member(archive, "train")
    assert len(table.columns) == 13
    assert table["age"].tolist() == ["0-9", "10-19", "90+"]
    assert table["weeks_worked"].tolist() == ["0", "1-13", "52"]
    assert table["sex"].tolist() == ["Female", "Female", "Male"]
    assert table["employer_size"].tolist() == ["3"] * 3


def test_training_rows_are_five_percent(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The training sample is drawn without replacement; the same random seed draws the same rows."""
    module = script("census_income")
    rows = [row(i % 91, i % 53) for i in range(200)]
    archive = archive_of(module, tmp_path, {"train": rows, "test": rows[:50]})
    monkeypatch.setattr(module, "distribution", lambda _: archive)
    case = module.load(tmp_path)
    assert (len(case.reference), len(case.holdout)) == (200, 50)
    first, again, other = case.training(0), case.training(0), case.training(1)
    assert len(first) == 10
    assert first.index.is_unique
    pd.testing.assert_frame_equal(first, again)
    assert not np.array_equal(first.index, other.index)


def test_another_file_is_refused(script: Script, tmp_path: Path) -> None:
    """A source distribution with another digest is not used."""
    module = script("census_income")
    (tmp_path / module.FILE).write_bytes(b"not the file")
    with pytest.raises(SystemExit, match="expected SHA-256"):
        module.distribution(tmp_path)
