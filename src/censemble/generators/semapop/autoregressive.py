"""The autoregressive backbone: a masked network that sees personas, and a forest, drawn from block by block.

Ours, under the paper's persona interface: see `autoregressive_network` (what is learnt), `autoregressive_trees` (what
stands beside it) and `autoregressive_draw` (how records are made).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError, Problem, SchemaError
from censemble.generators.semapop.autoregressive_households import Learnt, Part, learnt_of
from censemble.generators.semapop.autoregressive_margins import hold_shares
from censemble.generators.semapop.autoregressive_members import Places, age_blocks, member_lesson, root_lesson
from censemble.generators.semapop.autoregressive_school import STREAM, AutoregressiveSettings, School
from censemble.generators.semapop.backbone import Block, Codes, Curves, Lesson, Progress, Vectors
from censemble.generators.semapop.block_model import check_lesson, settings_of

Float = NDArray[np.float64]
DRAWN = (20_000, 100_000)  # records, at least and at most, whose shares are set beside those wanted


class Autoregressive:
    """Each block given the blocks before it and the persona.

    The order is that of hill climbing (`structure`). A household's own attributes, its number of persons and the first
    of them are drawn together, then the others, one after another, from one model (`autoregressive_members`). The
    network learns without personas first; the terms that see them are learnt on top and vanish at closeness 0. At each
    level of closeness the part of records that is the network's and not the forest's is the one under which the
    validation records are likeliest. Use it wherever a population is wanted that is like the survey; use the GAN or VAE
    to compare with the paper.

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
        self.learnt_: Learnt | None = None

    def settings(self) -> dict[str, Any]:
        """All settings, in JSON types."""
        return asdict(self._chosen)

    def train(self, lesson: Lesson, *, random_seed: int, progress: Progress, checkpoint: Path | None = None) -> Curves:
        """Learn; see `Backbone.train`.

        The curves are those of the network without personas; with members, of the model of members.

        Raises
        ------
        ConfigError
            Settings that cannot be used, or a package that is not installed.
        SchemaError
            No records, or no finite loss.
        """
        _check(self._chosen)
        check_lesson(lesson)
        everybody = np.concatenate([lesson.training.codes, lesson.validation.codes])
        places = Places.of(lesson.blocks, everybody)
        school = School(self._chosen, random_seed, progress)
        own = root_lesson(lesson, places)
        root, curves = school.part(own, 0, checkpoint)
        learnt = Learnt(places, self._held(root, own.shares, self._records(random_seed, lesson, places)), None)
        if places.n_places:
            of_members = member_lesson(lesson, places)
            check_lesson(of_members)
            age = age_blocks(of_members, places)
            member, curves = school.part(of_members, places.n_given, checkpoint, age)
            learnt = replace(learnt, member=self._held(member, of_members.shares, self._members(learnt, random_seed)))
        self.learnt_ = learnt
        return curves

    def _held(self, part: Part, shares: Sequence[Float], draw: Callable[[Part], Codes]) -> Part:
        """With its shares moved towards those wanted."""
        wanted = [shares[j] for j in part.order[part.mixture.plan.n_given :]]
        drawn = part.order[part.mixture.plan.n_given :] - part.mixture.plan.n_given
        held, _ = hold_shares(
            part.mixture, wanted, lambda m: draw(replace(part, mixture=m))[:, drawn], rounds=self._chosen.rounds
        )
        return replace(part, mixture=held)

    def _records(self, random_seed: int, lesson: Lesson, places: Places) -> Callable[[Part], Codes]:
        """Draws records without personas from a part, others each time; of households, which take longer, fewer."""
        rng = np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(STREAM, 1)))
        n = DRAWN[0] if places.n_places else int(np.clip(8 * len(lesson.training.codes), *DRAWN))
        vectors = np.zeros((n, 1), np.float32)
        return lambda part: part.draw(vectors, rng)

    def _members(self, learnt: Learnt, random_seed: int) -> Callable[[Part], Codes]:
        """Draws households without personas, from a model of members, and gives these."""
        rng = np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(STREAM, 2)))
        vectors = np.zeros((DRAWN[0], 1), np.float32)

        def draw(part: Part) -> Codes:
            codes = learnt.places.members(replace(learnt, member=part).draw(vectors, rng))[1]
            return codes[:, learnt.places.n_given :]

        return draw

    def draw(self, vectors: Vectors, rng: np.random.Generator) -> Codes:
        """Draw one record for each row of vectors; see `Backbone.draw`.

        Raises
        ------
        SchemaError
            Nothing was learnt yet.
        """
        if self.learnt_ is None:
            raise SchemaError("autoregressive: nothing was learnt yet; call train or restore first")
        return self.learnt_.draw(vectors, rng)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What was learnt, by name."""
        return {} if self.learnt_ is None else self.learnt_.arrays()

    def restore(self, arrays: Mapping[str, NDArray[Any]], blocks: tuple[Block, ...], width: int) -> None:
        """Take what `arrays` gave.

        Raises
        ------
        SchemaError
            The arrays are of other records, or of another width.
        """
        self.learnt_ = learnt_of(arrays, blocks, width=width, sparsity=self._chosen.sparsity)


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
