"""From records to a bank of personas; and the controls that show what the texts are worth.

one_hot   the codes themselves: everything that a text could say, without words
kmeans    which of a few clusters the record is in: as much as a rough sorting says
shuffled  the vectors of the texts, dealt to the wrong personas: no more than noise of the same shape
none      nothing
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError
from censemble.personas.bank import PersonaBank
from censemble.personas.distinct import Distinct, code_vectors, distinct_personas
from censemble.personas.embedder import Embedder, require_texts
from censemble.personas.embedding_cache import embed_texts
from censemble.personas.spoken_values import shown_pool
from censemble.personas.writer import Writer
from censemble.pool import Pool
from censemble.schema import Schema

Conditioning = Literal["text", "one_hot", "kmeans", "shuffled", "none"]
N_CLUSTERS = 32  # of the control kmeans, where no limit says otherwise
DEAL = 7  # random seed by which shuffled vectors are dealt, always the same
Progress = Callable[[str, float], None]


def make_bank(
    schema: Schema,
    pool: Pool,
    *,
    writer: Writer,
    embedder: Embedder,
    conditioning: Conditioning = "text",
    limit: int | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> PersonaBank:
    """Make the personas of a pool, one for each distinct combination of facts.

    Parameters
    ----------
    schema : Schema
        Of the pool.
    pool : Pool
        The seed sample; its design weights are summed for each persona.
    writer : Writer
        Asked about one record of each persona. Its wording says which records show the same, also for the controls.
    embedder : Embedder
        Not used by one_hot, kmeans and none.
    conditioning : {"text", "one_hot", "kmeans", "shuffled", "none"}
        What the vectors are made from.
    limit : int, optional
        Personas at most; alike combinations then share one (`distinct_personas`).
    cache : Path, optional
        Parquet file that keeps embeddings.
    progress : callable, optional
        Told what is being done.

    Raises
    ------
    ConfigError
        Another word for conditioning, a limit below 1, or an embedder that is not installed.
    InputError
        The pool is empty, the writer wrote an empty text, or the cache is damaged.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from censemble.personas.template import TemplateWriter
    >>> from censemble.personas.static_embedder import StaticEmbedder
    >>> from censemble.schema import Attribute
    >>> schema, none = Schema((Attribute("sex", "persons", "categorical", ("female", "male")),)), pa.table({})
    >>> pool = Pool({}, {"sex": np.array([1, 0, 1])}, np.arange(4), np.ones(3), pa.array([1, 2, 3]), none, none, "",
    ...             np.zeros(3, np.int32), "survey", "persons")
    >>> bank = make_bank(schema, pool, writer=TemplateWriter(), embedder=StaticEmbedder())
    >>> bank.texts, bank.of_record.tolist(), bank.weights.tolist(), bank.width
    (('A man.', 'A woman.'), [0, 1, 0], [2.0, 1.0], 256)
    """
    if conditioning not in get_args(Conditioning):
        raise ConfigError(f"conditioning {conditioning!r}: take one of {', '.join(get_args(Conditioning))}")
    if limit is not None and limit < 1:
        raise ConfigError(f"personas: limit {limit}: at least 1")
    if conditioning == "none":
        return _bank([""], np.zeros((1, 0)), np.zeros(pool.n_records, np.int64), pool, names=("none", "none"))
    clusters = min(limit or N_CLUSTERS, pool.n_records) if conditioning == "kmeans" else limit
    found = distinct_personas(schema, pool, writer.wording, limit=clusters)
    if conditioning in ("one_hot", "kmeans"):
        return _without_text(schema, pool, writer, found, is_clusters=conditioning == "kmeans")
    bank = _with_text(schema, pool, writer, embedder, found, cache=cache, progress=progress)
    return shuffled(bank) if conditioning == "shuffled" else bank


def shuffled(bank: PersonaBank) -> PersonaBank:
    """Deal the vectors to the wrong personas, always the same way; texts and weights stay where they are.

    Examples
    --------
    >>> bank = PersonaBank(("a", "b"), np.eye(2, dtype=np.float32), np.array([0, 1]), np.ones(2), "e", "w")
    >>> shuffled(bank).embedder
    'e, shuffled'
    """
    order = np.random.default_rng(DEAL).permutation(bank.n_personas)
    return replace(bank, embeddings=bank.embeddings[order], embedder=f"{bank.embedder}, shuffled")


def _with_text(
    schema: Schema,
    pool: Pool,
    writer: Writer,
    embedder: Embedder,
    found: Distinct,
    *,
    cache: Path | None,
    progress: Progress | None,
) -> PersonaBank:
    """Combinations whose texts are the same are one persona."""
    if progress is not None:
        progress("writing personas", 0.0)
    written = writer.write(schema, pool, found.records)
    require_texts(written)
    texts = list(dict.fromkeys(written))
    place = {text: i for i, text in enumerate(texts)}
    of_record = np.array([place[text] for text in written], dtype=np.int64)[found.of_record]
    vectors = embed_texts(texts, embedder, cache=cache, progress=progress)
    return _bank(texts, vectors, of_record, pool, names=(embedder.name, writer.name))


def _without_text(schema: Schema, pool: Pool, writer: Writer, found: Distinct, *, is_clusters: bool) -> PersonaBank:
    n = len(found.records)
    shown = shown_pool(schema, pool, writer.wording)
    vectors = np.eye(n) if is_clusters else code_vectors(shown, pool, found.records)
    name = f"which of {n:,} clusters" if is_clusters else "one-hot codes"
    return _bank([""] * n, vectors, found.of_record, pool, names=(name, "none"))


def _bank(
    texts: Sequence[str],
    vectors: NDArray[np.float32] | NDArray[np.float64],
    of_record: NDArray[np.int64],
    pool: Pool,
    *,
    names: tuple[str, str],
) -> PersonaBank:
    weights = np.bincount(of_record, pool.prior_weights, len(texts)).astype(np.float64)
    return PersonaBank(tuple(texts), vectors.astype(np.float32), of_record, weights, *names)
