"""Settings of SemaPop-GAN, and one step of its training: some steps of the critic, then one of the generator."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError, Problem
from censemble.generators.semapop.block_model import block_logits, check_settings
from censemble.generators.semapop.boundary_loss import boundary_losses
from censemble.generators.semapop.critic import JUDGEMENTS, Judgement, gradient_penalty, judge, packed, start_critic
from censemble.generators.semapop.film import MODULATIONS, PRECISIONS, Modulation, Precision, start_network
from censemble.generators.semapop.marginal_loss import marginal_loss, running
from censemble.generators.semapop.persona_noise import loosened
from censemble.generators.semapop.softmax_blocks import one_hot, relaxed, shares_of
from censemble.generators.semapop.training_loop import Draw

Tree = Any
START = 2**31 - 1  # makes the key of the first weights from the random seed; steps have their own numbers


@dataclass(frozen=True, kw_only=True)
class GanSettings:
    """Everything about SemaPop-GAN that can be chosen.

    Parameters
    ----------
    modulation : {"film", "concatenate", "none"}
        How the generator sees the persona.
    judgement : {"projection", "concatenate", "none"}
        How the critic sees it.
    relaxation : {"gumbel", "softmax"}
        What the critic sees of made records: codes drawn softly, or shares.
    temperature : float, > 0
        Of the Gumbel softmax.
    width, depth : int, >= 1
        Of the hidden layers of both networks.
    noise : int, >= 1
        Numbers of noise for a record.
    batch : int
        Records in a step.
    critic_steps : int, >= 1
        Steps of the critic for one of the generator.
    pac : int, >= 1
        Records that the critic judges together; divides the batch.
    penalty : float, >= 0
        Factor of the gradient penalty.
    marginal_strength : float, >= 0
        Factor of R_M.
    shares_kept : float, 0..<1
        Share of the past in the running mean of R_M's shares; 0 for each batch by itself.
    boundary_strength, distance_strength : float, >= 0
        Factors of Kim and Bansal's R_BD and R_AD.
    generator_rate, critic_rate : float, > 0
        Learning rates of Adam (0.5, 0.9).
    averaging : float, 0..<1
        Share of the past in the running mean of the generator's weights; 0 for its last weights.
    precision : {"float32", "bfloat16"}
        Of products of matrices.
    steps, patience, run : int
        Generator steps at most, without a better figure, and between two looks (`training_loop`).
    """

    modulation: Modulation = "film"
    judgement: Judgement = "projection"
    relaxation: Literal["gumbel", "softmax"] = "gumbel"
    temperature: float = 0.66
    width: int = 256
    depth: int = 2
    noise: int = 64
    batch: int = 500
    critic_steps: int = 3
    pac: int = 1
    penalty: float = 10.0
    marginal_strength: float = 1.0
    shares_kept: float = 0.9
    boundary_strength: float = 0.0
    distance_strength: float = 0.0
    generator_rate: float = 2e-4
    critic_rate: float = 2e-4
    averaging: float = 0.999
    precision: Precision = "float32"
    steps: int = 10_000
    patience: int = 4_000
    run: int = 250


def checked(chosen: GanSettings) -> GanSettings:
    """The settings, where they can be used.

    Raises
    ------
    ConfigError
        With one problem for each that cannot.
    """
    choices = {
        "modulation": MODULATIONS,
        "judgement": JUDGEMENTS,
        "relaxation": ("gumbel", "softmax"),
        "precision": PRECISIONS,
    }
    ones = dict.fromkeys(("width", "depth", "noise", "critic_steps", "pac", "steps", "patience", "run"), 1.0)
    zeros = ("penalty", "marginal_strength", "shares_kept", "boundary_strength", "distance_strength", "averaging")
    least = {**ones, **dict.fromkeys(zeros, 0.0), "batch": 1.0, "temperature": 0.01}
    check_settings("gan", asdict(chosen), choices=choices, least=least)
    if chosen.batch % chosen.pac:
        found = str(chosen.batch)
        problem = Problem("gan", "batch", f"a multiple of pac {chosen.pac}", found, "Change one.", "wrong-setting")
        raise ConfigError("The settings of gan cannot be used.", [problem])
    return chosen


def start_gan(chosen: GanSettings, starts: NDArray[np.int64], n_condition: int, random_seed: int) -> Tree:
    """State before the first step: both networks, their optimisers, running means of weights and of shares."""
    import jax
    import jax.numpy as jnp

    keys = jax.random.split(jax.random.fold_in(jax.random.key(random_seed), START), 2)
    widths, n_cells = [chosen.width] * chosen.depth, int(starts[-1])
    generator = start_network(
        keys[0],
        n_in=chosen.noise,
        widths=widths,
        n_out=n_cells,
        n_condition=n_condition,
        modulation=chosen.modulation,
    )
    critic = start_critic(
        keys[1],
        n_in=n_cells * chosen.pac,
        widths=widths,
        n_condition=n_condition * chosen.pac,
        judgement=chosen.judgement,
    )
    by = optimisers(chosen)
    return {
        "generator": generator,
        "critic": critic,
        "average": generator,
        "of_generator": by[0].init(generator),
        "of_critic": by[1].init(critic),
        "shares": jnp.zeros(n_cells),
        "done": jnp.zeros(()),
    }


def optimisers(chosen: GanSettings) -> tuple[Any, Any]:
    """Adam for the generator and for the critic."""
    import optax

    rates = (chosen.generator_rate, chosen.critic_rate)
    return tuple(optax.adam(rate, b1=0.5, b2=0.9) for rate in rates)


@dataclass(frozen=True, eq=False)
class GanStep:
    """One step of the generator, after some of the critic; `training_loop` compiles it.

    Parameters
    ----------
    chosen : GanSettings
    starts : ndarray
        Of the blocks.
    held_to : ndarray, shape (n_cells,)
        Shares that R_M holds the generator to.
    is_loosened : bool
        Whether personas come with noise.
    """

    chosen: GanSettings
    starts: NDArray[np.int64]
    held_to: NDArray[np.float64]
    is_loosened: bool

    def __call__(self, state: Tree, draw: Draw, key: Any) -> tuple[Tree, dict[str, Any]]:
        """State and losses after the step."""
        import jax

        keys = jax.random.split(key, self.chosen.critic_steps + 1)

        def critic_step(inner: Tree, of_step: Any) -> tuple[Tree, Any]:
            return self._critic_step(inner, state["generator"], draw, of_step)

        inner = (state["critic"], state["of_critic"])
        inner, losses = jax.lax.scan(critic_step, inner, keys[1:])
        state = {**state, "critic": inner[0], "of_critic": inner[1]}
        state, of_generator = self._generator_step(state, draw, keys[0])
        return state, {**jax.tree.map(lambda x: x[-1], losses), **of_generator}

    def _critic_step(self, inner: Tree, generator: Tree, draw: Draw, key: Any) -> tuple[Tree, dict[str, Any]]:
        import jax
        import optax

        chosen, pac = self.chosen, self.chosen.pac
        of_batch, of_made, of_mix = jax.random.split(key, 3)
        real, condition = self._batch(draw, of_batch)
        made, _ = self._made(generator, condition, of_made)
        real, made, condition = (packed(rows, pac) for rows in (real, made, condition))
        mix = jax.random.uniform(of_mix, (len(real), 1))

        def loss(critic: Tree) -> Any:
            gap = (self._score(critic, real, condition) - self._score(critic, made, condition)).mean()
            penalty = gradient_penalty(lambda x, e: self._score(critic, x, e), real, made, condition, mix)
            return chosen.penalty * penalty - gap, gap

        (_, gap), slopes = jax.value_and_grad(loss, has_aux=True)(inner[0])
        updates, optimiser = optimisers(chosen)[1].update(slopes, inner[1])
        return (optax.apply_updates(inner[0], updates), optimiser), {"critic gap": gap}

    def _generator_step(self, state: Tree, draw: Draw, key: Any) -> tuple[Tree, dict[str, Any]]:
        import jax
        import optax

        of_batch, of_made = jax.random.split(key)
        real, condition = self._batch(draw, of_batch)

        def loss(generator: Tree) -> Any:
            made, shares = self._made(generator, condition, of_made)
            score = self._score(state["critic"], packed(made, self.chosen.pac), packed(condition, self.chosen.pac))
            mean = self._mean_shares(state, shares)
            terms = self._terms(made, real, mean)
            return sum(terms.values()) - score.mean(), (mean, terms, score.mean())

        (_, (mean, terms, score)), slopes = jax.value_and_grad(loss, has_aux=True)(state["generator"])
        updates, optimiser = optimisers(self.chosen)[0].update(slopes, state["of_generator"])
        generator = optax.apply_updates(state["generator"], updates)
        keep = jax.numpy.minimum(self.chosen.averaging, state["done"] / (state["done"] + 10.0))
        average = jax.tree.map(lambda a, b: keep * a + (1.0 - keep) * b, state["average"], generator)
        after = {"generator": generator, "average": average, "of_generator": optimiser, "shares": mean}
        return {**state, **after, "done": state["done"] + 1.0}, {**terms, "score of made records": score}

    def _batch(self, draw: Draw, key: Any) -> tuple[Any, Any]:
        """One-hot real records and their noisy personas."""
        import jax

        of_rows, of_noise = jax.random.split(key)
        codes, personas = draw(of_rows, self.chosen.batch)
        return one_hot(codes, self.starts), loosened(of_noise, personas, is_loosened=self.is_loosened)

    def _made(self, generator: Tree, condition: Any, key: Any) -> tuple[Any, Any]:
        """What the critic sees of made records, and their shares."""
        import jax

        chosen = self.chosen
        of_noise, of_codes = jax.random.split(key)
        noise = jax.random.normal(of_noise, (len(condition), chosen.noise))
        logits = block_logits(generator, noise, condition, chosen.modulation, chosen.precision)
        shares = shares_of(logits, self.starts)
        if chosen.relaxation == "softmax":
            return shares, shares
        return relaxed(of_codes, logits, self.starts, chosen.temperature), shares

    def _score(self, critic: Tree, x: Any, condition: Any) -> Any:
        return judge(critic, x, condition, judgement=self.chosen.judgement, precision=self.chosen.precision)

    def _mean_shares(self, state: Tree, shares: Any) -> Any:
        import jax.numpy as jnp

        keep = jnp.minimum(self.chosen.shares_kept, state["done"] / (state["done"] + 1.0))
        return running(state["shares"], shares.mean(axis=0), keep)

    def _terms(self, made: Any, real: Any, mean: Any) -> dict[str, Any]:
        """Regularisation, each term with its strength; those of strength 0 are not computed."""
        chosen, terms = self.chosen, {}
        if chosen.marginal_strength:
            n_blocks = len(self.starts) - 1
            terms["marginal loss"] = chosen.marginal_strength * marginal_loss(mean, self.held_to, n_blocks)
        if chosen.boundary_strength or chosen.distance_strength:
            near, far = boundary_losses(made, real)
            terms["boundary loss"] = chosen.boundary_strength * near
            terms["distance loss"] = chosen.distance_strength * far
        return terms
