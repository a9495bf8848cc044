"""Marginal regularisation."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from censemble.generators.semapop.marginal_loss import marginal_loss, running


def test_loss_by_hand() -> None:
    """Two attributes of 2 and 3 codes: sqrt(5) / 2 times the root of .01 + .01 + .04 + .04."""
    held_to = jnp.array([0.5, 0.5, 0.2, 0.3, 0.5])
    shares = jnp.array([0.6, 0.4, 0.4, 0.1, 0.5])
    assert float(marginal_loss(shares, held_to, 2)) == pytest.approx(np.sqrt(5) / 2 * np.sqrt(0.1))


def test_loss_at_the_shares_themselves_can_be_learnt_from() -> None:
    """At 0 the root has no slope; the loss is nearly 0 there and its slope finite."""
    shares = jnp.array([0.25, 0.75])
    assert float(marginal_loss(shares, shares, 1)) < 1e-5
    assert np.isfinite(np.asarray(jax.grad(lambda s: marginal_loss(s, shares, 1))(shares))).all()


def test_running_mean_has_the_value_of_the_mean_and_the_slope_of_the_batch() -> None:
    """.9 of the past and .1 of the batch; moving the batch by 1 moves what is learnt from by 1."""
    past, batch = jnp.array([1.0]), jnp.array([3.0])
    assert float(running(past, batch, 0.9)[0]) == pytest.approx(1.2)
    assert float(jax.grad(lambda b: running(past, b, 0.9)[0])(batch)[0]) == pytest.approx(1.0)
