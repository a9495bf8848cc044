"""The autoregressive backbone: a masked network that sees personas, and a forest, drawn from block by block.

Ours, under the paper's persona interface: see `autoregressive_network` (what is learnt), `autoregressive_trees` (what
stands beside it) and `autoregressive_draw` (how records are made).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError, Problem, SchemaError
from censemble.generators.forests import Forest, ForestSettings
from censemble.generators.network import scaled_weights
from censemble.generators.semapop.autoregressive_draw import Mixture, draw_mixture
from censemble.generators.semapop.autoregressive_network import Plan
from censemble.generators.semapop.autoregressive_training import NetworkSettings, everything, learn, shares_and_loss
from censemble.generators.semapop.autoregressive_trees import forest_arrays, forest_shares, forests_of, learn_forests
from censemble.generators.semapop.backbone import Block, Codes, Curves, Lesson, Progress, Records, Vectors
from censemble.generators.semapop.block_model import check_lesson, settings_of
from censemble.generators.semapop.persona_noise import noisy
from censemble.generators.structure import FamilyScores, climb, order_of

LEVELS = 11  # of closeness, 0 to 1, for each of which the network's part is chosen
PARTS = np.linspace(0.0, 1.0, 21)
STREAM = 72
MOST_CLIMBED = 50_000


@dataclass(frozen=True)
class AutoregressiveSettings(NetworkSettings):
    """All settings; those of the network are described in `NetworkSettings`.

    Parameters
    ----------
    n_trees : int, >= 0
        In each forest; 0 leaves the forests out.
    min_gain, concentration : float, >= 0
        See `forests.ForestSettings`.
    """

    n_trees: int = 16
    min_gain: float = 1.0
    concentration: float = 2.0


class Autoregressive:
    """Each block given the blocks before it and the persona.

    The order is that of the slots (the record's own attributes, the first member, the second, ...), and within a slot
    that of hill climbing (`structure`). The network learns without personas first; the terms that see them are learnt
    on top and vanish at closeness 0. At each level of closeness the part of records that is the network's and not the
    forest's is the one under which the validation records are likeliest. Use it wherever a population is wanted that
    is like the survey; use the GAN or VAE to compare with the paper.

    Parameters
    ----------
    **settings
        Of `AutoregressiveSettings`.

    Raises
    ------
    ConfigError
        A setting that does not exist.
    """

    name: ClassVar[str] = "autoregressive"

    def __init__(self, **settings: Any) -> None:
        self._chosen: AutoregressiveSettings = settings_of(AutoregressiveSettings, self.name, settings)
        self.mixture_: Mixture | None = None
        self.order_: NDArray[np.int64] = np.zeros(0, np.int64)

    def settings(self) -> dict[str, Any]:
        """All settings, in JSON types."""
        return asdict(self._chosen)

    def train(self, lesson: Lesson, *, random_seed: int, progress: Progress, checkpoint: Path | None = None) -> Curves:
        """Learn; see `Backbone.train`. The curves are those of the network without personas.

        Raises
        ------
        ConfigError
            Settings that cannot be used, or a package that is not installed.
        SchemaError
            No records, or no finite loss.
        """
        _check(self._chosen)
        check_lesson(lesson)
        order = block_order(lesson)
        turned = _turned(lesson, order)
        learned = learn(turned, self._chosen, random_seed=random_seed, progress=progress, checkpoint=checkpoint)
        plan = self._chosen.plan(tuple(b.n_codes for b in turned.blocks))
        forests, network_share = self._forests(turned, plan, learned.tried, random_seed)
        self.mixture_, self.order_ = (
            Mixture(plan, learned.weights, forests, network_share, self._chosen.sparsity),
            order,
        )
        return learned.curves

    def _forests(
        self, lesson: Lesson, plan: Plan, tried: Mapping[str, Any], random_seed: int
    ) -> tuple[tuple[Forest, ...], NDArray[np.float64]]:
        chosen = self._chosen
        if not chosen.n_trees:
            return (), np.ones(1)
        settings = ForestSettings(chosen.n_trees, chosen.min_gain, chosen.concentration)
        streams = np.random.SeedSequence(random_seed, spawn_key=(STREAM,)).spawn(3)
        of_trial, of_noise, of_all = (np.random.default_rng(s) for s in streams)
        trial = learn_forests(lesson.training, plan.sizes, of_trial, settings=settings)
        network_share = best_parts(
            lesson, plan, tried, forest_shares(trial, lesson.validation.codes), of_noise, sparsity=chosen.sparsity
        )
        if not chosen.again:
            return trial, network_share
        return learn_forests(everything(lesson), plan.sizes, of_all, settings=settings), network_share

    def draw(self, vectors: Vectors, rng: np.random.Generator) -> Codes:
        """Draw one record for each row of vectors; see `Backbone.draw`.

        Raises
        ------
        SchemaError
            Nothing was learnt yet.
        """
        if self.mixture_ is None:
            raise SchemaError("autoregressive: nothing was learnt yet; call train or restore first")
        codes = np.empty((len(vectors), len(self.order_)), np.int16)
        codes[:, self.order_] = draw_mixture(self.mixture_, vectors, rng)
        return codes

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What was learnt, by name."""
        if self.mixture_ is None:
            return {}
        mixture = self.mixture_
        weights = {f"network {name}": np.asarray(value) for name, value in mixture.weights.items()}
        return {
            **weights,
            **forest_arrays(mixture.forests),
            "order": self.order_,
            "network share": mixture.network_share,
        }

    def restore(self, arrays: Mapping[str, NDArray[Any]], blocks: tuple[Block, ...], width: int) -> None:
        """Take what `arrays` gave.

        Raises
        ------
        SchemaError
            The arrays are of other records, or of another width.
        """
        weights = {name.removeprefix("network "): v for name, v in arrays.items() if name.startswith("network ")}
        network_share = weights.pop("share", np.zeros(0))
        order = np.asarray(arrays.get("order", ()), np.int64)
        if sorted(order.tolist()) != list(range(len(blocks))):
            raise SchemaError(f"autoregressive: the model has {len(order)} blocks, the records have {len(blocks)}")
        plan = self._chosen.plan(tuple(blocks[j].n_codes for j in order))
        _check_shapes(plan, weights, width)
        forests = forests_of(arrays, len(blocks))
        self.mixture_, self.order_ = Mixture(plan, weights, forests, network_share, self._chosen.sparsity), order


def block_order(lesson: Lesson) -> NDArray[np.int64]:
    """In which order blocks are drawn: slot by slot, and within each as hill climbing orders the first member's.

    Parameters
    ----------
    lesson : Lesson
        Its training records are looked at.
    """
    slots = np.array([b.slot for b in lesson.blocks])
    order: list[int] = []
    ranks: dict[str, int] = {}
    for slot in np.unique(slots):
        mine = np.flatnonzero(slots == slot)
        known = [lesson.blocks[j].attribute in ranks for j in mine]
        if slot > 0 and ranks and all(known):
            order += sorted(mine.tolist(), key=lambda j: ranks[lesson.blocks[j].attribute])
            continue
        climbed = [int(mine[i]) for i in _climbed(lesson, mine)]
        order += climbed
        ranks |= {lesson.blocks[j].attribute: rank for rank, j in enumerate(climbed)} if slot > 0 else {}
    return np.array(order, dtype=np.int64)


def _climbed(lesson: Lesson, mine: NDArray[np.int64]) -> tuple[int, ...]:
    records = lesson.training
    used = np.arange(len(records.codes))[:MOST_CLIMBED]
    sizes = np.array([lesson.blocks[j].n_codes for j in mine], dtype=np.int64)
    lines = np.ascontiguousarray(records.codes[np.ix_(used, mine)].T)
    return order_of(climb(FamilyScores(lines, scaled_weights(records.weights[used]), sizes)))


def best_parts(
    lesson: Lesson,
    plan: Plan,
    weights: Mapping[str, Any],
    of_forest: NDArray[np.float64],
    rng: np.random.Generator,
    *,
    sparsity: float,
) -> NDArray[np.float64]:
    """The network's part at each level of closeness: that under which the validation records are likeliest.

    Parameters
    ----------
    lesson : Lesson
    plan : Plan
    weights : mapping of arrays
        Of a network that did not see the validation records.
    of_forest : ndarray of float64, shape (n_validation, n_blocks)
        Share that the forest gave to each code.
    rng : numpy.random.Generator
        Of the noise in personas.
    sparsity : float
    """
    records = lesson.validation
    found = []
    for level in np.linspace(0.0, 1.0, LEVELS):
        persona = noisy(records.personas, float(level), rng) if "persona" in weights else None
        of_network = shares_and_loss(weights, plan, records.codes, persona, sparsity)[0].astype(np.float64)
        found.append(best_part(of_network, of_forest, records.weights))
    return np.array(found)


def best_part(of_network: NDArray[np.float64], of_forest: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The part, of 0, .05, ..., 1, with the greatest weighted log-likelihood of records.

    Examples
    --------
    >>> best_part(np.array([[0.9], [0.1]]), np.array([[0.1], [0.9]]), np.ones(2)), best_part(
    ...     np.array([[0.9]]), np.array([[0.8]]), np.ones(1))
    (0.5, 1.0)
    """
    floor = 1e-9
    figures = [
        (np.log(np.maximum(part * of_network + (1 - part) * of_forest, floor)).sum(axis=1) * weights).sum()
        for part in PARTS
    ]
    return float(PARTS[int(np.argmax(figures))])


def _turned(lesson: Lesson, order: NDArray[np.int64]) -> Lesson:
    """The same with blocks in the order in which they are drawn."""

    def turned(records: Records) -> Records:
        return replace(records, codes=np.ascontiguousarray(records.codes[:, order]))

    return replace(
        lesson,
        blocks=tuple(lesson.blocks[j] for j in order),
        training=turned(lesson.training),
        validation=turned(lesson.validation),
        shares=tuple(lesson.shares[j] for j in order),
    )


def _check(chosen: AutoregressiveSettings) -> None:
    ranges = {
        "dropout": 0 <= chosen.dropout < 1,
        "sparsity": 1 <= chosen.sparsity <= 2,
        "n_trees": chosen.n_trees >= 0,
        "rate": chosen.rate > 0,
    }
    wrong = [name for name, fits in ranges.items() if not fits]
    least = ("n_units", "most_units", "n_common", "batch", "passes", "most_steps")
    wrong += [name for name in least if getattr(chosen, name) < 1]
    if wrong:
        found = {name: getattr(chosen, name) for name in wrong}
        raise ConfigError(
            "The settings of autoregressive cannot be used.",
            [
                Problem("autoregressive", name, "a value in its range", str(value), "Change it.", "out-of-range")
                for name, value in found.items()
            ],
        )


def _check_shapes(plan: Plan, weights: Mapping[str, NDArray[Any]], width: int) -> None:
    cells = len(weights.get("shares bias", ()))
    if cells != plan.n_cells:
        raise SchemaError(
            f"autoregressive: the model gives {cells} codes, the records have {plan.n_cells}; train it again"
        )
    seen = len(weights["persona"]) - 1 if "persona" in weights else 0
    if seen != width:
        raise SchemaError(
            f"autoregressive: the model sees persona vectors of {seen} numbers, here they have {width}; train it again"
        )
