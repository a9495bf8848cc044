"""What a run leaves behind: manifest, facts and folder, or the diagnosis of a refused one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import small_case

import censemble
from censemble.errors import InfeasibleError
from censemble.inputs import Inputs
from censemble.publication import manifest_of, refuse


@pytest.fixture
def inputs() -> Inputs:
    """A case of ten households, without files."""
    return small_case.inputs()


def test_a_run_offers_its_tables(inputs: Inputs) -> None:
    """Households and persons are the population's own."""
    result = censemble.run(inputs)
    assert result.households is result.population.households
    assert result.persons is result.population.persons


def test_the_manifest_says_what_was_read_and_decided(inputs: Inputs) -> None:
    """Command, source, versions, seed, settings and what the solver says; JSON as it is."""
    diagnosis = censemble.check(inputs)
    known = replace(inputs, geojson="z.json", geojson_id="Z", notes=("a note",))
    manifest = manifest_of(replace(known, origin={"kind": "project", "path": "p"}), diagnosis, accept_relaxation=False)
    assert json.loads(json.dumps(manifest)) == manifest
    assert (manifest["command"], manifest["source"]) == ("censemble run p --out OUT", {"kind": "project", "path": "p"})
    assert set(manifest["versions"]) == {"censemble", "python", "numpy", "scipy", "numba", "pyarrow"}
    assert manifest["versions"]["numpy"] == np.__version__
    assert (manifest["random_seed"], manifest["settings"]["random_seed"]) == (1, 1)
    assert manifest["outlines"] == {"path": "z.json", "id": "Z"}
    assert (manifest["notes"], manifest["relaxations"]) == (["a note"], [])
    assert manifest["status"] == manifest["calibration"]["status"] == "converged"


def test_the_manifest_lists_every_other_file(inputs: Inputs, tmp_path: Path) -> None:
    """Each file in the folder with its hash, and what is returned is what is written."""
    out = tmp_path / "out"
    result = censemble.run(inputs, out=out)
    listed = {entry["path"]: entry["sha256"] for entry in result.manifest["outputs"]}
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in out.iterdir() if p.name != "manifest.json"}
    assert listed == found
    assert json.loads((out / "manifest.json").read_text()) == result.manifest
    assert json.loads((out / "report.json").read_text()) == result.facts


@pytest.mark.parametrize(
    ("inputs", "units"),
    [(small_case.inputs(), [""] * 4), (small_case.inputs("tract", (0, 0, 1, 1)), ["A", "A", "B", "B"])],
    ids=["one area", "tracts"],
)
def test_weights_name_the_survey_household_and_its_area(inputs: Inputs, units: list[str], tmp_path: Path) -> None:
    """One row a record of the pool; the weights sum to the ten households of the table."""
    censemble.run(inputs, out=tmp_path)
    weights = pq.read_table(tmp_path / "weights.parquet")
    assert weights["source_household"].to_pylist() == ["a", "b", "c", "d"]
    assert weights["unit"].to_pylist() == units
    assert sum(weights["calibrated_weight"].to_pylist()) == pytest.approx(10)


def test_a_refusal_is_left_where_no_run_is(inputs: Inputs, tmp_path: Path) -> None:
    """In memory nothing is written; a new folder gets the diagnosis; one with a run is left alone and named."""
    diagnosis = censemble.check(inputs)
    with pytest.raises(InfeasibleError, match="accept-relaxation") as caught:
        refuse(diagnosis, inputs, None)
    assert caught.value.diagnosis is diagnosis
    new = tmp_path / "a" / "new"
    with pytest.raises(InfeasibleError, match=r"The same as data: .*feasibility\.json"):
        refuse(diagnosis, inputs, new)
    assert json.loads((new / "feasibility.json").read_text())["smallest_relaxation"] == 0
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(InfeasibleError, match="holds an earlier run, which was left as it is"):
        refuse(diagnosis, inputs, tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"a", "manifest.json"}
