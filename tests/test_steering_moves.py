"""From words to moves, against vectors added up by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from semapop_case import word_vector
from steering_case import SCHEMA, travellers

from censemble.errors import ConfigError
from censemble.personas.bank import PersonaBank
from censemble.personas.template import TemplateWriter
from censemble.steering_moves import Moves, moves_of, rewritten_texts, sentence
from censemble.steering_plan import Steering

SCALE = 2.0


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """The sum of the words' vectors."""
    return np.stack([np.sum([word_vector(w) for w in t.split()], axis=0) for t in texts]).astype(np.float32)


def project(embeddings: NDArray[np.floating]) -> NDArray[np.float32]:
    """A known linear map."""
    return (embeddings * SCALE).astype(np.float32)


BANK = PersonaBank(("a b", "c"), embed(["a b", "c"]), np.array([0, 1, 1]), np.array([1.0, 3.0]), "words", "hand")


def moves(steering: Steering) -> Moves:
    """Of the two personas."""
    return moves_of(steering, BANK, embed=embed, project=project)


def test_told_words_are_added_to_personas() -> None:
    """Where embeddings add up, telling x rather than y moves everybody by e(X.) - e(Y.)."""
    found = moves(Steering(("x",), ("y",), way="told"))
    wanted = SCALE * (word_vector("X.") - word_vector("Y."))
    np.testing.assert_allclose(found.moves, np.stack([wanted, wanted]), rtol=1e-4, atol=1e-4)
    alone = moves(Steering(("x",), way="told"))
    np.testing.assert_allclose(alone.moves[0], SCALE * word_vector("X."), rtol=1e-4, atol=1e-4)


def test_those_who_do_not_say_so_go_to_the_mean_of_those_who_do() -> None:
    """Who says x stays; of them, who says y too is left aside where there are enough; the others move by the means."""
    texts = tuple(t for t in ("x", "x, y", "z") for _ in range(60))
    weights = np.tile([1.0, 1.0, 1.5], 60)
    bank = PersonaBank(texts, embed(texts), np.arange(180), weights, "words", "hand")

    def found(*away: str) -> Moves:
        return moves_of(Steering(("x",), away, way="found"), bank, embed=embed, project=project)

    vectors = project(embed(texts)).astype(np.float64)
    says = np.array([t.startswith("x") for t in texts])
    mean = np.average(vectors[says], axis=0, weights=weights[says])
    rest = np.average(vectors[~says], axis=0, weights=weights[~says])
    np.testing.assert_allclose(found().moves, np.where(says[:, None], 0, mean - rest), rtol=1e-5, atol=1e-5)
    assert [r.statements for r in found("y").readings] == [("x",), ("y",)]
    assert np.flatnonzero((found("y").moves == 0).all(axis=1)).tolist() == list(range(60))
    everybody = moves_of(Steering(("x",), way="found"), replace(bank, texts=("x",) * 180), embed=embed, project=project)
    assert not everybody.moves.any()


def test_matched_personas_end_at_people_who_say_so() -> None:
    """At half the strength half have gone, all the way; at full strength all are people who say x, by their weights."""
    texts = tuple(t for t in ("x, a", "x, b", "z, a", "z, b") for _ in range(60))
    weights = np.repeat([3.0, 1.0, 1.0, 1.0], 60)
    bank = PersonaBank(texts, embed(texts), np.arange(240), weights, "words", "hand")
    found = moves_of(Steering(("x",)), bank, embed=embed, project=project)
    everybody, vectors = np.arange(240), project(embed(texts))
    ends = found.at(everybody, 1.0)
    goals = [np.flatnonzero(np.isclose(ends, vectors[k], atol=1e-3).all(axis=1)) for k in (0, 60)]
    assert sorted(np.concatenate(goals).tolist()) == everybody.tolist()
    assert weights[goals[0]].sum() / weights.sum() == pytest.approx(0.75, abs=0.04)
    np.testing.assert_array_equal(ends[:120], vectors[:120])
    half = (found.at(everybody, 0.5) != vectors).any(axis=1)
    assert half.sum() == 60 and not half[:120].any()
    np.testing.assert_allclose(found.at(everybody, 0.5)[half], ends[half])
    lengths = [np.linalg.norm(one.moves, axis=1) for one in (found, found.random(np.random.default_rng(1)))]
    np.testing.assert_allclose(*lengths, atol=1e-6)


