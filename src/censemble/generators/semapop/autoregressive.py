"""The autoregressive backbone: a masked network that sees personas, and a forest, drawn from block by block.

Ours, under the paper's persona interface: see `autoregressive_network` (what is learnt), `autoregressive_trees` (what
stands beside it) and `autoregressive_draw` (how records are made).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError, Problem, SchemaError
from censemble.generators.forests import Forest, ForestSettings
from censemble.generators.semapop.autoregressive_draw import Mixture, draw_mixture
from censemble.generators.semapop.autoregressive_margins import hold_shares
from censemble.generators.semapop.autoregressive_network import Plan
from censemble.generators.semapop.autoregressive_order import block_order, in_order
from censemble.generators.semapop.autoregressive_parts import best_parts
from censemble.generators.semapop.autoregressive_training import NetworkSettings, everything, learn
from censemble.generators.semapop.autoregressive_trees import forest_arrays, forest_shares, forests_of, learn_forests
from censemble.generators.semapop.backbone import Block, Codes, Curves, Lesson, Progress, Vectors
from censemble.generators.semapop.block_model import check_lesson, settings_of

STREAM = 72
DRAWN = (20_000, 100_000)  # records, at least and at most, whose shares are set beside those wanted


@dataclass(frozen=True)
class AutoregressiveSettings(NetworkSettings):
    """All settings; those of the network are described in `NetworkSettings`.

    Parameters
    ----------
    n_trees : int, >= 0
        In each forest; 0 leaves the forests out.
    min_gain, concentration : float, >= 0
        See `forests.ForestSettings`.
    rounds : int, >= 0
        In which the shares of drawn records are moved towards the lesson's (`autoregressive_margins`).
    """

    n_trees: int = 16
    min_gain: float = 1.0
    concentration: float = 2.0
    rounds: int = 6


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
        turned = in_order(lesson, order)
        learned = learn(turned, self._chosen, random_seed=random_seed, progress=progress, checkpoint=checkpoint)
        plan = self._chosen.plan(tuple(b.n_codes for b in turned.blocks))
        forests, network_share = self._forests(turned, plan, learned.tried, random_seed)
        mixture = Mixture(plan, learned.weights, forests, network_share, self._chosen.sparsity)
        self.mixture_, self.order_ = self._held(mixture, turned, random_seed), order
        return learned.curves

    def _held(self, mixture: Mixture, lesson: Lesson, random_seed: int) -> Mixture:
        rng = np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(STREAM, 1)))
        n_drawn = int(np.clip(8 * len(lesson.training.codes), *DRAWN))
        return hold_shares(mixture, lesson.shares, rng, rounds=self._chosen.rounds, n_drawn=n_drawn)[0]

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


def _check(chosen: AutoregressiveSettings) -> None:
    positive = ("n_units", "most_units", "n_common", "batch", "passes", "most_steps")
    least = {**dict.fromkeys(positive, 1), "n_trees": 0, "rounds": 0}
    problems = [(name, f">= {low}") for name, low in least.items() if not getattr(chosen, name) >= low]
    problems += [("rate", "> 0")] if not chosen.rate > 0 else []
    problems += [("dropout", ">= 0 and < 1")] if not 0 <= chosen.dropout < 1 else []
    problems += [("sparsity", ">= 1 and <= 2")] if not 1 <= chosen.sparsity <= 2 else []
    if problems:
        raise ConfigError(
            "The settings of autoregressive cannot be used.",
            [
                Problem(
                    "autoregressive",
                    name,
                    f"a number {said}",
                    repr(getattr(chosen, name)),
                    "Change it.",
                    "wrong-setting",
                )
                for name, said in problems
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
