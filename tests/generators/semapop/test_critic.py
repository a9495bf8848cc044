"""The critic and its gradient penalty."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from censemble.generators.semapop.critic import gradient_penalty, judge, packed, start_critic

RNG = np.random.default_rng(1)


def rows(n: int, k: int) -> jax.Array:
    """Normal numbers."""
    return jnp.asarray(RNG.standard_normal((n, k)), jnp.float32)


def test_projection_is_the_formula() -> None:
    """D(x, e) = psi(phi(x)) + <V e, phi(x)>, computed by hand with one hidden layer."""
    critic = start_critic(jax.random.key(1), n_in=3, widths=[4], n_condition=2, judgement="projection")
    x, e = rows(5, 3), rows(5, 2)
    phi = np.asarray(x) @ np.asarray(critic["phi"][0]["w"])
    phi = np.where(phi > 0, phi, 0.2 * phi)
    by_hand = phi @ np.asarray(critic["psi"]["w"])[:, 0] + (phi * (np.asarray(e) @ np.asarray(critic["v"]["w"]))).sum(1)
    found = judge(critic, x, e, judgement="projection")
    assert np.asarray(found) == pytest.approx(by_hand, rel=1e-4, abs=1e-5)


def test_without_judgement_of_the_persona_it_is_not_seen() -> None:
    """The score of the unconditional critic is the same for any persona, that of the others is not."""
    for judgement in ("projection", "concatenate", "none"):
        critic = start_critic(jax.random.key(1), n_in=3, widths=[8, 8], n_condition=2, judgement=judgement)
        x, e = rows(4, 3), rows(4, 2)
        gap = judge(critic, x, e, judgement=judgement) - judge(critic, x, e + 1.0, judgement=judgement)
        assert (np.abs(np.asarray(gap)).max() > 1e-6) == (judgement != "none")


def test_penalty_is_that_of_finite_differences() -> None:
    """The norm of the slope of D at the mixed rows, found by small steps in every direction with e held."""
    critic = start_critic(jax.random.key(3), n_in=3, widths=[6], n_condition=2, judgement="projection")
    real, made, e, mix = rows(4, 3), rows(4, 3), rows(4, 2), jnp.asarray(RNG.random((4, 1)), jnp.float32)

    def score(x: jax.Array, condition: jax.Array) -> jax.Array:
        return judge(critic, x, condition, judgement="projection")

    between = np.asarray(mix * real + (1 - mix) * made)
    step = 1e-2
    slopes = np.empty((4, 3))
    for k in range(3):
        up, down = between.copy(), between.copy()
        up[:, k], down[:, k] = up[:, k] + step, down[:, k] - step
        slopes[:, k] = np.asarray(score(jnp.asarray(up), e) - score(jnp.asarray(down), e)) / (2 * step)
    by_hand = ((np.sqrt((slopes**2).sum(axis=1)) - 1) ** 2).mean()
    assert float(gradient_penalty(score, real, made, e, mix)) == pytest.approx(by_hand, rel=0.02)


def test_penalty_can_be_learnt_from() -> None:
    """The slope of the penalty in the critic's weights is finite and not zero, also where the gradient vanishes."""
    critic = {"phi": [{"w": jnp.zeros((3, 2)), "b": jnp.zeros(2)}], "psi": {"w": jnp.ones((2, 1)), "b": jnp.zeros(1)}}

    def penalty(weights: dict) -> jax.Array:  # type: ignore[type-arg]
        def score(x: jax.Array, e: jax.Array) -> jax.Array:
            return judge(weights, x, e, judgement="none")

        return gradient_penalty(score, rows(4, 3), rows(4, 3), rows(4, 0), jnp.zeros((4, 1)))

    assert all(np.isfinite(np.asarray(leaf)).all() for leaf in jax.tree.leaves(jax.grad(penalty)(critic)))


def test_packing_keeps_rows_together() -> None:
    """Two rows become one, in order, and a pack of one changes nothing."""
    x = np.arange(8).reshape(4, 2)
    assert packed(x, 2).tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert packed(x, 1).tolist() == x.tolist()
