"""Which personas a population is drawn from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.errors import SchemaError
from censemble.generators.semapop.persona_choice import Personas, choose, kernel_width


def personas(weights: list[float], width: int = 2) -> Personas:
    """Personas at random places."""
    vectors = np.random.default_rng(1).standard_normal((len(weights), width)).astype(np.float32)
    return Personas(tuple(f"p-{i}" for i in range(len(weights))), vectors, np.array(weights))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=20), st.integers(1, 200), st.integers(0, 9))
def test_each_is_drawn_as_often_as_its_share_says(weights: list[float], n: int, state: int) -> None:
    """Up to one more or less; without weight never."""
    if sum(weights) < 1e-6:
        return
    drawn = choose(personas(weights), n, np.random.default_rng(state)).persona
    counts = np.bincount(drawn, minlength=len(weights))
    expected = n * np.array(weights) / sum(weights)
    assert (np.abs(counts - expected) < 1 + 1e-6).all()
    assert not counts[np.array(weights) == 0].any()


def test_the_order_is_random_and_the_stream_decides() -> None:
    """Not sorted by persona; the same state gives the same, another another."""
    some = personas([1.0] * 50)
    first, again, other = (choose(some, 50, np.random.default_rng(s)).persona for s in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert not np.array_equal(first, np.sort(first))


def test_a_density_moves_personas_and_keeps_their_spread() -> None:
    """New places, with the variance that the personas have; the kernel's persona is told."""
    some = personas([1.0] * 4000, width=3)
    drawn = choose(some, 4000, np.random.default_rng(1), smooth=True)
    assert not (drawn.vectors == some.vectors[drawn.persona]).any()
    assert drawn.vectors.var(axis=0) == pytest.approx(some.vectors.var(axis=0), rel=0.1)
    h = kernel_width(some.weights, 3)
    assert h == pytest.approx(4000 ** (-1 / 7))
    moved = drawn.vectors * np.sqrt(1 + h**2) - some.vectors[drawn.persona]
    assert moved.std() == pytest.approx(h, rel=0.05)


def test_personas_without_any_weight_are_refused() -> None:
    """And lengths that do not fit each other."""
    with pytest.raises(SchemaError, match="at least one above 0"):
        personas([0.0, 0.0])
    with pytest.raises(SchemaError, match="1 ids, 2 vectors"):
        Personas(("a",), np.zeros((2, 1), np.float32), np.ones(2))
