"""From inputs to a population: the only module that knows all stages."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from censemble import __version__
from censemble.calibration import Calibration, Diagnosis, Status, diagnose
from censemble.controls import Controls, build_controls
from censemble.errors import ConvergenceError, InfeasibleError
from censemble.evaluation.diversity import diversity
from censemble.evaluation.facts import summarise
from censemble.evaluation.fit import fit_table
from censemble.evaluation.joints import joint_fidelity, resample_rng
from censemble.evaluation.report import render
from censemble.generators import SeedSample
from censemble.inputs import Inputs
from censemble.integerisation import Integerisation, integerise
from censemble.io.feasibility_tables import feasibility_facts, feasibility_text, relaxation_rows, unsupported_lines
from censemble.io.geojson import read_geojson
from censemble.io.output_folder import MANIFEST, open_output, require_writable, write_text
from censemble.io.populationsim import read_populationsim
from censemble.io.populationsim_output import write_populationsim
from censemble.io.project import load_project
from censemble.io.project_reader import read_project as read_declared
from censemble.pool import Pool
from censemble.population import Population, expand

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Run:
    """What a run gives.

    Parameters
    ----------
    population : Population
    facts : dict
        The report's facts (report.json).
    manifest : dict
    diagnosis : Diagnosis
    calibration : Calibration
    """

    population: Population
    facts: dict[str, Any]
    manifest: dict[str, Any]
    diagnosis: Diagnosis
    calibration: Calibration

    @property
    def households(self) -> pa.Table:
        """Synthetic households."""
        return self.population.households

    @property
    def persons(self) -> pa.Table:
        """Synthetic persons."""
        return self.population.persons


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
    return read_declared(load_project(where), base=where.parent, frames=frames, source=str(where))


def demo_inputs() -> Inputs:
    """Read the embedded case: Knoxville, Tennessee, ACS 2019-2023 (public domain)."""
    with as_file(files("censemble") / "demo") as folder:
        inputs = read_project(folder)
        named = tuple(replace(f, path=f"demo/{Path(f.path).name}") for f in inputs.files)
        notes = tuple(note.replace(f"{folder}{os.sep}", "demo/") for note in inputs.notes)
        return replace(inputs, files=named, notes=notes)  # where the package lies is nobody's business


def check(inputs: Inputs, *, progress: Progress | None = None) -> Diagnosis:
    """Decide whether the tables can hold, and what would make them.

    Reading has already found what is wrong with the tables; the zone outlines are looked at here.

    Raises
    ------
    InputError
        The zone outlines cannot be read.
    """
    read_geojson(inputs.geojson)
    pool, controls = _prepare(inputs)
    return _diagnose(inputs, controls, pool, progress)


def run(
    inputs: Inputs,
    *,
    out: str | Path | None = None,
    accept_relaxation: bool = False,
    command: str = "",
    source: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    throw: bool = True,
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
    command : str
        What to write into the report under "how to reproduce".
    source : mapping, optional
        How `verify` finds the inputs again: kind and path.
    progress : callable, optional
        Told the name of each step and a figure.
    throw : bool
        Raise `ConvergenceError` when calibration did not converge (outputs are written first).

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
    clock = _Clock()
    tell = progress or (lambda _phrase, _value: None)
    if out is not None:
        require_writable(Path(out))
    geojson = read_geojson(inputs.geojson)
    pool, controls = _prepare(inputs)
    clock.lap("prepare")
    diagnosis = _diagnose(inputs, controls, pool, tell)
    if not diagnosis.feasible and not accept_relaxation:
        _refuse(diagnosis, inputs, None if out is None else Path(out))
    fit = diagnosis.calibration
    clock.lap("calibrate")
    whole = _integerise(fit, controls, diagnosis, inputs, tell)
    clock.lap("integerise")
    population = expand(pool, inputs.schema, inputs.geography, zone=whole.zone, record=whole.record)
    clock.lap("expand")
    tell("writing the report", 0.0)
    manifest = _manifest(inputs, diagnosis, command=command, source=source or {})
    table = fit_table(
        controls, inputs.margins, inputs.geography, relaxed=diagnosis.goals, fitted=fit.fitted, result=whole.results
    )
    facts = _facts(inputs, pool, table, fit, whole, manifest)
    clock.lap("evaluate")
    result = Run(population, facts, manifest, diagnosis, fit)
    if out is not None:
        evaluated = _Evaluated(pool, table, whole.results, geojson)
        _write(result, Path(out), inputs=inputs, evaluated=evaluated, clock=clock)
    if throw and fit.status is not Status.CONVERGED:
        raise ConvergenceError(f"{fit.status.value} Largest residual: {fit.largest_residual:,.3f} counts.", result)
    return result


def _prepare(inputs: Inputs) -> tuple[Pool, Controls]:
    pool = SeedSample().fit(inputs.seed_sample).pool()
    return pool, build_controls(pool, inputs.margins, inputs.geography)


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


def _refuse(diagnosis: Diagnosis, inputs: Inputs, out: Path | None) -> NoReturn:
    """Say what contradicts what, and leave the whole of it in feasibility.json; an earlier run is not touched."""
    complete, written = "`censemble check --json FILE` writes them", ""
    if out is not None and (out / MANIFEST).exists():
        written = f"{out} holds an earlier run, which was left as it is. "
    elif out is not None:
        out.mkdir(parents=True, exist_ok=True)
        path = out / "feasibility.json"
        text = json.dumps(feasibility_facts(diagnosis, inputs), indent=2, ensure_ascii=False, allow_nan=False)
        write_text(path, text + "\n")
        complete, written = f"{path} has them", f"The same as data: {path}. "
    shown = feasibility_text(diagnosis, inputs, complete=complete)
    action = "Correct these tables, or declare an uncertainty for them; to go on with that change: --accept-relaxation."
    raise InfeasibleError(f"{shown}\n{written}{action}", diagnosis)


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


def _facts(
    inputs: Inputs, pool: Pool, table: pa.Table, fit: Calibration, whole: Integerisation, manifest: Mapping[str, Any]
) -> dict[str, Any]:
    pairs, counts = np.unique(whole.zone * pool.n_records + whole.record, return_counts=True)
    joints = joint_fidelity(
        pool,
        np.bincount(whole.record, minlength=pool.n_records),
        inputs.schema,
        margins=inputs.margins,
        rng=resample_rng(inputs.settings.random_seed),
        reference_weights=pool.prior_weights,
    )
    use = diversity(
        pool,
        inputs.geography,
        calibrated_weights=fit.record_totals(),
        zone=pairs // pool.n_records,
        record=pairs % pool.n_records,
        count=counts,
    )
    return summarise(
        table,
        geography=inputs.geography,
        margins=inputs.margins,
        joints=joints,
        diversity=use,
        relaxations=manifest["relaxations"],
        thresholds=inputs.thresholds,
        manifest=manifest,
    )


def _manifest(inputs: Inputs, diagnosis: Diagnosis, *, command: str, source: Mapping[str, str]) -> dict[str, Any]:
    fit = diagnosis.calibration
    versions = {"censemble": __version__, "python": platform.python_version()}
    versions |= {name: sys.modules[name].__version__ for name in ("numpy", "scipy", "numba", "pyarrow")}
    return {
        "format": "censemble-manifest/1",
        "name": inputs.name,
        "command": command,
        "source": dict(source),
        "status": fit.status.name.lower(),
        "calibration": {
            "status": fit.status.name.lower(),
            "sentence": fit.status.value,
            "iterations": fit.iterations,
            "largest_residual": fit.largest_residual,
        },
        "versions": versions,
        "random_seed": inputs.settings.random_seed,
        "settings": asdict(inputs.settings),
        "notes": [*inputs.notes, *unsupported_lines(diagnosis, inputs)],
        "inputs": [asdict(f) for f in inputs.files],
        "outlines": {"path": inputs.geojson, "id": inputs.geojson_id} if inputs.geojson else {},
        "relaxations": relaxation_rows(diagnosis, inputs),
    }


@dataclass(frozen=True, eq=False)
class _Evaluated:
    """What the outputs need beside the run itself."""

    pool: Pool
    table: pa.Table
    results: Mapping[str, Any]
    geojson: dict[str, Any] | None


def _write(result: Run, out: Path, *, inputs: Inputs, evaluated: _Evaluated, clock: _Clock) -> None:
    """Write every output under a temporary name, then move; the manifest comes last."""
    pool, table = evaluated.pool, evaluated.table
    weights = pa.table(
        {
            "source_household": pool.household_ids,
            "unit": _area_names(inputs, pool),
            "calibrated_weight": result.calibration.record_totals(),
        }
    )
    with open_output(out) as folder:
        folder.table("households", result.households, inputs.outputs.formats)
        folder.table("persons", result.persons, inputs.outputs.formats)
        folder.table("fit", table)
        folder.table("weights", weights)
        folder.json("report.json", result.facts)
        folder.json("feasibility.json", feasibility_facts(result.diagnosis, inputs))
        folder.text("report.html", render(result.facts, table, geojson=evaluated.geojson, geojson_id=inputs.geojson_id))
        if inputs.outputs.populationsim is not None:
            write_populationsim(
                folder.partial,
                spec=inputs.outputs.populationsim,
                geography=inputs.geography,
                margins=inputs.margins,
                households=result.households,
                persons=result.persons,
                results=evaluated.results,
            )
        result.manifest["outputs"] = folder.hashes()
        clock.lap("write")
        result.manifest["timings"] = clock.laps
        folder.json("manifest.json", result.manifest)


def _area_names(inputs: Inputs, pool: Pool) -> pa.Array:
    if not pool.area_level:
        return pa.array([""] * pool.n_records)
    units = inputs.geography.units[inputs.geography.level_index(pool.area_level)]
    return pa.array(units, pa.string()).take(pa.array(pool.area))


class _Clock:
    """Wall and CPU seconds of each step."""

    def __init__(self) -> None:
        self.laps: dict[str, dict[str, float]] = {}
        self._at = (time.perf_counter(), time.process_time())

    def lap(self, name: str) -> None:
        now = (time.perf_counter(), time.process_time())
        self.laps[name] = {"wall_s": round(now[0] - self._at[0], 3), "cpu_s": round(now[1] - self._at[1], 3)}
        self._at = now


__all__ = ["Run", "check", "demo_inputs", "read_populationsim", "read_project", "run"]
