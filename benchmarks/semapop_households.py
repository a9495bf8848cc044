"""SemaPop end to end: households of the demonstration, calibrated to every block group, beside other pools.

    python benchmarks/semapop_households.py                      # every generator, one after the other
    python benchmarks/semapop_households.py --row semapop        # one of them; a training that was stopped goes on
    python benchmarks/semapop_households.py --docs               # only the table of docs/how-to-choose.md
    python benchmarks/semapop_households.py --speed persons      # training of 50,000 persons; or 20,000 households

Same tables, same rules (rules/knoxville_households.yaml), same random seed; seed_sample proposes the survey, the others
as many households as `--records` says. Figures: semapop_household_figures.py; kept in results/semapop_households.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import semapop_household_figures as measured
from household_ages import ROLES

import censemble
from censemble.generators import BayesianNetwork
from censemble.generators.proposals import person_pool
from censemble.generators.protocol import Generator
from censemble.generators.semapop.population_model import SemaPop
from censemble.inputs import GeneratorSettings, Inputs
from censemble.io.rules_file import read_rules
from censemble.pipeline import make
from censemble.pool import Pool
from censemble.proposal import fit_generator
from censemble.schema import Schema

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "semapop_households.json"
RULES = HERE / "rules" / "knoxville_households.yaml"
PAGE = HERE.parent / "docs" / "how-to-choose.md"
MARKS = ("<!-- semapop_households.py: begin -->\n", "<!-- semapop_households.py: end -->\n")
ROWS = {"seed_sample": "the survey", "bayesian_network": "Bayesian network", "semapop": "SemaPop"}
SURVEY, SPEED = "survey", "speed"
SPEED_HOUSEHOLDS, SPEED_PERSONS = 20_000, 50_000


def case() -> Inputs:
    """The demonstration with rules, and with roles for the network."""
    inputs = censemble.demo_inputs()
    schema = replace(inputs.schema, roles=ROLES)
    return replace(inputs, schema=schema, rules=read_rules(RULES, schema))


def row(name: str, inputs: Inputs, raked: Pool, arguments: argparse.Namespace) -> dict[str, Any]:
    """Make one population and measure it."""
    records = 0 if name == "seed_sample" else arguments.records
    inputs = replace(inputs, generator=GeneratorSettings(name, records))
    fitted, cost = fitted_once(inputs, arguments.work)
    rules = measured.without_rules(fitted, inputs)
    began = time.process_time()
    made = make(inputs, accept_relaxation=True, fitted=fitted)
    cost["run_cpu"] = round(time.process_time() - began, 1)
    found = measured.figures_of(made, inputs, raked)
    trained = fitted.facts() if isinstance(fitted, SemaPop) else {}
    return found | {"rules": rules, "cost": cost, "trained": trained, "laps": made.clock.laps}


def fitted_once(inputs: Inputs, work: Path) -> tuple[Generator, dict[str, float]]:
    """Fit, and what it cost; SemaPop is kept below the work folder and not trained twice."""
    folder, is_kept = work / inputs.generator.kind, inputs.generator.kind == SemaPop.name
    told = folder / "cost.json"
    if is_kept and told.exists():
        return SemaPop.load(folder / "model", schema=inputs.schema), json.loads(told.read_text())
    folder.mkdir(parents=True, exist_ok=True)
    began = time.process_time()
    checkpoint = folder / "training.safetensors" if is_kept else None
    fitted = fit_generator(inputs, checkpoint=checkpoint, progress=tell)
    cost = {"fit_cpu": round(time.process_time() - began, 1)}
    if isinstance(fitted, SemaPop):
        fitted.save(folder / "model")
        told.write_text(json.dumps(cost))
    return fitted, cost


def tell(phrase: str, done: float) -> None:
    """How far training is; a stopped training's CPU seconds count from where it went on."""
    print(f"{time.process_time():7.0f} CPU s  {phrase}, {done:.0%}", file=sys.stderr, flush=True)


def survey_row(inputs: Inputs, raked: Pool) -> dict[str, Any]:
    """Of the survey itself, by its design weights: what populations are held against."""
    survey = inputs.seed_sample
    assert survey is not None
    kish = {n: float(p.prior_weights.sum() ** 2 / (p.prior_weights**2).sum()) for n, p in _both(survey, raked)}
    return {"ages": measured.ages_of(survey, inputs), "ess_design": kish["design"], "ess_raked": kish["raked"]}


def _both(survey: Pool, raked: Pool) -> list[tuple[str, Pool]]:
    return [("design", survey), ("raked", raked)]


