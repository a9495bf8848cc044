"""The timing of the judge runs at any size and names every family."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "benchmarks" / "judge_speed.py"


def test_every_family_is_timed(capsys: pytest.CaptureFixture[str]) -> None:
    """A small run prints one line of seconds a family, their sum and the memory; or one line for the whole judge."""
    spec = importlib.util.spec_from_file_location("judge_speed", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    module.main(["--rows", "400", "--tables", "2", "--categories", "3"])
    printed = capsys.readouterr().out
    assert printed.startswith("400 rows x 13 attributes, 2 tables against the reference\n")
    assert all(f"\n{title} " in printed for title in (*module.FAMILIES, "all"))
    assert "largest resident set" in printed
    module.main(["--rows", "400", "--tables", "2", "--categories", "3", "--whole"])
    assert "the whole judge: " in capsys.readouterr().out
