"""Embeddings kept in a Parquet file, so that the same text is embedded once by the same model.

Rows are keyed by the SHA-256 of the embedder's name and the text; the texts themselves are not in the file. Written
under a temporary name, then moved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from censemble.errors import InputError, OutputError, Problem
from censemble.personas.embedder import Embedder

SCHEMA = pa.schema({"key": pa.string(), "embedder": pa.string(), "vector": pa.list_(pa.float32())})
AT_ONCE = 2048  # texts between two writings of the file, so that a stopped run goes on from there
Progress = Callable[[str, float], None]


class EmbeddingCache:
    """Vectors by text and embedder; read once, written by `save`.

    Parameters
    ----------
    path : Path
        Made by the first `save`; its folder must be there.

    Raises
    ------
    InputError
        There is such a file, and it is none of ours, or damaged. It is left as it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, tuple[str, NDArray[np.float32]]] = _read(path) if path.exists() else {}

    def get(self, text: str, embedder: str) -> NDArray[np.float32] | None:
        """The vector, or None."""
        found = self._known.get(key_of(text, embedder))
        return None if found is None else found[1]

    def put(self, text: str, embedder: str, vector: NDArray[np.float32]) -> None:
        """Keep a vector in memory, until `save`."""
        self._known[key_of(text, embedder)] = (embedder, np.asarray(vector, dtype=np.float32))

    def save(self) -> None:
        """Write the file anew.

        Raises
        ------
        OutputError
            The disk or the folder said no; a file that was there is as it was.
        """
        keys = sorted(self._known)
        vectors = [self._known[k][1] for k in keys]
        columns = [keys, [self._known[k][0] for k in keys], vectors]
        table = pa.table([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)
        temporary = self.path.with_name(f".{self.path.name}.part")
        try:
            pq.write_table(table, temporary, compression="zstd")
            temporary.replace(self.path)
        except OSError as error:
            raise OutputError(f"{self.path}: embeddings cannot be kept: {error.strerror or error}.") from error


def key_of(text: str, embedder: str) -> str:
    """Hash of embedder and text.

    Examples
    --------
    >>> key_of("cycles", "static")[:8] != key_of("cycles", "other")[:8]
    True
    """
    return hashlib.sha256(f"{embedder}\0{text}".encode()).hexdigest()


def embed_texts(
    texts: Sequence[str], embedder: Embedder, *, cache: Path | None = None, progress: Progress | None = None
) -> NDArray[np.float32]:
    """Embed texts, those that the cache has from there; shape (n_texts, width).

    Parameters
    ----------
    texts : sequence of str
        None empty.
    embedder : Embedder
        Asked for each text that is not kept, once.
    cache : Path, optional
        File of an `EmbeddingCache`.
    progress : callable, optional
        Told the share that is done.

    Raises
    ------
    InputError
        An empty text; a damaged cache.
    """
    kept = EmbeddingCache(cache) if cache is not None else None
    found = {t: v for t in dict.fromkeys(texts) if kept is not None and (v := kept.get(t, embedder.name)) is not None}
    missing = [t for t in dict.fromkeys(texts) if t not in found]
    for first in range(0, len(missing), AT_ONCE):
        if progress is not None:
            progress("embedding personas", first / len(missing))
        some = missing[first : first + AT_ONCE]
        found |= dict(zip(some, embedder.embed(some), strict=True))
        if kept is not None:
            for text in some:
                kept.put(text, embedder.name, found[text])
            kept.save()
    if not texts:
        return np.zeros((0, embedder.width), dtype=np.float32)
    return np.stack([found[t] for t in texts]).astype(np.float32)


def _read(path: Path) -> dict[str, tuple[str, NDArray[np.float32]]]:
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, str(error).splitlines()[0][:200]) from None
    if not table.schema.equals(SCHEMA):
        raise _damaged(path, f"columns {', '.join(table.schema.names)}")
    vectors = table["vector"].combine_chunks()
    if table.num_rows and vectors.null_count:
        raise _damaged(path, "rows without a vector")
    flat = np.asarray(vectors.flatten(), dtype=np.float32)
    if not np.isfinite(flat).all():
        raise _damaged(path, "numbers that are not finite")
    ends = np.cumsum(vectors.value_lengths().to_numpy(zero_copy_only=False)) if table.num_rows else np.zeros(0, int)
    lines = np.split(flat, ends[:-1])
    rows = zip(table["key"].to_pylist(), table["embedder"].to_pylist(), lines, strict=False)
    return {key: (embedder, vector) for key, embedder, vector in rows}


def _damaged(path: Path, found: str) -> InputError:
    action = "Delete it, and the texts are embedded again; or name another file."
    problem = Problem(str(path), "", "embeddings of personas", found, action, "damaged-embeddings")
    return InputError("the file of embeddings cannot be read", [problem])
