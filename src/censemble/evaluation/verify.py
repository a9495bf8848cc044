"""Verification: recompute every published number from the output files and the inputs alone.

Shares no code with calibration, integerising or expansion, and none with the computing of the figures it checks:
those are computed again in pandas. Only the wording of the verdict and the layout of the page are made anew by
the code that made them, from recomputed figures, and compared text by text.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from censemble.evaluation.ledger import Ledger
from censemble.evaluation.report import render
from censemble.evaluation.verdict import judge_thresholds, pronounce
from censemble.evaluation.verify_figures import (
    diversity_again,
    levels_again,
    margins_again,
    residuals_again,
    worst_again,
)
from censemble.evaluation.verify_joints import joints_again
from censemble.evaluation.verify_pool import read_pool
from censemble.evaluation.verify_provenance import places_again, proposals_again, training_again, two_way_again
from censemble.evaluation.verify_records import Records, read_frame, read_records
from censemble.evaluation.verify_scenario import with_scenario
from censemble.evaluation.verify_steering import without_released
from censemble.evaluation.verify_tables import check_fit, check_fitted, check_weights, count_again, id_of
from censemble.inputs import Inputs

if TYPE_CHECKING:
    import pandas as pd

_OF_WEIGHTS = ("ess_calibrated", "expansion_quantiles", "expansion_histogram")


@dataclass(frozen=True)
class Verification:
    """Outcome of a verification.

    Parameters
    ----------
    differences : tuple of str
        What does not agree; empty when everything checked does.
    unverified : tuple of str
        Published numbers that inputs and outputs do not determine.
    n_compared : int
        Values compared.
    """

    differences: tuple[str, ...]
    unverified: tuple[str, ...]
    n_compared: int


def verify(out: Path, inputs: Inputs) -> list[str]:
    """Differences between published and recomputed values; empty when all hold.

    Parameters
    ----------
    out : Path
        Folder of a run.
    inputs : Inputs
        Read anew from the files of that run.
    """
    return list(examine(out, inputs).differences)


def examine(out: Path, inputs: Inputs) -> Verification:
    """Verify a folder, and say also how much was compared and what could not be.

    Not a judgement of quality: a poor population with honest numbers passes.

    Parameters
    ----------
    out : Path
        Folder of a run: households.parquet (unless records are persons), persons.parquet, fit.parquet,
        weights.parquet, report.json, report.html, manifest.json; pool.parquet where a generator made records.
    inputs : Inputs
        Read anew from the files of that run.

    Returns
    -------
    Verification
        Missing or broken files are differences, not errors.
    """
    ledger = Ledger()
    facts, manifest = _read_json(out / "report.json", ledger), _read_json(out / "manifest.json", ledger)
    if manifest:
        _check_manifest(out, manifest, inputs, ledger)
        inputs = without_released(manifest, with_scenario(out, manifest, inputs, ledger), ledger)
    pool = read_pool(out, inputs, ledger)
    records = None if pool is None else read_records(out, pool, inputs, ledger)
    fit = read_frame(out / "fit.parquet", ledger)
    weights = read_frame(out / "weights.parquet", ledger)
    if weights is not None and pool is not None:
        missing = [c for c in (id_of(pool), "unit", "calibrated_weight") if c not in weights.columns]
        ledger.require(not missing, f"weights.parquet: columns are missing: {', '.join(missing)}")
        weights = None if missing else weights
    if facts and manifest:
        stated = (facts.get("reproduce") or {}).get("calibration") or {}
        ledger.compare("manifest.json: status", manifest.get("status"), stated.get("status"))
    if facts and records is not None and fit is not None:
        told: dict[str, Any] = {"proposals": proposals_again(out, records, manifest, ledger)}
        told["training"] = training_again(out, records, manifest, inputs, ledger)
        geojson = _outlines(inputs, ledger)
        if geojson or not inputs.geojson:
            told["places"] = places_again(records, inputs, geojson)
            _check_page(out, facts, geojson, inputs, ledger)
        _check_numbers(facts, fit, weights, records, inputs, told=told, ledger=ledger)
    return Verification(tuple(ledger.differences), tuple(ledger.unverified), ledger.n_compared)


def _read_json(path: Path, ledger: Ledger) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        ledger.require(False, f"{path.name}: the file is missing")
        return {}
    except ValueError as error:
        ledger.require(False, f"{path.name}: cannot be read as JSON ({error})")
        return {}
    ledger.require(isinstance(value, dict), f"{path.name}: is not a JSON object")
    return value if isinstance(value, dict) else {}


def _check_manifest(out: Path, manifest: Mapping[str, Any], inputs: Inputs, ledger: Ledger) -> None:
    """Hashes of inputs as they are now, and of the files in the folder."""
    ledger.compare("manifest.json: random_seed", manifest.get("random_seed"), inputs.settings.random_seed)
    ledger.compare_sets("manifest.json: inputs", _hashes(manifest.get("inputs")), _hashes(map(asdict, inputs.files)))
    if "outputs" not in manifest:
        ledger.unverified.append("manifest.json: lists no outputs, so their hashes cannot be checked")
    for entry in manifest.get("outputs", []):
        path = out / entry["path"]
        if not path.is_file():
            ledger.require(False, f"{entry['path']}: the file is missing")
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        ledger.compare(f"manifest.json: sha256 of {entry['path']}", entry["sha256"], digest)


def _hashes(files: Iterable[Mapping[str, Any]] | None) -> list[tuple[str, str, str]]:
    """Role, name and hash of files; folders may differ from one machine to the next."""
    return [(str(f["role"]), Path(f["path"]).name, str(f["sha256"])) for f in files or ()]


def _check_numbers(
    facts: Mapping[str, Any],
    fit: pd.DataFrame,
    weights: pd.DataFrame | None,
    records: Records,
    inputs: Inputs,
    *,
    told: Mapping[str, Any],
    ledger: Ledger,
) -> None:
    relaxed = facts.get("relaxations", {}).get("cells", [])
    again = count_again(records, inputs)
    check_fit(fit, again, relaxed, ledger)
    if len(fit) != len(again):
        return
    if weights is not None:
        check_weights(weights, records.pool, inputs, ledger)
    check_fitted(fit, weights, records.pool, inputs, ledger)
    again = again.assign(fitted=fit["fitted"].to_numpy(), relaxed=fit["relaxed"].to_numpy())
    expected = _facts_again(again, weights, records, inputs, facts, told)
    if weights is None:
        ledger.unverified.append("report.json: figures of calibrated weights, because weights.parquet is not there")
    ledger.unverified.append("report.json: tae_before_rounding is recomputed from the column fitted of fit.parquet")
    if relaxed:
        ledger.unverified.append("report.json: that the relaxations are the smallest; only their sums are recomputed")
    for part, value in expected.items():
        ledger.compare(f"report.json: {part}", facts.get(part), value)
    now = _hashes(map(asdict, inputs.files))
    again_with = facts.get("reproduce", {})
    ledger.compare("report.json: reproduce.random_seed", again_with.get("random_seed"), inputs.settings.random_seed)
    ledger.compare_sets("report.json: reproduce.inputs", _hashes(again_with.get("inputs")), now)


def _facts_again(
    fit: pd.DataFrame,
    weights: pd.DataFrame | None,
    records: Records,
    inputs: Inputs,
    facts: Mapping[str, Any],
    told: Mapping[str, Any],
) -> dict[str, Any]:
    """Every part of report.json but "reproduce", which is not a figure; `told` holds parts that are ready."""
    geography = inputs.geography
    cells = facts["relaxations"]["cells"]
    use = diversity_again(records, weights, inputs)
    if weights is None:
        use |= {name: facts["diversity"][name] for name in _OF_WEIGHTS}
    expected: dict[str, Any] = {
        "format": "censemble-report/1",
        "name": inputs.name,
        "records": {
            "entity": inputs.record_entity,
            "generator": inputs.generator.kind,
            "has_survey": inputs.seed_sample is not None,
        },
        "geography": [
            {"level": name, "n_units": len(u)} for name, u in zip(geography.levels, geography.units, strict=True)
        ],
        "levels": levels_again(fit, inputs),
        "margins": margins_again(fit, inputs),
        "worst": worst_again(fit),
        "residuals": residuals_again(fit, geography.levels),
        "diversity": use,
        "joints": joints_again(records, inputs),
        "two_way": two_way_again(fit, inputs),
        **told,
        "relaxations": {
            "n": len(cells),
            "total": sum(abs(c["relaxed"] - c["target"]) for c in cells),
            "cells": [{**c, "amount": math.copysign(c["relaxed"] - c["target"], c["amount"])} for c in cells],
        },
    }
    expected["thresholds"] = judge_thresholds(inputs.thresholds, expected)
    expected["verdict"] = pronounce({**expected, "reproduce": facts.get("reproduce", {})})
    return expected


def _outlines(inputs: Inputs, ledger: Ledger) -> dict[str, Any] | None:
    """The zone outlines, if the inputs have any and they are still there."""
    if not inputs.geojson:
        return None
    source = Path(inputs.geojson)
    if not source.is_file():
        ledger.unverified.append(f"report.html, report.json: places: the polygons {source} are not there")
        return None
    outlines: dict[str, Any] = json.loads(source.read_text(encoding="utf-8-sig"))
    return outlines


def _check_page(
    out: Path, facts: Mapping[str, Any], geojson: Mapping[str, Any] | None, inputs: Inputs, ledger: Ledger
) -> None:
    """The page is the one that report.json and fit.parquet give."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    path = out / "report.html"
    ledger.require(path.is_file(), "report.html: the file is missing")
    if not path.is_file():
        return
    page = render(facts, pq.read_table(out / "fit.parquet"), geojson=geojson, geojson_id=inputs.geojson_id)
    ledger.require(
        path.read_bytes() == page.encode(), "report.html: is not the page that report.json and fit.parquet give"
    )
