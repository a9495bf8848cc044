"""The command `preview`."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit_case import project
from command_case import command


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model is configured."""
    for name in ("BASE_URL", "MODEL", "KEY"):
        monkeypatch.delenv(f"CENSEMBLE_LLM_{name}", raising=False)


def test_without_a_model_the_cost_is_unknown(tmp_path: Path) -> None:
    """And the three lines say how to configure one."""
    done = command("preview", project(tmp_path))
    assert (done.status, done.err) == (0, "")
    for words in ("none is configured", "Cost: unknown", "Ollama", "llama.cpp", "OpenAI-compatible", "--show"):
        assert words in done.out


def test_with_a_price_and_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cost, and whether the budget allows it."""
    monkeypatch.setenv("CENSEMBLE_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("CENSEMBLE_LLM_MODEL", "small")
    folder = project(tmp_path)
    text = (folder / "censemble.yaml").read_text().rstrip()
    section = "language_model: {max_calls: 3, prices: {small: {in: 1, out: 1}}}"
    (folder / "censemble.yaml").write_text(f"{text}\n{section}\n")
    shown = command("preview", folder).out
    assert "Model: small." in shown
    assert "Cost: 0 so far, 0.0" in shown
    assert "the budget is 3 calls" in " ".join(shown.split())


def test_the_question_in_full(tmp_path: Path) -> None:
    """Prompt and schema; hostile labels are spelt out."""
    folder = project(tmp_path)
    text = (folder / "censemble.yaml").read_text()
    hostile = text.replace("{at work: 1", '{"at \\e[31m work": 1').replace("work: at work}", 'work: "at \\e[31m work"}')
    (folder / "censemble.yaml").write_text(hostile)
    shown = command("preview", folder, "--show", "--scenario", "A \x1b[2J storm").out
    for words in ("-- system", "-- user", "schema that the answer is held to", "storm"):
        assert words in shown
    assert "\x1b" not in shown
