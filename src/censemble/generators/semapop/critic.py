"""The critic of a Wasserstein GAN that sees personas: D(x, e) = psi(phi(x)) + <V e, phi(x)>, and its gradient penalty.

The projection is that of Miyato and Koyama (2018); e can be put beside x instead, or left out. The penalty holds the
norm of the gradient at 1 between real and made records that share e (Gulrajani et al. 2017). With pac > 1 so many
records are judged together, so that a generator that makes the same record again and again is found out (PacGAN, Lin et
al. 2018).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from censemble.generators.semapop.film import dense, start_dense

Judgement = Literal["projection", "concatenate", "none"]
JUDGEMENTS: tuple[Judgement, ...] = ("projection", "concatenate", "none")
Tree = Any


def start_critic(key: Any, *, n_in: int, widths: Sequence[int], n_condition: int, judgement: Judgement) -> Tree:
    """An untrained critic.

    Parameters
    ----------
    key : jax key
        Of the first weights.
    n_in : int
        Numbers in a row of x; times pac where records are packed.
    widths : sequence of int
        Of the hidden layers, at least one.
    n_condition : int
        Numbers in a row of e; times pac where records are packed.
    judgement : {"projection", "concatenate", "none"}
        What becomes of e.
    """
    import jax

    keys = jax.random.split(key, len(widths) + 2)
    sizes = [n_in + (n_condition if judgement == "concatenate" else 0), *widths]
    hidden = [start_dense(k, a, b) for k, a, b in zip(keys, sizes[:-1], widths, strict=False)]
    critic = {"phi": hidden, "psi": start_dense(keys[-1], widths[-1], 1, scale=0.7)}
    if judgement == "projection":
        critic["v"] = start_dense(keys[-2], n_condition, widths[-1], scale=0.7 / widths[-1] ** 0.5)
    return critic


def judge(critic: Tree, x: Any, condition: Any, *, judgement: Judgement, precision: str = "float32") -> Any:
    """D(x, e) of each row, shape (n,)."""
    import jax
    import jax.numpy as jnp

    h = jnp.concatenate([x, condition], axis=1) if judgement == "concatenate" else x
    for layer in critic["phi"]:
        h = jax.nn.leaky_relu(dense(layer, h, precision), 0.2)
    score = dense(critic["psi"], h, precision)[:, 0]
    if judgement == "projection":
        score = score + (dense(critic["v"], condition, precision) * h).sum(axis=1)
    return score


def packed(rows: Any, pac: int) -> Any:
    """Each `pac` rows side by side, shape (n / pac, pac * n_columns).

    Examples
    --------
    >>> import numpy as np
    >>> packed(np.arange(4).reshape(4, 1), 2).tolist()
    [[0, 1], [2, 3]]
    """
    return rows.reshape(len(rows) // pac, -1)


def gradient_penalty(score: Callable[[Any, Any], Any], real: Any, made: Any, condition: Any, mix: Any) -> Any:
    """Mean of (||gradient of the score|| - 1)^2 at mix * real + (1 - mix) * made.

    Parameters
    ----------
    score : callable
        ``score(x, condition)`` of shape (n,), each of its own row alone.
    real, made : jax array, shape (n, n_in)
        Rows that share the condition.
    condition : jax array, shape (n, n_condition)
        Of both.
    mix : jax array, shape (n, 1), 0..1
        Place between the two.

    Examples
    --------
    A linear critic has the same gradient everywhere; its norm here is 3.

    >>> import jax.numpy as jnp
    >>> zeros = jnp.zeros((2, 1))
    >>> float(gradient_penalty(lambda x, e: 3.0 * x[:, 0], zeros, zeros, zeros, zeros))
    4.0
    """
    import jax
    import jax.numpy as jnp

    between = mix * real + (1.0 - mix) * made
    slopes = jax.grad(lambda x: score(x, condition).sum())(between)
    norms = jnp.sqrt((slopes**2).sum(axis=1) + 1e-12)
    return ((norms - 1.0) ** 2).mean()
