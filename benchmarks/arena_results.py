"""The summary of an arena: a small JSON file with figures, costs, versions, settings and failures of everybody."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from arena_case import ArenaCase
from arena_judging import judgement_path, yardsticks_path
from arena_runs import Run
from leaderboard import FLOOR, cost_of, entry, summaries

DIGITS = 6


def write(path: Path, cases: Sequence[ArenaCase], runs: Sequence[Run]) -> None:
    """Put the cases at hand into the summary; cases that it already holds and that were not run now stay."""
    kept = json.loads(path.read_text(encoding="utf-8"))["cases"] if path.exists() else []
    now = [_case(case, [run for run in runs if run.case == case.name]) for case in cases]
    names = {case["name"] for case in now}
    found = {
        "machine": {"system": platform.platform(terse=True), "processors": os.cpu_count()},
        "cases": now + [case for case in kept if case["name"] not in names],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_rounded(found), indent=1) + "\n", encoding="utf-8")


def _case(case: ArenaCase, runs: Sequence[Run]) -> dict[str, Any]:
    peers = [_peer_row(name, [run for run in runs if run.peer == name]) for name in dict.fromkeys(r.peer for r in runs)]
    return {
        "name": case.name,
        "says": case.says,
        "rows_generated": len(case.reference),
        "attributes": {name: len(labels) for name, labels in case.attributes.items()},
        "rows": [*_yardstick_rows(runs), *(row for row in peers if row is not None)],
    }


def _peer_row(name: str, runs: Sequence[Run]) -> dict[str, Any] | None:
    results = [result for run in runs if (result := run.result()) is not None]
    if not results:
        return None
    good = [result for result in results if not result["failure"]]
    entries = [entry(_lines(judgement_path(run))) for run in runs if judgement_path(run).exists()]
    return {
        "name": name,
        "is_yardstick": False,
        "figures": summaries(entries),
        "costs": summaries([cost_of(result) for result in good]),
        "failures": [f"random seed {r['random_seed']}: {r['failure']}" for r in results if r["failure"]],
        "versions": good[0]["versions"] if good else {},
        "settings": good[0]["settings"] if good else {},
        "threads": results[0]["threads"],
    }


def _yardstick_rows(runs: Sequence[Run]) -> list[dict[str, Any]]:
    paths = dict.fromkeys(yardsticks_path(run) for run in runs)
    seeds = [_lines(path) for path in paths if path.exists()]
    names = dict.fromkeys([FLOOR, *(line["table"] for lines in seeds for line in lines)] if seeds else ())
    return [
        {
            "name": name,
            "is_yardstick": True,
            "figures": summaries([entry([line for line in lines if line["table"] == name]) for lines in seeds]),
            "costs": {},
            "failures": [],
        }
        for name in names
    ]


def _lines(path: Path) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return lines


def _rounded(value: Any) -> Any:
    """Six digits are more than any figure here means, and keep the file small."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_rounded(item) for item in value]
    return value
