"""A backbone whose model is a `BlockModel`: training, drawing and saving of SemaPop-GAN and -VAE."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.backbone import Block, Codes, Curves, Lesson, Progress, Vectors
from censemble.generators.semapop.block_model import BlockModel, check_lesson
from censemble.generators.semapop.softmax_blocks import block_starts
from censemble.generators.semapop.training_loop import Learner, LoopSettings, Step, Tree, train
from censemble.generators.semapop.validation_figures import WATCHED, record_figures


class BlockBackbone(ABC):
    """Trains with early stopping on the validation records, draws, is saved and restored.

    Parameters
    ----------
    chosen : dataclass
        Settings, with at least `noise`, `modulation`, `precision`, `steps`, `patience` and `run`.
    """

    name: ClassVar[str]

    def __init__(self, chosen: Any) -> None:
        self._chosen = chosen

    @abstractmethod
    def _check(self) -> None:
        """Refuse settings that cannot be used."""

    @abstractmethod
    def _start(self, starts: NDArray[np.int64], n_condition: int, random_seed: int) -> Tree:
        """State before the first step; its "average" is the model."""

    @abstractmethod
    def _step(self, starts: NDArray[np.int64], lesson: Lesson) -> Step:
        """One step of training."""

    def settings(self) -> dict[str, Any]:
        """All settings, in JSON types."""
        return asdict(self._chosen)

    def train(self, lesson: Lesson, *, random_seed: int, progress: Progress, checkpoint: Path | None = None) -> Curves:
        """Learn; see `Backbone.train`.

        Raises
        ------
        ConfigError
            Settings that cannot be used, or a package that is not installed.
        SchemaError
            No records, or no finite loss.
        """
        self._check()
        check_lesson(lesson)
        chosen, starts = self._chosen, block_starts(lesson.blocks)
        learner = Learner(
            step=self._step(starts, lesson),
            kept=lambda state: state["average"],
            figures=lambda kept: record_figures(self._model(kept, starts).draw, lesson, random_seed),
            described={"model": self.name, **self.settings()},
        )
        trained = train(
            learner,
            self._start(starts, lesson.training.personas.shape[1] + 1, random_seed),
            lesson,
            settings=LoopSettings(
                steps=chosen.steps, run=chosen.run, patience=chosen.patience, watch=WATCHED, better="higher"
            ),
            random_seed=random_seed,
            progress=progress,
            checkpoint=checkpoint,
        )
        self.model_ = self._model(trained.kept, starts)
        return trained.curves

    def draw(self, vectors: Vectors, rng: np.random.Generator) -> Codes:
        """Draw records; see `Backbone.draw`."""
        return self.model_.draw(vectors, rng)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The model's weights by name."""
        return self.model_.arrays()

    def restore(self, arrays: Mapping[str, NDArray[Any]], blocks: tuple[Block, ...], width: int) -> None:
        """Take what `arrays` gave.

        Raises
        ------
        SchemaError
            The weights are of other records, or of another width.
        """
        self.model_ = self._model({}, block_starts(blocks)).restored(arrays, width + 1)

    def _model(self, network: Tree, starts: NDArray[np.int64]) -> BlockModel:
        chosen = self._chosen
        return BlockModel(network, starts, chosen.noise, chosen.modulation, chosen.precision)
