"""Embeddings that are kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from persona_case import Counting

from censemble.errors import InputError, OutputError
from censemble.personas.embedding_cache import AT_ONCE, EmbeddingCache, embed_texts


def test_a_text_is_embedded_once(tmp_path: Path) -> None:
    """Repeated texts, and those of an earlier run, are not asked for; vectors are the same bytes."""
    embedder, path = Counting(), tmp_path / "kept.parquet"
    first = embed_texts(["cycles", "drives", "cycles"], embedder, cache=path)
    again = embed_texts(["drives", "walks"], embedder, cache=path)
    assert embedder.asked == ["cycles", "drives", "walks"]
    assert first.tolist() == [[6, 1], [6, 1], [6, 1]]
    assert again.tobytes() == np.array([[6, 1], [5, 0]], np.float32).tobytes()


def test_embedders_are_kept_apart(tmp_path: Path) -> None:
    """By name, also with other widths, in one file; texts are not in it."""
    path = tmp_path / "kept.parquet"
    cache = EmbeddingCache(path)
    cache.put("cycles", "one", np.array([1.0], np.float32))
    cache.put("cycles", "two", np.array([2.0, 3.0], np.float32))
    cache.save()
    read = EmbeddingCache(path)
    vectors = [read.get("cycles", name) for name in ("one", "two", "three")]
    assert [None if v is None else v.tolist() for v in vectors] == [[1.0], [2.0, 3.0], None]
    assert b"cycles" not in path.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["kept.parquet"]


def test_a_stopped_run_goes_on(tmp_path: Path) -> None:
    """What was embedded before it stopped is kept."""

    class Failing(Counting):
        def embed(self, texts: list[str]) -> np.ndarray:  # type: ignore[override]
            if self.asked:
                raise ConnectionError
            return super().embed(texts)

    texts, path = [f"text {i}" for i in range(AT_ONCE + 5)], tmp_path / "kept.parquet"
    with pytest.raises(ConnectionError):
        embed_texts(texts, Failing(), cache=path)
    embedder, told = Counting(), []
    embed_texts(texts, embedder, cache=path, progress=lambda _phrase, share: told.append(share))
    assert (len(embedder.asked), told) == (5, [0.0])


def test_nothing_to_embed() -> None:
    """No text, no row."""
    assert embed_texts([], Counting()).shape == (0, 2)


@pytest.mark.parametrize("kind", ["text", "columns", "cut", "nan"])
def test_a_damaged_file_is_named(tmp_path: Path, kind: str) -> None:
    """And left as it is."""
    path = tmp_path / "kept.parquet"
    cache = EmbeddingCache(path)
    cache.put("a", "e", np.array([np.nan if kind == "nan" else 1.0], np.float32))
    cache.save()
    if kind == "text":
        path.write_text("no parquet")
    elif kind == "columns":
        pq.write_table(pa.table({"x": [1]}), path)
    elif kind == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"kept\.parquet.*Delete it") as caught:
        EmbeddingCache(path)
    assert caught.value.problems[0].code == "damaged-embeddings"
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """The file cannot be kept, and the message says so."""
    with pytest.raises(OutputError, match="cannot be kept"):
        EmbeddingCache(tmp_path / "nowhere" / "kept.parquet").save()
