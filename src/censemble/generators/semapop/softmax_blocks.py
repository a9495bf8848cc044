"""Records as one row of softmax blocks: one-hot codes in, masses of codes out, codes drawn from masses.

Block j holds the columns starts[j] .. starts[j + 1] - 1 of a flat row. Logits are kept within +-CAP by a hyperbolic
tangent, so that masses need no maximum taken off, and no code is ever quite impossible.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.backbone import Block, Codes

CAP = 15.0


def block_starts(blocks: Sequence[Block]) -> NDArray[np.int64]:
    """Where each block starts in a flat row, and the row's length at the end."""
    return np.concatenate([[0], np.cumsum([b.n_codes for b in blocks])]).astype(np.int64)


def one_hot(codes: Any, starts: NDArray[np.int64]) -> Any:
    """Flat rows of zeros and ones, float32, shape (n, n_cells), of codes of shape (n, n_blocks).

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> one_hot(jnp.array([[1, 0]]), np.array([0, 2, 5])).tolist()
    [[0.0, 1.0, 1.0, 0.0, 0.0]]
    """
    import jax.numpy as jnp

    sizes = np.diff(starts)
    block_of, code_of = np.repeat(np.arange(len(sizes)), sizes), np.concatenate([np.arange(k) for k in sizes])
    return (jnp.asarray(codes)[:, block_of] == code_of).astype(jnp.float32)


def capped(logits: Any) -> Any:
    """Logits within +-CAP."""
    import jax.numpy as jnp

    return CAP * jnp.tanh(logits / CAP)


def shares_of(logits: Any, starts: NDArray[np.int64]) -> Any:
    """Softmax within each block, of capped logits; sums by a product with the table of which column is in which block.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> shares_of(jnp.zeros((1, 5)), np.array([0, 2, 5])).round(3).tolist()
    [[0.5, 0.5, 0.3330000042915344, 0.3330000042915344, 0.3330000042915344]]
    """
    import jax.numpy as jnp

    membership = _membership(starts)
    masses = jnp.exp(logits)
    return masses / (masses @ membership @ membership.T)


def log_shares(logits: Any, starts: NDArray[np.int64]) -> Any:
    """Logarithm of `shares_of`."""
    import jax.numpy as jnp

    membership = _membership(starts)
    return logits - jnp.log(jnp.exp(logits) @ membership) @ membership.T


def relaxed(key: Any, logits: Any, starts: NDArray[np.int64], temperature: float) -> Any:
    """Codes drawn softly: softmax of (logits + Gumbel noise) / temperature within each block (Jang et al. 2017).

    The log of the summed masses, at most the log of their number above the largest logit, is taken off first, so that
    low temperatures do not overflow.
    """
    import jax
    import jax.numpy as jnp

    membership = _membership(starts)
    noisy = logits + jax.random.gumbel(key, logits.shape)
    top = jnp.log(jnp.exp(noisy) @ membership)
    masses = jnp.exp((noisy - top @ membership.T) / temperature)
    return masses / (masses @ membership @ membership.T)


def _membership(starts: NDArray[np.int64]) -> NDArray[np.float32]:
    """1 where a column is in a block, shape (n_cells, n_blocks)."""
    sizes = np.diff(starts)
    return np.repeat(np.eye(len(sizes), dtype=np.float32), sizes, axis=0)


@numba.njit(cache=True)
def draw_codes(
    shares: NDArray[np.float32], uniforms: NDArray[np.float32], starts: NDArray[np.int64], codes: Codes
) -> None:
    """Fill in the code of each block in which its uniform number falls.

    Parameters
    ----------
    shares : ndarray, shape (n, n_cells), >= 0
        In each block they add up to about 1; a rounding error goes to the block's last code with mass.
    uniforms : ndarray, shape (n, n_blocks), 0..1
        One for each code to draw.
    starts : ndarray
        See `block_starts`.
    codes : ndarray of int16, shape (n, n_blocks)
        Written to.

    Examples
    --------
    >>> codes = np.zeros((1, 2), np.int16)
    >>> shares = np.array([[0.5, 0.5, 0.2, 0.8, 0.0]], np.float32)
    >>> draw_codes(shares, np.array([[0.6, 1.0]], np.float32), np.array([0, 2, 5]), codes)
    >>> codes.tolist()
    [[1, 1]]
    """
    for i in range(len(codes)):
        for j in range(len(starts) - 1):
            left, code = uniforms[i, j], 0
            for k in range(starts[j], starts[j + 1]):
                if shares[i, k] > 0.0:
                    code = k - starts[j]
                    left -= shares[i, k]
                    if left < 0.0:
                        break
            codes[i, j] = code
