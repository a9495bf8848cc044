"""Losses of Kim and Bansal (2023): made records near to some real one, and far from real ones on average.

    R_BD = mean_i min_s d(x_i, s)      R_AD = - mean_i mean_s d(x_i, s)

d is the squared distance between one-hot rows; x_i are made rows (softmax blocks), s real rows. The paper's generators
minimise both with weights: fewer combinations that do not exist, and more of those that are not in the survey.
"""

from __future__ import annotations

from typing import Any


def squared_distances(made: Any, real: Any) -> Any:
    """Squared Euclidean distances, shape (n_made, n_real), >= 0.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> squared_distances(jnp.array([[1.0, 0.0]]), jnp.array([[1.0, 0.0], [0.0, 1.0]])).tolist()
    [[0.0, 2.0]]
    """
    import jax.numpy as jnp

    squares = (made**2).sum(axis=1)[:, None] + (real**2).sum(axis=1)[None, :] - 2.0 * made @ real.T
    return jnp.maximum(squares, 0.0)


def boundary_losses(made: Any, real: Any) -> tuple[Any, Any]:
    """R_BD and R_AD of made rows against real rows.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> [float(x) for x in boundary_losses(jnp.array([[1.0, 0.0]]), jnp.array([[1.0, 0.0], [0.0, 1.0]]))]
    [0.0, -1.0]
    """
    distances = squared_distances(made, real)
    return distances.min(axis=1).mean(), -distances.mean()
