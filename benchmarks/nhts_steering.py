"""Travellers of NHTS 2022 led in words: car-free, cycling, working from home, many deliveries.

    python benchmarks/nhts_steering.py --data ../shared/data --work ../bench --write    # results/nhts_steering.json
    python benchmarks/nhts_steering.py --model gan --write                              # the same of another model
    python benchmarks/nhts_steering.py --docs                                           # the tables of docs/steering.md

A persona model of the survey's adults (template personas with the benchmark's phrases, default settings) is trained
once and kept in the work folder. Asked for, at strengths 0, 0.25, 0.5, 0.75 and 1 and with the same personas and the
same random numbers, are:

* own: each of the four steerings in the personas' own words;
* seen: in other words, which were in view when it was settled how statements are cut and how alike words must be;
* held out: in words that nothing was settled by and that stand in no persona and no phrase, each tried once;
* check: four more directions in the personas' own words, which nothing was settled by either.

What is printed: docs/steering.md.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nhts
from steering_ways import CASES, MODELS, Case, maker, model_of, steering_of

from censemble.evaluation.counterfactual_support import FEW
from censemble.generators.semapop.population_model import SemaPop
from censemble.pool import Pool
from censemble.steering import counterfactual
from censemble.steering_plan import WAYS, Way

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "nhts_steering.json"
PAGE = HERE.parent / "docs" / "steering.md"
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
HELD_OUT: Mapping[str, Sequence[Case]] = {
    "car-free": (
        Case("belongs to a household without automobiles", "belongs to a household with automobiles", "vehicles", "0"),
        Case("has no vehicle to use", "has a garage full of vehicles", "vehicles", "0"),
    ),
    "cycling": (
        Case("goes by bike almost daily", "takes the automobile for every errand", "cycling", "most days"),
        Case("is an avid bicyclist", "is a keen motorist", "cycling", "most days"),
    ),
    "works from home": (
        Case("telecommutes full time", "travels to an office each day", "work_from_home", "5 or more days"),
        Case("has a remote job", "has a job on site", "work_from_home", "5 or more days"),
    ),
    "many deliveries": (
        Case("shops online constantly", "shops on the high street", "deliveries", "20 or more a month"),
        Case(
            "has purchases shipped to the house most days",
            "picks up purchases at the mall",
            "deliveries",
            "20 or more a month",
        ),
    ),
}
CHECKS = {
    "renting": Case("rents the home", "owns the home", "home", "rented"),
    "countryside": Case(
        "lives in the countryside", "lives in a very large city with a rail network", "area", "countryside"
    ),
    "large household": Case("lives in a household of five or more", "lives alone", "household_size", "5 or more"),
    "graduate degree": Case("has a graduate degree", "finished high school", "education", "graduate degree"),
}
WORDINGS: Mapping[str, Mapping[str, Sequence[Case]]] = {
    "own": {name: (case,) for name, case in CASES.items()},
    "seen": {name: (case,) for name, case in OTHER_WORDS.items()},
    "held out": HELD_OUT,
    "check": {name: (case,) for name, case in CHECKS.items()},
}
MARK = re.compile(r"<!-- travellers (.*): begin -->")
KEPT = ("watched", "readings", "n_personas", "n_records", "strengths", "response", "side_effects", "support")


def rows(
    model: SemaPop, survey: Pool, *, way: Way | None, wordings: Sequence[str], **options: Any
) -> Iterator[dict[str, Any]]:
    """All steerings in some wordings."""
    for wording, named in ((wording, WORDINGS[wording]) for wording in wordings):
        for name, case in ((name, case) for name, cases in named.items() for case in cases):
            steering = steering_of(case, way, **options)
            found = counterfactual(model, steering, schema=nhts.SCHEMA, survey=survey, writer=maker().writer)
            kept = {key: found.facts[key] for key in KEPT}
            said = {"towards": case.towards, "away": case.away, "way": steering.chosen_way}
            yield {"steering": name, "wording": wording, **said, **kept}


def firm(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Side effects at the greatest strength where enough records are left with and without the watched label."""
    return next((r for r in row["side_effects"][::-1] if r["given_records"] >= FEW), row["side_effects"][-1])


