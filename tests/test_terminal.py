"""What the command shows: progress on a terminal only, then what came of it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
import small_case
from command_case import PROJECT, write_files

import censemble
from censemble.terminal import Stopped, run_shown, say_result, say_verdict, show_progress


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "quiet", "shown"), [(Screen(), False, True), (Screen(), True, False)])
def test_progress_is_for_terminals(stream: Screen, quiet: bool, shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal shows it unless it shall be quiet."""
    monkeypatch.setattr(sys, "stderr", stream)
    with show_progress(quiet) as tell:
        tell("calibrating", 0.5)
    assert bool(stream.getvalue()) == shown


def test_progress_is_not_for_files(capsys: pytest.CaptureFixture[str]) -> None:
    """A stream that is no terminal stays empty."""
    with show_progress(False) as tell:
        tell("calibrating", 0.5)
    assert capsys.readouterr() == ("", "")


def test_ctrl_c_is_an_error_of_ours() -> None:
    """It has the status that shells expect."""
    with pytest.raises(Stopped, match="nothing half-written") as caught, show_progress(True):
        raise KeyboardInterrupt
    assert caught.value.exit_status == 130


def test_the_verdict_and_its_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    """One line each."""
    say_verdict({"verdict": {"status": "good", "sentences": ["All is met.", "Nothing is left."]}})
    assert capsys.readouterr().out == "Verdict: good\n  All is met.\n  Nothing is left.\n"


def test_the_result_and_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers, files, and commands that can be pasted whatever the folder's name."""
    out = tmp_path / "my run"
    say_result(censemble.run(small_case.inputs(), out=out), out)
    said = capsys.readouterr().out
    assert f"Wrote 10 households and 14 persons to {out}: feasibility.json, fit.parquet" in said
    assert f"censemble verify '{out}'" in said


def test_a_run_is_told_unless_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The origin is recorded as it was given."""
    origin = {"kind": "project", "path": str(write_files(tmp_path, PROJECT))}
    for quiet in (True, False):
        run_shown(origin, tmp_path / "out", quiet=quiet)
        assert ("Wrote 60 households" in capsys.readouterr().out) != quiet
