"""The client of a project: only where the generator asks a language model, with its answers beside the project file."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_case import command, write_files
from generator_projects import PERSONS, project_of

import censemble
from censemble.errors import ConfigError
from censemble.inputs import LanguageModelSettings
from censemble.llm import FakeModel
from censemble.model_client import answers_path, asking, asking_client, budget_of, client_of

ENVIRON = {"CENSEMBLE_LLM_BASE_URL": "http://127.0.0.1:9/v1", "CENSEMBLE_LLM_MODEL": "small"}


def project(folder: Path, kind: str) -> Path:
    """A project of persons without a seed sample."""
    files = project_of(PERSONS, f"{{kind: {kind}, records: 500}}", sample=False)
    return write_files(folder, files)


def test_other_generators_have_no_client(tmp_path: Path) -> None:
    """And no file of answers."""
    inputs = censemble.read_project(project(tmp_path, "maximum_entropy"))
    assert client_of(inputs, {}) is None
    assert not (tmp_path / "answers.sqlite").exists()


def test_answers_are_kept_beside_the_project_file(tmp_path: Path) -> None:
    """Whether the project is named by its file or its folder."""
    folder = project(tmp_path, "llmsynthor")
    for path in (folder, folder / "censemble.yaml"):
        client = client_of(censemble.read_project(path), ENVIRON)
        assert client is not None
        assert client.model.name == "small"
        assert Path(client.store.name) == folder / "answers.sqlite"


def test_without_a_model_the_command_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lines, one for Ollama and one for llama.cpp."""
    monkeypatch.delenv("CENSEMBLE_LLM_BASE_URL", raising=False)
    monkeypatch.delenv("CENSEMBLE_LLM_MODEL", raising=False)
    folder = project(tmp_path / "p", "llmsynthor")
    with pytest.raises(ConfigError, match="Ollama"):
        client_of(censemble.read_project(folder), {})
    done = command("run", folder, "--out", tmp_path / "out")
    assert done.status == 2
    assert "llama.cpp" in done.err


def test_limits_prices_and_time_come_from_the_project(tmp_path: Path) -> None:
    """Budget, file of answers and concurrency; the model's time-out too."""
    folder = project(tmp_path, "llmsynthor")
    section = "language_model: {max_calls: 4, timeout: 9, answers: a.sqlite, prices: {small: {in: 1, out: 2}}}\n"
    text = (folder / "censemble.yaml").read_text().rstrip() + "\n" + section
    (folder / "censemble.yaml").write_text(text)
    inputs = censemble.read_project(folder)
    with asking(inputs, ENVIRON) as client:
        assert client is not None
        assert (client.budget.max_calls, str(client.budget.price("small").tokens_out)) == (4, "2.0")
        assert client.model.timeout == 9  # type: ignore[attr-defined]
        assert Path(client.store.name) == answers_path(inputs) == folder / "a.sqlite"


def test_a_client_is_closed_at_the_end(tmp_path: Path) -> None:
    """The file of answers can be claimed again."""
    inputs = censemble.read_project(project(tmp_path, "llmsynthor"))
    first = asking_client(inputs, FakeModel([]))
    first.store.claim()
    first.close()
    with asking(inputs, ENVIRON) as client:
        assert client is not None
        client.store.claim()


def test_money_is_exact() -> None:
    """A decimal number, not a binary one."""
    settings = LanguageModelSettings({"m": {"in": "0.1", "out": "0.3"}}, max_cost="0.1")
    assert str(budget_of(settings).max_cost) == "0.1"
    assert str(budget_of(settings).price("m").of(3_000_000, 0)) == "0.3"


def test_whatever_the_generator_if_something_else_asks(tmp_path: Path) -> None:
    """A scenario needs a client where the generator does not."""
    inputs = censemble.read_project(project(tmp_path, "maximum_entropy"))
    client = client_of(inputs, ENVIRON, always=True)
    assert client is not None
    client.close()
