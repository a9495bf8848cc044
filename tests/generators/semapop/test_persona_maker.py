"""Personas by a writer and an embedder."""

from __future__ import annotations

import generator_case
import numpy as np
import pytest
from semapop_case import Remembering

from censemble.generators.semapop.persona_maker import StandardMaker
from censemble.generators.semapop.population_model import SemaPop
from censemble.generators.semapop.services import silent

PEOPLE = generator_case.cases()[0]


def test_every_record_gets_a_text_and_texts_are_embedded_alike() -> None:
    """The vector of a bank's text is the one that `embed` gives."""
    maker = StandardMaker()
    bank = maker.bank(PEOPLE.schema, PEOPLE.pool, progress=silent)
    assert len(bank.of_record) == PEOPLE.pool.n_records and bank.embedder == maker.name
    assert np.allclose(maker.embed(bank.texts[:3]), bank.embeddings[:3], atol=1e-6)
    assert bank.weights.sum() == pytest.approx(PEOPLE.pool.prior_weights.sum())


def test_notes_are_of_texts_only() -> None:
    """A control that has none says nothing; a constant column is told."""
    pool = generator_case.flat(
        {"sex": np.zeros(60, np.int64), "age": np.arange(60.0), "work": np.arange(60) % 3}, np.ones(60)
    )
    maker = StandardMaker()
    bank = maker.bank(PEOPLE.schema, pool, progress=silent)
    assert any("'sex' is the same in all records" in note for note in maker.notes(PEOPLE.schema, pool, bank))
    assert StandardMaker(conditioning="one_hot").notes(PEOPLE.schema, pool, bank) == ()


@pytest.mark.parametrize("conditioning", ["one_hot", "kmeans", "shuffled"])
def test_controls_condition_without_the_text(conditioning: str) -> None:
    """Each makes vectors of its own, and no text steers the model."""
    model = SemaPop(backbone=Remembering(), conditioning=conditioning)  # type: ignore[arg-type]
    model.fit(PEOPLE.schema, seed_sample=PEOPLE.pool)
    assert model.space_.width > 0 and model.sample(20, np.random.default_rng(1)).n_records == 20
