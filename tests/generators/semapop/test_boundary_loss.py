"""Losses of Kim and Bansal."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from censemble.generators.semapop.boundary_loss import boundary_losses, squared_distances


def test_losses_are_those_of_a_slow_loop() -> None:
    """Nearest and mean squared distance over all pairs, one at a time."""
    rng = np.random.default_rng(1)
    made, real = rng.random((4, 5)), rng.random((6, 5))
    distances = [[((x - s) ** 2).sum() for s in real] for x in made]
    near, far = boundary_losses(jnp.asarray(made), jnp.asarray(real))
    assert float(near) == pytest.approx(np.mean([min(line) for line in distances]), rel=1e-4)
    assert float(far) == pytest.approx(-np.mean(distances), rel=1e-4)


def test_a_real_record_is_at_distance_zero() -> None:
    """Rounding never makes a squared distance negative, and other codes of d attributes are 2 d away."""
    rows = jnp.asarray(np.tile(np.eye(3), (1, 2)), jnp.float32)
    assert np.asarray(squared_distances(rows, rows)).tolist() == (4 * (1 - np.eye(3))).tolist()