def test_bare_texts_are_taken_by_themselves() -> None:
    """The difference of their means; without any to lead away from, from the mean persona."""
    found = moves(Steering(("x", "z"), ("y",), way="bare"))
    wanted = SCALE * ((word_vector("x") + word_vector("z")) / 2 - word_vector("y"))
    np.testing.assert_allclose(found.moves[1], wanted, rtol=1e-4, atol=1e-4)
    mean = (embed(["a b"])[0] + 3 * embed(["c"])[0]) / 4
    alone = moves(Steering(("x",), way="bare"))
    np.testing.assert_allclose(alone.moves[0], SCALE * (word_vector("x") - mean), rtol=1e-4, atol=1e-4)


def test_towards_ends_at_the_text() -> None:
    """At strength 1 all personas are the text, at a half they are midway."""
    found = moves(Steering(("x",), way="towards"))
    goal = SCALE * word_vector("x")
    np.testing.assert_allclose(found.at(np.array([0, 1]), 1.0), np.stack([goal, goal]), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(found.at(np.array([1]), 0.5)[0], (goal + found.vectors[1]) / 2, rtol=1e-4, atol=1e-4)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_random_directions_are_as_long(seed: int) -> None:
    """Each persona moves as far as it did, all in one direction."""
    given_ = moves(Steering(("x",), way="towards"))
    found = given_.random(np.random.default_rng(seed))
    lengths = np.linalg.norm(given_.moves, axis=1)
    np.testing.assert_allclose(np.linalg.norm(found.moves, axis=1), lengths)
    np.testing.assert_allclose(found.moves[0] / lengths[0], found.moves[1] / lengths[1])
    assert found.vectors is given_.vectors


def test_strength_zero_moves_nobody() -> None:
    """Vectors as they are, to the bit."""
    found = moves(Steering(("x",)))
    np.testing.assert_array_equal(found.at(np.array([1, 0]), 0.0), found.vectors[[1, 0]].astype(np.float32))


def test_attributes_are_set_in_the_record() -> None:
    """The persona is written twice; those who have the label already do not change."""
    pool = travellers()
    of_record = np.arange(pool.n_records) % 7
    bank = PersonaBank(("t",) * 7, np.zeros((7, 2), np.float32), of_record, np.ones(7), "none", "hand")
    pairs = rewritten_texts({"bike": "yes"}, SCHEMA, pool, bank, TemplateWriter())
    assert len(pairs) == 7
    for persona, (before, after) in enumerate(pairs):
        assert (before == after) == bool(pool.persons["bike"][persona])
    ages = rewritten_texts({"age": "70"}, SCHEMA, pool, bank, TemplateWriter())
    assert [before == after for before, after in ages] == [bool(age == 70) for age in pool.persons["age"][:7]]


def test_personas_without_a_record_stay() -> None:
    """A persona that no record has keeps its text."""
    bank = PersonaBank(
        ("t", "nobody's"), np.zeros((2, 2), np.float32), np.zeros(400, np.int64), np.ones(2), "none", "x"
    )
    assert rewritten_texts({"bike": "yes"}, SCHEMA, travellers(), bank, TemplateWriter())[1] == ("nobody's",) * 2


@pytest.mark.parametrize(
    ("set_to", "says"),
    [
        ({"bikes": "yes"}, "did you mean 'bike'"),
        ({"bike": "often"}, "has no label 'often'; it has no, yes"),
        ({"age": "old"}, "write LOW..HIGH"),
    ],
)
def test_what_cannot_be_set_is_refused(set_to: dict[str, str], says: str) -> None:
    """Attributes, labels and numbers that do not exist."""
    bank = PersonaBank(("t",), np.zeros((1, 2), np.float32), np.zeros(400, np.int64), np.ones(1), "none", "hand")
    with pytest.raises(ConfigError, match=says):
        rewritten_texts(set_to, SCHEMA, travellers(), bank, TemplateWriter())


def test_models_without_words_cannot_be_steered() -> None:
    """Nothing conditions it, its personas are no texts, or there is no survey to write of."""
    blank = PersonaBank(("", ""), BANK.embeddings, BANK.of_record, BANK.weights, "codes", "one_hot")
    with pytest.raises(ConfigError, match="no texts"):
        moves_of(Steering(("x",)), blank, embed=embed, project=project)
    with pytest.raises(ConfigError, match="not conditioned on personas"):
        moves_of(Steering(("x",)), BANK, embed=embed, project=lambda e: np.zeros((len(e), 0), np.float32))
    with pytest.raises(ConfigError, match="where the survey is at hand"):
        moves(Steering(set_to={"bike": "yes"}))


def test_sentences_end() -> None:
    """Whatever the user wrote."""
    assert [sentence(t) for t in (" cycles", "Cycles!", "she cycles.")] == ["Cycles.", "Cycles!", "She cycles."]
