"""Scenarios: a situation in plain words becomes changes of the tables, and the population is made again.

The background stays by construction: every table is met as before, but for the records that the changes name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from censemble.change_tables import tables_of_changes
from censemble.changes import Changes, require_declared, shift_margins
from censemble.errors import ConfigError
from censemble.evaluation.scenario_facts import scenario_facts
from censemble.evaluation.scenario_page import render
from censemble.generators.llmsynthor.scenario_changes import Setting, propose_changes
from censemble.generators.llmsynthor.scenario_residents import residents_of, there_of
from censemble.inputs import Inputs
from censemble.io.output_folder import require_writable
from censemble.llm import Client, clean_text
from censemble.pipeline import make, publish_made, require_converged
from censemble.publication import Run
from censemble.run_pairs import WITH, PairFolder

Progress = Callable[[str, float], None]
FACTS, PAGE = "scenario.json", "scenario.html"


@dataclass(frozen=True, eq=False)
class Comparison:
    """A population without a scenario and one with it.

    Parameters
    ----------
    without, changed : Run
    changes : Changes
        What the scenario changed in the tables.
    facts : dict
        What moved and what did not (scenario.json).
    """

    without: Run
    changed: Run
    changes: Changes
    facts: dict[str, Any]


def apply_scenario(
    inputs: Inputs, text: str, *, client: Client, base: Run, random_seed: int | None = None
) -> tuple[Inputs, Changes]:
    """Ask a language model what a scenario changes, and change the tables by it.

    Not a model of behaviour: what follows from the scenario is what the model says of it, and numbers that the text
    does not state are its guesses.

    Parameters
    ----------
    inputs : Inputs
        With any generator; attributes are declared.
    text : str
        A situation in plain words, at most 4,000 characters.
    client : Client
        Asked once, and once more where its answer has faults.
    base : Run
        Of the same inputs: its population is what is changed.
    random_seed : int, optional
        Of the model's draw and of the records; the project's without one.

    Returns
    -------
    inputs : Inputs
        With the changed tables, and the changes in `inputs.scenario`.
    changes : Changes

    Raises
    ------
    ConfigError
        The text is empty or too long, the answer cannot be used, or no change can be made.
    LanguageModelError
        The model does not answer.
    SchemaError
        The tables count what no attribute describes.
    """
    require_declared(inputs.margins, inputs.schema)
    residents = residents_of(base.population, inputs.schema, inputs.geography, record_entity=inputs.record_entity)
    setting = Setting(residents, inputs.schema, inputs.geography, inputs.rules)
    chosen = inputs.settings.random_seed if random_seed is None else random_seed
    changes = propose_changes(setting, text, client=client, random_seed=chosen)
    there = {c.id: there_of(c, residents[c.of], inputs.geography) for c in changes.changes if c.where}
    changes = replace(changes, there=there)
    tables = tables_of_changes(changes, schema=inputs.schema, geography=inputs.geography)
    before = (*inputs.margins, *tables)
    margins, notes = shift_margins(before, changes.records, schema=inputs.schema, geography=inputs.geography)
    changes = replace(changes, notes=(*changes.notes, *notes))
    generator = inputs.generator
    if generator.kind == "llmsynthor":  # the only one that reads: it then proposes what is plausible in the scenario
        generator = replace(generator, options={**generator.options, "scenario": text})
    return replace(inputs, margins=margins, generator=generator, scenario=changes), changes


def run(
    inputs: Inputs,
    text: str,
    *,
    client: Client,
    out: str | Path | None = None,
    accept_relaxation: bool = False,
    progress: Progress | None = None,
    throw: bool = True,
) -> Run:
    """Make the population with a scenario alone; the one without it is made on the way and not kept.

    Parameters
    ----------
    inputs : Inputs
        With any generator.
    text : str
        The scenario.
    client : Client
        Of the scenario, and of the generator where it asks a language model.
    out : path, optional
        Folder for the outputs.
    accept_relaxation, progress, throw
        As in `censemble.run`.

    Raises
    ------
    ConfigError, SchemaError, LanguageModelError
        As in `apply_scenario`.
    InfeasibleError, ConvergenceError, OutputError
        As in `censemble.run`.
    """
    _check(inputs, text, None if out is None else Path(out))
    base = make(inputs, accept_relaxation=accept_relaxation, progress=_named("without", progress), client=client)
    changed, _ = apply_scenario(inputs, text, client=client, base=base.run)
    made = make(
        changed,
        out=None if out is None else Path(out),
        accept_relaxation=accept_relaxation,
        progress=_named("with", progress),
        client=client,
        start=base.fitted,
    )
    if out is not None:
        publish_made(made, Path(out), inputs=changed)
    if throw:
        require_converged(made)
    return made.run


def compare(
    inputs: Inputs,
    text: str,
    *,
    client: Client,
    out: str | Path | None = None,
    accept_relaxation: bool = False,
    progress: Progress | None = None,
    throw: bool = True,
) -> Comparison:
    """Make the population without and with a scenario, and say what moved.

    A third population, without the scenario and with another random seed, tells chance from effect; it is not kept.

    Parameters
    ----------
    inputs, text, client, accept_relaxation, progress, throw
        As in `run`.
    out : path, optional
        Folder: `without` and `with` in it are runs; `scenario.html`, and last `scenario.json`, compare them.

    Raises
    ------
    CensembleError
        As in `run`; nothing is written where the scenario cannot be applied.
    """
    folder = None if out is None else Path(out)
    _check(inputs, text, folder)
    if folder is not None:
        PairFolder(folder, PAGE, FACTS).require()
    base = make(inputs, accept_relaxation=accept_relaxation, progress=_named("without", progress), client=client)
    changed, changes = apply_scenario(inputs, text, client=client, base=base.run)
    made = make(
        changed,
        out=None if folder is None else folder / WITH,
        accept_relaxation=accept_relaxation,
        progress=_named("with", progress),
        client=client,
        start=base.fitted,
    )
    other = replace(inputs.settings, random_seed=inputs.settings.random_seed + 1)
    again = make(
        replace(inputs, settings=other),
        accept_relaxation=accept_relaxation,
        progress=_named("again", progress),
        fitted=base.fitted,
    )
    facts = scenario_facts(
        changes,
        (base.run.population, made.run.population, again.run.population),
        schema=inputs.schema,
        geography=inputs.geography,
        project=inputs.name,
        random_seed=inputs.settings.random_seed,
    )
    if folder is not None:
        page = render(facts, geojson=base.evidence.geojson, geojson_id=inputs.geojson_id)
        PairFolder(folder, PAGE, FACTS).publish((base, inputs), (made, changed), page=page, facts=facts)
    if throw:
        require_converged(base, made)
    return Comparison(base.run, made.run, changes, facts)


def _check(inputs: Inputs, text: str, out: Path | None) -> None:
    """Find what is wrong before minutes are spent."""
    if not clean_text(text):
        raise ConfigError("scenario: the text is empty; say in a sentence what happens")
    require_declared(inputs.margins, inputs.schema)
    if out is not None:
        require_writable(out)


def _named(which: str, progress: Progress | None) -> Progress | None:
    if progress is None:
        return None
    return lambda phrase, value: progress(
        f"{which} the scenario: {phrase}" if which != "again" else f"noise: {phrase}", value
    )
