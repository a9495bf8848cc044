"""Every example runs, as a stranger would run it, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
EXAMPLES = REPOSITORY / "examples"
SCRIPTS = sorted(p.name for p in EXAMPLES.glob("*.py"))
PROJECTS = sorted(p.parent.name for p in EXAMPLES.glob("*/censemble.yaml"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the examples."""
    return Path(shutil.copytree(EXAMPLES, tmp_path / "examples"))


def run_python(arguments: list[str], folder: Path) -> str:
    """Run Python in a folder, warnings as errors, and return what it printed."""
    paths = [str(REPOSITORY / "src"), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)}
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("script", SCRIPTS)
def test_example_scripts_run(script: str, folder: Path) -> None:
    """Each script ends well and prints something."""
    assert run_python([script], folder).strip()


def test_frames_stand_for_files(folder: Path) -> None:
    """The zones of the script, not those of the folder, are in the result, and nothing is written."""
    printed = run_python(["from_frames.py"], folder).split()
    assert printed[printed.index("rented") + 1] == "25"
    assert not (folder / "out").exists()


@pytest.mark.parametrize("project", PROJECTS)
def test_example_projects_run_and_verify(project: str, folder: Path) -> None:
    """Each project is sound: check, run and verify end with status 0."""
    run_python(["-m", "censemble", "check", project], folder)
    run_python(["-m", "censemble", "run", project, "--out", "out"], folder)
    assert "no difference" in run_python(["-m", "censemble", "verify", "out"], folder)


def test_the_minimal_project_has_ten_lines() -> None:
    """The README promises ten lines of YAML."""
    assert len((EXAMPLES / "minimal" / "censemble.yaml").read_text(encoding="utf-8").splitlines()) == 10


@pytest.mark.parametrize("name", [*SCRIPTS, *(f"{p}/censemble.yaml" for p in PROJECTS)])
def test_every_example_is_listed(name: str) -> None:
    """The list of examples is complete."""
    assert f"]({name})" in (EXAMPLES / "README.md").read_text(encoding="utf-8")
