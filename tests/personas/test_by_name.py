"""Writers and embedders by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from censemble.errors import ConfigError
from censemble.inputs import PersonaSettings
from censemble.personas.by_name import embedder_of, wording_of
from censemble.personas.local_embedder import LocalEmbedder
from censemble.personas.phrasing import Wording


def test_all_phrases_of_a_project_are_taken() -> None:
    """Each setting has its place."""
    settings = PersonaSettings("llm", "static", {"a": {"x": "y"}}, {"b": "{value}"}, ("c",), "trip", "leg")
    assert wording_of(settings) == Wording({"a": {"x": "y"}}, {"b": "{value}"}, ("c",), "trip", "leg")


def test_embedders(tmp_path: Path) -> None:
    """Static, endpoint, or a folder beside the project file."""
    environ = {"CENSEMBLE_EMBEDDINGS_BASE_URL": "http://127.0.0.1:9/v1", "CENSEMBLE_EMBEDDINGS_MODEL": "small"}
    assert embedder_of("static", {}).name == "static potion-base-8M"
    assert embedder_of("endpoint", environ).name == "endpoint small"
    (tmp_path / "model").mkdir()
    assert isinstance(embedder_of("model", {}, folder=tmp_path), LocalEmbedder)
    with pytest.raises(ConfigError, match="nowhere"):
        embedder_of("nowhere", {}, folder=tmp_path)
