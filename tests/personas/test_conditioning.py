"""Banks of personas and their controls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from persona_case import TRAVELLERS, Counting, flat, travellers

from censemble.errors import ConfigError, InputError
from censemble.personas.bank import PersonaBank
from censemble.personas.conditioning import make_bank
from censemble.personas.phrasing import Wording
from censemble.personas.template import TemplateWriter
from censemble.pool import Pool
from censemble.schema import Schema


def bank(**options: Any) -> PersonaBank:
    """Of the four travellers, two of whom are one persona."""
    given: dict[str, Any] = {"writer": TemplateWriter(), "embedder": Counting(), **options}
    return make_bank(TRAVELLERS, travellers(), **given)


def test_texts_are_embedded_once_for_each_persona() -> None:
    """Weights are summed, names come from writer and embedder."""
    made = bank()
    assert (made.of_record.tolist(), made.weights.tolist()) == ([0, 1, 2, 1], [1.0, 6.0, 3.0])
    assert made.embeddings[:, 0].tolist() == [len(t) for t in made.texts]
    assert (made.writer, made.embedder) == ("template", "counting")


def test_texts_that_come_out_the_same_are_one_persona() -> None:
    """Whatever the facts were."""

    class Terse(TemplateWriter):
        def write(self, schema: Schema, pool: Pool, records: NDArray[np.int64]) -> list[str]:
            return ["Somebody."] * len(records)

    assert bank(writer=Terse()).of_record.tolist() == [0, 0, 0, 0]


def test_one_hot_says_everything_without_words() -> None:
    """Distinct personas have distinct codes; no text."""
    made = bank(conditioning="one_hot")
    assert len(np.unique(made.embeddings, axis=0)) == made.n_personas == 3
    assert (set(made.texts), set(np.unique(made.embeddings))) == ({""}, {0.0, 1.0})


def test_kmeans_says_the_cluster() -> None:
    """One unit vector for each of so many clusters."""
    made = bank(conditioning="kmeans", limit=2)
    np.testing.assert_array_equal(made.embeddings, np.eye(2))
    assert made.weights.sum() == 10


def test_shuffled_deals_the_same_vectors_to_others() -> None:
    """Always the same way; texts stay."""
    many = flat({"age": np.arange(20.0, 90.0)})
    made, dealt, again = (
        make_bank(TRAVELLERS, many, writer=TemplateWriter(), embedder=Counting(), conditioning=c)
        for c in ("text", "shuffled", "shuffled")
    )
    assert dealt.texts == made.texts
    assert dealt.embeddings.tobytes() == again.embeddings.tobytes()
    assert (np.sort(dealt.embeddings, axis=0) == np.sort(made.embeddings, axis=0)).all()
    assert (dealt.embeddings != made.embeddings).any()


def test_none_says_nothing() -> None:
    """One persona for all, without a number; nobody is asked."""
    embedder = Counting()
    made = bank(conditioning="none", embedder=embedder)
    assert (made.n_personas, made.width, made.weights.tolist(), embedder.asked) == (1, 0, [10.0], [])


def test_a_limit_holds(tmp_path: Path) -> None:
    """At most so many texts are embedded; the cache keeps them."""
    embedder = Counting()
    assert bank(limit=2, embedder=embedder, cache=tmp_path / "kept.parquet").n_personas == 2
    assert bank(limit=2, embedder=embedder, cache=tmp_path / "kept.parquet").n_personas == 2
    assert len(embedder.asked) == 2


def test_what_cannot_be_done_is_refused() -> None:
    """Another word, no persona at all, a writer that is silent."""
    with pytest.raises(ConfigError, match="take one of text, one_hot, kmeans, shuffled, none"):
        bank(conditioning="words")
    with pytest.raises(ConfigError, match="at least 1"):
        bank(limit=0)

    class Silent(TemplateWriter):
        def write(self, schema: Schema, pool: Pool, records: NDArray[np.int64]) -> list[str]:
            return [""] * len(records)

    with pytest.raises(InputError, match="personas are empty"):
        bank(writer=Silent(Wording()))
