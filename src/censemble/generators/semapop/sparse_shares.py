"""Shares with exact zeros: entmax, between softmax (alpha 1) and projection onto the simplex (alpha 2).

    p_j = max((alpha - 1) z_j - tau, 0)^(1 / (alpha - 1)),   tau such that they add up to 1

A softmax gives a little to what cannot be, and so do all smooth estimates; in a table of people that is a toddler with
a doctorate. With entmax a code whose logit is far enough below the others' has a share of 0, and where that happens is
learnt, not cut off afterwards: the gradient of its loss (Fenchel-Young) is p - y as that of a softmax, so that what is
expected of each linear term agrees with the records. Peters, Niculae and Martins (2019), "Sparse sequence-to-sequence
models"; Blondel, Martins and Niculae (2020), "Learning with Fenchel-Young losses".
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

STEPS = 12
NOWHERE = -1e9


def sparse_shares(logits: Any, starts: NDArray[np.int64], alpha: float) -> Any:
    """Shares in each block, shape (n, n_cells) as the logits.

    Parameters
    ----------
    logits : jax array, shape (n, n_cells)
        Within +-CAP.
    starts : ndarray of int64
        Where each block's cells start, and their number at the end.
    alpha : float, 1 <= alpha <= 2
        1 is softmax, greater gives more zeros.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> sparse_shares(jnp.array([[0.0, 0.0, -3.0, 1.0, 1.0]]), np.array([0, 3, 5]), 1.5).round(3).tolist()
    [[0.5, 0.5, 0.0, 0.5, 0.5]]
    """
    import jax
    import jax.numpy as jnp

    places, cells = _padding(starts)
    real = places >= 0
    padded = jnp.where(real, logits[:, places], NOWHERE)  # (n, n_blocks, most codes)
    if alpha == 1.0:
        return jax.nn.softmax(padded, axis=-1).reshape(len(logits), -1)[:, cells]
    scaled, power = (alpha - 1.0) * padded, 1.0 / (alpha - 1.0)

    def nearer(_: Any, threshold: Any) -> Any:  # Newton's steps from below: the excess mass is convex in the threshold
        above = jnp.maximum(scaled - threshold, 0.0)
        slope = power * jnp.where(above > 0.0, _power(above, power - 1.0), 0.0).sum(axis=-1, keepdims=True)
        return threshold + (_power(above, power).sum(axis=-1, keepdims=True) - 1.0) / slope

    lowest = scaled.max(axis=-1, keepdims=True) - 1.0
    masses = _power(jnp.maximum(scaled - jax.lax.fori_loop(0, STEPS, nearer, lowest), 0.0), power)
    return (masses / masses.sum(axis=-1, keepdims=True)).reshape(len(logits), -1)[:, cells]


def _power(base: Any, power: float) -> Any:
    """Powers, as products where they are whole: much faster."""
    return base ** int(power) if power == int(power) else base**power


def sparse_loss(logits: Any, shares: Any, cells: Any, alpha: float) -> Any:
    """Fenchel-Young loss of each record, shape (n,): minus the log-likelihood at alpha 1, else bounded.

    Parameters
    ----------
    logits, shares : jax array, shape (n, n_cells)
        As `sparse_shares` took and gave them.
    cells : jax array, shape (n, n_cells)
        One-hot codes.
    alpha : float
        1 is softmax, greater gives more zeros.
    """
    import jax.numpy as jnp

    if alpha == 1.0:
        spread = -(shares * jnp.log(jnp.maximum(shares, 1e-30))).sum(axis=1)
    else:
        spread = (cells.sum(axis=1) - (shares**alpha).sum(axis=1)) / (alpha * (alpha - 1.0))
    return spread + ((shares - cells) * logits).sum(axis=1)


def slope_loss(logits: Any, shares: Any, cells: Any) -> Any:
    """A number for each record whose gradient is that of `sparse_loss`, shares - cells; cheaper to differentiate."""
    import jax

    return (jax.lax.stop_gradient(shares - cells) * logits).sum(axis=1)


def share_loss(shares: NDArray[np.float64], cells: NDArray[np.float64], alpha: float) -> NDArray[np.float64]:
    """The same loss of shares from anywhere, shape (n,): the proper score that belongs to alpha (Tsallis).

    Parameters
    ----------
    shares, cells : ndarray of shape (n, n_cells)
        Shares given to the codes, and one-hot codes.
    alpha : float, >= 1
        1 is softmax, greater gives more zeros.

    Examples
    --------
    >>> share_loss(np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([[1.0, 0.0], [1.0, 0.0]]), 2.0).tolist()
    [0.25, 0.0]
    """
    if alpha == 1.0:
        found = -(np.log(np.maximum(shares, 1e-9)) * cells).sum(axis=1)
    else:
        gained = (cells * shares ** (alpha - 1.0)).sum(axis=1) / (alpha - 1.0)
        sure = cells.sum(axis=1) * (1.0 / (alpha - 1.0) - 1.0 / alpha)  # so that shares of 1 have no loss
        found = (shares**alpha).sum(axis=1) / alpha - gained + sure
    return np.asarray(found, dtype=np.float64)


def _padding(starts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cells of each block in a line of equal length, -1 beyond them; and the place of each cell among those lines."""
    sizes = np.diff(starts)
    code = np.arange(sizes.max())
    places = np.where(code < sizes[:, None], starts[:-1, None] + code, -1)
    return places, np.flatnonzero(places.reshape(-1) >= 0)
