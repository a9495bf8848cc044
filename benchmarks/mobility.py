"""Thirty thousand trips from two sources that never met (arXiv 2505.14752, benchmark 3).

    python benchmarks/mobility.py                                             # baselines: no language model
    python benchmarks/mobility.py --generator llmsynthor --export run.replay  # asks the model of the environment
    python benchmarks/mobility.py --replay benchmarks/replay/mobility.replay --generator llmsynthor
    python benchmarks/mobility.py --docs                                      # the table of docs/llmsynthor.md

One source has origin by destination by mode (Bristol), the other time by purpose (NHTS): see `mobility_tables`. The
paper has flows for each time of the day; no public table of these zones has, so that no time is tied to a place here.
Each run writes a folder below --work: project file, tables, and `out` with the report, its map and its figures; what
needs no language model is run by the command, as a user would.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mobility_judgement
import mobility_project
import mobility_tables
import pandas as pd

from censemble import pipeline
from censemble.llm import Client, Store, replayed_model

GENERATORS = ("independent", "maximum_entropy", "llmsynthor")
RECORDS = 50_000  # candidates among which calibration chooses
RESULTS = Path(__file__).resolve().parent / "results" / "mobility.json"


class Sources:
    """The two sources, and the survey that one of them comes from."""

    def __init__(self, data: Path, *, total: int = mobility_tables.TRIPS, largest: int = 0) -> None:
        self.outlines = data / "bristol_od" / "zones.geojson"
        self.flows = mobility_tables.flows(data / "bristol_od", total=total, largest=largest)
        self.purposes = list(mobility_tables.purposes(data / "nhts2022").values())
        self.survey = mobility_tables.nhts_trips(data / "nhts2022")
        self.activities = mobility_tables.activities(self.survey, self.purposes, total=total)

    def tables(self) -> dict[str, pd.DataFrame]:
        """What trips are made from."""
        return {"flows by mode": self.flows, "time by purpose": self.activities}

    def write(self, folder: Path, generator: Mapping[str, Any]) -> Path:
        """Write a project."""
        return mobility_project.write_project(folder, self.flows, self.activities, self.outlines, generator)


def make(sources: Sources, folder: Path, kind: str, *, calls: int, replay: Path | None = None) -> dict[str, Any]:
    """Run one generator; gives figures, seconds, and what was asked."""
    options = {"calls": calls} if kind == "llmsynthor" else {}
    project = sources.write(folder, {"kind": kind, "records": RECORDS, **options})
    out, began = folder / "out", time.monotonic()
    if replay and kind == "llmsynthor":
        store = Store.open_readonly(replay)
        pipeline.run(pipeline.read_project(project), out=out, client=Client(replayed_model(store), store=store))
    else:
        subprocess.run([sys.executable, "-m", "censemble", "run", project, "--out", out, "--quiet"], check=True)
    seconds = round(time.monotonic() - began, 1)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    trips = pd.read_parquet(out / "persons.parquet")
    asked = {"language_model": manifest["language_model"]} if kind == "llmsynthor" else {}
    origins = trips["proposal"].str.partition("-")[0].value_counts(normalize=True) if asked else {}
    return {
        "generator": kind,
        "seconds": seconds,
        "relaxed_cells": len(manifest["relaxations"]),
        "notes": manifest["notes"],
        **asked,
        **{f"{name}_share": float(origins.get(name, 0.0)) for name in ("fill", "beside") if asked},
        **mobility_judgement.judge(trips, sources.tables(), sources.survey, sources.purposes),
    }


def floors(sources: Sources, folder: Path) -> dict[str, float]:
    """What the survey's own size leaves open of each held-out pair."""
    trips = pd.read_parquet(folder / "out" / "persons.parquet")
    labels = mobility_judgement.labels_of(sources.purposes)
    return {
        " by ".join(pair): mobility_judgement.noise(sources.survey, trips, pair, labels)
        for pair in mobility_judgement.HELD_OUT
    }


def table_of(results: Mapping[str, Any]) -> str:
    """The figures in Markdown."""
    pairs = list(results["noise"])
    head = ["", "flows by mode, TAE", "time by purpose, TAE", *(f"{p}, TV" for p in pairs), "seconds", "calls"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for run in results["runs"]:
        errors = [str(v) for v in run["total_absolute_error"].values()]
        calls = run.get("language_model", {}).get("calls", 0)
        held = [f"{run['held_out'][p]:.3f}" for p in pairs]
        cells = [f"`{run['generator']}`", *errors, *held, f"{run['seconds']:.0f}", str(calls)]
        lines.append("| " + " | ".join(cells) + " |")
    noise = [f"{results['noise'][p]:.3f}" for p in pairs]
    lines.append("| " + " | ".join(["size of the survey", "", "", *noise, "", ""]) + " |")
    return "\n".join(lines)


def _measure(arguments: argparse.Namespace, kinds: Sequence[str]) -> dict[str, Any]:
    sources = Sources(arguments.data)
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"runs": [], "noise": {}}
    runs = {run["generator"]: run for run in known["runs"]}
    for kind in kinds:
        runs[kind] = make(sources, arguments.work / kind, kind, calls=arguments.calls, replay=arguments.replay)
        known["noise"] = floors(sources, arguments.work / kind) if kind == kinds[0] else known["noise"]
    return {**known, "runs": [runs[kind] for kind in GENERATORS if kind in runs]}


def main() -> None:
    """Run what is asked for, or print the table of what was."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--work", type=Path, default=Path("out-benchmark/mobility"))
    parser.add_argument("--generator", choices=GENERATORS, action="append", help="default: those without a model")
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--replay", type=Path, help="repeat the questions from a replay file, without a model")
    parser.add_argument("--export", type=Path, help="write a replay file")
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks/results")
    parser.add_argument("--docs", action="store_true", help="print the table of the kept figures and stop")
    arguments = parser.parse_args()
    if not arguments.docs:
        results = _measure(arguments, arguments.generator or GENERATORS[:2])
        if arguments.export:
            Store.open_readonly(arguments.work / "llmsynthor" / "answers.sqlite").export(arguments.export)
        if arguments.write:
            RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    else:
        results = json.loads(RESULTS.read_text(encoding="utf-8"))
    print(table_of(results))


if __name__ == "__main__":
    main()
