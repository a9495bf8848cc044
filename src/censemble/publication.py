"""What a run gives and leaves behind: its manifest, the facts of its report, its output folder.

Nothing of the population is decided here; `pipeline` does that.
"""

from __future__ import annotations

import json
import platform
import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from censemble import __version__
from censemble.calibration import Calibration, Diagnosis
from censemble.changes import FILES
from censemble.dependence import dependence_of
from censemble.errors import InfeasibleError
from censemble.evaluation.diversity import diversity
from censemble.evaluation.facts import Findings, summarise
from censemble.evaluation.fit import level_tables
from censemble.evaluation.joints import joint_fidelity, resample_rng
from censemble.evaluation.places import place_counts
from censemble.evaluation.provenance import proposal_facts
from censemble.evaluation.report import render
from censemble.evaluation.trained_model import trained_facts
from censemble.evaluation.two_way import sums_of_fit, two_way_tables
from censemble.inputs import Inputs
from censemble.integerisation import Integerisation
from censemble.io.feasibility_tables import feasibility_facts, feasibility_text, relaxation_rows, unsupported_lines
from censemble.io.output_folder import MANIFEST, open_output, write_text
from censemble.io.populationsim_output import write_populationsim
from censemble.outlines import place_attributes
from censemble.pool import Pool
from censemble.population import Population, id_column, labels_of
from censemble.proposal import Proposal, beyond_tables
from censemble.schema import Entity, Schema
from censemble.timings import Clock


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


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the outputs show beside the run itself.

    Parameters
    ----------
    pool : Pool
    fit : pyarrow.Table
        Every cell of every margin, see `evaluation.fit`.
    counted : mapping from level to ndarray of shape (n_units, n_controls)
        What the population has of each control.
    geojson : dict, optional
        The zone outlines.
    told : mapping of str to pyarrow.Table
        What the generator tells of its work.
    """

    pool: Pool
    fit: pa.Table
    counted: Mapping[str, Any]
    geojson: dict[str, Any] | None
    told: Mapping[str, pa.Table] = field(default_factory=dict)


def command_of(origin: Mapping[str, str], *, accept_relaxation: bool, scenario: str = "") -> str:
    """Spell the command that makes this population; for tables in memory there is none.

    Examples
    --------
    >>> command_of({"kind": "project", "path": "my town.yaml"}, accept_relaxation=False)
    "censemble run 'my town.yaml' --out OUT"
    """
    path = shlex.quote(origin.get("path", ""))
    run = {
        "project": f"censemble run {path} --out OUT",
        "populationsim": f"censemble run --populationsim {path} --out OUT",
        "demo": "censemble demo --out OUT",
    }.get(origin.get("kind", ""), "")
    if scenario:
        run = f"{run} --scenario {shlex.quote(scenario)}" if origin.get("kind") == "project" else ""
    return f"{run} --accept-relaxation" if run and accept_relaxation else run


def manifest_of(
    inputs: Inputs, diagnosis: Diagnosis, *, accept_relaxation: bool, proposal: Proposal | None = None
) -> dict[str, Any]:
    """State what was read, proposed, decided and found; the outputs and timings are added when they are written."""
    fit = diagnosis.calibration
    versions = {"censemble": __version__, "python": platform.python_version()}
    versions |= {name: sys.modules[name].__version__ for name in ("numpy", "scipy", "numba", "pyarrow")}
    return {
        "format": "censemble-manifest/1",
        "name": inputs.name,
        "command": command_of(
            inputs.origin, accept_relaxation=accept_relaxation, scenario=inputs.scenario.text if inputs.scenario else ""
        ),
        "source": dict(inputs.origin),
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
        "record_entity": inputs.record_entity,
        "has_survey": inputs.seed_sample is not None,
        "generator": _generator(inputs, proposal),
        **({"language_model": dict(proposal.language_model)} if proposal and proposal.language_model else {}),
        "dependence": [list(d) for d in dependence_of(inputs.schema, inputs.margins, otherwise=beyond_tables(inputs))],
        **({"scenario": inputs.scenario.facts()} if inputs.scenario else {}),
        "notes": _notes(inputs, diagnosis, proposal),
        "inputs": [asdict(f) for f in inputs.files],
        "outlines": {"path": inputs.geojson, "id": inputs.geojson_id} if inputs.geojson else {},
        "relaxations": relaxation_rows(diagnosis, inputs),
    }


def _notes(inputs: Inputs, diagnosis: Diagnosis, proposal: Proposal | None) -> list[str]:
    told = [f"scenario: {inputs.scenario.text}", *inputs.scenario.notes] if inputs.scenario else []
    return [*inputs.notes, *told, *(proposal.notes if proposal else ()), *unsupported_lines(diagnosis, inputs)]


def _generator(inputs: Inputs, proposal: Proposal | None) -> dict[str, Any]:
    """Kind, options, how many records were drawn, refused by a rule, proposed; joints that a model approximated."""
    counts = {"proposed": proposal.pool.n_records, "drawn": proposal.n_drawn} if proposal else {}
    refused = {"refused": dict(proposal.refused)} if proposal else {}
    told = proposal.tables.get("approximated") if proposal else None
    joints = {"approximated": told["attributes"].unique().to_pylist()} if told is not None else {}
    trained = {"trained": dict(proposal.about)} if proposal and proposal.about else {}
    options = dict(inputs.generator.options)
    return {"kind": inputs.generator.kind, "options": options, **counts, **refused, **joints, **trained}


def report_facts(
    inputs: Inputs,
    *,
    proposal: Proposal,
    fit: pa.Table,
    calibration: Calibration,
    whole: Integerisation,
    manifest: Mapping[str, Any],
    geojson: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure the population, for report.json: fit, joints, diversity, where its records come from, verdict."""
    pool = proposal.pool
    copies = np.bincount(whole.record, minlength=pool.n_records)
    pairs, counts = np.unique(whole.zone * pool.n_records + whole.record, return_counts=True)
    joints = []
    if inputs.seed_sample is not None:
        joints = joint_fidelity(
            pool,
            copies,
            inputs.schema,
            margins=inputs.margins,
            rng=resample_rng(inputs.settings.random_seed),
            reference=inputs.seed_sample,
        )
    use = diversity(
        pool,
        inputs.geography,
        calibrated_weights=calibration.record_totals(),
        zone=pairs // pool.n_records,
        record=pairs % pool.n_records,
        count=counts,
    )
    findings = Findings(
        use,
        joints,
        proposal_facts(proposal.tables, pool, copies, spent=manifest.get("language_model")),
        two_way_tables(inputs.margins, inputs.schema, sums_of_fit(level_tables(fit))),
        place_counts(pool, place_attributes(inputs.schema, geojson, inputs.geojson_id), copies),
        trained_facts(proposal.tables, proposal.about, pool, copies, schema=inputs.schema),
    )
    return summarise(
        fit,
        geography=inputs.geography,
        margins=inputs.margins,
        findings=findings,
        relaxations=manifest["relaxations"],
        thresholds=inputs.thresholds,
        manifest=manifest,
    )


