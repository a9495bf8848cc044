"""Words are read as statements of personas: whose, how much alike, and what happens where nobody says so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from semapop_case import word_vector

from censemble.personas.bank import PersonaBank
from censemble.steering_readings import ENOUGH, Reading, Statements, denials, effective, few_say, statements_of, unread

TEXTS = ("He cycles daily and has a car.", "She drives.", "She cycles sometimes and has a car, drives.")


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """The sum of the words' vectors."""
    return np.stack([np.sum([word_vector(w) for w in t.split()], axis=0) for t in texts]).astype(np.float32)


def bank_of(n_each: int) -> PersonaBank:
    """Each text so many times, of equal weight."""
    texts = tuple(text for text in TEXTS for _ in range(n_each))
    return PersonaBank(texts, embed(texts), np.arange(len(texts)), np.ones(len(texts)), "words", "hand")


def test_statements_lose_their_subject_and_keep_their_verb() -> None:
    """What is listed under one verb is said with it; a verb does not reach beyond its sentence."""
    said = statements_of("She lives alone and in a town, walks now and then. In a hurry she runs. The person is 5!")
    assert said == ["lives alone", "lives in a town", "walks now and then", "In a hurry she runs", "is 5"]
    assert statements_of(" . ") == []


def test_words_are_read_as_the_statement_most_alike() -> None:
    """With enough people behind it one statement suffices, and these are the people."""
    statements = Statements.of(bank_of(60), embed)
    assert statements.texts == ("cycles daily", "cycles sometimes", "drives", "has a car")
    reading, says = statements.read("cycles daily", embed)
    assert (reading.statements, reading.n_personas, reading.is_understood) == (("cycles daily",), 60, True)
    assert np.flatnonzero(says).tolist() == list(range(60))


def test_statements_are_added_until_there_are_enough_people() -> None:
    """Forty who cycle daily are too few: those whose statement is next are taken too."""
    reading, says = Statements.of(bank_of(40), embed).read("cycles daily sometimes", embed)
    assert (sorted(reading.statements), says.sum()) == (["cycles daily", "cycles sometimes"], 80)


def test_the_opposite_decides_where_no_statement_is_like_the_words() -> None:
    """What the words share with their opposite does not count; clear words are read without it."""
    statements = Statements.of(bank_of(60), embed)
    vague, opposite = "sometimes drives zz yy", "drives zz yy xx"
    likeness = statements.embeddings @ embed([vague])[0] / np.linalg.norm(embed([vague])[0])
    apart = likeness - statements.embeddings @ embed([opposite])[0] / np.linalg.norm(embed([opposite])[0])
    reading, _ = statements.read(vague, embed, against=[opposite])
    wanted = apart if likeness.max() < 0.6 else likeness
    assert reading.statements[0] == statements.texts[int(np.argmax(wanted))]
    assert statements.read("drives", embed, against=["drives"])[0].statements == ("drives",)


def test_words_that_nobody_says_are_told() -> None:
    """The reading says how little alike its statement is, and there is a sentence for the user."""
    reading, _ = Statements.of(bank_of(60), embed).read("qq ww rr", embed)
    assert not reading.is_understood
    assert reading.facts()["is_understood"] is False
    assert unread([reading])[0].startswith("no persona says anything like 'qq ww rr'; nearest is")


def test_denials_that_were_not_heard_are_told() -> None:
    """Only where the words deny something, somebody says something like them, and that denies nothing."""
    heard = Reading("has no car", ("has never had a car",), 0.8, 9)
    unheard = Reading("doesn't own a car", ("owns a car",), 0.9, 9)
    assert denials([heard, unheard, Reading("has a car", ("has a car",), 1.0, 9)]) == (
        "\"doesn't own a car\" denies something and was read as 'owns a car', which does not; say it without a denial",
    )
    assert denials([Reading("has no car", ("flies",), 0.2, 9)]) == ()


def test_few_who_say_so_are_told_though_others_are_taken_along() -> None:
    """Twenty cycle daily: they are moved towards together with others, and the reading says that they are twenty."""
    bank = bank_of(20)
    reading, says = Statements.of(bank, embed).read("cycles daily", embed)
    alike = np.array([any(s in ("cycles daily", "cycles sometimes") for s in statements_of(t)) for t in bank.texts])
    assert says.sum() > 20 and reading.is_understood
    cosine = float(embed(["cycles daily"])[0] @ embed(["cycles sometimes"])[0])
    cosine /= float(np.prod([np.linalg.norm(embed([t])[0]) for t in ("cycles daily", "cycles sometimes")]))
    assert reading.behind == (alike.sum() if cosine >= 0.6 else 20)
    assert reading.facts()["records_behind"] == reading.behind
    told = few_say([reading], below=reading.behind + 1)
    assert told == (
        f"hardly anybody in the survey says anything like 'cycles daily': {reading.behind:.1f} effective records",
    )
    assert few_say([reading], below=reading.behind) == ()


def test_records_that_share_a_persona_count_each() -> None:
    """Thirty records of one persona are thirty people, not one."""
    bank = PersonaBank(("He sails.", "She drives."), embed(["He sails.", "She drives."]),
                       np.repeat([0, 1], 30), np.full(2, 30.0), "words", "hand")  # fmt: skip
    assert round(Statements.of(bank, embed).read("sails", embed)[0].behind, 6) == 30.0


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=8))
def test_the_effective_number_is_at_most_the_number(weights: list[float]) -> None:
    """Kish's number lies between 1 and n, and is n for equal weights."""
    found = effective(np.array(weights))
    assert 1 - 1e-9 <= found <= len(weights) + 1e-9
    assert effective(np.full(int(ENOUGH), weights[0])).__round__(6) == ENOUGH
