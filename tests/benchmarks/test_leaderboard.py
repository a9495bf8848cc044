"""From judgements to the leaderboard."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

Script = Callable[[str], ModuleType]


def line(metric: str, value: float | None) -> dict[str, Any]:
    """One line of a judgement."""
    return {"table": "t", "metric": metric, "value": value}


def row(name: str, f1: float | None, **more: Any) -> dict[str, Any]:
    """One row of the summary."""
    figures = {} if f1 is None else {"f1": {"mean": f1, "low": None, "high": None, "seeds": 1}}
    plain = {"name": name, "is_yardstick": False, "figures": figures, "costs": {}, "failures": []}
    return plain | more


def test_defined_figures_are_kept(script: Script) -> None:
    """Figures that are not defined are left out, others than the leaderboard's are not kept."""
    lines = [line("f1", 0.5), line("recall", None), line("tae_1way", 9), line("rule_violations[a]", 0.1)]
    assert script("leaderboard").entry(lines) == {"f1": 0.5}


def test_interval_is_student_s(script: Script) -> None:
    """Three values 1, 2, 3: 2 ± 4.3027 / sqrt(3); one value has no interval."""
    found = script("leaderboard").summary([1.0, 2.0, 3.0])
    assert (found["mean"], found["seeds"]) == (2.0, 3)
    assert found["high"] - 2 == pytest.approx(4.302653 / 3**0.5)
    assert script("leaderboard").summary([0.5])["low"] is None


def test_speed_counts_drawing_alone(script: Script) -> None:
    """Rows in a CPU second of drawing; memory is the process's."""
    result = {"n_rows": 100, "sample": {"cpu_seconds": 2}, "fit": {"cpu_seconds": 7}, "cost": {"peak_mb": 300}}
    assert script("leaderboard").cost_of(result) == {"fit_cpu": 7, "rows_per_second": 50, "peak_mb": 300}


def test_order_and_marks(script: Script) -> None:
    """The floor first, yardsticks, peers by F1, failures last; ours in bold."""
    rows = [
        row("ctgan", 0.3),
        row("arf", None, failures=["random seed 0: broke"]),
        row("bayesian_network", 0.6),
        row("training sample", 0.5, is_yardstick=True),
        row("fresh sample", 0.4, is_yardstick=True),
    ]
    table = script("leaderboard").table_rows({"rows": rows})
    assert [cells[0] for cells in table] == [
        "", "*fresh sample*", "*training sample*", "**Bayesian network**", "CTGAN", "ARF (arfpy)"
    ]  # fmt: skip
    assert [cells[1] for cells in table] == ["F1, %", "40.0", "50.0", "60.0", "30.0", "failed"]
    assert script("leaderboard").failures({"rows": rows}) == ["arf, random seed 0: broke"]


def test_tables_as_text(script: Script) -> None:
    """Markdown by rows; the terminal gets the same turned."""
    rows = [["", "F1"], ["a", "1"]]
    assert script("leaderboard").markdown(rows) == "|  | F1 |\n|---|---|\n| a | 1 |"
    assert script("leaderboard").printed(rows) == "    a\nF1  1"