def refuse(diagnosis: Diagnosis, inputs: Inputs, out: Path | None) -> NoReturn:
    """Say what contradicts what, and leave the whole of it in feasibility.json; an earlier run is not touched.

    Raises
    ------
    InfeasibleError
        Always; it holds the diagnosis.
    OutputError
        feasibility.json cannot be written.
    """
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


def publish(result: Run, out: Path, *, inputs: Inputs, evidence: Evidence, clock: Clock) -> None:
    """Write every output under a temporary name, then move; the manifest comes last.

    Raises
    ------
    OutputError
        The folder cannot be made or written; files of an earlier run are then still there.
    """
    with open_output(out) as folder:
        if inputs.record_entity == "households":
            folder.records("households", result.households, inputs.outputs.formats)
        folder.records("persons", result.persons, inputs.outputs.formats)
        if inputs.generator.kind != "seed_sample":
            for name, table in pool_tables(evidence.pool, inputs.schema).items():
                folder.records(name, table, ("parquet",))
        for name, table in evidence.told.items():
            folder.records(name, table, ("parquet",))
        if inputs.scenario is not None:
            for entity, table in inputs.scenario.records.items():
                folder.table(FILES[entity], table)
        folder.table("fit", evidence.fit)
        folder.table("weights", _weights(result, inputs, evidence.pool))
        folder.json("report.json", result.facts)
        folder.json("feasibility.json", feasibility_facts(result.diagnosis, inputs))
        page = render(result.facts, evidence.fit, geojson=evidence.geojson, geojson_id=inputs.geojson_id)
        folder.text("report.html", page)
        if inputs.outputs.populationsim is not None:
            write_populationsim(
                folder.partial,
                spec=inputs.outputs.populationsim,
                geography=inputs.geography,
                margins=inputs.margins,
                households=result.households,
                persons=result.persons,
                results=evidence.counted,
            )
        result.manifest["outputs"] = folder.hashes()
        clock.lap("write")
        result.manifest["timings"] = clock.laps
        folder.json("manifest.json", result.manifest)


def pool_tables(pool: Pool, schema: Schema) -> dict[str, pa.Table]:
    """Write out a generator's records, from which `verify` counts again.

    Returns
    -------
    dict of str to pyarrow.Table
        "pool" with a row a record: its id, prior weight, attributes, carried columns; and for households
        "pool_persons" with a row a person: id of the household, attributes, carried columns.
    """
    source = id_column(pool.record_entity)

    def described(entity: Entity) -> dict[str, Any]:
        columns = pool.households if entity == "households" else pool.persons
        extra = pool.household_extra if entity == "households" else pool.person_extra
        own = {a.name: labels_of(a, columns[a.name]) for a in schema.of(entity)}
        return {name: extra[name] for name in extra.column_names if name != "prior_weight"} | own

    first = {source: pool.household_ids, "prior_weight": pool.prior_weights}
    root = pa.table(first | described(pool.record_entity))
    if pool.record_entity == "persons":
        return {"pool": root}
    of_person = {source: pool.household_ids.take(pa.array(pool.record_of_person))}
    return {"pool": root, "pool_persons": pa.table(of_person | described("persons"))}


def _weights(result: Run, inputs: Inputs, pool: Pool) -> pa.Table:
    """One row a record of the pool: its calibrated weight, summed over zones."""
    return pa.table(
        {
            id_column(pool.record_entity): pool.household_ids,
            "unit": _area_names(inputs, pool),
            "calibrated_weight": result.calibration.record_totals(),
        }
    )


def _area_names(inputs: Inputs, pool: Pool) -> pa.Array:
    if not pool.area_level:
        return pa.array([""] * pool.n_records)
    units = inputs.geography.units[inputs.geography.level_index(pool.area_level)]
    return pa.array(units, pa.string()).take(pa.array(pool.area))
