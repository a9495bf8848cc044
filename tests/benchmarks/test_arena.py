"""The command line of the arena, with a peer that needs no environment."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Script = Callable[[str], ModuleType]


def test_defaults_ask_for_all_quick_peers(script: Script) -> None:
    """Without options both big cases and every peer but the slowest are run, the main case three times."""
    arena = script("arena")
    found = arena.read_command_line([])
    assert found.case == ["census_income", "nist_national"]
    assert "tabddpm" not in found.peer
    assert {"ctgan", "bayesian_network"} <= set(found.peer)
    assert len(arena.runs_of(found)) == len(found.peer) * (3 + 1)


def test_both_stages_and_a_second_start(
    script: Script, small_case: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One command generates, judges and prints; started again it finds everything done."""
    arena = script("arena")
    monkeypatch.setattr(arena, "load_case", lambda name, arguments: small_case)
    monkeypatch.setattr(arena, "rules_of", lambda name: None)
    monkeypatch.setattr(arena, "judge_seed", partial(arena.judge_seed, classifiers=False))
    options = [
        "--peer",
        "bootstrap",
        "--seeds",
        "1",
        "--work",
        str(tmp_path),
        "--results",
        str(tmp_path / "arena.json"),
    ]
    arguments = arena.read_command_line(options)
    arguments.case = ["small"]
    monkeypatch.setattr(arena, "read_command_line", lambda: arguments)
    arena.main()
    first = capsys.readouterr().out
    assert "small bootstrap 0: done" in first
    assert "**bootstrap of the sample**" in first
    (case,) = json.loads((tmp_path / "arena.json").read_text())["cases"]
    assert next(r for r in case["rows"] if r["name"] == "bootstrap")["figures"]["precision"]["mean"] == 1.0
    written = (tmp_path / "small" / "bootstrap" / "0" / "synthetic.parquet").stat().st_mtime_ns
    arena.main()
    assert (tmp_path / "small" / "bootstrap" / "0" / "synthetic.parquet").stat().st_mtime_ns == written


def test_the_main_case_has_three_random_seeds(script: Script) -> None:
    """The others have one, unless a number is asked for."""
    arena = script("arena")
    default, asked = arena.read_command_line([]), arena.read_command_line(["--seeds", "2"])
    assert [arena.seeds_of(default, case) for case in ("census_income", "nist_national")] == [3, 1]
    assert arena.seeds_of(asked, "nist_texas") == 2
