"""Travellers of NHTS 2022 led in words: car-free, cycling, working from home, many deliveries.

    python benchmarks/nhts_steering.py --data ../shared/data --work ../bench --write    # results/nhts_steering.json
    python benchmarks/nhts_steering.py --docs                                           # the table of docs/steering.md

A persona model of the survey's adults (template personas with the benchmark's phrases) is trained once and kept in the
work folder. Each of the four steerings is then asked for in the personas' own words and in other words, at strengths 0,
0.25, 0.5, 0.75 and 1, with the same personas and the same random numbers. What is printed: docs/steering.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nhts
from steering_ways import CASES, Case, maker, steering_of

from censemble.generators.semapop.population_model import SemaPop
from censemble.generators.semapop.services import Outside
from censemble.pool import Pool
from censemble.steering import counterfactual

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "nhts_steering.json"
PAGE = HERE.parent / "docs" / "steering.md"
BEGIN, END = "<!-- travellers: begin -->", "<!-- travellers: end -->"
OTHER_WORDS = {
    "car-free": Case("leads a car-free life", "owns three automobiles", "vehicles", "0"),
    "cycling": Case("rides a bicycle nearly every day", "takes the car everywhere", "cycling", "most days"),
    "works from home": Case(
        "does all the work at home", "commutes to an office each morning", "work_from_home", "5 or more days"
    ),
    "many deliveries": Case(
        "receives packages at the door nearly every day",
        "goes shopping in local stores",
        "deliveries",
        "20 or more a month",
    ),
}
WORDINGS: Mapping[str, Mapping[str, Case]] = {"own": CASES, "other": OTHER_WORDS}
CAPPED: Mapping[str, Mapping[str, Any]] = {  # few steps, for a quarter of an hour or so
    "autoregressive": {"n_units": 16, "most_steps": 900, "again": False, "n_trees": 8, "dropout": 0.15},
    "gan": {},
    "vae": {},
}
KEPT = ("watched", "readings", "n_personas", "n_records", "strengths", "response", "side_effects", "support")


def model_of(name: str, folder: Path, survey: Pool) -> SemaPop:
    """The model that was trained before, or train it."""
    outside = Outside(maker(), progress=lambda phrase, _: print(f"\r{phrase:70.70s}", end="", flush=True))
    if (folder / "semapop.json").is_file():
        return SemaPop.load(folder, schema=nhts.SCHEMA, outside=outside)
    model = SemaPop(model=name, model_options=CAPPED[name], outside=outside).fit(nhts.SCHEMA, seed_sample=survey)
    model.save(folder)
    return model


def rows(model: SemaPop, survey: Pool, **options: Any) -> Iterator[dict[str, Any]]:
    """All steerings in both wordings."""
    for wording, cases in WORDINGS.items():
        for name, case in cases.items():
            steering = steering_of(case, "found", **options)
            found = counterfactual(model, steering, schema=nhts.SCHEMA, survey=survey, writer=maker().writer)
            kept = {key: found.facts[key] for key in KEPT}
            yield {"steering": name, "wording": wording, "towards": case.towards, "away": case.away, **kept}


def line_of(row: Mapping[str, Any]) -> str:
    """One row of the table."""
    response, last, support = row["response"], row["side_effects"][-1], row["support"]
    low, high = (100 * response[end][-1] for end in ("low", "high"))
    read = row["readings"][0]
    cells = [
        f"{row['towards']}",
        f"{read['statements'][0]} ({read['likeness']:.2f})",
        f"{100 * response['shares'][0]:.1f} → {100 * response['shares'][-1]:.1f} ({low:.1f} to {high:.1f})",
        "–" if response["spearman"] is None else f"{response['spearman']:.2f}",
        f"{100 * response['personas_never_back']:.0f}",
        f"{100 * last['raw']:.1f}, {100 * last['given_watched']:.1f}",
        f"{100 * last['null_given']:.1f}, {100 * last['null_given_largest']:.1f}",
        f"{last['given_watched'] / last['null_given']:.2f}",
        f"{100 * last['truth']:.1f} ({100 * last['unsteered']:.1f}, {100 * last['model']:.1f})",
        f"{'yes' if support['supported'] else 'no'}, {support['effective']:,.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def table_of(found: Mapping[str, Any]) -> str:
    """The table, in Markdown."""
    heads = [
        *("towards", "read as (cosine)", "share, strength 0 → 1, %", "rho", "never back, %"),
        *("side effects, raw and given, %", "null: mean, largest", "times the null's"),
        *("truth (unsteered, model)", "supported, records"),
    ]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *(line_of(row) for row in found["rows"])]
    return "\n".join(lines)


def with_table(page: str, found: Mapping[str, Any]) -> str:
    """The page with the table between its marks."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{table_of(found)}\n{END}{rest.split(END)[1]}"


def main() -> None:
    """Train or load, steer, print; write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("../bench"), help="where the trained model is kept")
    parser.add_argument("--model", default="autoregressive", choices=sorted(CAPPED))
    parser.add_argument("--personas", type=int, default=500)
    parser.add_argument("--draws", type=int, default=8)
    parser.add_argument("--random", type=int, default=5, help="random directions")
    parser.add_argument("--closeness", type=float, default=None)
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    parser.add_argument("--docs", action="store_true", help="write the table into docs/steering.md from the results")
    given = parser.parse_args()
    if given.docs:
        told = with_table(PAGE.read_text(encoding="utf-8"), json.loads(RESULTS.read_text(encoding="utf-8")))
        PAGE.write_text(told, encoding="utf-8")
        return
    survey = nhts.load(given.data)
    model = model_of(given.model, given.work / f"nhts_steering_{given.model}", survey)
    options = {"n_personas": given.personas, "n_draws": given.draws, "n_random": given.random}
    found: dict[str, Any] = {
        "model": given.model,
        "closeness": given.closeness,
        "records": survey.n_records,
        "rows": [],
    }
    print(f"\r{table_of(found)}")
    for row in rows(model, survey, closeness=given.closeness, **options):
        print(line_of(row), flush=True)
        found["rows"].append(row)
    if given.write:
        RESULTS.write_text(json.dumps(found, indent=1, allow_nan=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
