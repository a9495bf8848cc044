"""The adapter for a model in this process, with a stand-in for the package that runs it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from llm_case import DIGIT

from censemble.errors import ConfigError
from censemble.llm import CallFault, LlamaCpp, Message, Settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that stands for a model."""
    place = tmp_path / "small.gguf"
    place.write_bytes(b"GGUF")
    return place


def stand_in(monkeypatch: pytest.MonkeyPatch, server: Any) -> list[Any]:
    """Put a package in place whose servers are made by `server`; the parameters they get."""
    made: list[Any] = []

    def common() -> SimpleNamespace:
        names = ("model", "cpuparams", "cpuparams_batch")
        return SimpleNamespace(**{name: SimpleNamespace() for name in names})

    def build(params: Any) -> Any:
        made.append(params)
        return server()

    monkeypatch.setitem(sys.modules, "xllamacpp", SimpleNamespace(CommonParams=common, Server=build))
    return made


def ask(model: LlamaCpp) -> Any:
    """One call."""
    form = {"type": "json_object", "schema": DIGIT}
    return model.complete([Message("user", "?")], response_format=form, settings=Settings(), random_seed=7)


def test_the_model_is_loaded_once_and_asked_in_openai_form(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Messages, settings, seed and format go in; a chat completion comes out."""
    bodies: list[dict[str, Any]] = []

    class Server:
        def handle_chat_completions(self, body: dict[str, Any]) -> dict[str, Any]:
            bodies.append(body)
            return {"choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}]}

    made = stand_in(monkeypatch, Server)
    model = LlamaCpp(path, threads=1)
    assert [ask(model).text, ask(model).text] == ["{}", "{}"]
    assert (len(made), made[0].model.path, made[0].cpuparams.n_threads) == (1, str(path), 1)
    assert (bodies[0]["seed"], bodies[0]["response_format"]["schema"], bodies[0]["max_tokens"]) == (7, DIGIT, 1024)


def test_what_the_model_refuses_is_a_fault(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """So that the client can ask in another form."""

    class Server:
        def handle_chat_completions(self, body: dict[str, Any]) -> dict[str, Any]:
            raise ValueError("failed to parse grammar")

    stand_in(monkeypatch, Server)
    with pytest.raises(CallFault, match="failed to parse grammar") as caught:
        ask(LlamaCpp(path))
    assert caught.value.kind == "request"


def test_a_file_that_does_not_load(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """The file, the reason, and what to look at."""

    def server() -> None:
        raise RuntimeError("bad magic")

    stand_in(monkeypatch, server)
    with pytest.raises(ConfigError, match=r"small.gguf: expected a model that loads, found bad magic"):
        ask(LlamaCpp(path))


def test_the_package_is_optional(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Without it the message says what to install."""
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(ConfigError, match=r"censemble\[llama\]"):
        ask(LlamaCpp(path))
