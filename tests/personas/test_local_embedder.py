"""A sentence model in a folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from censemble.errors import ConfigError
from censemble.personas.local_embedder import LocalEmbedder


class Model:
    """Stands for the package's class."""

    def __init__(self, folder: str, *, local_files_only: bool) -> None:
        if not (Path(folder) / "config.json").exists():
            raise OSError("no config.json")
        assert local_files_only

    def get_sentence_embedding_dimension(self) -> int:
        """Three."""
        return 3

    def encode(self, texts: Sequence[str], **options: Any) -> NDArray[np.float64]:
        """Length of the text in the first place."""
        assert options == {"normalize_embeddings": True, "show_progress_bar": False}
        return np.array([[len(t), 0, 0] for t in texts])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model's folder, and a package that reads it."""
    monkeypatch.setitem(sys.modules, "sentence_transformers", SimpleNamespace(SentenceTransformer=Model))
    (tmp_path / "config.json").write_text("{}")
    return tmp_path


def test_texts_are_embedded(folder: Path) -> None:
    """By the package, never over a network."""
    embedder = LocalEmbedder(folder)
    found = embedder.embed(["ab"])
    assert (found.tolist(), found.dtype, embedder.width) == ([[2, 0, 0]], np.float32, 3)


def test_other_weights_have_another_name(folder: Path) -> None:
    """So that a cache never mixes them."""
    before = LocalEmbedder(folder).name
    assert before == LocalEmbedder(folder).name
    (folder / "config.json").write_text("{ }")
    assert LocalEmbedder(folder).name != before
    assert before.startswith(f"local {folder.name} ")


def test_what_is_wrong_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder, a folder that is no model, no package."""
    with pytest.raises(ConfigError, match="a folder with a sentence model"):
        LocalEmbedder(folder / "nowhere")
    (folder / "config.json").unlink()
    with pytest.raises(ConfigError, match=r"no config\.json"):
        LocalEmbedder(folder).embed(["a"])
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ConfigError, match="pip install sentence-transformers"):
        LocalEmbedder(folder).embed(["a"])
