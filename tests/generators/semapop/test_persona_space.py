"""Projected personas, and how near a place is to them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.semapop.persona_space import PersonaSpace, nearness
from censemble.personas.bank import PersonaBank


def bank_of(embeddings: NDArray[np.float64], weights: NDArray[np.float64]) -> PersonaBank:
    """One record for each persona."""
    n = len(embeddings)
    return PersonaBank(("p",) * n, embeddings.astype(np.float32), np.arange(n), weights, "hand", "hand")


RNG = np.random.default_rng(3)
CLOUD = bank_of(RNG.standard_normal((300, 3)) @ np.diag([5.0, 1.0, 0.2]) @ RNG.standard_normal((3, 6)), RNG.random(300))


def test_columns_have_unit_variance_and_do_not_covary() -> None:
    """By the weights; as many columns as the personas vary in, here three of six."""
    space = PersonaSpace.of(CLOUD, width=6)
    vectors = space.project(CLOUD.embeddings).astype(np.float64)
    shares = CLOUD.weights / CLOUD.weights.sum()
    assert space.width == 3 and space.explained == pytest.approx(1.0)
    assert np.allclose(shares @ vectors, 0, atol=1e-4)
    assert np.allclose((vectors * shares[:, None]).T @ vectors, np.eye(3), atol=1e-3)


def test_left_to_itself_it_keeps_what_few_personas_say() -> None:
    """What one persona in fifty says is lost where columns are few, and not where they are enough by share."""
    rng = np.random.default_rng(5)
    rare = (np.arange(400) % 50 == 0).astype(float)
    common = rng.standard_normal((400, 6))
    space = [PersonaSpace.of(bank_of(np.column_stack([common, rare]), np.ones(400)), width=w) for w in (6, None)]
    assert [one.width for one in space] == [6, 7]
    bank = np.column_stack([common, rare]).astype(np.float32)
    apart = [abs(np.corrcoef(one.project(bank).T, rare)[-1, :-1]).max() for one in space]
    assert apart[0] < 0.3 and apart[1] > 0.9
    late = bank_of(np.diag([100.0, 1.0, 1.0])[np.arange(300) % 3], np.ones(300))
    assert PersonaSpace.of(late).width == 1  # what keeps less than a thousandth is left out


def test_directions_are_differences_of_projections() -> None:
    """The map is affine: what sets two texts apart does not depend on where they are."""
    space = PersonaSpace.of(CLOUD, width=2)
    first, second = CLOUD.embeddings[:5], CLOUD.embeddings[5:10]
    apart = space.project(first) - space.project(second)
    assert space.width == 2
    assert np.allclose(space.direction(first - second), apart, atol=1e-4)


def test_personas_all_alike_leave_no_column() -> None:
    """Nothing can condition a model then; nor can embeddings without numbers."""
    assert PersonaSpace.of(bank_of(np.ones((4, 3)), np.ones(4))).width == 0
    assert PersonaSpace.of(bank_of(np.zeros((1, 0)), np.ones(1))).project(np.zeros((2, 0))).shape == (2, 0)


def test_one_heavy_persona_alone_leaves_no_column() -> None:
    """All weight on one persona is no variance by weight."""
    assert PersonaSpace.of(bank_of(np.eye(3), np.array([1.0, 0, 0]))).width == 0


def test_embeddings_of_another_width_are_refused() -> None:
    """They are of another embedder."""
    with pytest.raises(SchemaError, match="have 6 numbers"):
        PersonaSpace.of(CLOUD).project(np.zeros((1, 4)))


def test_places_among_the_survey_are_supported_and_others_are_not() -> None:
    """Its own personas are near; ten standard deviations out nobody is."""
    space = PersonaSpace.of(CLOUD)
    own = space.project(CLOUD.embeddings)
    near = nearness(space, CLOUD, own)
    far = nearness(space, CLOUD, own + 10)
    assert near.is_supported and near.share_usual == 1.0 and near.effective_size > 100
    assert not far.is_supported and far.share_usual == 0.0
    slow = [min(np.linalg.norm(p.astype(float) - q) for q in own.astype(float)) for p in own[:5] + 10]
    assert np.allclose(far.distances[:5], slow)


def test_few_records_near_is_no_support() -> None:
    """One persona apart from all others: places around it stand for one record, however close they are."""
    lonely = np.concatenate([RNG.standard_normal((200, 2)), [[9.0, 9.0]]])
    bank = bank_of(lonely, np.ones(201))
    space = PersonaSpace.of(bank)
    found = nearness(space, bank, np.repeat(space.project(lonely[-1:]), 50, axis=0))
    assert found.share_usual == 1.0 and found.effective_size == pytest.approx(1.0, abs=0.05)
    assert not found.is_supported


def test_records_that_share_a_persona_count_each() -> None:
    """Forty records of one persona are forty."""
    of_record = np.repeat([0, 1], 40)
    bank = PersonaBank(("a", "b"), np.array([[0], [9]], np.float32), of_record, np.full(2, 40.0), "hand", "hand")
    space = PersonaSpace.of(bank)
    found = nearness(space, bank, space.project(bank.embeddings[:1]))
    assert found.effective_size == pytest.approx(50.6, abs=0.1)  # by hand; a tail of the others


def test_nothing_to_look_at_is_no_support() -> None:
    """No place at all."""
    space = PersonaSpace.of(CLOUD)
    assert not nearness(space, CLOUD, np.zeros((0, 3), np.float32)).is_supported
