"""Personas given more or less closely: a vector with noise, and a column that says how little of it there is.

A persona written from a record says almost all of it, and a model given it clean only spells it out again. Given with
noise of every level, one model holds the whole range between the population (closeness 0: the persona is not seen) and
the persona (closeness 1), as in noise-conditioned diffusion models. Ours; the paper's conditioning is closeness 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def noisy(
    vectors: NDArray[np.float32], closeness: float | NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Mix persona vectors with standard normal noise, and add the closeness as a last column.

    The mix keeps unit variance: a * vector + sqrt(1 - a^2) * noise at closeness a.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, width)
        Projected persona vectors.
    closeness : float or ndarray of shape (n,)
        0..1.
    rng : numpy.random.Generator
        Draws the noise, whatever the closeness.

    Returns
    -------
    ndarray of float32, shape (n, width + 1)

    Examples
    --------
    >>> noisy(np.ones((1, 2), np.float32), 1.0, np.random.default_rng(1)).tolist()
    [[1.0, 1.0, 1.0]]
    """
    noise = rng.standard_normal(vectors.shape)
    level = np.broadcast_to(np.asarray(closeness, dtype=np.float64), (len(vectors),))
    return np.asarray(_mixed(vectors, noise, level[:, None], np), dtype=np.float32)


def loosened(key: Any, vectors: Any, *, is_loosened: bool) -> Any:
    """The same inside a compiled training step: closeness uniform in 0..1 for each row, or 1 where not loosened.

    Parameters
    ----------
    key : jax key
        Of this step.
    vectors : jax array, shape (n, width)
        Projected persona vectors of a batch.
    is_loosened : bool
        Known when the step is compiled.
    """
    import jax
    import jax.numpy as jnp

    of_level, of_noise = jax.random.split(key)
    level = jax.random.uniform(of_level, (len(vectors), 1)) if is_loosened else jnp.ones((len(vectors), 1))
    return _mixed(vectors, jax.random.normal(of_noise, vectors.shape), level, jnp)


def _mixed(vectors: Any, noise: Any, level: Any, on: Any) -> Any:
    return on.concatenate([level * vectors + on.sqrt(1 - level**2) * noise, level], axis=1)
