"""Embeddings from a sentence-transformers model in a folder of this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError, Problem
from censemble.personas.embedder import require_texts


class LocalEmbedder:
    """A model folder, read by the package `sentence-transformers`, which is not installed with any extra of ours.

    Never looks for anything on a network. Other languages, and what stands beside what, are such models' strength;
    they are some hundred times slower than the static embedder.

    Parameters
    ----------
    folder : Path
        As `SentenceTransformer.save` wrote it.

    Raises
    ------
    ConfigError
        There is no such folder; when first used: the package is missing, or cannot read it.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            action = "Name a folder, or take `embedder: static`."
            problem = Problem(str(folder), "", "a folder with a sentence model", "none", action, "no-embedder-file")
            raise ConfigError("the embedder cannot be read", [problem])
        self.folder = folder

    @cached_property
    def name(self) -> str:
        """The folder's name, with the beginning of a hash of its files: other weights, other name."""
        digest = hashlib.sha256()
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            digest.update(path.relative_to(self.folder).as_posix().encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return f"local {self.folder.resolve().name} {digest.hexdigest()[:12]}"

    @property
    def width(self) -> int:
        """Numbers in a vector."""
        return int(self._model.get_sentence_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts, of unit length."""
        require_texts(texts)
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            action = "Install it: pip install sentence-transformers. Or take `embedder: static`."
            problem = Problem("personas", "embedder", "the package sentence-transformers", "none", action, "no-package")
            raise ConfigError("personas cannot be embedded", [problem]) from None
        try:
            return SentenceTransformer(str(self.folder), local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            found = " ".join(str(error).split())[:200]
            action = "Save the model again with sentence-transformers, or take `embedder: static`."
            problem = Problem(str(self.folder), "", "a sentence model", found, action, "no-embedder-file")
            raise ConfigError("the embedder cannot be read", [problem]) from None
