"""The section `language_model` of the project file."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_case import write_files
from generator_projects import PERSONS, project_of

import censemble
from censemble.errors import ConfigError
from censemble.inputs import LanguageModelSettings


def project(folder: Path, section: str) -> Path:
    """A project with the section."""
    run = "run: {random_seed: 3}"
    changes = {run: f"{run}\n        language_model: {section}"} if section else {}
    return write_files(folder, project_of(PERSONS, "{kind: llmsynthor}", sample=False, **changes))


def problems(folder: Path, section: str) -> list[str]:
    """What is wrong with it."""
    with pytest.raises(ConfigError) as caught:
        censemble.read_project(project(folder, section))
    return [str(problem) for problem in caught.value.problems]


def test_it_may_be_left_out(tmp_path: Path) -> None:
    """No limits, no prices, answers beside the project file."""
    assert censemble.read_project(project(tmp_path, "")).language_model == LanguageModelSettings()


def test_everything_is_read(tmp_path: Path) -> None:
    """Prices and money become texts of decimal numbers, as written."""
    section = (
        "{prices: {small: {in: 0.10, out: 0.4}}, max_calls: 30, max_tokens: 90000, max_cost: 0.25, concurrency: 2, "
        "timeout: 900, answers: kept/a.sqlite}"
    )
    found = censemble.read_project(project(tmp_path, section)).language_model
    assert found == LanguageModelSettings(
        {"small": {"in": "0.1", "out": "0.4"}}, 30, 90000, "0.25", concurrency=2, timeout=900.0, answers="kept/a.sqlite"
    )


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("{max_calls: -1}", "at least 0"),
        ("{max_cost: .nan}", "max_cost"),
        ("{max_cost: .inf}", "max_cost"),
        ("{timeout: 0}", "greater than 0"),
        ("{concurrency: 0}", "at least 1"),
        ("{prices: {small: {in: 1}}}", "Add the key 'out'"),
        ("{prices: {small: {in: -1, out: 1}}}", "at least 0"),
        ("{max_call: 3}", "Did you mean 'max_calls'?"),
    ],
)
def test_wrong_values_are_named(section: str, words: str, tmp_path: Path) -> None:
    """One problem, with its place."""
    (problem,) = problems(tmp_path, section)
    assert "language_model" in problem
    assert words in problem


@pytest.mark.parametrize("key", ["key", "api_key", "base_url", "model", "url"])
def test_address_model_and_key_belong_elsewhere(key: str, tmp_path: Path) -> None:
    """The message says where; what was written is not repeated."""
    (problem,) = problems(tmp_path, f"{{{key}: sk-secret}}")
    assert "CENSEMBLE_LLM_BASE_URL, CENSEMBLE_LLM_MODEL, CENSEMBLE_LLM_KEY" in problem
    assert "sk-secret" not in problem
