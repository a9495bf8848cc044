"""Which attributes a persona text does not mention, and what else is to be said about a bank of personas."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from censemble.personas.bank import PersonaBank
from censemble.personas.embedder import Embedder
from censemble.personas.phrasing import Fact, Wording
from censemble.personas.spoken_values import ShownPool, shown_pool
from censemble.personas.static_embedder import StaticEmbedder
from censemble.personas.template import facts_of_household, facts_of_members, facts_of_person
from censemble.pool import Pool
from censemble.schema import Schema

STEM = 4  # letters of a word that count: "cycles" is mentioned by "cycling"
HALF = 0.5
FOREIGN = 0.15  # share of broken words at which a text is taken to be in another language; English: some 0.03
MOST_LOOKED_AT = 500  # personas
EMPTY_WORDS = frozenset({"a", "an", "the", "of", "in", "to", "and", "or", "for", "with", "is", "are", "has", "have",
                         "at", "about", "not", "no", "by", "from", "on", "as", "does", "lives"})  # fmt: skip
SEX_WORDS = {
    "female": frozenset({"she", "her", "woma", "girl", "lady", "moth", "daug", "wife", "fema"}),
    "male": frozenset({"he", "his", "him", "man", "boy", "gent", "fath", "son", "husb", "male"}),
}


def forgotten(text: str, facts: Sequence[Fact]) -> tuple[str, ...]:
    """Attributes of a record that its text does not mention, as far as words can tell.

    A fact counts as mentioned where half of the words of what it says, or of its value, begin some word of the text.
    Says nothing about whether the text is right.

    Parameters
    ----------
    text : str
        A persona.
    facts : sequence of Fact
        What there is to say (`spoken_values.shown_pool`).

    Examples
    --------
    >>> facts = [Fact("mode", "moving", "cycles to work"), Fact("tenure", "home", "", "tenure", "owned outright")]
    >>> forgotten("She goes cycling to work every day.", facts)
    ('tenure',)
    """
    stems = _stems(text)
    return tuple(dict.fromkeys(f.attribute for f in facts if not _is_mentioned(f, stems)))


def bank_notes(
    bank: PersonaBank, schema: Schema, pool: Pool, *, wording: Wording, embedder: Embedder | None = None
) -> tuple[str, ...]:
    """What a user should know about a bank: constant columns, attributes that texts forget, another language.

    Parameters
    ----------
    bank : PersonaBank
        Of the pool.
    schema : Schema
        Of the pool.
    pool : Pool
        The seed sample.
    wording : Wording
        What the writer was given.
    embedder : Embedder, optional
        Where it is the static one, broken words are counted.
    """
    shown = shown_pool(schema, pool, wording)
    notes = [*_silent(schema, shown, pool, wording), *_forgetful(bank, shown, pool)]
    texts = [t for t in bank.texts if t][:MOST_LOOKED_AT]
    if isinstance(embedder, StaticEmbedder) and texts:
        share = embedder.unknown_share(texts)
        if share > FOREIGN:
            notes.append(
                f"personas: {share:.0%} of their words are unknown to the static embedder, which knows English only: "
                "the vectors say little. Write in English, or take `embedder: endpoint` or a model's folder."
            )
    return tuple(notes)


def _silent(schema: Schema, shown: ShownPool, pool: Pool, wording: Wording) -> list[str]:
    """Attributes that no persona can tell apart: constant, all missing, or with empty phrases."""
    notes = []
    for s in (*shown.households, *shown.persons):
        seen = np.unique(s.codes)
        if len(seen) < 2:
            why = "is the same in all records" if len(seen) and seen[0] >= 0 else "is missing in all records, or silent"
            notes.append(
                f"personas: {s.attribute.name!r} {why}: no persona can be told by it. "
                "Look at its column and categories, or leave the attribute out."
            )
    return notes


def _forgetful(bank: PersonaBank, shown: ShownPool, pool: Pool) -> list[str]:
    """Which attributes are missing from how many of the texts."""
    if not any(bank.texts):
        return []
    first = np.unique(bank.of_record, return_index=True)
    looked = list(zip(*first, strict=True))[:MOST_LOOKED_AT]
    counts: dict[str, int] = {}
    for persona, record in looked:
        for name in forgotten(bank.texts[persona], all_facts(shown, pool, int(record))):
            counts[name] = counts.get(name, 0) + 1
    return [
        f"personas: {name!r} is not mentioned in {n:,} of {len(looked):,} texts looked at: they do not tell it."
        for name, n in counts.items()
        if n > len(looked) / 20
    ]


def all_facts(shown: ShownPool, pool: Pool, record: int) -> list[Fact]:
    """Everything that there is to say about a record, its members' facts after its own."""
    if pool.record_entity == "persons":
        return facts_of_person(shown, record)
    members = facts_of_members(shown, pool, record)
    return [*facts_of_household(shown, record), *(f for facts in members for f in facts)]


def _is_mentioned(fact: Fact, stems: frozenset[str]) -> bool:
    if fact.topic == "sex" and fact.value in SEX_WORDS:
        return bool(SEX_WORDS[fact.value] & stems)
    if fact.topic == "age":
        return bool(_stems(fact.value) & stems) or any(s.isdecimal() for s in stems)
    return any(_share(said, stems) >= HALF for said in (fact.does, fact.value) if said)


def _share(said: str, stems: frozenset[str]) -> float:
    wanted = _stems(said) - EMPTY_WORDS or _stems(said)
    return len(wanted & stems) / len(wanted) if wanted else 1.0


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in re.findall(r"[^\W_]+", text.lower().replace("{their}", "")))
