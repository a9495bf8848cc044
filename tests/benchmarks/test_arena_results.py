"""The summary that is kept in the repository, and the page made from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

Script = Callable[[str], ModuleType]


def finished_run(script: Script, work: Path, peer: str, *, random_seed: int = 0, failure: str = "") -> Any:
    """A run that has ended, with a judgement unless it failed."""
    run = script("arena_runs").Run("small", peer, random_seed, work)
    run.folder.mkdir(parents=True)
    result = {"random_seed": random_seed, "failure": failure, "threads": 1, "n_rows": 60}
    if not failure:
        result |= {"fit": {"cpu_seconds": 2.0}, "sample": {"cpu_seconds": 1.0}, "cost": {"peak_mb": 123.456789012}}
        result |= {"versions": {"ctgan": "1.2"}, "settings": {"epochs": 3}}
        lines = [{"table": peer, "metric": "f1", "value": 0.123456789}]
        script("arena_judging").judgement_path(run).write_text(json.dumps(lines))
    (run.folder / "result.json").write_text(json.dumps(result))
    return run


def test_summary_holds_figures_costs_and_failures(script: Script, small_case: Any, tmp_path: Path) -> None:
    """Two random seeds are summed up; a failed run is named; numbers are short."""
    runs = [finished_run(script, tmp_path, "ctgan", random_seed=i) for i in (0, 1)]
    runs.append(finished_run(script, tmp_path, "arf", failure="exit status 1: broke"))
    runs.append(script("arena_runs").Run("small", "tvae", 0, tmp_path))
    path = script("arena_judging").yardsticks_path(runs[0])
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps([{"table": "fresh sample", "metric": "f1", "value": 0.6}]))
    results = tmp_path / "results" / "arena.json"
    script("arena_results").write(results, [small_case], runs)
    (case,) = json.loads(results.read_text())["cases"]
    rows = {row["name"]: row for row in case["rows"]}
    assert list(rows) == ["fresh sample", "ctgan", "arf"], "who has not run is not in it"
    assert rows["ctgan"]["figures"]["f1"]["mean"] == 0.123457
    assert rows["ctgan"]["costs"]["rows_per_second"]["mean"] == 60
    assert rows["ctgan"]["settings"] == {"epochs": 3}
    assert rows["arf"]["failures"] == ["random seed 0: exit status 1: broke"]


def test_other_cases_stay(script: Script, small_case: Any, tmp_path: Path) -> None:
    """Running one case again keeps what the summary says about another."""
    results = tmp_path / "arena.json"
    results.write_text(json.dumps({"cases": [{"name": "small", "rows": []}, {"name": "other", "rows": []}]}))
    script("arena_results").write(results, [small_case], [finished_run(script, tmp_path, "ctgan")])
    names = [case["name"] for case in json.loads(results.read_text())["cases"]]
    assert names == ["small", "other"]


def test_page_shows_everybody(script: Script, small_case: Any, tmp_path: Path) -> None:
    """The page has a column for each peer, the failure in words, versions, and the table of defects."""
    runs = [
        finished_run(script, tmp_path, "ctgan"),
        finished_run(script, tmp_path, "arf", failure="exit status 1: broke"),
    ]
    results = tmp_path / "arena.json"
    script("arena_results").write(results, [small_case], runs)
    (tmp_path / "defects.json").write_text(json.dumps({"case": "small", "table": [["", "floor"], ["F1, %", "60.0"]]}))
    page = script("arena_page").page(results)
    assert "|  | CTGAN | ARF (arfpy) |" in page
    assert "| F1, % | 12.3 | failed |" in page
    assert "* arf, random seed 0: exit status 1: broke" in page
    assert "| CTGAN | ctgan 1.2 |" in page
    assert "| F1, % | 60.0 |" in page
    assert page.endswith("\n")
