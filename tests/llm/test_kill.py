"""A run killed at any point goes on without paying twice, and ends in the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from llm_case import REPOSITORY

N_CALLS = 10  # eight questions, two repairs


def run(folder: Path, when: str = "never", number: int = 0) -> int:
    """Run the eight questions in a process of their own; its exit status."""
    here = Path(__file__).parent
    paths = os.pathsep.join([str(REPOSITORY / "src"), str(here), str(here.parent)])
    arguments = [str(folder / "answers.sqlite"), str(folder / "paid"), when, str(number)]
    command = [sys.executable, str(here / "killed_run.py"), *arguments]
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, check=False, timeout=30).returncode


def paid(folder: Path) -> int:
    """Calls that were paid for."""
    return len((folder / "paid").read_text().splitlines())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The replay file of a run that nobody kills."""
    folder = tmp_path_factory.mktemp("whole")
    assert run(folder) == 0
    assert paid(folder) == N_CALLS
    return (folder / "answers.replay").read_bytes()


@pytest.mark.parametrize(
    ("when", "number", "n_lost"),
    [("asked", 1, 1), ("answered", 4, 1), ("kept", 1, 0), ("kept", 8, 0), ("answered", 9, 1), ("kept", 10, 0)],
)
def test_a_killed_run_goes_on(when: str, number: int, n_lost: int, whole: bytes, tmp_path: Path) -> None:
    """At most the call under way is paid again; the replay file is that of a run without interruption."""
    assert run(tmp_path, when, number) == -signal.SIGKILL
    assert not (tmp_path / "answers.replay").exists()
    assert run(tmp_path) == 0
    assert paid(tmp_path) == N_CALLS + n_lost
    assert (tmp_path / "answers.replay").read_bytes() == whole