def line_of(row: Mapping[str, Any]) -> str:
    """One row of the table."""
    response, last, support, side = row["response"], row["side_effects"][-1], row["support"], firm(row)
    low, high = (100 * response[end][-1] for end in ("low", "high"))
    read = row["readings"][0]
    cells = [
        f"{row['towards']}",
        f"{read['statements'][0]} ({read['likeness']:.2f})",
        f"{100 * response['shares'][0]:.1f} → {100 * response['shares'][-1]:.1f} ({low:.1f} to {high:.1f})",
        "–" if response["spearman"] is None else f"{response['spearman']:.2f}",
        f"{100 * response['personas_never_back']:.0f}",
        f"{100 * side['given_watched']:.1f} at {side['strength']:g}",
        f"{100 * side['null_given']:.1f}, {100 * side['null_given_largest']:.1f}",
        f"{side['given_watched'] / side['null_given']:.2f}",
        f"{100 * last['truth']:.1f}",
        f"{100 * last['unsteered']:.1f}",
        f"{100 * last['fresh']:.1f} to {100 * last['fresh_personas']:.1f}",
        f"{100 * last['truth_error']:.1f}",
        f"{'yes' if support['supported'] else 'no'}, {support['effective']:,.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def table_of(found: Mapping[str, Any], wordings: Sequence[str] = tuple(WORDINGS)) -> str:
    """The table of some wordings, in Markdown."""
    heads = [
        *("towards", "read as (cosine)", "share, strength 0 → 1, %", "rho", "never back, %"),
        *("side effects, %, at strength", "null: mean, largest", "times the null's"),
        *("truth", "unsteered", "a fresh sample would have", "truth's own error", "supported, records"),
    ]
    told = [line_of(row) for row in found["rows"] if row["wording"] in wordings]
    return "\n".join([f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *told])


def with_tables(page: str, models: Mapping[str, Any]) -> str:
    """The page with a table between each pair of marks, which name a model and wordings: `travellers gan own, seen`."""
    for mark in MARK.findall(page):
        model, _, wordings = mark.partition(" ")
        begin, end = (f"<!-- travellers {mark}: {which} -->" for which in ("begin", "end"))
        before, rest = page.split(begin)
        page = f"{before}{begin}\n{table_of(models[model], wordings.split(', '))}\n{end}{rest.split(end)[1]}"
    return page


def results() -> dict[str, Any]:
    """What was written before, by model."""
    return dict(json.loads(RESULTS.read_text(encoding="utf-8"))["models"]) if RESULTS.is_file() else {}


def main() -> None:
    """Train or load, steer, print; write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("../bench"), help="where the trained model is kept")
    parser.add_argument("--model", default="autoregressive", choices=MODELS)
    parser.add_argument("--personas", type=int, default=500)
    parser.add_argument("--draws", type=int, default=8)
    parser.add_argument("--random", type=int, default=5, help="random directions")
    parser.add_argument("--closeness", type=float, default=None)
    parser.add_argument("--width", type=int, default=None, help="columns of projected personas")
    parser.add_argument("--way", default=None, choices=WAYS, help="left out: as without it")
    parser.add_argument("--wordings", nargs="+", default=list(WORDINGS), choices=list(WORDINGS))
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    parser.add_argument("--docs", action="store_true", help="write the tables into docs/steering.md from the results")
    given = parser.parse_args()
    if given.docs:
        PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), results()), encoding="utf-8")
        return
    survey = nhts.load(given.data)
    model = model_of(given.model, given.work, survey, width=given.width)
    print(f"\r{model.space_.width} columns keep {100 * model.space_.explained:.1f} % of the variance")
    options = {"n_personas": given.personas, "n_draws": given.draws, "n_random": given.random}
    found: dict[str, Any] = {
        "model": given.model,
        "model_options": dict(model.settings.model_options),
        "width": model.space_.width,
        "closeness": given.closeness,
        "records": survey.n_records,
        "rows": [],
    }
    print(f"\r{table_of(found)}", flush=True)
    for row in rows(model, survey, way=given.way, wordings=given.wordings, closeness=given.closeness, **options):
        print(line_of(row), flush=True)
        found["rows"].append(row)
    if given.write:
        kept = {"models": {**results(), given.model: found}}
        RESULTS.write_text(json.dumps(kept, indent=1, allow_nan=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
