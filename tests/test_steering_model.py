"""What steering asks of the model: personas by weight, a record for each vector, how near the survey is."""

from __future__ import annotations

import numpy as np
import pytest
from steering_case import SCHEMA, fitted, travellers

from censemble.errors import ConfigError
from censemble.pool import take_records
from censemble.steering_model import choose_personas, draw_near, moved, support_at
from censemble.steering_moves import Moves
from censemble.steering_plan import Steering

MODEL = fitted()


def test_personas_are_those_of_training_records() -> None:
    """None without weight; as often as their weight says."""
    chosen = choose_personas(MODEL, 2000, np.random.default_rng(1))
    assert MODEL.learnt_ is not None
    weights = MODEL.learnt_.training_weights
    np.testing.assert_allclose(np.bincount(chosen, minlength=len(weights)) / 2000, weights / weights.sum(), atol=1e-3)


def test_the_same_numbers_give_the_same_records() -> None:
    """Fixed noise: a vector's record does not depend on what the others are."""
    near = draw_near(MODEL, 0.9)
    vectors = MODEL.space_.project(MODEL.bank_.embeddings)[:20]
    one = near(vectors, np.random.default_rng(2))
    other = near(np.concatenate([vectors[:10], vectors[:10]]), np.random.default_rng(2))
    for name, values in one.persons.items():
        np.testing.assert_array_equal(values[:10], other.persons[name][:10])


def test_far_away_is_not_supported() -> None:
    """Personas moved a hundred units off are beyond the usual distance; unmoved ones are not."""
    vectors = MODEL.space_.project(MODEL.bank_.embeddings).astype(float)
    moves = Moves(vectors, np.full(vectors.shape, 100.0))
    found = support_at(MODEL, moves, np.arange(10), 1.0)
    assert (found.beyond, found.beyond_before) == (1.0, 0.0)
    assert found.distance > 50 * max(found.usual, 1)
    assert found.effective < found.effective_before


def test_personas_are_rewritten_of_the_survey_that_was_learnt() -> None:
    """With another survey it cannot be told whose persona is whose."""
    pool = travellers()
    found = moved(MODEL, Steering(set_to={"bike": "yes"}), schema=SCHEMA, survey=pool)
    assert np.abs(found.moves).max() > 0
    with pytest.raises(ConfigError, match="trained on 400 records and the survey has 399"):
        moved(MODEL, Steering(set_to={"bike": "yes"}), schema=SCHEMA, survey=take_records(pool, np.arange(399)))


def test_the_direction_may_be_gone_more_than_once() -> None:
    """Twice as far, everybody."""
    once, twice = (
        moved(MODEL, Steering(("x",), way="told", reach=reach), schema=SCHEMA, survey=travellers()).moves
        for reach in (1.0, 2.0)
    )
    np.testing.assert_allclose(twice, 2 * once)
