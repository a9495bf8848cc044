"""What a process cost, measured from outside."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "benchmarks" / "processes.py"


def test_memory_is_the_command_s_own_and_its_status_is_kept(tmp_path: Path) -> None:
    """A command that does nothing is small even when its caller is large; its exit status and output are kept."""
    spec = importlib.util.spec_from_file_location("processes_of_benchmarks", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    ballast = bytearray(200_000_000)
    ballast[::4096] = b"x" * len(ballast[::4096])  # touched, so that it counts
    cost = module.measure(["sh", "-c", "echo seen; exit 3"], log=tmp_path / "log", folder=tmp_path)
    assert cost.exit_status == 3
    assert cost.peak_mb < 50
    assert cost.cpu_seconds == pytest.approx(0, abs=1)
    assert (tmp_path / "log").read_text() == "seen\n"
