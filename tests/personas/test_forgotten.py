"""What a persona text does not mention."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from persona_case import HOUSEHOLDS, TRAVELLERS, flat, households, travellers

from censemble.personas.conditioning import make_bank
from censemble.personas.forgotten import all_facts, bank_notes, forgotten
from censemble.personas.phrasing import Fact, Wording
from censemble.personas.spoken_values import shown_pool
from censemble.personas.static_embedder import StaticEmbedder
from censemble.personas.template import TemplateWriter
from censemble.schema import Attribute, Schema

FACTS = [
    Fact("sex", "sex", "", "sex", "female"),
    Fact("age", "age", "", "age", "in {their} late thirties"),
    Fact("mode", "moving", "cycles to work most days"),
    Fact("tenure", "home", "", "tenure", "rented"),
]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A mother in her late thirties who is often cycling to work and lives in a rented flat.", ()),
        ("She is 38, rents, and her bicycle takes her to work on most days.", ()),
        ("Rented rooms, and that is all.", ("sex", "age", "mode")),
        ("", ("sex", "age", "mode", "tenure")),
    ],
)
def test_other_words_for_the_same_count(text: str, names: tuple[str, ...]) -> None:
    """Stems of words decide, a number is an age, a pronoun a sex."""
    assert forgotten(text, FACTS) == names


def test_facts_of_a_household_are_its_own_and_its_members() -> None:
    """In the order of the text."""
    facts = all_facts(shown_pool(HOUSEHOLDS, households(), Wording()), households(), 0)
    assert [f.attribute for f in facts] == ["tenure", "sex", "age", "sex", "age"]


def test_notes_about_a_bank() -> None:
    """A constant column, one that is silent, and texts that forget."""
    columns = {**travellers().persons, "licence": np.zeros(4, int)}
    pool, wording, embedder = flat(columns), Wording({"mode": {"car": "", "bicycle": ""}}), StaticEmbedder()
    bank = make_bank(TRAVELLERS, pool, writer=TemplateWriter(wording), embedder=embedder)
    forgetful = replace(bank, texts=tuple(f"She or he is {30 + i} and has licence." for i in range(bank.n_personas)))
    notes = bank_notes(forgetful, TRAVELLERS, pool, wording=wording, embedder=embedder)
    assert len(notes) == 3
    assert "'mode' is missing in all records, or silent" in notes[0]
    assert "'licence' is the same in all records" in notes[1]
    assert "'cars' is not mentioned in 3 of 3" in notes[2]


def test_another_language_is_noticed() -> None:
    """Labels that the static embedder does not know; English ones pass."""
    labels = {
        "de": ("faehrt mit der Strassenbahn", "geht gern zu Fuss durch die Stadt"),
        "en": ("takes the bus", "walks"),
    }
    for language, categories in labels.items():
        schema = Schema((Attribute("mode", "persons", "categorical", categories),))
        wording = Wording({"mode": {c: c for c in categories}})
        pool, embedder = flat({"mode": np.array([0, 1])}), StaticEmbedder()
        bank = make_bank(schema, pool, writer=TemplateWriter(wording), embedder=embedder)
        notes = bank_notes(bank, schema, pool, wording=wording, embedder=embedder)
        assert [("knows English only" in note) for note in notes] == ([True] if language == "de" else [])
