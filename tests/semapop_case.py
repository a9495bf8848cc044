"""A small honest SemaPop for tests: personas of words, and a model that remembers training records.

The model needs no training and follows personas exactly: given a persona mixed with noise at a known level it draws a
training record with its posterior probability, which is known in closed form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.semapop.backbone import Block, Codes, Curves, Lesson, Progress, Vectors
from censemble.generators.semapop.population_model import SemaPop
from censemble.generators.semapop.services import AboutPersonas, Outside
from censemble.personas.bank import PersonaBank
from censemble.pool import Pool
from censemble.schema import Schema

WIDTH = 8


class Remembering:
    """Draws training records near a persona; never an incomplete household unless told to forget."""

    name = "remembering"

    def __init__(self, *, forget: float = 0.0, fails: Exception | None = None) -> None:
        self.forget, self.fails = forget, fails
        self.blocks: tuple[Block, ...] = ()
        self.lesson: Lesson | None = None
        self.kept: dict[str, NDArray[Any]] = {}

    def settings(self) -> dict[str, Any]:
        """The share of records that lose their last column."""
        return {"forget": self.forget}

    def train(self, lesson: Lesson, *, random_seed: int, progress: Progress, checkpoint: Path | None = None) -> Curves:
        """Keep the training records."""
        if self.fails is not None:
            raise self.fails
        self.lesson, records = lesson, lesson.training
        self.kept = {"codes": records.codes, "personas": records.personas, "weights": records.weights}
        self.blocks = lesson.blocks
        progress("training", 1.0)
        return Curves(np.array([1, 2]), {"validation loss": np.array([2.0, 1.5])}, 2, "all 2 steps were done")

    def draw(self, vectors: Vectors, rng: np.random.Generator) -> Codes:
        """Draw a record for each persona from the posterior given the persona and its noise."""
        levels = vectors[:, -1:].astype(np.float64)
        room = 2 * (1 - levels**2) + 1e-6
        gaps = ((vectors[:, None, :-1] - levels[:, :, None] * self.kept["personas"][None]) ** 2).sum(axis=2)
        chances = np.log(self.kept["weights"]) - gaps / room
        noise = rng.gumbel(size=chances.shape)
        drawn = self.kept["codes"][(chances + noise).argmax(axis=1)].copy()
        lost = rng.random(len(drawn)) < self.forget
        for i, block in enumerate(self.blocks):
            if block.slot == 1:
                drawn[lost, i] = block.n_codes - 1
        return drawn

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The records."""
        return dict(self.kept)

    def restore(self, arrays: Mapping[str, NDArray[Any]], blocks: tuple[Block, ...], width: int) -> None:
        """Take the records."""
        assert arrays["personas"].shape[1] == width
        self.kept, self.blocks = dict(arrays), blocks


class Words:
    """Personas that name each value, and vectors that add up one random vector for each word."""

    name = "words"

    def __init__(self) -> None:
        self.n_asked = 0

    def bank(self, schema: Schema, pool: Pool, *, progress: Progress) -> PersonaBank:
        """A text for each distinct record."""
        self.n_asked += 1
        columns = pool.persons if pool.record_entity == "persons" else pool.households
        names = [a.name for a in schema.of(pool.record_entity)]
        told = [" ".join(f"{k}={columns[k][i]:g}" for k in names) for i in range(pool.n_records)]
        texts, of_record = np.unique(told, return_inverse=True)
        weights = np.bincount(of_record, weights=pool.prior_weights, minlength=len(texts))
        return PersonaBank(tuple(texts.tolist()), self.embed(texts), of_record.reshape(-1), weights, self.name, "hand")

    def about(self, schema: Schema, pool: Pool, bank: PersonaBank, *, progress: Progress) -> AboutPersonas:
        """Nothing to say."""
        return AboutPersonas()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The sum of the words' vectors."""
        return np.stack([np.sum([word_vector(w) for w in str(t).split()], axis=0) for t in texts]).astype(np.float32)


def word_vector(word: str) -> NDArray[np.float64]:
    """A vector that belongs to a word alone."""
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(WIDTH)


def semapop(backbone: Remembering | None = None, **options: Any) -> SemaPop:
    """The small SemaPop with some options."""
    outside = options.pop("outside", Outside(personas=Words()))
    return SemaPop(backbone=backbone or Remembering(), outside=outside, **options)


def unlucky(error: type[Exception], says: str) -> Callable[[], Remembering]:
    """A model whose training fails."""
    return lambda: Remembering(fails=error(says))


__all__ = ["Remembering", "SchemaError", "Words", "semapop", "unlucky"]
