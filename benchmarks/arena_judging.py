"""Second stage of the arena: `censemble.compare` on the tables of one case and random seed, kept run by run.

Every table of a random seed is judged against the same reference, beside the training sample of that seed. A run keeps
its lines in `judgement.json`; those of the yardsticks are kept as runs of their own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from arena_runs import Run

import censemble

YARDSTICKS = "yardsticks"
Line = dict[str, Any]


def judge_seed(runs: Sequence[Run], *, rules: Path | None, classifiers: bool = True, again: bool = False) -> float:
    """Judge the runs of one case and random seed that have a table and no judgement yet; seconds that it took.

    With `again` all of them: after a change of the judge, so that no leaderboard mixes two judges.
    """
    waiting = {run.peer: run for run in runs if run.synthetic.exists() and (again or not judgement_path(run).exists())}
    if not waiting:
        return 0.0
    started = time.perf_counter()
    first = next(iter(waiting.values()))
    folder = first.work / first.case
    judgement = censemble.compare(
        str(folder / "reference.parquet"),
        {name: str(run.synthetic) for name, run in waiting.items()},
        train=str(first.training),
        holdout=str(folder / "holdout.parquet"),
        schema=folder / "schema.yaml",
        rules=rules,
        options=censemble.CompareOptions(classifiers=classifiers, random_seed=first.random_seed),
    )
    keep(judgement.lines(), waiting)
    return time.perf_counter() - started


def keep(lines: Sequence[Line], waiting: Mapping[str, Run]) -> None:
    """Write the lines of every run beside its table, those of the yardsticks beside each other."""
    for name, run in waiting.items():
        _write([line for line in lines if line["table"] == name], judgement_path(run))
    first = next(iter(waiting.values()))
    _write([line for line in lines if line["table"] not in waiting], yardsticks_path(first))


def judgement_path(run: Run) -> Path:
    """Where the lines of a run are."""
    return run.folder / "judgement.json"


def yardsticks_path(run: Run) -> Path:
    """Where the lines of the yardsticks of the run's case and random seed are."""
    return run.work / run.case / YARDSTICKS / f"{run.random_seed}.json"


def _write(lines: Sequence[Line], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(list(lines), indent=1) + "\n", encoding="utf-8")
    unfinished.rename(path)
