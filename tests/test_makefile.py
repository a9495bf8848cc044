"""What `make` says on a machine that lacks Python, or the part of it that makes environments."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

OLD = "#!/bin/sh\nexit 1\n"  # fails the question whether it is new enough
# Says it is new enough and what it is called; whatever asks for venv or ensurepip fails.
WITHOUT_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; *version_info\\[*) echo 3.12;; esac\nexit 0\n'
# The first one wins: it makes an "environment" that says who made it.
WORKING = '#!/bin/sh\nif [ "$1" = -m ]; then mkdir -p "$3/bin"; echo {name} > "$3/pyvenv.cfg"; fi\nexit 0\n'
BROKEN = '#!/bin/sh\nif [ "$1" = -m ]; then mkdir -p "$3"; echo half > "$3/pyvenv.cfg"; exit 1; fi\nexit 0\n'
TOOLS = ("sh", "make", "rm", "find", "mkdir", "touch", "echo", "cat")


def make(folder: Path, *arguments: str, **pythons: str) -> subprocess.CompletedProcess[str]:
    """Run make in a copy of the repository's Makefile with only these interpreters on the PATH."""
    programs = folder / "bin"
    programs.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (programs / tool).symlink_to(found)
    for name, script in pythons.items():
        program = programs / name.replace("_", ".")
        program.write_text(script)
        program.chmod(0o755)
    shutil.copy(REPOSITORY / "Makefile", folder)
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={"PATH": str(programs), "HOME": os.environ.get("HOME", "/")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["demo", "test"])
def test_no_python_at_all(tmp_path: Path, command: str) -> None:
    """Without Python one line says what to install, and nothing is left behind."""
    result = make(tmp_path, command)
    assert result.returncode != 0
    assert "Python 3.11 or newer is needed" in result.stderr
    assert "sudo apt install python3 python3-venv" in result.stderr
    assert not (tmp_path / ".venv").exists()


def test_python_too_old(tmp_path: Path) -> None:
    """An old Python is as good as none: it is not tried."""
    result = make(tmp_path, "demo", python3=OLD, python=OLD)
    assert result.returncode != 0
    assert "Python 3.11 or newer is needed" in result.stderr


def test_venv_missing(tmp_path: Path) -> None:
    """Where Debian's venv package is missing, its exact name is given."""
    result = make(tmp_path, "demo", python3=WITHOUT_VENV)
    assert result.returncode != 0
    assert "sudo apt install python3.12-venv" in result.stderr
    assert not (tmp_path / ".venv").exists()


def test_newest_python_is_taken(tmp_path: Path) -> None:
    """Of several interpreters that will do the newest makes the environment."""
    pythons = {"python3_11": WORKING.format(name="3.11"), "python3_13": WORKING.format(name="3.13"), "python3": OLD}
    result = make(tmp_path, ".venv/pyvenv.cfg", **pythons)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / ".venv" / "pyvenv.cfg").read_text().strip() == "3.13"


def test_named_python_only(tmp_path: Path) -> None:
    """`make PYTHON=...` takes that one or none."""
    result = make(tmp_path, "demo", "PYTHON=python3", python3=OLD, python3_13=WORKING.format(name="3.13"))
    assert result.returncode != 0
    assert not (tmp_path / ".venv").exists()


def test_failed_environment_is_not_taken_for_ready(tmp_path: Path) -> None:
    """When venv fails half-way nothing is left that the next run would use."""
    result = make(tmp_path, ".venv/pyvenv.cfg", python3_12=BROKEN)
    assert result.returncode != 0
    assert not (tmp_path / ".venv").exists()
