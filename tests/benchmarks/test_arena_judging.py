"""Judging in the arena: every run keeps its own lines, and what is judged is not judged again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

Script = Callable[[str], ModuleType]


@pytest.fixture
def runs(script: Script, small_case: Any, people: pd.DataFrame, tmp_path: Path) -> list[Any]:
    """Two peers, each with a table."""
    script("arena_case").write_case(small_case, tmp_path / "small", [0])
    found = [script("arena_runs").Run("small", name, 0, tmp_path) for name in ("one", "two")]
    for run in found:
        run.folder.mkdir(parents=True)
        people.to_parquet(run.synthetic, index=False)
    return found


def test_lines_are_kept_run_by_run(script: Script, runs: list[Any]) -> None:
    """The judge's own lines: a perfect table has no error, and the yardsticks are kept apart."""
    module = script("arena_judging")
    module.judge_seed(runs, rules=None, classifiers=False)
    for run in runs:
        lines = json.loads(module.judgement_path(run).read_text())
        assert {line["table"] for line in lines} == {run.peer}
        assert next(line["value"] for line in lines if line["metric"] == "srmse_2way") == pytest.approx(0)
    yardsticks = {line["table"] for line in json.loads(module.yardsticks_path(runs[0]).read_text())}
    assert {"fresh sample", "training sample", "independent margins"} <= yardsticks
    assert not yardsticks & {"one", "two"}


def test_only_new_tables_are_judged(script: Script, runs: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A run with a judgement is left out; with nothing to do nothing is done."""
    module = script("arena_judging")
    asked: list[list[str]] = []

    class Judged:
        def lines(self) -> list[dict[str, Any]]:
            return [{"table": name, "metric": "f1", "value": 1.0} for name in (*asked[-1], "fresh sample")]

    def compare(reference: str, tables: dict[str, str], **rest: Any) -> Judged:
        asked.append(list(tables))
        return Judged()

    monkeypatch.setattr(module.censemble, "compare", compare, raising=False)
    for given in (runs[:1], runs, runs):
        module.judge_seed(given, rules=None, classifiers=False)
    assert asked == [["one"], ["two"]]
    module.judge_seed(runs, rules=None, again=True)
    assert asked[-1] == ["one", "two"], "after a change of the judge all are judged anew"
