"""Layers that a persona modulates: h <- (1 + gamma(e)) * LayerNorm(W h + b) + beta(e), after Perez et al. (2018).

gamma and beta are linear in the persona vector e and start at zero, so that an untrained network does not see the
persona at all. Instead e can be put beside the input ("concatenate"), or left out ("none"); gamma and beta are
constants then. Networks are nested dicts and lists of arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

Modulation = Literal["film", "concatenate", "none"]
MODULATIONS: tuple[Modulation, ...] = ("film", "concatenate", "none")
Precision = Literal["float32", "bfloat16"]
PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")
Tree = Any


def start_dense(key: Any, n_in: int, n_out: int, *, scale: float = 1.0) -> Tree:
    """Weights of one linear layer: normal with variance scale^2 * 2 / n_in (He et al. 2015), offsets zero."""
    import jax
    import jax.numpy as jnp

    spread = scale * np.sqrt(2.0 / max(n_in, 1))
    return {"w": spread * jax.random.normal(key, (n_in, n_out)), "b": jnp.zeros(n_out)}


def dense(layer: Tree, x: Any, precision: str = "float32") -> Any:
    """W x + b; the product in `precision`, sums and result in float32."""
    import jax.numpy as jnp

    if precision == "float32":
        return x @ layer["w"] + layer["b"]
    low = jnp.dtype(precision)
    return jnp.matmul(x.astype(low), layer["w"].astype(low), preferred_element_type=jnp.float32) + layer["b"]


def start_network(
    key: Any, *, n_in: int, widths: Sequence[int], n_out: int, n_condition: int, modulation: Modulation
) -> Tree:
    """An untrained network of modulated layers and a linear last one.

    Parameters
    ----------
    key : jax key
        Of the first weights.
    n_in, n_out : int
        Numbers in and out of a row.
    widths : sequence of int
        Of the hidden layers.
    n_condition : int
        Numbers in a row of the condition, with the column of closeness.
    modulation : {"film", "concatenate", "none"}
        How the condition is seen.
    """
    import jax

    keys = jax.random.split(key, len(widths) + 1)
    n_heads = n_condition if modulation == "film" else 0
    sizes = [n_in + (n_condition if modulation == "concatenate" else 0), *widths]
    layers = []
    for one, n_from, n_to in zip(keys, sizes[:-1], widths, strict=False):
        heads = {name: start_dense(one, n_heads, n_to, scale=0.0) for name in ("gamma", "beta")}
        layers.append({"linear": start_dense(one, n_from, n_to), **heads})
    return {"layers": layers, "last": start_dense(keys[-1], sizes[-1], n_out, scale=0.5)}


def run_network(network: Tree, x: Any, condition: Any, *, modulation: Modulation, precision: str = "float32") -> Any:
    """Rows of numbers out, shape (n, n_out), of rows in and their conditions."""
    import jax
    import jax.numpy as jnp

    h = jnp.concatenate([x, condition], axis=1) if modulation == "concatenate" else x
    seen = condition if modulation == "film" else condition[:, :0]
    for layer in network["layers"]:
        normed = layer_norm(dense(layer["linear"], h, precision))
        gamma, beta = (dense(layer[name], seen, precision) for name in ("gamma", "beta"))
        h = jax.nn.leaky_relu((1.0 + gamma) * normed + beta, 0.2)
    return dense(network["last"], h, precision)


def layer_norm(x: Any) -> Any:
    """Each row with mean 0 and variance 1 (Ba et al. 2016).

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> layer_norm(jnp.array([[1.0, 3.0]])).round(3).tolist()
    [[-1.0, 1.0]]
    """
    import jax.numpy as jnp

    centred = x - x.mean(axis=1, keepdims=True)
    return centred / jnp.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5)
