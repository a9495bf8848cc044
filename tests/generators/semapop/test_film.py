"""Layers that a persona modulates."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from censemble.generators.semapop.film import (
    MODULATIONS,
    Modulation,
    dense,
    layer_norm,
    run_network,
    start_dense,
    start_network,
)

RNG = np.random.default_rng(1)
X, E = (jnp.asarray(RNG.standard_normal((5, k)), jnp.float32) for k in (3, 2))


def network(modulation: Modulation) -> dict:  # type: ignore[type-arg]
    """Two hidden layers of 4."""
    return start_network(jax.random.key(1), n_in=3, widths=[4, 4], n_out=2, n_condition=2, modulation=modulation)


def by_hand(net: dict) -> np.ndarray:  # type: ignore[type-arg]
    """The formula, row by row, layer by layer."""
    rows = []
    for x, e in zip(np.asarray(X, float), np.asarray(E, float), strict=True):
        h = x
        for layer in net["layers"]:
            a = h @ np.asarray(layer["linear"]["w"]) + np.asarray(layer["linear"]["b"])
            normed = (a - a.mean()) / np.sqrt(a.var() + 1e-5)
            gamma, beta = (e @ np.asarray(layer[k]["w"]) + np.asarray(layer[k]["b"]) for k in ("gamma", "beta"))
            h = (1 + gamma) * normed + beta
            h = np.where(h > 0, h, 0.2 * h)
        rows.append(h @ np.asarray(net["last"]["w"]) + np.asarray(net["last"]["b"]))
    return np.array(rows)


def test_heads_at_zero_leave_the_layers_alone() -> None:
    """An untrained network with FiLM gives what one without gives: gamma and beta are zero for every persona."""
    plain = run_network(network("none"), X, E, modulation="none")
    assert np.asarray(run_network(network("film"), X, E, modulation="film")) == pytest.approx(np.asarray(plain))
    assert np.asarray(run_network(network("film"), X, 9 * E, modulation="film")) == pytest.approx(np.asarray(plain))


def test_heads_modulate_as_the_formula_says() -> None:
    """With heads that are not zero, (1 + gamma(e)) * LayerNorm(W h + b) + beta(e), computed row by row."""
    net = network("film")
    for layer in net["layers"]:
        for name in ("gamma", "beta"):
            layer[name] = {k: jnp.asarray(RNG.standard_normal(v.shape), jnp.float32) for k, v in layer[name].items()}
    found = np.asarray(run_network(net, X, E, modulation="film"))
    assert found == pytest.approx(by_hand(net), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("modulation", MODULATIONS)
def test_the_persona_is_seen_or_not(modulation: Modulation) -> None:
    """Concatenated it changes an untrained network, and trained heads see it; left out it cannot."""
    net = network(modulation)
    for layer in net["layers"]:
        layer["beta"]["w"] = jnp.ones_like(layer["beta"]["w"])
    changed = run_network(net, X, E + 1.0, modulation=modulation) - run_network(net, X, E, modulation=modulation)
    assert (np.abs(np.asarray(changed)).max() > 1e-3) == (modulation != "none")


def test_layer_norm_of_equal_numbers_is_zero() -> None:
    """A row without spread does not divide by zero."""
    assert np.asarray(layer_norm(jnp.full((1, 3), 7.0))).tolist() == [[0.0, 0.0, 0.0]]


def test_bfloat16_is_near_float32() -> None:
    """Products in half the bits keep two to three digits; results stay float32."""
    layer = start_dense(jax.random.key(2), 3, 4)
    low = dense(layer, X, "bfloat16")
    assert low.dtype == jnp.float32
    assert np.asarray(low) == pytest.approx(np.asarray(dense(layer, X)), rel=0.02, abs=0.03)
