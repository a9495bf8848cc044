"""A concert in the mobility benchmark: does the surge go to the named zone and hours, and does the rest stay?

    python benchmarks/mobility.py --work out-benchmark/mobility               # the project
    python benchmarks/mobility_scenario.py --work out-benchmark/mobility      # asks the model of the environment

runs `censemble scenario` on the project of `maximum_entropy`, and the project again with five other random seeds: how
much trips differ by chance. With `--replay benchmarks/replay/mobility_scenario.replay` no model is asked.

Told twice: of all trips, which move because trips were added, and of the rest, trips not to the named zone at the named
time. What the added trips alone make of all of them ("implied") is worked out from the records of the changes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from censemble import pipeline, scenario
from censemble.llm import Client, Store, replayed_model

ZONE, TIME = "Bristol 038", "20-24 h"
TEXT = f"There is a concert at the stadium in {ZONE} from 20 to 24; 2,000 more people travel there."
SEEDS = range(1, 6)
PAIRS = (("destination", "time"), ("origin", "time"), ("mode", "purpose"), ("distance", "time"))
RESULTS = Path(__file__).resolve().parent / "results" / "mobility_scenario.json"


def in_surge(trips: pd.DataFrame) -> pd.Series:
    """Trips to the named zone in the named hours."""
    return (trips["destination"] == ZONE) & (trips["time"] == TIME)


def total_variation(first: pd.DataFrame, second: pd.DataFrame, pair: Sequence[str]) -> float:
    """Between the shares of two attributes' combinations, 0..1."""
    shares = [t.groupby(list(pair)).size() / len(t) for t in (first, second)]
    return float(0.5 * shares[0].subtract(shares[1], fill_value=0.0).abs().sum())


def surge(
    without: pd.DataFrame, with_it: pd.DataFrame, others: Sequence[pd.DataFrame], added: pd.DataFrame
) -> dict[str, Any]:
    """Where the trips went, and how much trips moved beside how much they move by chance.

    Parameters
    ----------
    without, with_it : DataFrame
        One row a trip.
    others : sequence of DataFrame
        Without the scenario, each of another random seed.
    added : DataFrame
        The trips by which the tables were changed.
    """
    rest, rest_with = (t[~in_surge(t)] for t in (without, with_it))
    rest_others = [t[~in_surge(t)] for t in others]
    implied = pd.concat([without, added], ignore_index=True)
    return {
        "trips": {"without": len(without), "with": len(with_it)},
        "surge": {"without": int(in_surge(without).sum()), "with": int(in_surge(with_it).sum())},
        "all": {
            " by ".join(pair): moved(without, with_it, others, pair)
            | {"implied": total_variation(without, implied, pair)}
            for pair in PAIRS
        },
        "rest": {" by ".join(pair): moved(rest, rest_with, rest_others, pair) for pair in PAIRS},
    }


def moved(
    without: pd.DataFrame, with_it: pd.DataFrame, others: Sequence[pd.DataFrame], pair: Sequence[str]
) -> dict[str, Any]:
    """How far a pair of attributes moved, and each time that nothing but the random seed was another."""
    chance = sorted(total_variation(without, other, pair) for other in others)
    return {"moved": total_variation(without, with_it, pair), "chance": chance}


def table_of(found: Mapping[str, Any]) -> str:
    """The figures in Markdown: what moved, beside the smallest and the largest of what chance moves."""
    lines = ["| TV | all trips | added trips alone | chance | the rest | chance |", "|---|---|---|---|---|---|"]
    for pair, rest in found["rest"].items():
        whole = found["all"][pair]
        ends = [f"{t['chance'][0]:.3f} to {t['chance'][-1]:.3f}" for t in (whole, rest)]
        cells = [pair, f"{whole['moved']:.3f}", f"{whole['implied']:.3f}", ends[0], f"{rest['moved']:.3f}", ends[1]]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def again_of(project: Path, folder: Path, *, random_seed: int) -> pd.DataFrame:
    """The same project with another random seed."""
    content = yaml.safe_load(project.read_text(encoding="utf-8"))
    content["run"]["random_seed"] = random_seed
    other = project.with_name("again.yaml")
    other.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "censemble", "run", other, "--out", folder, "--quiet"], check=True)
    return pd.read_parquet(folder / "persons.parquet")


def main() -> None:
    """Run the scenario and print what moved."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("out-benchmark/mobility"))
    parser.add_argument("--scenario", default=TEXT)
    parser.add_argument("--replay", type=Path, help="repeat the question from a replay file, without a model")
    parser.add_argument("--export", type=Path, help="write a replay file")
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks/results")
    arguments = parser.parse_args()
    project = arguments.work / "maximum_entropy" / "censemble.yaml"
    out = arguments.work / "scenario"
    if arguments.replay:
        store = Store.open_readonly(arguments.replay)
        inputs = pipeline.read_project(project)
        scenario.compare(inputs, arguments.scenario, client=Client(replayed_model(store), store=store), out=out)
    else:
        command = ["scenario", project, "--scenario", arguments.scenario, "--out", out, "--quiet"]
        subprocess.run([sys.executable, "-m", "censemble", *command], check=True)
    if arguments.export:
        Store.open_readonly(project.parent / "answers.sqlite").export(arguments.export)
    without, with_it = (pd.read_parquet(out / name / "persons.parquet") for name in ("without", "with"))
    facts = json.loads((out / "scenario.json").read_text(encoding="utf-8"))
    told = {key: facts[key] for key in ("scenario", "changes", "refused", "notes")}
    changed = pd.read_parquet(out / "with" / "changed_persons.parquet")
    others = [again_of(project, arguments.work / "again", random_seed=k) for k in SEEDS]
    figures = {**told, **surge(without, with_it, others, changed[changed["scenario_added"] == 1])}
    if arguments.write:
        RESULTS.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(table_of(figures))


if __name__ == "__main__":
    main()
