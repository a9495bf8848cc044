"""The commands of trained models."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_case import command


@pytest.mark.parametrize("name", ["train", "sample"])
def test_help_reads_without_the_neural_libraries(name: str) -> None:
    """An example, and every option in words."""
    done = command(name, "--help")
    assert done.status == 0 and f"censemble {name}" in done.out


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    """Naming the file that is missing and what to do."""
    done = command("sample", tmp_path, "--out", tmp_path / "a.csv")
    assert done.status == 2 and "no file semapop.json in it" in done.err and "censemble train" in done.err
    gone = command("sample", tmp_path / "gone", "--out", tmp_path / "a.csv")
    assert gone.status == 2 and "found no such folder. Correct the path" in gone.err


def test_a_file_of_another_format_is_refused_at_once(tmp_path: Path) -> None:
    """Before the model is read."""
    done = command("sample", tmp_path / "gone", "--out", tmp_path / "a.xlsx")
    assert done.status == 2 and ".csv or .parquet" in done.err


def test_an_empty_persona_is_refused(tmp_path: Path) -> None:
    """A number of records and a closeness outside their range too."""
    assert command("sample", tmp_path, "-n", 0).status == 2
    assert command("sample", tmp_path, "--closeness", 2).status == 2


def test_a_project_without_a_model_is_told(tmp_path: Path) -> None:
    """The demo-like project of another generator."""
    done = command("train", tmp_path / "gone.yaml", "--out", tmp_path / "model")
    assert done.status == 2 and "gone.yaml" in done.err