def lines_of(results: Mapping[str, Any]) -> list[list[str]]:
    """The table: a line a figure, a column a generator."""
    names = [name for name in ROWS if name in results]
    found = [results[name] for name in names]

    def line(title: str, cell: Any) -> list[str]:
        return [title, *(cell(row) for row in found)]

    def joint(entity: str) -> Any:
        return lambda row: f"{row['joints'][entity]['srmse']:.3f}"

    def use(name: str) -> Any:
        return lambda row: f"{row['diversity'][name]:,.0f}"

    return [
        ["", *(f"`{name}`" for name in names)],
        *(_levels(found)),
        line("SRMSE, pairs of household attributes", joint("households")),
        line("SRMSE, pairs with persons' attributes", joint("persons")),
        line("the same of a fresh draw from the raked survey", lambda r: f"{r['joints']['all']['srmse_noise']:.3f}"),
        line("records proposed", use("n_records")),
        line("households that differ", use("distinct")),
        line("most copies of one household, in all", use("most_copies")),
        line("most copies of one household in one zone", use("largest_reuse")),
        line("households that are one of the survey's", lambda r: f"{r['diversity']['share_of_survey']:.1%}"),
        line("effective sample size before calibration", use("ess_design")),
        line("after calibration", use("ess_calibrated")),
        line("after integerising", use("ess_counts")),
        line("break a rule, refused and drawn again", lambda r: f"{r['rules']['any']:.1%}"),
        line("incomplete, drawn again", _incomplete),
        line("partner's age less head's", lambda r: r["ages"]["partner"]),
        line("head's age less child's", lambda r: r["ages"]["child"]),
        line("child gap < 14", lambda r: f"{r['ages']['young']:.1%}"),
        line("CPU seconds: learning", lambda r: f"{r['cost']['fit_cpu']:,.0f}"),
        line("CPU seconds: the run", lambda r: f"{r['cost']['run_cpu']:,.0f}"),
    ]


def _levels(found: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    lines = []
    for level in found[0]["levels"] if found else ():
        name, tables = level.replace("_", " "), [row["levels"][level] for row in found]
        lines.append([f"{name}: total absolute error", *(f"{t['tae']:,.0f} of {t['sum_target']:,.0f}" for t in tables)])
        lines.append([f"{name}: cells inside their MOE", *(f"{t['share_inside_moe']:.2%}" for t in tables)])
    return lines


def _incomplete(row: Mapping[str, Any]) -> str:
    draws = row["trained"].get("draws")
    return f"{draws['incomplete'] / draws['drawn']:.1%}" if draws else ""


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """Cells as a Markdown table."""
    first, *rest = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([first, "|" + "---|" * len(lines[0]), *rest]) + "\n"


def write_page(table: str) -> None:
    """Put the table between its marks."""
    text = PAGE.read_text(encoding="utf-8")
    (before, rest), end = text.split(MARKS[0]), MARKS[1]
    PAGE.write_text(f"{before}{MARKS[0]}\n{table}\n{end}{rest.split(end)[1]}", encoding="utf-8")


def speed(inputs: Inputs, entity: str) -> dict[str, float]:
    """Train with default settings on 20,000 households that the network drew, or on 50,000 persons as flat rows."""
    survey = inputs.seed_sample
    assert survey is not None
    network = BayesianNetwork().fit(inputs.schema, seed_sample=survey)
    if entity == "persons":
        return _timed(inputs.schema, flat_persons(network, inputs.schema))
    return _timed(inputs.schema, network.sample(SPEED_HOUSEHOLDS, np.random.default_rng(3)))


def flat_persons(network: BayesianNetwork, schema: Schema) -> Pool:
    """Persons of drawn households as flat rows of equal weight."""
    n = SPEED_PERSONS
    drawn = network.sample(n, np.random.default_rng(4))  # at least one person in each
    columns = {a.name: drawn.persons[a.name][:n] for a in schema.of("persons")}
    ids = pa.array([str(i) for i in range(n)], pa.string())
    return person_pool(columns, ids=ids, total_weight=float(n), generator="bayesian_network")


def _timed(schema: Schema, survey: Pool) -> dict[str, float]:
    began = time.process_time(), time.perf_counter()
    model = SemaPop().fit(schema, seed_sample=survey)
    spent = time.process_time() - began[0], time.perf_counter() - began[1]
    taken = {"cpu": round(spent[0], 1), "wall": round(spent[1], 1), "records": survey.n_records}
    return taken | {"persons": len(survey.record_of_person), "best_step": model.curves_.best_step}


def main() -> None:
    """Make the rows asked for, measure, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--row", choices=ROWS, action="append", default=[])
    parser.add_argument("--records", type=int, default=20_000, help="households that generators propose")
    parser.add_argument("--work", type=Path, default=Path("out-benchmark/semapop_households"))
    parser.add_argument("--docs", action="store_true", help="only write the table into docs/how-to-choose.md")
    parser.add_argument("--speed", choices=("households", "persons"), help="only time the training")
    arguments = parser.parse_args()
    for name, found in [] if arguments.docs else _found(arguments):
        text = json.dumps(kept() | {name: found}, indent=1, ensure_ascii=False)
        RESULTS.write_text(text + "\n", encoding="utf-8")
        print(f"{name} done", flush=True)
    table = markdown(lines_of(kept()))
    if arguments.docs:
        write_page(table)
    print(table)


def kept() -> dict[str, Any]:
    """What was found before."""
    return dict(json.loads(RESULTS.read_text(encoding="utf-8"))) if RESULTS.exists() else {}


def _found(arguments: argparse.Namespace) -> Any:
    """Name and figures of everything that was asked for, as soon as it is there."""
    inputs = case()
    if arguments.speed:
        yield SPEED, kept().get(SPEED, {}) | {arguments.speed: speed(inputs, arguments.speed)}
        return
    raked = measured.raked_survey(inputs)
    yield SURVEY, survey_row(inputs, raked)
    for name in arguments.row or ROWS:
        yield name, row(name, inputs, raked, arguments)


if __name__ == "__main__":
    main()
