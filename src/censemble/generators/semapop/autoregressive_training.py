"""Training the network of the autoregressive backbone: first without personas, then their terms on top of it.

Both stop by the log-likelihood of the validation records. What is kept is the running mean of the weights. With
`again` both are repeated on all records, for as many steps as were best: a tenth of a survey is too much to give away,
unless it is so large that nobody misses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from censemble.generators.semapop.autoregressive_network import (
    Float,
    Plan,
    conditional_logits,
    start_persona,
    start_weights,
)
from censemble.generators.semapop.backbone import Curves, Lesson, Progress, Records
from censemble.generators.semapop.persona_noise import loosened, noisy
from censemble.generators.semapop.softmax_blocks import one_hot
from censemble.generators.semapop.sparse_shares import slope_loss, sparse_loss, sparse_shares
from censemble.generators.semapop.training_loop import Learner, LoopSettings, Step, Trained, need_jax, train

WATCHED = "validation loss"
CHUNK = 4096
MANY = 16_000  # training records
LEAST_STEPS = 600  # at most, however few records: weights must get somewhere
LEVELS = (0.3, 0.6, 0.9)  # closeness of the validation figure of the persona's terms
Tree = Any
Base = Mapping[str, Float] | None  # weights that stay as they are


@dataclass(frozen=True)
class NetworkSettings:
    """How the network is made and trained.

    Parameters
    ----------
    n_units : int, >= 1
        Hidden units of each block in each layer, where there is room for them.
    most_units : int, >= 1
        Of one layer; with many blocks each has fewer.
    n_common : int, >= 1
        Units that all blocks see of the persona.
    dropout : float, 0 <= dropout < 1
        Share of units left out in a training step.
    rate : float, > 0
        Learning rate at the start; it falls along half a cosine.
    decay : float, >= 0
        Weight decay.
    batch : int, >= 1
        Records a step.
    passes : int, >= 1
        Times that training may go over the records, at most, where that is `LEAST_STEPS` steps or more.
    most_steps : int, >= 1
        In any case.
    sparsity : float, 1..2
        alpha of `sparse_shares`.
    again : bool
        Whether training is repeated on all records once it is known how long; with `MANY` or more it never is.
    """

    n_units: int = 24
    most_units: int = 512
    n_common: int = 64
    dropout: float = 0.3
    rate: float = 2e-3
    decay: float = 0.1
    batch: int = 256
    passes: int = 60
    most_steps: int = 3000
    sparsity: float = 1.5
    again: bool = True

    def plan(self, sizes: tuple[int, ...], n_given: int = 0) -> Plan:
        """Units for so many blocks."""
        return Plan(sizes, max(min(self.n_units, self.most_units // (len(sizes) - n_given)), 2), n_given)

    def repeats(self, lesson: Lesson) -> bool:
        """Whether what was learnt without the validation records is learnt again with them."""
        return self.again and len(lesson.training.codes) < MANY

    def loop(self, n_records: int) -> LoopSettings:
        """How long to train on so many records."""
        run = int(np.clip(n_records // self.batch, 20, 100))
        steps = min(self.most_steps, max(self.passes * n_records // self.batch, LEAST_STEPS))
        return LoopSettings(steps, run, max(steps // 5, 2 * run), WATCHED, "lower")


@dataclass(frozen=True)
class Learned:
    """Weights, those learnt without the validation records, and how training without personas went."""

    weights: dict[str, Float]
    tried: dict[str, Float]
    curves: Curves


def learn(
    lesson: Lesson,
    plan: Plan,
    settings: NetworkSettings,
    *,
    random_seed: int,
    progress: Progress,
    checkpoint: Path | None = None,
) -> Learned:
    """Train the network and then the persona's terms.

    Parameters
    ----------
    lesson : Lesson
        Blocks in the order in which they are drawn.
    plan : Plan
        Of these blocks.
    settings : NetworkSettings
        How long, and with what.
    random_seed : int
        Of batches and noise.
    progress : callable
        See `training_loop.train`.
    checkpoint : Path, optional
        Files of the trainings begin with its name.
    """
    phase = _Phase(plan, settings, lesson, random_seed, progress)
    rng = np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(71,)))
    start, n_persona = start_weights(plan, _filled(lesson, plan.n_given), rng), lesson.training.personas.shape[1] + 1
    weights, tried, curves = phase.run("network", start, (None, None), checkpoint)
    if n_persona == 1:
        return Learned(weights, tried, curves)
    persona = start_persona(plan, n_persona, settings.n_common, rng)
    terms, tried_terms, _ = phase.run("personas", persona, (weights, tried), checkpoint)
    return Learned({**weights, **terms}, {**tried, **tried_terms}, curves)


def everything(lesson: Lesson) -> Records:
    """Training and validation records in one."""
    both = (lesson.training, lesson.validation)
    return Records(*(np.concatenate([getattr(r, name) for r in both]) for name in ("codes", "weights", "personas")))


def shares_and_loss(
    weights: Mapping[str, Any], plan: Plan, codes: Any, persona: Any, sparsity: float
) -> tuple[Float, Float]:
    """Shares of all drawn codes given the earlier ones of each record, and the loss of each record.

    Parameters
    ----------
    weights : mapping of arrays
        See `start_weights` and `start_persona`.
    plan : Plan
        Blocks and units.
    codes : ndarray of int16, shape (n, n_blocks)
        Of the records.
    persona : ndarray of float32, shape (n, width + 1), or None
        With the column of closeness; None leaves it out.
    sparsity : float
        alpha of `sparse_shares`.
    """
    compiled, n = _compiled(plan, sparsity), len(codes)
    size, found = min(CHUNK, n), []
    for begin in range(0, n, size):
        rows = np.minimum(np.arange(begin, begin + size), n - 1)  # the last chunk is filled up
        part = compiled(dict(weights), codes[rows].astype(np.int32), None if persona is None else persona[rows])
        found.append([np.asarray(a)[: n - begin] for a in part])
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])


@cache
def _compiled(plan: Plan, sparsity: float) -> Callable[..., Any]:
    """Compiled once for all looks at the figures."""

    def chunk(weights: Tree, codes: Any, persona: Any) -> Any:
        cells = one_hot(codes, plan.starts)
        logits = conditional_logits(weights, plan, cells, persona)
        shares = sparse_shares(logits, plan.drawn_starts, sparsity)
        return shares, sparse_loss(logits, shares, cells[:, plan.starts[plan.n_given] :], sparsity)

    return need_jax().jit(chunk)  # type: ignore[no-any-return]


@dataclass(frozen=True, eq=False)
class _Phase:
    """What both trainings share."""

    plan: Plan
    settings: NetworkSettings
    lesson: Lesson
    random_seed: int
    progress: Progress

    def run(
        self, name: str, start: Mapping[str, Float], bases: tuple[Base, Base], checkpoint: Path | None
    ) -> tuple[dict[str, Float], dict[str, Float], Curves]:
        """Train on the training records, then, where wanted, on all of them; the base weights likewise."""
        lesson, settings = self.lesson, self.settings
        loop = settings.loop(len(lesson.training.codes))
        found = self._train(name, start, bases[1], lesson, loop, self._figures(bases[1]), checkpoint)
        tried = dict(found.kept["weights"])
        if not settings.repeats(lesson):
            return tried, tried, found.curves
        steps = max(found.curves.best_step, 1)
        longer = round(steps * (1 + len(lesson.validation.codes) / len(lesson.training.codes)))
        whole = replace(lesson, training=everything(lesson))
        rest = LoopSettings(longer, min(loop.run, longer), longer + loop.run, "steps", "higher")
        again = self._train(f"{name} again", start, bases[0], whole, rest, _count, checkpoint)
        return dict(again.kept["weights"]), tried, found.curves

    def _train(
        self,
        name: str,
        start: Mapping[str, Float],
        base: Base,
        lesson: Lesson,
        loop: LoopSettings,
        figures: Callable[[Tree], Mapping[str, float]],
        checkpoint: Path | None,
    ) -> Trained:
        total = self.settings.loop(len(self.lesson.training.codes)).steps
        step, state = optimised(self.plan, self.settings, start, base, total, is_loosened=lesson.loosened)
        learner = Learner(step, _kept, figures, {"training": name, **asdict(self.settings)})
        file = checkpoint and checkpoint.with_name(f"{checkpoint.stem}-{name.replace(' ', '-')}{checkpoint.suffix}")
        return train(
            learner, state, lesson, settings=loop, random_seed=self.random_seed, progress=self.progress, checkpoint=file
        )

    def _figures(self, base: Base) -> Callable[[Tree], Mapping[str, float]]:
        records, rng = self.lesson.validation, np.random.default_rng(self.random_seed)
        levels = LEVELS if self.lesson.loosened else (1.0,)
        level = np.resize(np.array(levels), len(records.codes))
        persona = None if base is None else noisy(records.personas, level, rng)
        shares = records.weights / records.weights.sum()

        def figures(kept: Tree) -> Mapping[str, float]:
            weights = {**(base or {}), **kept["weights"]}
            loss = shares_and_loss(weights, self.plan, records.codes, persona, self.settings.sparsity)[1]
            return {WATCHED: float((loss * shares).sum())}

        return figures


def _kept(state: Tree) -> Tree:
    return {"weights": state["mean"], "count": state["count"]}


def _count(kept: Tree) -> Mapping[str, float]:
    """The later the better: without validation records the last weights are kept."""
    return {"steps": kept["count"]}


def optimised(
    plan: Plan,
    settings: NetworkSettings,
    start: Mapping[str, Float],
    base: Base,
    total: int,
    *,
    is_loosened: bool,
) -> tuple[Step, Tree]:
    """A training step and the state before the first one; with base weights these stay and the persona is seen."""
    jax, optax = need_jax(), _need_optax()
    jnp = jax.numpy
    rate = optax.cosine_decay_schedule(settings.rate, total, alpha=0.02)
    matrices = {name: value.ndim > 1 for name, value in start.items()}
    rule = optax.chain(
        optax.clip_by_global_norm(1.0), optax.adamw(rate, b2=0.99, weight_decay=settings.decay, mask=matrices)
    )

    def loss(weights: Tree, cells: Any, persona: Any, dropped: Any) -> tuple[Any, Any]:
        logits = conditional_logits({**(base or {}), **weights}, plan, cells, persona, dropped)
        real = cells[:, plan.starts[plan.n_given] :]
        shares = sparse_shares(jax.lax.stop_gradient(logits), plan.drawn_starts, settings.sparsity)
        return slope_loss(logits, shares, real).mean(), sparse_loss(logits, shares, real, settings.sparsity).mean()

    def step(state: Tree, draw: Any, key: Any) -> tuple[Tree, dict[str, Any]]:
        of_rows, of_noise, *of_units = jax.random.split(key, 4)
        codes, vectors = draw(of_rows, settings.batch)
        persona = None if base is None else loosened(of_noise, vectors, is_loosened=is_loosened)
        kept = 1 - settings.dropout
        dropped = [jax.random.bernoulli(k, kept, (settings.batch, plan.width)) / kept for k in of_units]
        cells = one_hot(codes, plan.starts)
        slope, value = jax.grad(loss, has_aux=True)(state["weights"], cells, persona, dropped)
        change, moments = rule.update(slope, state["moments"], state["weights"])
        weights = optax.apply_updates(state["weights"], change)
        count = state["count"] + 1
        slow = jnp.minimum(0.995, (count - 1.0) / (count + 9.0))  # the start is forgotten soon
        mean = jax.tree.map(lambda old, new: slow * old + (1 - slow) * new, state["mean"], weights)
        return {"weights": weights, "moments": moments, "mean": mean, "count": count}, {"training loss": value}

    begin = {name: jnp.asarray(value) for name, value in start.items()}
    return step, {"weights": begin, "moments": rule.init(begin), "mean": begin, "count": jnp.zeros(())}


def _filled(lesson: Lesson, n_given: int) -> list[Any]:
    """Shares of each drawn block's codes among the training records, none of them 0."""
    found = []
    for j, block in list(enumerate(lesson.blocks))[n_given:]:
        counts = np.bincount(lesson.training.codes[:, j], lesson.training.weights, block.n_codes) + 0.5
        found.append(counts / counts.sum())
    return found


def _need_optax() -> Any:
    need_jax()
    import optax

    return optax
