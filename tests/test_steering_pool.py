"""A steered generator: mixed into a share, the same as without steering elsewhere, told record by record."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from steering_case import SCHEMA, fitted, travellers

from censemble.errors import SchemaError
from censemble.steering_model import moved
from censemble.steering_plan import Steering
from censemble.steering_pool import SteeredSemaPop

MODEL = fitted()
MOVES = moved(MODEL, Steering(set_to={"bike": "yes"}), schema=SCHEMA, survey=travellers())
N = 300


def drawn(strength: float, share: float) -> tuple[np.ndarray, dict[str, np.ndarray], list[str]]:
    """Who is steered, columns, personas."""
    pool = SteeredSemaPop(MODEL, MOVES, strength=strength, share=share, closeness=0.95).sample(
        N, np.random.default_rng(3)
    )
    steered = pool.person_extra["steered"].to_numpy(zero_copy_only=False)
    return steered, dict(pool.persons), pool.person_extra["persona"].to_pylist()


def test_a_share_is_steered_and_the_others_stay() -> None:
    """A fifth of the records; all others are those of the population without steering, persona by persona."""
    none, before, personas = drawn(0.0, 0.2)
    steered, after, same = drawn(1.0, 0.2)
    assert (none.sum(), steered.sum()) == (0, 60)
    assert personas == same
    for name, values in before.items():
        np.testing.assert_array_equal(values[~steered], after[name][~steered])


def test_who_has_not_gone_yet_is_not_called_steered() -> None:
    """Of matched personas a part has gone at half the strength; the others' records are those without steering."""
    turn = np.linspace(0.01, 1.0, len(MOVES.moves))
    generator = SteeredSemaPop(MODEL, replace(MOVES, turn=turn), strength=0.5, closeness=0.95)
    pool = generator.sample(N, np.random.default_rng(3))
    steered = pool.person_extra["steered"].to_numpy(zero_copy_only=False)
    _, before, _ = drawn(0.0, 1.0)
    assert 0 < steered.sum() < N
    for name, values in before.items():
        np.testing.assert_array_equal(values[~steered], pool.persons[name][~steered])


def test_provenance_names_personas_of_the_bank() -> None:
    """Every record says which of the survey's personas it was drawn from; the model's own table has them."""
    _, _, personas = drawn(1.0, 1.0)
    generator = SteeredSemaPop(MODEL, MOVES, strength=1.0)
    assert set(personas) <= set(generator.tables()["personas"]["persona"].to_pylist())
    assert generator.facts()["draws"]["drawn"] == 0
    assert generator.name == "semapop"


def test_closeness_reaches_the_records() -> None:
    """At closeness 0 nobody follows a moved persona, at 1 most do; left out, that of asked-for personas is taken."""
    cyclists = {
        level: SteeredSemaPop(MODEL, MOVES, strength=1.0, closeness=level)
        .sample(N, np.random.default_rng(3))
        .persons["bike"]
        .mean()
        for level in (0.0, 1.0, None)
    }
    assert cyclists[0.0] < cyclists[1.0] - 0.2
    assert SteeredSemaPop(MODEL, MOVES, strength=1.0).facts()["closeness"] == MODEL.settings.near
    assert cyclists[None] > cyclists[0.0] + 0.2


def test_conditions_are_refused() -> None:
    """Words and conditions would contradict each other silently."""
    with pytest.raises(SchemaError, match="takes no conditions"):
        SteeredSemaPop(MODEL, MOVES, strength=1.0).sample(1, np.random.default_rng(1), conditions={"bike": "no"})
