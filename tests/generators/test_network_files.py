"""Networks as folders."""

from __future__ import annotations

import json
from pathlib import Path

import generator_case
import numpy as np
import pyarrow.parquet as pq
import pytest
from generator_case import Case

from censemble.errors import InputError, OutputError, SchemaError
from censemble.generators import BayesianNetwork

CASES = {case.name: case for case in generator_case.cases()}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_loaded_network_draws_the_same_records(case: Case, tmp_path: Path) -> None:
    """To the last bit, with and without conditions."""
    network = BayesianNetwork(n_trees=3).fit(case.schema, seed_sample=case.pool)
    network.save(tmp_path / "net")
    loaded = BayesianNetwork.load(tmp_path / "net")
    for conditions in (None, case.condition):
        first = network.sample(60, np.random.default_rng(3), conditions=conditions)
        second = loaded.sample(60, np.random.default_rng(3), conditions=conditions)
        assert np.array_equal(first.offsets, second.offsets)
        assert np.array_equal(first.prior_weights, second.prior_weights)
        assert all(first.households[k].tobytes() == second.households[k].tobytes() for k in first.households)
        assert all(first.persons[k].tobytes() == second.persons[k].tobytes() for k in first.persons)


def test_files_can_be_read_by_a_person(tmp_path: Path) -> None:
    """Labels, order and parents by name; splits by name; values of bins as a table."""
    case = CASES["persons"]
    BayesianNetwork(n_trees=1).fit(case.schema, seed_sample=case.pool).save(tmp_path)
    facts = json.loads((tmp_path / "network.json").read_text())
    assert facts["version"] == 1
    assert facts["attributes"]["persons"][0]["labels"] == ["female", "male"]
    assert sorted(facts["networks"]["persons"]["order"]) == ["age", "sex", "work"]
    last = facts["networks"]["persons"]["order"][-1]
    assert set(facts["networks"]["persons"]["parents"][last]) <= {"age", "sex", "work"} - {last}
    trees = [json.loads(line) for line in (tmp_path / "tables.jsonl").read_text().splitlines()]
    assert {tree["attribute"] for tree in trees} == {"age", "sex", "work"}
    table = pq.read_table(tmp_path / "values.parquet")
    assert set(table["attribute"].to_pylist()) == {"age"}


def test_nothing_is_saved_before_fit(tmp_path: Path) -> None:
    """There is nothing to save."""
    with pytest.raises(SchemaError, match="call fit"):
        BayesianNetwork().save(tmp_path)


def test_other_versions_are_refused(tmp_path: Path) -> None:
    """With what was found."""
    (tmp_path / "network.json").write_text('{"format": "censemble bayesian network", "version": 99}')
    with pytest.raises(InputError, match="version 99"):
        BayesianNetwork.load(tmp_path)


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_damaged_folders_are_refused(tmp_path: Path, damage: str) -> None:
    """A missing file and half a file give an error that names the folder."""
    case = CASES["persons"]
    BayesianNetwork(n_trees=1).fit(case.schema, seed_sample=case.pool).save(tmp_path)
    path = tmp_path / "tables.jsonl"
    if damage == "missing":
        path.unlink()
    else:
        path.write_text(path.read_text()[:200])
    with pytest.raises(InputError, match="cannot be read"):
        BayesianNetwork.load(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    case = CASES["two records"]
    (tmp_path / "net").write_text("")
    with pytest.raises(OutputError, match="could not be written"):
        BayesianNetwork().fit(case.schema, seed_sample=case.pool).save(tmp_path / "net")
