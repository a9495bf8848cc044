"""Personas by a writer and an embedder."""

from __future__ import annotations

import generator_case
import numpy as np
import pytest
from semapop_case import Remembering

from censemble.generators.semapop import persona_maker
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
    told = maker.about(PEOPLE.schema, pool, bank, progress=silent)
    assert any("'sex' is the same in all records" in note for note in told.notes) and told.writing == {}
    codes = StandardMaker(conditioning="one_hot")
    assert (
        codes.about(PEOPLE.schema, pool, codes.bank(PEOPLE.schema, pool, progress=silent), progress=silent).notes == ()
    )


def test_leakage_is_measured_on_some_records_and_always_the_same() -> None:
    """Of each attribute beside the controls that the conditioning leaves; a second time the same figures."""
    maker = StandardMaker()
    bank = maker.bank(PEOPLE.schema, PEOPLE.pool, progress=silent)
    np.random.default_rng(3).random(7)
    first, second = (maker.about(PEOPLE.schema, PEOPLE.pool, bank, progress=silent).leakage for _ in range(2))
    assert first == second and first["records"] <= persona_maker.MEASURED
    assert [row["attribute"] for row in first["attributes"]] == [a.name for a in PEOPLE.schema.attributes]
    assert set(first["attributes"][0]["read_back"]) == {"text", "shuffled", "one_hot", "kmeans"}
    means = first["mean_over_categories"]
    assert means["text"] > 0.9 > means["shuffled"] and abs(means["shuffled"] - means["guessing"]) < 0.1
    clusters = StandardMaker(conditioning="kmeans")
    found = clusters.bank(PEOPLE.schema, PEOPLE.pool, progress=silent)
    told = clusters.about(PEOPLE.schema, PEOPLE.pool, found, progress=silent).leakage
    assert list(told["attributes"][0]["read_back"]) == ["kmeans", "one_hot"]


@pytest.mark.parametrize("conditioning", ["one_hot", "kmeans", "shuffled"])
def test_controls_condition_without_the_text(conditioning: str) -> None:
    """Each makes vectors of its own, and no text steers the model."""
    model = SemaPop(backbone=Remembering(), conditioning=conditioning)  # type: ignore[arg-type]
    model.fit(PEOPLE.schema, seed_sample=PEOPLE.pool)
    assert model.space_.width > 0 and model.sample(20, np.random.default_rng(1)).n_records == 20
