"""Steering: a population model conditioned on personas is led by words, and a report says what that moved.

Above the pipeline: populations are made as in any run, from a pool whose personas were moved.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from censemble.coding import Coding
from censemble.errors import ConfigError, InfeasibleError
from censemble.evaluation.counterfactual_codes import CodedPool, Watched, code_pool
from censemble.evaluation.counterfactual_facts import between_runs, counterfactual_facts
from censemble.evaluation.counterfactual_page import render
from censemble.evaluation.counterfactual_support import FEW, SOME, judged
from censemble.generators.semapop.population_model import SemaPop
from censemble.inputs import Inputs
from censemble.llm import Client
from censemble.personas.by_name import wording_of
from censemble.personas.template import TemplateWriter
from censemble.personas.writer import Writer
from censemble.pipeline import Made, make, require_converged
from censemble.pool import Pool
from censemble.proposal import fit_generator
from censemble.publication import Run
from censemble.run_pairs import WITH, WITHOUT, PairFolder
from censemble.schema import Entity, Schema
from censemble.steering_draws import OF_INTERVALS, OF_PERSONAS, Drawing, draw_protocol, examples, stream
from censemble.steering_model import choose_personas, draw_near, moved, support_at
from censemble.steering_moves import Moves
from censemble.steering_plan import Steering, released
from censemble.steering_pool import SteeredSemaPop
from censemble.steering_readings import denials, few_say, unread
from censemble.steering_watch import codings_with, watched_in

Progress = Callable[[str, float], None]
FACTS, PAGE = "counterfactual.json", "counterfactual.html"


LEAD_LESS = (
    "Without steering the tables hold: they contradict who the population was steered to. Release those that it shall "
    "not meet (--release), or steer fewer or less (--share, --strength)."
)


@dataclass(frozen=True, eq=False)
class Steered:
    """A population without steering and one with it.

    Parameters
    ----------
    without, steered : Run
    facts : dict
        The counterfactual report (counterfactual.json).
    """

    without: Run
    steered: Run
    facts: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """What a steering does to records drawn from a fixed set of personas.

    Parameters
    ----------
    facts : dict
        Of the report.
    moves : Moves
        Of all personas.
    watched : Watched
        Whose share is the response.
    codings : mapping
        As pools are coded for the figures.
    """

    facts: dict[str, Any]
    moves: Moves
    watched: Watched
    codings: Mapping[Entity, tuple[Coding, ...]]


def counterfactual(
    model: SemaPop,
    steering: Steering,
    *,
    schema: Schema,
    survey: Pool,
    random_seed: int = 0,
    writer: Writer | None = None,
    progress: Progress | None = None,
) -> Counterfactual:
    """Measure what a steering moves and what it leaves, before any calibration.

    Not a forecast of behaviour: it says what the model believes of people who are described differently.

    Parameters
    ----------
    model : SemaPop
        Fitted to the survey, conditioned on texts.
    steering : Steering
        What is asked.
    schema : Schema
        Of the survey.
    survey : Pool
        The truth that steered records are held against, reweighted.
    random_seed : int
        Of personas, records, random directions and intervals.
    writer : Writer, optional
        Writes personas anew where attributes are set; the template without one.
    progress : callable, optional
        Told a phrase and the share that is done.

    Raises
    ------
    ConfigError
        Attributes or labels that do not exist, a model without texts.
    SchemaError
        The model is not fitted, or cannot draw.
    """
    codings = codings_with(schema, survey, steering.watch)
    moves = moved(model, steering, schema=schema, survey=survey, writer=writer)
    personas = choose_personas(model, steering.n_personas, stream(random_seed, OF_PERSONAS))
    draws, ends = draw_protocol(
        moves,
        personas,
        near=draw_near(model, steering.closeness),
        drawing=Drawing(steering.strengths, steering.n_draws, steering.n_random, random_seed),
        codings=codings,
        progress=progress or _silent,
    )
    watched = watched_in(codings, steering.watch, schema, draws.steered)
    facts = counterfactual_facts(
        draws,
        code_pool(survey, codings),
        support=support_at(model, moves, personas, steering.strength),
        watched=watched,
        is_named=bool(steering.watch),
        rng=stream(random_seed, OF_INTERVALS),
    )
    read = [reading for reading in moves.readings if reading.text in steering.towards]
    reasons = [*facts["support"]["reasons"], *unread(read), *few_say(read, below=FEW)]
    warned = [*facts["support"]["cautions"], *few_say(read, below=SOME, least=FEW), *denials(read)]
    facts["support"] |= judged(reasons, warned)
    texts = [model.bank_.texts[p] for p in personas]
    facts = {
        "format": "censemble-counterfactual/1",
        "steering": steering.facts(),
        "readings": [reading.facts() for reading in moves.readings],
        "random_seed": random_seed,
        **facts,
        "examples": examples(draws, ends, watched, schema=schema, texts=texts),
    }
    return Counterfactual(facts, moves, watched, codings)


def steer(
    inputs: Inputs,
    steering: Steering,
    *,
    model: SemaPop | None = None,
    out: str | Path | None = None,
    accept_relaxation: bool = False,
    progress: Progress | None = None,
    throw: bool = True,
    client: Client | None = None,
) -> Steered:
    """Make a population without steering and one with it, and report what the steering moves.

    Both are calibrated to the project's tables; margins that are released do not bind the steered one. A steering that
    the data cannot support is made all the same and says so: `facts["support"]`.

    Parameters
    ----------
    inputs : Inputs
        With a survey, and `semapop` as the generator unless a model is given.
    steering : Steering
        What is asked.
    model : SemaPop, optional
        Fitted before.
    out : path, optional
        Folder: `without` and `with` in it are runs; `counterfactual.html`, `counterfactual.json` (last) compare them.
    accept_relaxation, progress, throw, client
        As in `censemble.run`.

    Raises
    ------
    ConfigError
        Another generator, margins, attributes or labels that do not exist.
    SchemaError, InfeasibleError, ConvergenceError, OutputError
        As in `censemble.run`.
    """
    tell = progress or _silent
    folder = None if out is None else Path(out)
    survey = _survey_of(inputs, model)
    with_fewer = replace(inputs, margins=released(inputs.margins, steering.release))
    codings_with(inputs.schema, survey, steering.watch)  # what is wrong with it is said before minutes are spent
    if folder is not None:
        PairFolder(folder, PAGE, FACTS).require()
    fitted = model or _semapop(inputs, client, tell)
    seed = inputs.settings.random_seed
    found = counterfactual(
        fitted,
        steering,
        schema=inputs.schema,
        survey=survey,
        random_seed=seed,
        writer=TemplateWriter(wording_of(inputs.personas)),
        progress=progress,
    )

    def made(which: str, those: Inputs, strength: float) -> Made:
        generator = SteeredSemaPop(
            fitted, found.moves, strength=strength, share=steering.share, closeness=steering.closeness
        )
        path = folder / WITH if folder is not None and which == WITH else None
        return make(
            those,
            out=path,
            accept_relaxation=accept_relaxation,
            progress=lambda phrase, value: tell(f"{which} steering: {phrase}", value),
            client=client,
            fitted=generator,
        )

    base = made(WITHOUT, inputs, 0.0)
    try:
        done = made(WITH, with_fewer, steering.strength)
    except InfeasibleError as error:
        raise InfeasibleError(f"{error.message}\n{LEAD_LESS}", error.diagnosis) from error
    _say_what_steered(done, inputs, steering, found.facts)
    facts = {
        **found.facts,
        "project": inputs.name,
        "populations": between_runs(_calibrated(base, found), _calibrated(done, found), found.watched),
    }
    if folder is not None:
        PairFolder(folder, PAGE, FACTS).publish((base, inputs), (done, with_fewer), page=render(facts), facts=facts)
    if throw:
        require_converged(base, done)
    return Steered(base.run, done.run, facts)


def _survey_of(inputs: Inputs, model: SemaPop | None) -> Pool:
    if model is None and inputs.generator.kind != SemaPop.name:
        raise ConfigError(
            f"steer: the project's generator is {inputs.generator.kind!r}, which knows no personas; write "
            "`generator: {kind: semapop}`, or give a trained model"
        )
    if inputs.seed_sample is None:
        raise ConfigError("steer: the project has no seed sample, and personas are those of its records; name one")
    return inputs.seed_sample


def _semapop(inputs: Inputs, client: Client | None, progress: Progress) -> SemaPop:
    fitted = fit_generator(inputs, client=client, progress=progress)
    assert isinstance(fitted, SemaPop)
    return fitted


def _calibrated(made: Made, found: Counterfactual) -> CodedPool:
    coded = code_pool(made.evidence.pool, found.codings)
    return replace(coded, weights=np.asarray(made.run.calibration.record_totals(), dtype=np.float64))


def _say_what_steered(made: Made, inputs: Inputs, steering: Steering, facts: Mapping[str, Any]) -> None:
    """The manifest of the steered run says what steered it."""
    supported = {key: facts["support"][key] for key in ("supported", "level", "reasons", "cautions")}
    made.run.manifest["steering"] = {**steering.facts(), **supported}
    made.run.manifest["command"] = command_of(inputs.origin, steering)
    made.run.manifest["notes"] += [f"steering: {told}." for told in (*supported["reasons"], *supported["cautions"])]


def command_of(origin: Mapping[str, str], steering: Steering) -> str:
    """Spell the command that steers so; for tables in memory there is none.

    Examples
    --------
    >>> command_of({"kind": "project", "path": "town"}, Steering(("cycles everywhere",), strength=0.5))
    "censemble steer town --towards 'cycles everywhere' --strength 0.5 --out OUT"
    """
    if origin.get("kind") != "project":
        return ""
    pairs = [*(("--towards", t) for t in steering.towards), *(("--away", t) for t in steering.away)]
    pairs += [("--set", f"{name}={label}") for name, label in steering.set_to.items()]
    pairs += [("--way", steering.way)] if steering.way else []
    pairs += [(f"--{name}", f"{value:g}") for name, value in _numbers(steering).items() if value != 1]
    pairs += [("--release", name) for name in steering.release]
    pairs += [("--watch", steering.watch)] if steering.watch else []
    told = " ".join(f"{option} {shlex.quote(value)}" for option, value in pairs)
    return f"censemble steer {shlex.quote(origin['path'])} {told} --out OUT"


def _numbers(steering: Steering) -> dict[str, float]:
    own = {"strength": steering.strength, "reach": steering.reach, "share": steering.share}
    return own if steering.closeness is None else {**own, "closeness": steering.closeness}


def _silent(_phrase: str, _value: float) -> None:
    """Tell nobody."""
