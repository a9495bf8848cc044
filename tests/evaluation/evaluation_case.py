"""A case small enough to check by hand: three zones in two counties, six survey households, fifteen persons."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from censemble.controls import Controls, build_controls
from censemble.evaluation.diversity import Diversity, diversity
from censemble.evaluation.facts import Findings, summarise
from censemble.evaluation.fit import fit_table, level_tables
from censemble.evaluation.joints import JointFigure, joint_fidelity, resample_rng
from censemble.evaluation.report import render
from censemble.evaluation.two_way import sums_of_fit, two_way_tables
from censemble.expressions import always, between, is_in
from censemble.geography import Geography
from censemble.inputs import Inputs, RunSettings, SourceFile
from censemble.margins import Cell, Margin
from censemble.pool import Pool
from censemble.schema import Attribute, Schema

GEOGRAPHY = Geography.from_columns(["county", "tract"], {"county": ["X", "X", "Y"], "tract": ["01", "02", "03"]})
SCHEMA = Schema(
    (
        Attribute("tenure", "households", "categorical", ("owned", "rented")),
        Attribute("income", "households", "numeric", unit="dollars a year", bins=(0.0, 50.0, 100.0)),
        Attribute("sex", "persons", "categorical", ("male", "female")),
        Attribute("age", "persons", "numeric", unit="years", bins=(0.0, 18.0, 65.0, 120.0)),
    )
)
OFFSETS = np.array([0, 1, 3, 6, 8, 11, 15])
COUNTS = np.array([[2, 1, 0], [1, 0, 0], [0, 3, 0], [1, 1, 0], [0, 0, 4], [0, 0, 1]])  # records x zones


def _pool() -> Pool:
    n_persons = int(OFFSETS[-1])
    return Pool(
        households={
            "tenure": np.array([0, 1, 0, 1, 0, 1]),
            "income": np.array([20.0, 30.0, 80.0, 60.0, np.nan, 99.0]),
        },
        persons={
            "sex": np.arange(n_persons) % 2,
            "age": np.array([70, 30, 31, 40, 41, 5, 25, 26, 50, 51, 12, 44, 45, 8, 3], dtype=np.float64),
        },
        offsets=OFFSETS,
        prior_weights=np.array([2.0, 1.0, 4.0, 2.0, 3.0, 2.0]),
        household_ids=pa.array(["007", "12", "h<3>", "h4", "h5", "h6"]),
        household_extra=pa.table({"HFL": [1, 2, 3, 1, 2, 3]}),
        person_extra=pa.table({"per_num": np.concatenate([np.arange(n) + 1 for n in np.diff(OFFSETS)])}),
        area_level="county",
        area=np.array([0, 0, 0, 0, 1, 1], dtype=np.int32),
        generator="seed_sample",
    )


def _margin(name: str, level: str, entity: Any, cells: list[Cell], targets: Any, **more: Any) -> Margin:
    values = np.array(targets, dtype=np.float64)
    return Margin(name, level, entity, tuple(cells), values, np.zeros_like(values), np.ones(len(cells)), **more)


def _margins() -> tuple[Margin, ...]:
    tenure = [Cell(label, is_in("tenure", [i]), f"T{i}") for i, label in enumerate(("owned", "rented"))]
    ages = [Cell("child", between("age", 0, 17), "A0"), Cell("older", between("age", 18, np.inf), "A1")]
    moe = np.array([[1.0, 2.0], [np.nan, 1.0], [0.5, 0.5]])
    total = _margin("households", "tract", "households", [Cell("all", always(), "HH")], [[4], [5], [5]], is_total=True)
    return (
        total,
        _margin("tenure <script>", "tract", "households", tenure, [[2, 2], [3, 2], [4, 1]], source="ACS", date="2023"),
        _margin("age", "tract", "persons", ages, [[0, 6], [2, 11], [6, np.nan]], moe=moe),
        _margin("owners", "county", "households", tenure[:1], [[6], [4.25]]),
    )


@dataclass(frozen=True, eq=False)
class SmallCase:
    """Inputs, a hand-made result, and what evaluation makes of it."""

    inputs: Inputs
    controls: Controls
    counts: np.ndarray
    weights: np.ndarray
    fit: pa.Table
    joints: list[JointFigure]
    diversity: Diversity
    relaxations: list[dict[str, Any]]
    manifest: dict[str, Any]
    facts: dict[str, Any]


def _by_level(controls: Controls, values: np.ndarray) -> dict[str, np.ndarray]:
    """Sums of records x zones values in every cell of every level."""
    zones = (controls.incidence.T @ values).T
    sums = {}
    for level in controls.levels:
        sums[level.level] = np.zeros(level.targets.shape)
        np.add.at(sums[level.level], level.unit_of_zone, zones[:, level.columns])
    return sums


def make_case(inputs: Inputs, counts: np.ndarray = COUNTS) -> SmallCase:
    """Evaluate a result given as counts (records x zones)."""
    pool, geography, margins = inputs.seed_sample, inputs.geography, inputs.margins
    controls = build_controls(pool, margins, geography)
    weights = counts * 0.9 + (counts > 0) * 0.1
    relaxed = {lc.level: lc.targets.copy() for lc in controls.levels}
    relaxations = []
    if "county" in relaxed:
        relaxed["county"][1, 0] = 4.0
        place = {"level": "county", "unit": "Y", "margin": "owners", "cell": "owned"}
        relaxations.append(place | {"target": 4.25, "relaxed": 4.0, "amount": 0.25})
    fit = fit_table(
        controls,
        margins,
        geography,
        relaxed=relaxed,
        fitted=_by_level(controls, weights),
        result=_by_level(controls, counts),
    )
    joints = joint_fidelity(
        pool,
        counts.sum(axis=1),
        inputs.schema,
        margins=margins,
        rng=resample_rng(inputs.settings.random_seed),
        reference=pool,
    )
    record, zone = np.nonzero(counts)
    use = diversity(
        pool, geography, calibrated_weights=weights.sum(axis=1), zone=zone, record=record, count=counts[record, zone]
    )
    manifest = {
        "name": inputs.name,
        "command": "censemble run small.yaml --out out",
        "versions": {"numpy": "2", "censemble": "0.1"},
        "random_seed": inputs.settings.random_seed,
        "inputs": [vars(f) for f in inputs.files],
        "status": "converged",
        "calibration": {"status": "converged", "sentence": "All exact controls are met."},
        "timings": {"read": 0.1},
    }
    facts = summarise(
        fit,
        geography=geography,
        margins=margins,
        findings=Findings(use, joints, two_way=two_way_tables(margins, inputs.schema, sums_of_fit(level_tables(fit)))),
        relaxations=relaxations,
        thresholds=inputs.thresholds,
        manifest=manifest,
    )
    return SmallCase(inputs, controls, counts, weights, fit, joints, use, relaxations, manifest, facts)


def make_inputs(folder: Path) -> Inputs:
    """Inputs of the small case, with one input file on disk."""
    source = folder / "households.csv"
    source.write_text("id\n007\n")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    return Inputs(
        name="Small & <b>simple</b>",
        geography=GEOGRAPHY,
        schema=SCHEMA,
        seed_sample=_pool(),
        margins=_margins(),
        settings=RunSettings(random_seed=3),
        files=(SourceFile("households", str(source), digest, source.stat().st_size),),
        thresholds={"wape": 0.2, "share_exact": 0.5},
    )


def _households(case: SmallCase) -> tuple[pa.Table, np.ndarray]:
    """Households sorted by zone, and the record of each."""
    pool, geography = case.inputs.seed_sample, case.inputs.geography
    record = np.concatenate([np.repeat(np.arange(pool.n_records), case.counts[:, z]) for z in range(geography.n_zones)])
    zone = np.repeat(np.arange(geography.n_zones), case.counts.sum(axis=0))
    columns: dict[str, Any] = {"household_id": np.arange(len(record)) + 1}
    for level, units, index in zip(geography.levels, geography.units, geography.unit_of_zone, strict=True):
        columns[level] = [units[u] for u in index[zone]]
    columns["tenure"] = [("owned", "rented")[c] for c in pool.households["tenure"][record]]
    columns["income"] = pool.households["income"][record]
    columns["HFL"] = pool.household_extra["HFL"].take(pa.array(record))
    columns["source_household"] = pool.household_ids.take(pa.array(record))
    columns["generator"] = [pool.generator] * len(record)
    return pa.table(columns), record


def _persons(case: SmallCase, record: np.ndarray) -> pa.Table:
    pool = case.inputs.seed_sample
    parts = [np.arange(pool.offsets[r], pool.offsets[r + 1]) for r in record]
    row = np.concatenate([np.zeros(0, np.int64), *parts])
    household = np.repeat(np.arange(len(record)) + 1, np.diff(pool.offsets)[record])
    return pa.table(
        {
            "person_id": np.arange(len(row)) + 1,
            "household_id": household,
            "per_num": pool.person_extra["per_num"].take(pa.array(row)),
            "sex": [("male", "female")[c] for c in pool.persons["sex"][row]],
            "age": pool.persons["age"][row],
            "source_household": pool.household_ids.take(pa.array(record[household - 1])),
        }
    )


def write_case(case: SmallCase, out: Path) -> Path:
    """Write a case as a run does, and return the folder."""
    out.mkdir()
    pool, geography = case.inputs.seed_sample, case.inputs.geography
    households, record = _households(case)
    pq.write_table(households, out / "households.parquet")
    pq.write_table(_persons(case, record), out / "persons.parquet")
    pq.write_table(case.fit, out / "fit.parquet")
    weights = {
        "source_household": pool.household_ids,
        "unit": [geography.units[0][a] for a in pool.area],
        "calibrated_weight": case.weights.sum(axis=1),
    }
    pq.write_table(pa.table(weights), out / "weights.parquet")
    (out / "report.json").write_text(json.dumps(case.facts, ensure_ascii=False), encoding="utf-8")
    (out / "report.html").write_text(render(case.facts, case.fit, geojson=None), encoding="utf-8")
    outputs = [
        {"path": p.name, "sha256": hashlib.sha256(p.read_bytes()).hexdigest(), "n_bytes": p.stat().st_size}
        for p in sorted(out.iterdir())
    ]
    (out / "manifest.json").write_text(json.dumps(case.manifest | {"outputs": outputs}), encoding="utf-8")
    return out
