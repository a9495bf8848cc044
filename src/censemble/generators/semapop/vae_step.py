"""Settings of SemaPop-VAE, and one step of its training."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.block_model import block_logits, check_settings
from censemble.generators.semapop.film import (
    MODULATIONS,
    PRECISIONS,
    Modulation,
    Precision,
    run_network,
    start_network,
)
from censemble.generators.semapop.marginal_loss import marginal_loss, running
from censemble.generators.semapop.persona_noise import loosened
from censemble.generators.semapop.softmax_blocks import log_shares, one_hot
from censemble.generators.semapop.training_loop import Draw

Tree = Any
START = 2**31 - 1  # makes the key of the first weights from the random seed; steps have their own numbers
MOST_SPREAD = 6.0  # log variances are kept within this


@dataclass(frozen=True, kw_only=True)
class VaeSettings:
    """Everything about SemaPop-VAE that can be chosen.

    Parameters
    ----------
    modulation : {"film", "concatenate", "none"}
        How encoder and decoder see the persona.
    width, depth : int, >= 1
        Of the hidden layers of both networks.
    noise : int, >= 1
        Numbers of the latent vector.
    batch : int, >= 1
        Records in a step.
    divergence : float, >= 0
        Factor of the Kullback-Leibler divergence (the beta of Higgins et al. 2017; 1 is the likelihood bound).
    marginal_strength : float, >= 0
        Factor of R_M, for records decoded from fresh noise.
    shares_kept : float, 0..<1
        Share of the past in the running mean of R_M's shares; 0 for each batch by itself.
    rate : float, > 0
        Learning rate of Adam.
    averaging : float, 0..<1
        Share of the past in the running mean of the weights; 0 for the last weights.
    precision : {"float32", "bfloat16"}
        Of products of matrices.
    steps, patience, run : int
        Steps at most, without a better figure, and between two looks (`training_loop`).
    """

    modulation: Modulation = "film"
    width: int = 256
    depth: int = 2
    noise: int = 32
    batch: int = 500
    divergence: float = 1.0
    marginal_strength: float = 1.0
    shares_kept: float = 0.9
    rate: float = 1e-3
    averaging: float = 0.999
    precision: Precision = "float32"
    steps: int = 10_000
    patience: int = 3_000
    run: int = 500


def checked(chosen: VaeSettings) -> VaeSettings:
    """The settings, where they can be used.

    Raises
    ------
    ConfigError
        With one problem for each that cannot.
    """
    ones = dict.fromkeys(("width", "depth", "noise", "batch", "steps", "patience", "run"), 1.0)
    zeros = dict.fromkeys(("divergence", "marginal_strength", "shares_kept", "rate", "averaging"), 0.0)
    choices = {"modulation": MODULATIONS, "precision": PRECISIONS}
    check_settings("vae", asdict(chosen), choices=choices, least={**ones, **zeros})
    return chosen


def start_vae(chosen: VaeSettings, starts: NDArray[np.int64], n_condition: int, random_seed: int) -> Tree:
    """State before the first step: encoder and decoder, their optimiser, running means of the decoder and of shares."""
    import jax
    import jax.numpy as jnp

    keys = jax.random.split(jax.random.fold_in(jax.random.key(random_seed), START), 2)
    widths, n_cells = [chosen.width] * chosen.depth, int(starts[-1])
    sizes = {"encoder": (n_cells, 2 * chosen.noise), "decoder": (chosen.noise, n_cells)}
    networks = {
        name: start_network(
            key, n_in=n_in, widths=widths, n_out=n_out, n_condition=n_condition, modulation=chosen.modulation
        )
        for key, (name, (n_in, n_out)) in zip(keys, sizes.items(), strict=True)
    }
    means = {"average": networks["decoder"], "shares": jnp.zeros(n_cells), "done": jnp.zeros(())}
    return {"networks": networks, "optimiser": _adam(chosen).init(networks), **means}


def _adam(chosen: VaeSettings) -> Any:
    import optax

    return optax.adam(chosen.rate)


@dataclass(frozen=True, eq=False)
class VaeStep:
    """One step of encoder and decoder; `training_loop` compiles it.

    Parameters
    ----------
    chosen : VaeSettings
    starts : ndarray
        Of the blocks.
    held_to : ndarray, shape (n_cells,)
        Shares that R_M holds the decoder to.
    is_loosened : bool
        Whether personas come with noise.
    """

    chosen: VaeSettings
    starts: NDArray[np.int64]
    held_to: NDArray[np.float64]
    is_loosened: bool

    def __call__(self, state: Tree, draw: Draw, key: Any) -> tuple[Tree, dict[str, Any]]:
        """State and losses after the step."""
        import jax
        import optax

        of_rows, of_personas, of_noise, of_prior = jax.random.split(key, 4)
        codes, personas = draw(of_rows, self.chosen.batch)
        real = one_hot(codes, self.starts)
        condition = loosened(of_personas, personas, is_loosened=self.is_loosened)

        def loss(networks: Tree) -> Any:
            terms = self._bound(networks, real, condition, of_noise)
            mean = self._mean_shares(state, networks["decoder"], condition, of_prior)
            if self.chosen.marginal_strength:
                held = marginal_loss(mean, self.held_to, len(self.starts) - 1)
                terms["marginal loss"] = self.chosen.marginal_strength * held
            return sum(terms.values()), (terms, mean)

        (_, (terms, mean)), slopes = jax.value_and_grad(loss, has_aux=True)(state["networks"])
        updates, optimiser = _adam(self.chosen).update(slopes, state["optimiser"])
        networks = optax.apply_updates(state["networks"], updates)
        keep = jax.numpy.minimum(self.chosen.averaging, state["done"] / (state["done"] + 10.0))
        average = jax.tree.map(lambda a, b: keep * a + (1.0 - keep) * b, state["average"], networks["decoder"])
        after = {"networks": networks, "optimiser": optimiser, "average": average, "shares": mean}
        return {**after, "done": state["done"] + 1.0}, terms

    def _bound(self, networks: Tree, real: Any, condition: Any, key: Any) -> dict[str, Any]:
        """The two parts of the (negative) likelihood bound, nats per record."""
        import jax
        import jax.numpy as jnp

        chosen = self.chosen
        encoded = run_network(
            networks["encoder"], real, condition, modulation=chosen.modulation, precision=chosen.precision
        )
        centre, spread = encoded[:, : chosen.noise], jnp.clip(encoded[:, chosen.noise :], -MOST_SPREAD, MOST_SPREAD)
        latent = centre + jnp.exp(0.5 * spread) * jax.random.normal(key, centre.shape)
        logits = block_logits(networks["decoder"], latent, condition, chosen.modulation, chosen.precision)
        surprise = -(real * log_shares(logits, self.starts)).sum(axis=1).mean()
        divergence = 0.5 * (centre**2 + jnp.exp(spread) - 1.0 - spread).sum(axis=1).mean()
        return {"surprise": surprise, "divergence": chosen.divergence * divergence}

    def _mean_shares(self, state: Tree, decoder: Tree, condition: Any, key: Any) -> Any:
        """Running mean of the shares of records decoded from fresh noise."""
        import jax
        import jax.numpy as jnp

        chosen = self.chosen
        noise = jax.random.normal(key, (len(condition), chosen.noise))
        logits = block_logits(decoder, noise, condition, chosen.modulation, chosen.precision)
        keep = jnp.minimum(chosen.shares_kept, state["done"] / (state["done"] + 1.0))
        return running(state["shares"], jnp.exp(log_shares(logits, self.starts)).mean(axis=0), keep)
