"""Training in compiled runs of steps, with figures between them: early stopping, best weights, going on after a stop.

Any backbone trains with it: it brings a state (nested dicts, tuples and lists of arrays) and a step that takes the
state, a way to draw batches and a key, and gives the next state and losses. A run of steps is one `lax.scan`, compiled
once. The key of a step is made from the random seed and the step's number alone, so that training that was stopped and
goes on ends with the same bytes as training that was not. Batches are drawn by survey weight, with replacement.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from censemble.errors import ConfigError, SchemaError
from censemble.generators.semapop.backbone import Curves, Lesson, Progress, Records
from censemble.generators.semapop.training_files import Standing, read_standing, training_digest, write_standing

Tree = Any  # nested dicts, tuples and lists of arrays
Draw = Callable[[Any, int], tuple[Any, Any]]
Step = Callable[[Tree, Draw, Any], tuple[Tree, dict[str, Any]]]


@dataclass(frozen=True)
class LoopSettings:
    """How long to train, and when to stop.

    Parameters
    ----------
    steps : int, >= 1
        At most; rounded up to whole runs.
    run : int, >= 1
        Steps between two looks at the figures; one compiled run.
    patience : int, >= 1
        Steps without a better figure after which training ends.
    watch : str
        Name of the figure that decides which weights are best.
    better : {"lower", "higher"}
    save_seconds : float, >= 0
        Least time between two checkpoints; the last one is always written.
    """

    steps: int
    run: int
    patience: int
    watch: str
    better: Literal["lower", "higher"] = "lower"
    save_seconds: float = 20.0


@dataclass(frozen=True)
class Learner:
    """What is trained.

    Parameters
    ----------
    step : callable
        ``step(state, draw, key) -> (state, losses)``; traced by jax. ``draw(key, n)`` gives codes of shape
        (n, n_blocks), int32, and personas of shape (n, width), of training records drawn by weight. Losses are scalars.
    kept : callable
        ``kept(state)``: the part of the state that is the model (its weights, or their running mean).
    figures : callable
        ``figures(kept)``: figures of the model on validation records, by name; not traced.
    described : mapping
        Settings in JSON types; a checkpoint of other settings is refused.
    """

    step: Step
    kept: Callable[[Tree], Tree]
    figures: Callable[[Tree], Mapping[str, float]]
    described: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Trained:
    """The best weights, and how training went."""

    kept: Tree
    curves: Curves


def train(
    learner: Learner,
    state: Tree,
    lesson: Lesson,
    *,
    settings: LoopSettings,
    random_seed: int,
    progress: Progress,
    checkpoint: Path | None = None,
) -> Trained:
    """Run steps until the figures get no better, all steps are done, or losses are no longer finite.

    Parameters
    ----------
    learner : Learner
        Step, figures and settings.
    state : tree of arrays
        Before the first step; the same for the same random seed.
    lesson : Lesson
        Its training records are drawn from.
    settings : LoopSettings
        How long.
    random_seed : int
        Of batches and of all noise in steps.
    progress : callable
        Called with a phrase and the share done, 0..1, after each run.
    checkpoint : Path, optional
        File of a training that may have been stopped. Written between runs under a temporary name and renamed.

    Returns
    -------
    Trained
        Weights with the best figure, also where losses diverged later; curves with the mean losses of each run.

    Raises
    ------
    SchemaError
        No finite loss in the first run.
    InputError
        The checkpoint cannot be read, or is of another training.
    """
    standing = _start(learner, state, lesson, settings, random_seed, checkpoint)
    run = _compiled_run(learner.step, settings.run, random_seed)
    records, saved = _on_device(lesson.training), -math.inf  # the first look is kept, however soon it comes
    while not standing.ending:
        standing = _next(standing, learner, settings, lambda s: run(s.state, records, s.done))
        share = 1.0 if standing.ending else standing.done / settings.steps
        if checkpoint and (standing.ending or time.monotonic() - saved >= settings.save_seconds):
            write_standing(checkpoint, standing)
            saved = time.monotonic()
        progress(_phrase(standing, settings), min(share, 1.0))
    return Trained(standing.best, standing.curves())


def _start(
    learner: Learner, state: Tree, lesson: Lesson, settings: LoopSettings, random_seed: int, checkpoint: Path | None
) -> Standing:
    loop = {"steps": settings.steps, "run": settings.run, "patience": settings.patience, "watch": settings.watch}
    described = {**learner.described, **loop, "random_seed": random_seed, "data": training_digest(lesson)}
    start = Standing.at_start(state, learner.kept(state), described)
    return read_standing(checkpoint, start) if checkpoint and checkpoint.exists() else start


def _compiled_run(step: Step, n_steps: int, random_seed: int) -> Callable[[Tree, Any, int], tuple[Tree, Any]]:
    """A function of state, records and the number of steps done, compiled; losses are means over the run."""
    jax = need_jax()
    key = jax.random.key(random_seed)

    def run(state: Tree, records: tuple[Any, Any, Any], done: Any) -> tuple[Tree, Any]:
        def one(state: Tree, number: Any) -> tuple[Tree, Any]:
            return step(state, drawer(*records), jax.random.fold_in(key, number))

        state, losses = jax.lax.scan(one, state, done + jax.numpy.arange(n_steps))
        return state, jax.tree.map(jax.numpy.mean, losses)

    return jax.jit(run)  # type: ignore[no-any-return]


def drawer(codes: Any, personas: Any, ends: Any) -> Draw:
    """Draw batches of records by weight inside a compiled step.

    Parameters
    ----------
    codes : jax array, shape (n, n_blocks)
        Of all training records.
    personas : jax array, shape (n, width)
        Of the same records.
    ends : jax array of float32, shape (n,)
        Running shares of the weights, the last one 1.

    Examples
    --------
    >>> import jax, numpy as np
    >>> codes, ends = np.array([[0], [1], [2]]), np.array([0.0, 1.0, 1.0], np.float32)
    >>> drawer(jax.numpy.array(codes), jax.numpy.zeros((3, 0)), jax.numpy.array(ends))(jax.random.key(1), 2)[0].tolist()
    [[1], [1]]
    """

    def draw(key: Any, n: int) -> tuple[Any, Any]:
        jax = need_jax()
        place = jax.numpy.searchsorted(ends, jax.random.uniform(key, (n,)), side="right")
        rows = jax.numpy.minimum(place, len(ends) - 1)
        return codes[rows], personas[rows]

    return draw


def _on_device(records: Records) -> tuple[Any, Any, Any]:
    jnp = need_jax().numpy
    ends = np.cumsum(records.weights) / records.weights.sum()
    return jnp.asarray(records.codes, jnp.int32), jnp.asarray(records.personas), jnp.asarray(ends, jnp.float32)


def _next(
    standing: Standing, learner: Learner, settings: LoopSettings, run: Callable[[Standing], tuple[Tree, Any]]
) -> Standing:
    """Standing after one more run."""
    jax = need_jax()
    state, losses = run(standing)
    taken = {name: float(value) for name, value in losses.items()}
    done = standing.done + settings.run
    if not all(np.isfinite(v) for v in taken.values()):
        return _diverged(standing, done)
    kept = learner.kept(state)
    taken |= {name: float(value) for name, value in learner.figures(kept).items()}
    best = standing.best_figure
    found = taken[settings.watch]
    if not np.isfinite(found):
        return _diverged(standing, done)
    is_best = best is None or (found < best if settings.better == "lower" else found > best)
    after = standing.after(state, done, taken)
    if is_best:
        after = after.with_best(jax.tree.map(np.asarray, kept), found)
    return after.ended(_ending(after, settings))


def _diverged(standing: Standing, done: int) -> Standing:
    if standing.best_figure is None:
        raise SchemaError(
            f"training diverged: no finite loss in the first {done} steps. Lower the learning rate, or look for "
            "records with extreme weights."
        )
    return standing.ended(
        f"losses were no longer finite between steps {standing.done} and {done}; the best weights before are kept"
    )


def _ending(standing: Standing, settings: LoopSettings) -> str:
    if standing.done >= settings.steps:
        return f"all {standing.done} steps were done"
    if standing.done - standing.best_step >= settings.patience:
        return f"no better {settings.watch} for {standing.done - standing.best_step} steps"
    return ""


def _phrase(standing: Standing, settings: LoopSettings) -> str:
    return f"training: step {standing.done} of {settings.steps}, best {settings.watch} {standing.best_figure:.4g}"


def need_jax() -> Any:
    """The package `jax`.

    Raises
    ------
    ConfigError
        It is not installed.
    """
    try:
        import jax
    except ImportError as error:
        raise ConfigError("SemaPop needs jax, which is not installed: pip install 'censemble[neural]'.") from error
    return jax
