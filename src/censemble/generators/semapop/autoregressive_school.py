"""Learning one part of the autoregressive backbone: the network, the forests, and how much of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.generators.forests import Forest, ForestSettings
from censemble.generators.semapop.autoregressive_draw import Known, Mixture
from censemble.generators.semapop.autoregressive_households import Part
from censemble.generators.semapop.autoregressive_network import Plan
from censemble.generators.semapop.autoregressive_order import block_order, in_order
from censemble.generators.semapop.autoregressive_parts import best_parts
from censemble.generators.semapop.autoregressive_training import NetworkSettings, everything, learn
from censemble.generators.semapop.autoregressive_trees import forest_shares, learn_forests
from censemble.generators.semapop.backbone import Curves, Lesson, Progress

STREAM = 72


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


@dataclass(frozen=True)
class School:
    """What all parts are learnt with.

    Parameters
    ----------
    chosen : AutoregressiveSettings
        How networks and forests are made.
    random_seed : int
        Of all that is random.
    progress : callable
        See `training_loop.train`.
    """

    chosen: AutoregressiveSettings
    random_seed: int
    progress: Progress

    def part(
        self, lesson: Lesson, n_given: int, checkpoint: Path | None, age: tuple[int, tuple[int, ...]] | None = None
    ) -> tuple[Part, Curves]:
        """Learn the blocks after the first `n_given` ones; the curves are those of the network without personas.

        With an age (`age_blocks`) role and gap are drawn first and the age, which follows from the gap, next.
        """
        chosen, order = self.chosen, block_order(lesson, n_given, age[1] if age else ())
        turned = in_order(lesson, order)
        plan = chosen.plan(tuple(b.n_codes for b in turned.blocks), n_given)
        file = checkpoint and (checkpoint.with_stem(f"{checkpoint.stem}-members") if n_given else checkpoint)
        learned = learn(turned, plan, chosen, random_seed=self.random_seed, progress=self.progress, checkpoint=file)
        forests, network_share = self._forests(turned, plan, learned.tried)
        known = None
        if age and lesson.age:
            place = n_given + len(age[1]) - 1
            known = Known(place, age[0], place - 1, lesson.age.table)
        mixture = Mixture(plan, learned.weights, forests, network_share, chosen.sparsity, known)
        return Part(mixture, order), learned.curves

    def _forests(
        self, lesson: Lesson, plan: Plan, tried: Mapping[str, Any]
    ) -> tuple[tuple[Forest, ...], NDArray[np.float64]]:
        chosen = self.chosen
        if not chosen.n_trees:
            return (), np.ones(1)
        settings = ForestSettings(chosen.n_trees, chosen.min_gain, chosen.concentration)
        streams = np.random.SeedSequence(self.random_seed, spawn_key=(STREAM,)).spawn(3)
        of_trial, of_noise, of_all = (np.random.default_rng(s) for s in streams)
        trial = learn_forests(lesson.training, plan.sizes, of_trial, settings=settings, n_given=plan.n_given)
        of_forest = forest_shares(trial, lesson.validation.codes)
        network_share = best_parts(lesson, plan, tried, of_forest, of_noise, sparsity=chosen.sparsity)
        if not chosen.repeats(lesson):
            return trial, network_share
        both = everything(lesson)
        return learn_forests(both, plan.sizes, of_all, settings=settings, n_given=plan.n_given), network_share
