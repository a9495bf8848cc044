"""Embeddings from a server."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from fault_server import Behaviour, fails, faulty, resets, sends

from censemble.errors import ConfigError, LanguageModelError
from censemble.llm.exchange import CallFault
from censemble.llm.pacing import Clock, Patience
from censemble.personas.endpoint_embedder import BATCH, EndpointEmbedder, configured_endpoint

TEXTS = ["cycles", "drives a car", "walks"]


def answer(texts: list[str], *, backwards: bool = False) -> Any:
    """Length of the text and 1, as the package gives it."""
    rows = [SimpleNamespace(index=i, embedding=[float(len(t)), 1.0]) for i, t in enumerate(texts)]
    return SimpleNamespace(data=rows[::-1] if backwards else rows)


def embedder(call: Callable[[list[str]], Any], waits: list[float] | None = None) -> EndpointEmbedder:
    """One that waits for nothing."""
    noted = waits if waits is not None else []
    clock = Clock(sleep=lambda _event, seconds: noted.append(seconds), jitter=lambda: 0.5)
    return EndpointEmbedder("http://127.0.0.1:9/v1", "m", key="secret-key", clock=clock, call=call)


def test_vectors_come_in_the_order_of_the_texts() -> None:
    """Whatever the order of the answer; of unit length."""
    found = embedder(lambda texts: answer(texts, backwards=True)).embed(TEXTS)
    lengths = np.array([[len(t), 1.0] for t in TEXTS])
    np.testing.assert_allclose(found, lengths / np.linalg.norm(lengths, axis=1, keepdims=True), rtol=1e-6)


def test_texts_go_in_batches() -> None:
    """64 at a time; the width is then known without asking."""
    sizes: list[int] = []
    asked = embedder(lambda texts: sizes.append(len(texts)) or answer(texts))
    asked.embed([f"text {i}" for i in range(2 * BATCH + 1)])
    assert (sizes, asked.width) == ([BATCH, BATCH, 1], 2)


def test_failures_that_pass_are_tried_again() -> None:
    """With growing waits, or as long as the server asks for."""
    faults = [CallFault("server", "HTTP 500"), CallFault("rate", "HTTP 429", retry_after=7.0)]
    waits: list[float] = []

    def call(texts: list[str]) -> Any:
        if faults:
            raise faults.pop(0)
        return answer(texts)

    assert embedder(call, waits).embed(TEXTS).shape == (3, 2)
    assert waits == [0.5, 7.0]


def test_giving_up_says_why_and_shows_no_key() -> None:
    """After as many attempts as patience has; a wrong key ends it at once."""

    def call(_texts: list[str]) -> Any:
        raise CallFault("server", "HTTP 500: secret-key")

    with pytest.raises(LanguageModelError, match=r"HTTP 500: \*\*\* \(tried 6 times\)") as caught:
        embedder(call).embed(TEXTS)
    assert caught.value.kind == "server"


@pytest.mark.parametrize(
    "wrong",
    [
        SimpleNamespace(),
        SimpleNamespace(data=[]),
        SimpleNamespace(data=[SimpleNamespace(index=0, embedding=[1.0])] * 3),
        SimpleNamespace(data=[SimpleNamespace(index=i, embedding=[1.0] * (i + 1)) for i in range(3)]),
        SimpleNamespace(data=[SimpleNamespace(index=i, embedding=[float("nan")]) for i in range(3)]),
        SimpleNamespace(data=[SimpleNamespace(index=i, embedding=[0.0]) for i in range(3)]),
    ],
)
def test_answers_that_are_no_embeddings(wrong: Any) -> None:
    """Too few, repeated, ragged, not finite, without direction: refused, not guessed at."""
    patient = EndpointEmbedder("http://h/v1", "m", patience=Patience(max_attempts=1), call=lambda _texts: wrong)
    with pytest.raises(LanguageModelError, match="sends no"):
        patient.embed(TEXTS)


def test_vectors_of_two_lengths_are_refused() -> None:
    """A server that changes its model between batches."""
    wide = SimpleNamespace(data=[SimpleNamespace(index=0, embedding=[1.0, 1.0, 1.0])])
    with pytest.raises(LanguageModelError, match="different lengths"):
        embedder(lambda texts: answer(texts) if len(texts) > 1 else wide).embed(["t"] * (BATCH + 1))


def over_the_wire(base_url: str, **options: Any) -> EndpointEmbedder:
    """One that asks a real server of this machine once."""
    return EndpointEmbedder(base_url, "m", key="secret-key", patience=Patience(max_attempts=1), **options)


def embeddings(*vectors: list[float]) -> bytes:
    """A server's answer."""
    rows = [{"object": "embedding", "index": i, "embedding": v} for i, v in enumerate(vectors)]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return json.dumps({"object": "list", "data": rows, "model": "m", "usage": usage}).encode()


def test_over_the_wire(monkeypatch: pytest.MonkeyPatch) -> None:
    """Model, texts and our key are sent, and nothing that the environment has for others."""
    monkeypatch.setenv("OPENAI_API_KEY", "secret-of-the-environment")
    monkeypatch.setenv("OPENAI_ORG_ID", "secret-of-the-environment")
    with faulty(sends(embeddings([3.0, 4.0]))) as server:
        found = over_the_wire(server.base_url).embed(["cycles"])
        assert server.requests == [{"input": ["cycles"], "model": "m", "encoding_format": "float"}]
        assert server.headers[0]["authorization"] == "Bearer secret-key"
        assert "secret-of-the-environment" not in str(server.headers)
    np.testing.assert_allclose(found, [[0.6, 0.8]], rtol=1e-6)


@pytest.mark.parametrize(
    ("behaviour", "kind", "words"),
    [
        (fails(401, "bad key secret-key"), "key", r"HTTP 401.*\*\*\*"),
        (fails(404, "no such model"), "request", "HTTP 404"),
        (fails(503), "busy", "HTTP 503"),
        (sends(b"<html>"), "unreadable", "sends no embeddings"),
        (resets, "connection", "cannot be reached"),
    ],
)
def test_faults_over_the_wire(behaviour: Behaviour, kind: str, words: str) -> None:
    """Each has its kind and the server's words, never the key."""
    with faulty(behaviour) as server, pytest.raises(LanguageModelError, match=words) as caught:
        over_the_wire(server.base_url).embed(["cycles"])
    assert caught.value.kind == kind
    assert "secret-key" not in str(caught.value)


def test_the_environment_names_it() -> None:
    """Address and model are needed."""
    environ = {"CENSEMBLE_EMBEDDINGS_BASE_URL": "http://127.0.0.1:9/v1", "CENSEMBLE_EMBEDDINGS_MODEL": "small"}
    found = configured_endpoint(environ)
    assert (found.name, repr(found)) == ("endpoint small", "EndpointEmbedder('http://127.0.0.1:9/v1', 'small')")
    with pytest.raises(ConfigError, match="CENSEMBLE_EMBEDDINGS_BASE_URL"):
        configured_endpoint({})


def test_the_package_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the message says what to install."""
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ConfigError, match=r"censemble\[llm\]"):
        EndpointEmbedder("http://127.0.0.1:9/v1", "m")
