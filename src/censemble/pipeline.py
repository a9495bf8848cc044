"""From inputs to a population: the only module that knows all stages."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np

from censemble.calibration import Calibration, Diagnosis, Status, diagnose
from censemble.controls import Controls, build_controls
from censemble.errors import ConvergenceError
from censemble.evaluation.fit import fit_table
from censemble.evaluation.verdict import check_thresholds
from censemble.generators.contradictions import contradictions
from censemble.generators.maximum_entropy import MaximumEntropy
from censemble.generators.protocol import Generator
from censemble.generators.registry import ASKING
from censemble.inputs import Inputs
from censemble.integerisation import Integerisation, integerise
from censemble.io.geojson import check_outlines, read_geojson
from censemble.io.output_folder import require_writable
from censemble.io.populationsim import read_populationsim as read_folder
from censemble.io.project import load_project
from censemble.io.project_reader import read_project as read_declared
from censemble.llm import Client
from censemble.pool import Pool
from censemble.population import expand
from censemble.proposal import Proposal, propose
from censemble.publication import Evidence, Run, manifest_of, publish, refuse, report_facts
from censemble.timings import Clock

Progress = Callable[[str, float], None]


def read_project(path: str | Path, *, frames: Mapping[str, Any] | None = None) -> Inputs:
    """Read a project file and everything it names.

    Parameters
    ----------
    path : str or Path
        Project file, or its folder.
    frames : mapping of file name to table, optional
        pandas, polars or pyarrow tables to use instead of files.

    Raises
    ------
    ConfigError, InputError
        With all problems found.
    """
    where = Path(path)
    where = where / "censemble.yaml" if where.is_dir() else where
    inputs = read_declared(load_project(where), base=where.parent, frames=frames, source=str(where))
    return inputs if frames else replace(inputs, origin={"kind": "project", "path": str(path)})


def read_populationsim(folder: str | Path) -> Inputs:
    """Read an existing PopulationSim folder, unchanged.

    Raises
    ------
    ConfigError, InputError
        With all problems found.
    """
    return replace(read_folder(Path(folder)), origin={"kind": "populationsim", "path": str(folder)})


def demo_inputs() -> Inputs:
    """Read the embedded case: Knoxville, Tennessee, ACS 2019-2023 (public domain)."""
    with as_file(files("censemble") / "demo") as folder:
        inputs = read_project(folder)
        named = tuple(replace(f, path=f"demo/{Path(f.path).name}") for f in inputs.files)
        notes = tuple(note.replace(f"{folder}{os.sep}", "demo/") for note in inputs.notes)
        # Where the package lies is nobody's business.
        return replace(inputs, files=named, notes=notes, origin={"kind": "demo", "path": ""})


def check(inputs: Inputs, *, progress: Progress | None = None, client: Client | None = None) -> Diagnosis:
    """Decide whether the tables can hold, and what would make them.

    Reading has already found what is wrong with the tables; the zone outlines are looked at here.

    Raises
    ------
    ConfigError
        A limit on a metric that does not exist.
    InputError
        The zone outlines cannot be read.
    """
    check_thresholds(inputs.thresholds)
    _outlines(inputs)
    if seen := _contradicting(inputs, progress or _silent):
        return seen
    proposal, controls = _prepare(inputs, progress or _silent, client)
    return _diagnose(inputs, controls, proposal.pool, progress)


def run(
    inputs: Inputs,
    *,
    out: str | Path | None = None,
    accept_relaxation: bool = False,
    progress: Progress | None = None,
    throw: bool = True,
    client: Client | None = None,
) -> Run:
    """Make a population: pool, calibrate, integerise, expand, evaluate, and write if `out` is given.

    Parameters
    ----------
    inputs : Inputs
        From `read_project`, `read_populationsim` or `demo_inputs`.
    out : path, optional
        Folder for the outputs.
    accept_relaxation : bool
        Go on with the smallest relaxation where exact controls contradict each other; it is recorded.
    progress : callable, optional
        Told the name of each step and a figure.
    throw : bool
        Raise `ConvergenceError` when calibration did not converge (outputs are written first).
    client : Client, optional
        Asks the language model, where the generator needs one (`model_client.client_of`).

    Raises
    ------
    InfeasibleError
        Exact controls contradict each other and `accept_relaxation` is false; holds the diagnosis, which is also
        written to feasibility.json unless `out` holds an earlier finished run.
    ConvergenceError
        Calibration stalled or ran out of iterations.
    InputError
        The zone outlines cannot be read.
    OutputError
        The outputs cannot be written; an unusable `out` is found before the work begins.
    """
    made = make(
        inputs,
        out=None if out is None else Path(out),
        accept_relaxation=accept_relaxation,
        progress=progress,
        client=client,
    )
    if out is not None:
        publish_made(made, Path(out), inputs=inputs)
    if throw:
        require_converged(made)
    return made.run


def require_converged(*several: Made) -> None:
    """Refuse runs whose calibration did not converge; what they came to is kept in the error.

    Raises
    ------
    ConvergenceError
        With the first such run, and how far it is off.
    """
    for made in several:
        fit = made.run.calibration
        if fit.status is not Status.CONVERGED:
            told = f"{fit.status.value} Largest residual: {fit.largest_residual:,.3f} counts."
            raise ConvergenceError(told, made.run)


@dataclass(frozen=True, eq=False)
class Made:
    """A run that is made and not yet written.

    Parameters
    ----------
    run : Run
    evidence : Evidence
    clock : Clock
    fitted : Generator or None
        What proposed the records.
    """

    run: Run
    evidence: Evidence
    clock: Clock
    fitted: Generator | None


def make(
    inputs: Inputs,
    *,
    out: Path | None = None,
    accept_relaxation: bool = False,
    progress: Progress | None = None,
    client: Client | None = None,
    fitted: Generator | None = None,
    start: Generator | None = None,
) -> Made:
    """Make a population as `run` does and write nothing but, into `out`, why tables contradict each other.

    Parameters
    ----------
    inputs : Inputs
        As in `run`.
    out : Path, optional
        Where the outputs will go.
    accept_relaxation, progress, client
        As in `run`.
    fitted : Generator, optional
        Fitted to these inputs before; it draws other records where the random seed is another.
    start : Generator, optional
        Fitted to inputs that differ a little, for a language model to go on from.

    Raises
    ------
    InfeasibleError, InputError, OutputError
        As in `run`. Calibration that does not converge is left to the caller.
    """
    clock = Clock()
    tell = progress or _silent
    if out is not None:
        require_writable(out)
    check_thresholds(inputs.thresholds)
    geojson = _outlines(inputs)
    if fitted is None and not accept_relaxation and (seen := _contradicting(inputs, tell)):
        refuse(seen, inputs, out)
    proposal, controls = _prepare(inputs, tell, client, fitted=fitted, start=start)
    pool = proposal.pool
    clock.lap("prepare")
    diagnosis = _diagnose(inputs, controls, pool, tell)
    if not diagnosis.feasible and not accept_relaxation:
        refuse(diagnosis, inputs, out)
    fit = diagnosis.calibration
    clock.lap("calibrate")
    whole = _integerise(fit, controls, diagnosis, inputs, tell)
    clock.lap("integerise")
    population = expand(pool, inputs.schema, inputs.geography, zone=whole.zone, record=whole.record)
    clock.lap("expand")
    tell("writing the report", 0.0)
    manifest = manifest_of(inputs, diagnosis, accept_relaxation=accept_relaxation, proposal=proposal)
    table = fit_table(
        controls, inputs.margins, inputs.geography, relaxed=diagnosis.goals, fitted=fit.fitted, result=whole.results
    )
    facts = report_facts(
        inputs, proposal=proposal, fit=table, calibration=fit, whole=whole, manifest=manifest, geojson=geojson
    )
    clock.lap("evaluate")
    evidence = Evidence(pool, table, whole.results, geojson, proposal.tables)
    return Made(Run(population, facts, manifest, diagnosis, fit), evidence, clock, proposal.fitted)


def publish_made(made: Made, out: Path, *, inputs: Inputs) -> None:
    """Write a run that was made.

    Raises
    ------
    OutputError
        The folder cannot be made or written; files of an earlier run are then still there.
    """
    publish(made.run, out, inputs=inputs, evidence=made.evidence, clock=made.clock)


def _outlines(inputs: Inputs) -> dict[str, Any] | None:
    outlines = read_geojson(inputs.geojson)
    check_outlines(
        outlines,
        inputs.geography.zones,
        path=inputs.geojson,
        id_property=inputs.geojson_id,
        schema=inputs.schema,
    )
    return outlines


def _silent(_phrase: str, _value: float) -> None:
    """Tell nobody."""


def _contradicting(inputs: Inputs, tell: Progress) -> Diagnosis | None:
    """Why tables cannot hold whatever a language model proposes, where their sums say so: before it is paid.

    What contradicts what is worked out with records made of the tables alone.
    """
    if inputs.generator.kind not in ASKING or not contradictions(inputs.schema, inputs.margins):
        return None
    options = {"size": inputs.generator.options.get("size", "")}
    alone = replace(inputs, generator=replace(inputs.generator, kind=MaximumEntropy.name, options=options))
    proposal, controls = _prepare(alone, tell, None)
    found = _diagnose(alone, controls, proposal.pool, tell)
    return None if found.feasible else found


def _prepare(
    inputs: Inputs,
    tell: Progress,
    client: Client | None,
    *,
    fitted: Generator | None = None,
    start: Generator | None = None,
) -> tuple[Proposal, Controls]:
    tell("proposing records", 0.0)
    proposal = propose(inputs, client=client, progress=tell, fitted=fitted, start=start)
    controls = build_controls(proposal.pool, inputs.margins, inputs.geography, effective_size=proposal.effective_size)
    return proposal, controls


def _options(inputs: Inputs, controls: Controls, pool: Pool) -> dict[str, Any]:
    settings = inputs.settings
    level = settings.expansion_level or pool.area_level
    units = inputs.geography.unit_of_zone[inputs.geography.level_index(level)] if level else None
    return {
        "max_expansion_factor": settings.max_expansion_factor,
        "expansion_units": units,
        "tol": settings.tol,
        "max_iter": settings.max_iter,
    }


def _diagnose(inputs: Inputs, controls: Controls, pool: Pool, progress: Progress | None) -> Diagnosis:
    diagnosis: Diagnosis = diagnose(controls, progress=progress, **_options(inputs, controls, pool))
    return diagnosis


def _integerise(
    fit: Calibration, controls: Controls, diagnosis: Diagnosis, inputs: Inputs, tell: Progress
) -> Integerisation:
    """Aim at the (relaxed) targets of exact controls, at the fitted values of soft ones."""
    goals = diagnosis.goals
    aims = {
        level.level: np.where(
            (level.sd > 0) & ~np.isnan(goals[level.level]), fit.fitted[level.level], goals[level.level]
        )
        for level in controls.levels
    }
    return integerise(
        fit,
        controls,
        aims=aims,
        zone_sums=fit.zone_sums(),
        random_seed=inputs.settings.random_seed,
        progress=tell,
    )


__all__ = ["Run", "check", "demo_inputs", "read_populationsim", "read_project", "run"]
