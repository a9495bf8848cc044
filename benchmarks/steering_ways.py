"""Which way from words to a direction: response, side effects, truth and support on travellers of NHTS 2022.

    python benchmarks/steering_ways.py --data ../shared/data --work ../bench

Four steerings of the survey's adults (car-free, cycling, working from home, many deliveries), each in every way, on the
model of nhts_steering.py, which is trained once and kept in the work folder. Printed for each:
mean length of the move, response at strengths 0, 0.5 and 1, Spearman's rho, side effects given the watched label and
those of random directions, distance to the reweighted survey with and without steering, share of personas beyond the
usual distance, whether it is supported.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nhts
import numpy as np

from censemble.generators.semapop.persona_maker import StandardMaker
from censemble.generators.semapop.population_model import SemaPop
from censemble.generators.semapop.services import Outside
from censemble.personas.phrasing import Wording
from censemble.personas.template import TemplateWriter
from censemble.pool import Pool
from censemble.steering import counterfactual
from censemble.steering_plan import WAYS, Steering, Way


@dataclass(frozen=True)
class Case:
    """One steering in words, and the label that it is about."""

    towards: str
    away: str
    attribute: str
    label: str


MODELS = ("autoregressive", "gan", "vae")
HEADER = "case             way        length   0 / .5 / 1, %      rho  given  null  truth  unst.  beyond  supported"
CASES = {
    "car-free": Case("lives car-free", "has three cars in the household", "vehicles", "0"),
    "cycling": Case("cycles most days", "drives to everything", "cycling", "most days"),
    "works from home": Case(
        "works from home all week", "goes out to the workplace every working day", "work_from_home", "5 or more days"
    ),
    "many deliveries": Case(
        "gets a parcel delivered almost every day", "buys everything in shops", "deliveries", "20 or more a month"
    ),
}


def steering_of(case: Case, way: Way | None, **options: Any) -> Steering:
    """The case in one way, watched; None is the way that is taken where nobody says."""
    watch = f"{case.attribute}={case.label}"
    if way == "rewritten":
        return Steering(set_to={case.attribute: case.label}, watch=watch, **options)
    away = () if way == "towards" else (case.away,)
    return Steering((case.towards,), away, way=way, watch=watch, **options)


def maker() -> StandardMaker:
    """Template personas with the phrases of the benchmark."""
    words = nhts.words()
    return StandardMaker(TemplateWriter(Wording(words=words["words"], patterns=words.get("patterns", {}))))


def model_of(name: str, work: Path, survey: Pool, *, width: int | None = None) -> SemaPop:
    """The model that was trained before with default settings, or train it; it is kept in the folder."""
    folder = work / f"nhts_steering_{name}{'' if width is None else f'_{width}'}"
    outside = Outside(maker(), progress=lambda phrase, _: print(f"\r{phrase:70.70s}", end="", flush=True))
    if (folder / "semapop.json").is_file():
        return SemaPop.load(folder, schema=nhts.SCHEMA, outside=outside)
    model = SemaPop(model=name, width=width, outside=outside).fit(nhts.SCHEMA, seed_sample=survey)
    model.save(folder)
    return model


def line_of(name: str, way: str, facts: dict[str, Any], length: float) -> str:
    """One row of the table."""
    response, last, support = facts["response"], facts["side_effects"][-1], facts["support"]
    shares = " ".join(f"{100 * s:5.1f}" for s in response["shares"])
    rho = response["spearman"]
    return (
        f"{name:16s} {way:10s} {length:6.2f}  {shares}  {'-' if rho is None else f'{rho:5.2f}'}  "
        f"{100 * last['given_watched']:5.1f} {100 * last['null_given']:5.1f}  {100 * last['truth']:5.1f} "
        f"{100 * last['unsteered']:5.1f}  {100 * support['beyond']:4.0f}  {'yes' if support['supported'] else 'no'}"
    )


def rows(model: SemaPop, survey: Pool, made: StandardMaker, **options: Any) -> Iterator[str]:
    """All cases in all ways."""
    for name, case in CASES.items():
        for way in WAYS:
            if way == "matched" and options.get("reach", 1.0) != 1:
                continue  # it ends at people there are
            steering = steering_of(case, way, strengths=(0.0, 0.5, 1.0), **options)
            found = counterfactual(model, steering, schema=nhts.SCHEMA, survey=survey, writer=made.writer)
            yield line_of(name, way, found.facts, float(np.linalg.norm(found.moves.moves, axis=1).mean()))


def main() -> None:
    """Train, steer, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("../bench"), help="where the trained model is kept")
    parser.add_argument("--model", default="autoregressive", choices=MODELS)
    parser.add_argument("--closeness", type=float, default=None)
    parser.add_argument("--personas", type=int, default=300)
    parser.add_argument("--reach", type=float, default=1.0)
    given = parser.parse_args()
    made, survey = maker(), nhts.load(given.data)
    model = model_of(given.model, given.work, survey)
    print(f"\r{HEADER}")
    options = {"closeness": given.closeness, "n_personas": given.personas, "reach": given.reach}
    for row in rows(model, survey, made, n_draws=4, n_random=2, **options):
        print(row, flush=True)


if __name__ == "__main__":
    main()
