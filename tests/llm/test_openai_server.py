"""The adapter for servers: what is sent, and what is kept from being sent. Faults are in test_faults."""

from __future__ import annotations

import copy
import sys

import pytest
from fault_server import fails, faulty, good, says, sends

from censemble.errors import ConfigError
from censemble.llm import CallFault, Message, OpenAIServer, RawReply, Settings


def ask(model: OpenAIServer) -> RawReply:
    """One call."""
    settings = Settings(temperature=0.2, max_tokens=50, extra={"top_k": 20})
    form = {"type": "json_object"}
    return model.complete([Message("user", "é?")], response_format=form, settings=settings, random_seed=9)


def test_what_is_sent() -> None:
    """Model, messages, seed, settings, format, and nothing else."""
    with faulty(says("ok")) as server, OpenAIServer(server.base_url + "/", "m") as model:
        raw = ask(model)
        [body] = server.requests
    assert body == {
        "model": "m",
        "messages": [{"role": "user", "content": "é?"}],
        "seed": 9,
        "temperature": 0.2,
        "top_p": 1.0,
        "max_tokens": 50,
        "top_k": 20,
        "response_format": {"type": "json_object"},
    }
    assert (raw.text, raw.tokens_in, raw.tokens_out, raw.served_by) == ("ok", 10, 5, "served")
    assert 0 < raw.seconds < 20


def test_a_model_that_knows_another_name_for_the_limit() -> None:
    """It is asked again by that name, once and for all."""
    wanted = fails(400, "Unsupported parameter: use 'max_completion_tokens' instead.")
    with faulty(wanted, good) as server, OpenAIServer(server.base_url, "m") as model:
        ask(model)
        ask(model)
        assert ["max_tokens" in body for body in server.requests] == [True, False, False]
        assert server.requests[2]["max_completion_tokens"] == 50


def test_the_environment_adds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package's own variables neither send a key nor an organisation, nor lead elsewhere."""
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "secret-of-the-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with faulty(good) as server, OpenAIServer(server.base_url, "m") as model:
        ask(model)
        assert "secret-of-the-environment" not in str(server.headers)


def test_a_redirection_is_not_followed() -> None:
    """Prompts go to the address that was configured and to no other."""
    with faulty(good) as other, faulty(fails(307, Location=other.base_url)) as server:
        with OpenAIServer(server.base_url, "m") as model, pytest.raises(CallFault, match="HTTP 307") as caught:
            ask(model)
        assert other.requests == []
    assert caught.value.kind == "request"


def test_a_connection_cannot_be_copied() -> None:
    """A copy or a saved one would carry the key."""
    with OpenAIServer("http://127.0.0.1:9/v1", "m", key="secret-key") as model, pytest.raises(TypeError, match="key"):
        copy.deepcopy(model)


def test_a_server_in_its_own_words() -> None:
    """What it says about a failure is quoted on one line, up to a limit."""
    script = fails(404, "model\n'm' " + "x" * 900), sends(b"<html>\xff")
    with faulty(*script) as server, OpenAIServer(server.base_url, "m") as model:
        with pytest.raises(CallFault, match=r"HTTP 404: model 'm' x+\.\.\.$") as caught:
            ask(model)
        with pytest.raises(CallFault, match="no chat completion but '<html>"):
            ask(model)
    assert len(caught.value.message) < 400


def test_the_package_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the message says what to install."""
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ConfigError, match=r"censemble\[llm\]"):
        OpenAIServer("http://127.0.0.1:9/v1", "m")
