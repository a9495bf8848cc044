"""Records as softmax blocks."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.generators.semapop.backbone import Block
from censemble.generators.semapop.softmax_blocks import (
    CAP,
    block_starts,
    capped,
    draw_codes,
    log_shares,
    one_hot,
    relaxed,
    shares_of,
)

SIZES = (1, 2, 4)
STARTS = block_starts([Block(str(k), "persons", str(k), 0, k) for k in SIZES])


def slow_softmax(logits: np.ndarray) -> np.ndarray:
    """Block by block."""
    parts = [np.exp(b - b.max(1, keepdims=True)) for b in np.split(logits.astype(float), STARTS[1:-1], axis=1)]
    return np.concatenate([p / p.sum(1, keepdims=True) for p in parts], axis=1)


def test_blocks_start_where_the_last_ended() -> None:
    """Starts and the length of the row."""
    assert STARTS.tolist() == [0, 1, 3, 7]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-200, 200), min_size=7, max_size=7))
def test_shares_are_a_softmax_in_each_block(numbers: list[float]) -> None:
    """Of whatever logits, once capped, with the logarithms to match."""
    logits = capped(jnp.asarray([numbers], jnp.float32))
    shares = np.asarray(shares_of(logits, STARTS))
    assert np.abs(np.asarray(logits)).max() <= CAP
    assert shares == pytest.approx(slow_softmax(np.asarray(logits)), abs=2e-5)
    assert np.exp(np.asarray(log_shares(logits, STARTS))) == pytest.approx(shares, abs=2e-5)


def test_one_hot_rows_lead_back_to_their_codes() -> None:
    """Each block holds a single one, at the place of its code."""
    codes = np.array([[0, 1, 3], [0, 0, 2]])
    rows = np.asarray(one_hot(codes, STARTS))
    assert [np.flatnonzero(row).tolist() for row in rows] == [[0, 2, 6], [0, 1, 5]]


def test_relaxed_codes_follow_the_shares() -> None:
    """At a low temperature rows are nearly one-hot, finite at extreme logits, and as frequent as the shares say."""
    logits = jnp.tile(jnp.asarray([[0.0, CAP, -CAP, 1.0, 0.0, -1.0, 0.5]]), (4000, 1))
    rows = np.asarray(relaxed(jax.random.key(1), logits, STARTS, 0.05))
    assert np.isfinite(rows).all()
    assert rows.sum(axis=1) == pytest.approx(np.full(4000, 3.0), abs=1e-4)
    assert rows.mean(axis=0) == pytest.approx(slow_softmax(np.asarray(logits[:1]))[0], abs=0.03)
    assert (rows.max(axis=1) > 0.99).mean() > 0.9


def test_drawn_codes_are_where_the_uniform_numbers_fall() -> None:
    """The first code whose running share passes the number; a rounding error at 1 stays on a code with mass."""
    shares = np.tile(np.array([[1.0, 0.25, 0.75, 0.0, 0.5, 0.4999, 0.0]], np.float32), (3, 1))
    uniforms = np.array([[0.0, 0.2499, 0.0], [0.5, 0.25, 0.6], [1.0, 1.0, 1.0]], np.float32)
    codes = np.full((3, 3), -1, np.int16)
    draw_codes(shares, uniforms, STARTS, codes)
    assert codes.tolist() == [[0, 0, 1], [0, 1, 2], [0, 1, 2]]
