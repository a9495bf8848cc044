"""Which model the environment names, and what to do if it names none."""

from __future__ import annotations

from pathlib import Path

import pytest
from fault_server import faulty, good

from censemble.errors import ConfigError
from censemble.llm import LlamaCpp, Message, OpenAIServer, Settings, configured_model


def bearer(environ: dict[str, str]) -> str:
    """The key that a server gets."""
    with faulty(good) as server:
        model = configured_model({"CENSEMBLE_LLM_BASE_URL": server.base_url, "CENSEMBLE_LLM_MODEL": "m", **environ})
        assert isinstance(model, OpenAIServer)
        with model:
            model.complete([Message("user", "?")], response_format=None, settings=Settings(), random_seed=0)
        return server.headers[0]["authorization"]


@pytest.mark.parametrize(
    "environ", [{}, {"CENSEMBLE_LLM_MODEL": "m"}, {"CENSEMBLE_LLM_BASE_URL": "http://h/v1"}, {"OPENAI_API_KEY": "k"}]
)
def test_without_a_model_three_lines_say_what_to_do(environ: dict[str, str]) -> None:
    """Any server, Ollama, llama.cpp; a vendor's key alone sends nothing anywhere."""
    with pytest.raises(ConfigError) as caught:
        configured_model(environ)
    _, *lines = str(caught.value).splitlines()
    assert len(lines) == 3
    words = ("https://HOST/v1", "ollama serve", "llama-server")
    assert all(word in line for word, line in zip(words, lines, strict=True))


def test_the_key_goes_to_its_own_server_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor's key, in the mapping or in the environment, is not sent to another address."""
    monkeypatch.setenv("OPENAI_API_KEY", "vendor-secret")
    assert bearer({"CENSEMBLE_LLM_KEY": "my-secret-key"}) == "Bearer my-secret-key"
    assert bearer({"OPENAI_API_KEY": "vendor-secret"}) == "Bearer none"


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://h/v1", "http://user:secret@h/v1", "http://h/v1?key=secret"])
def test_an_address_is_an_address(url: str) -> None:
    """Passwords in it are refused, and not shown."""
    with pytest.raises(ConfigError) as caught:
        configured_model({"CENSEMBLE_LLM_BASE_URL": url, "CENSEMBLE_LLM_MODEL": "m"})
    assert "secret" not in str(caught.value)


def test_a_model_file_runs_here(tmp_path: Path) -> None:
    """A path that ends in .gguf, without an address."""
    (tmp_path / "small.gguf").write_bytes(b"")
    model = configured_model({"CENSEMBLE_LLM_MODEL": str(tmp_path / "small.gguf")})
    assert isinstance(model, LlamaCpp)
    assert model.name == "small.gguf"
