"""Drawing whole records that meet conditions."""

from __future__ import annotations

import generator_case
import numpy as np
import pytest
from semapop_case import Remembering

from censemble.errors import SchemaError
from censemble.generators.semapop.flat_records import FlatCodes
from censemble.generators.semapop.lesson_making import halves, lesson_of
from censemble.generators.semapop.persona_choice import Chosen
from censemble.generators.semapop.record_draws import ROUNDS, DrawCounts, draw_meeting, draw_whole
from censemble.generators.semapop.services import silent

HOMES = next(case for case in generator_case.cases() if case.name == "households")
FLAT = FlatCodes.of(HOMES.schema, HOMES.pool)


def trained(forget: float) -> Remembering:
    """A model that leaves the first member out of a share of its households."""
    model = Remembering(forget=forget)
    parts = halves(HOMES.pool.n_records, np.random.default_rng(1))
    vectors = np.zeros((HOMES.pool.n_records, 1), np.float32)
    lesson = lesson_of(FLAT, HOMES.pool, vectors, parts, loosened=True)
    model.train(lesson, random_seed=1, progress=silent)
    return model


def anybody(n: int, rng: np.random.Generator) -> Chosen:
    """Personas that do not matter."""
    return Chosen(np.zeros((n, 1), np.float32), rng.integers(0, 5, n))


def test_incomplete_records_are_drawn_again_and_counted() -> None:
    """A third comes out incomplete: about half as many draws again, and none of them is kept."""
    codes, whole, counts = draw_whole(
        FLAT, trained(1 / 3), np.zeros((900, 1), np.float32), np.random.default_rng(1), closeness=0.5
    )
    assert whole.all() and FLAT.complete(codes).all()
    assert counts.drawn == 900 + counts.incomplete
    assert counts.incomplete == pytest.approx(450, abs=70)


def test_a_model_that_never_fills_its_households_is_given_up() -> None:
    """After fifty draws for a persona; drawing records then ends with an error that says so."""
    hopeless = trained(1.0)
    _, whole, counts = draw_whole(FLAT, hopeless, np.zeros((3, 1), np.float32), np.random.default_rng(1), closeness=0.5)
    assert not whole.any() and counts == DrawCounts(3 * ROUNDS, 3 * ROUNDS, 0)
    with pytest.raises(SchemaError, match=r"0 of .* have as many members as they say"):
        draw_meeting(FLAT, hopeless, anybody, 2, np.random.default_rng(1), closeness=0.5, shares={}, said="")


def test_conditions_are_met_by_rejection_without_bending_the_rest() -> None:
    """All rented; large households among them as among the survey's rented, by weight."""
    shares = {"tenure": np.array([0.0, 1.0, 0.0])}
    codes, persona, _ = draw_meeting(
        FLAT, trained(0.1), anybody, 3000, np.random.default_rng(1), closeness=0.5, shares=shares, said="tenure rented"
    )
    assert len(codes) == len(persona) == 3000 and set(codes[:, 0]) == {1}
    survey, weights = HOMES.pool.households, HOMES.pool.prior_weights
    rented = survey["tenure"] == 1
    expected = (weights[rented] * (survey["size"][rented] >= 3)).sum() / weights[rented].sum()
    assert (codes[:, 1] >= 2).mean() == pytest.approx(expected, abs=0.05)


def test_conditions_that_hardly_anybody_meets_end_with_figures() -> None:
    """The message says how many of how many, and what was asked."""
    with pytest.raises(SchemaError, match=r"0 of 20,600 records drawn meet tenure lent, and 3 were asked for"):
        draw_meeting(
            FLAT,
            trained(0.0),
            anybody,
            3,
            np.random.default_rng(1),
            closeness=0.5,
            shares={"tenure": np.zeros(3)},
            said="tenure lent",
        )


def test_counts_add_up() -> None:
    """Of several draws."""
    assert DrawCounts(1, 2, 3) + DrawCounts(4, 5, 6) == DrawCounts(5, 7, 9)
