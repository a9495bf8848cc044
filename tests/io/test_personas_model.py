"""The section `personas` of the project file."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_case import write_files
from generator_projects import PERSONS, project_of

import censemble
from censemble.errors import ConfigError
from censemble.inputs import PersonaSettings


def project(folder: Path, section: str) -> Path:
    """A project of persons with the section."""
    run = "run: {random_seed: 3}"
    changes = {run: f"{run}\n        personas: {section}"} if section else {}
    return write_files(folder, project_of(PERSONS, "{kind: seed_sample}", **changes))


def problems(folder: Path, section: str) -> list[str]:
    """What is wrong with it."""
    with pytest.raises(ConfigError) as caught:
        censemble.read_project(project(folder, section))
    return [str(problem) for problem in caught.value.problems]


def test_it_may_be_left_out(tmp_path: Path) -> None:
    """Template, static embedder, no phrases."""
    assert censemble.read_project(project(tmp_path, "")).personas == PersonaSettings()


def test_everything_is_read(tmp_path: Path) -> None:
    """Numbers as keys are texts."""
    section = (
        "{writer: llm, embedder: models/mine, words: {sex: {female: is a woman}, age: {0: is a baby}}, "
        "patterns: {age: 'is {value}'}, leave_out: [sex], record: flat, member: tenant, limit: 9, cache: e.parquet}"
    )
    words = {"sex": {"female": "is a woman"}, "age": {"0": "is a baby"}}
    assert censemble.read_project(project(tmp_path, section)).personas == PersonaSettings(
        "llm", "models/mine", words, {"age": "is {value}"}, ("sex",), "flat", "tenant", limit=9, cache="e.parquet"
    )


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("{writer: gpt}", "llm"),
        ("{limit: 0}", "at least 1"),
        ("{phrases: {}}", "known key"),
        ("{base_url: 'http://h/v1'}", "CENSEMBLE_EMBEDDINGS_BASE_URL"),
        ("{api_key: sk-secret}", "from the environment only"),
    ],
)
def test_wrong_values_are_named(section: str, words: str, tmp_path: Path) -> None:
    """One problem, with its place; a key is not repeated."""
    (problem,) = problems(tmp_path, section)
    assert "personas" in problem
    assert words in problem
    assert "sk-secret" not in problem
