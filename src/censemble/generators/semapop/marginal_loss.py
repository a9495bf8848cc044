"""Marginal regularisation: R_M = (sqrt(K) / d) ||p_hat - p||_2 over the K cells of d one-way tables.

p_hat are means of softmax blocks over a batch, p the shares to be held to: the survey's, or those of target tables. R_M
is the SRMSE of all one-way tables in one vector. A batch of B records cannot do better than its noise,
sqrt(K / d^2 * sum p (1 - p) / B); a running mean of p_hat over batches has less of it.
"""

from __future__ import annotations

from typing import Any


def marginal_loss(shares: Any, held_to: Any, n_blocks: int) -> Any:
    """R_M of one vector of shares against another, both of length K.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> round(float(marginal_loss(jnp.array([0.5, 0.5]), jnp.array([0.2, 0.8]), 1)), 4)
    0.6
    """
    import jax.numpy as jnp

    squares = ((shares - held_to) ** 2).sum()
    return jnp.sqrt(len(held_to) * squares + 1e-12) / n_blocks  # the root has no slope at 0


def running(past: Any, batch: Any, keep: float) -> Any:
    """Running mean of shares: `keep` of the past, and the slope of the batch as if it were all of it.

    The value is the mean; what is differentiated is the batch with factor 1, so that strengths mean the same with and
    without a running mean.
    """
    import jax

    mean = keep * past + (1.0 - keep) * batch
    return jax.lax.stop_gradient(mean - batch) + batch
