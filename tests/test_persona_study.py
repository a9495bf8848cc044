"""The command `personas` and what it writes."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from command_case import command, write_files
from generator_projects import HOUSEHOLDS, PERSONS, project_of

import censemble
from censemble.errors import ConfigError
from censemble.persona_study import (
    leakage_lines,
    leakage_rows,
    preview,
    require_sample,
    study,
    study_lines,
    write_study,
)
from censemble.personas.leakage import Leak


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of households with a phrase."""
    run = "run: {random_seed: 3}"
    section = f"{run}\n        personas: {{words: {{tenure: {{rented: rents a flat}}}}, cache: kept.parquet}}"
    return write_files(
        tmp_path_factory.mktemp("project"), project_of(HOUSEHOLDS, "{kind: seed_sample}", **{run: section})
    )


@pytest.fixture(scope="module")
def written(folder: Path) -> Path:
    """What the study of it writes."""
    inputs = censemble.read_project(folder)
    found = study(inputs, {})
    write_study(found, folder / "out")
    assert any("different combinations of facts" in line for line in study_lines(found))
    return folder / "out"


def test_texts_of_all_records(folder: Path, written: Path) -> None:
    """Each record with its id, its persona and the text, phrases in it; a vector for each text; all is kept."""
    inputs = censemble.read_project(folder)
    table = pq.read_table(written / "personas.parquet")
    assert table["record"].to_pylist() == inputs.seed_sample.household_ids.to_pylist()
    vectors = pq.read_table(written / "embeddings.parquet")
    assert [vectors["text"][p].as_py() for p in table["persona"].to_pylist()] == table["text"].to_pylist()
    assert {len(v) for v in vectors["vector"].to_pylist()} == {256}
    assert any("rents a flat" in text for text in table["text"].to_pylist())
    assert pq.read_table(folder / "kept.parquet").num_rows == vectors.num_rows


def test_leakage_as_tables(written: Path) -> None:
    """CSV and JSON have the same rows: texts and the four controls for each attribute."""
    rows = json.loads((written / "leakage.json").read_text())["attributes"]
    with (written / "leakage.csv").open() as file:
        assert [r["attribute"] for r in csv.DictReader(file)] == [r["attribute"] for r in rows]
    assert {"tenure", "size", "sex", "age"} == {r["attribute"] for r in rows}
    for name in ("text", "shuffled", "one_hot", "kmeans", "none"):
        assert all(0 <= r[f"{name} accuracy"] <= 1 for r in rows)
    manifest = json.loads((written / "manifest.json").read_text())
    assert (manifest["writer"], manifest["embedder"]) == ("template", "static potion-base-8M")
    assert {o["path"] for o in manifest["outputs"]} >= {"personas.parquet", "leakage.csv"}


def test_a_preview_writes_nothing(folder: Path) -> None:
    """A few texts and the count."""
    before = sorted(folder.rglob("*"))
    texts, says = preview(censemble.read_project(folder), {})
    assert 1 <= len(texts) <= 5
    assert says[0].endswith("personas.")
    assert sorted(folder.rglob("*")) == before


def test_what_the_inputs_lack_is_told(folder: Path, tmp_path: Path) -> None:
    """No phrases, and too few records to read anything back; a project with phrases hears of the second alone."""
    plain = write_files(tmp_path, project_of(HOUSEHOLDS, "{kind: seed_sample}"))
    notes = study(censemble.read_project(plain), {}).notes
    assert any("no phrases" in note and "personas.words" in note for note in notes)
    assert any("too few to learn from" in note for note in notes)
    assert not any("no phrases" in note for note in study(censemble.read_project(folder), {}).notes)


def test_without_a_survey_there_are_none(tmp_path: Path) -> None:
    """Tables alone have nobody to write about; no attributes, nothing to say."""
    tables = censemble.read_project(write_files(tmp_path, project_of(PERSONS, "{kind: maximum_entropy}", sample=False)))
    with pytest.raises(ConfigError, match="seed_sample"):
        require_sample(tables)
    survey = censemble.demo_inputs()
    with pytest.raises(ConfigError, match="declared attributes"):
        require_sample(replace(survey, schema=type(survey.schema)()))


def test_the_table_in_lines() -> None:
    """Shares in columns; a mean only where something can be told apart."""
    leaks = {
        "text": (Leak("persons", "sex", 2, 90, 0.6, 0.91, 0.8), Leak("persons", "born", 1, 90, 1, 1, 1)),
        "none": (Leak("persons", "sex", 2, 90, 0.6, 0.6, 0.5), Leak("persons", "born", 1, 90, 1, 1, 1)),
    }
    head, sex, born, mean = leakage_lines(leaks)
    assert head.split()[-3:] == ["guessing", "text", "none"]
    assert (sex.split(), born.split()) == (["sex", "0.60", "0.91", "0.60"], ["born", "1.00", "1.00", "1.00"])
    assert mean.split()[-2:] == ["0.80", "0.50"]
    assert leakage_rows(leaks)[0]["none macro"] == 0.5


def test_the_command(folder: Path, tmp_path: Path) -> None:
    """Preview and study; the folder is named at the end."""
    looked = command("personas", folder, "--preview")
    assert (looked.status, "A household of" in looked.out) == (0, True)
    done = command("personas", folder, "--out", tmp_path / "out")
    assert done.status == 0
    assert "read back (share of records)" in done.out
    assert f"personas to {tmp_path / 'out'}" in done.out
