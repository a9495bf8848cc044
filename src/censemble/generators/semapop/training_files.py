"""Where a training stands, in memory and as one safetensors file, so that it can be stopped and go on.

The file holds the arrays of the state and of the best weights, and a JSON text with curves and settings as metadata:
one file, so that a rename replaces all of it at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from censemble.errors import InputError, OutputError, Problem
from censemble.generators.semapop.backbone import Curves, Lesson

FORMAT = "censemble semapop training 1"
Tree = Any


@dataclass(frozen=True, eq=False)
class Standing:
    """State, best weights so far, and curves, after some steps.

    Parameters
    ----------
    state, best : tree of arrays
    best_figure : float or None
        None before the first figures.
    done, best_step : int
        Steps.
    points : tuple of (step, figures)
    described : mapping
        Settings, random seed and a digest of the records.
    ending : str
        Empty while training goes on.
    """

    state: Tree
    best: Tree
    best_figure: float | None
    done: int
    best_step: int
    points: tuple[tuple[int, Mapping[str, float]], ...]
    described: Mapping[str, Any]
    ending: str = ""

    @classmethod
    def at_start(cls, state: Tree, kept: Tree, described: Mapping[str, Any]) -> Standing:
        """Before the first step."""
        return cls(state, kept, None, 0, 0, (), described)

    def after(self, state: Tree, done: int, figures: Mapping[str, float]) -> Standing:
        """With one more point of the curves."""
        return replace(self, state=state, done=done, points=(*self.points, (done, figures)))

    def with_best(self, best: Tree, figure: float) -> Standing:
        """With the weights of now as the best."""
        return replace(self, best=best, best_figure=figure, best_step=self.done)

    def ended(self, ending: str) -> Standing:
        """With the reason why training ended, if it did."""
        return replace(self, ending=ending)

    def curves(self) -> Curves:
        """All points as arrays."""
        names = list(self.points[0][1]) if self.points else []
        figures = {name: np.array([point[name] for _, point in self.points]) for name in names}
        steps = np.array([step for step, _ in self.points], dtype=np.int64)
        return Curves(steps, figures, self.best_step, self.ending)


def training_digest(lesson: Lesson) -> str:
    """Digest of everything that a backbone is given."""
    digest = hashlib.sha256()
    for records in (lesson.training, lesson.validation):
        for array in (records.codes, records.weights, records.personas):
            digest.update(np.ascontiguousarray(array).tobytes())
    for shares in lesson.shares:
        digest.update(np.ascontiguousarray(shares).tobytes())
    digest.update(repr((lesson.blocks, lesson.loosened)).encode())
    return digest.hexdigest()


def write_standing(path: Path, standing: Standing) -> None:
    """Write under a temporary name, then rename.

    Raises
    ------
    OutputError
        The disk or the folder said no.
    """
    from safetensors.numpy import save_file

    arrays = {**_leaves("state", standing.state), **_leaves("best", standing.best)}
    facts = {name: getattr(standing, name) for name in ("best_figure", "done", "best_step", "points", "ending")}
    facts |= {"format": FORMAT, "described": dict(standing.described)}
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(arrays, part, metadata={"training": json.dumps(facts)})
        part.replace(path)
    except OSError as error:
        raise OutputError(f"The checkpoint could not be written to {path}: {error.strerror or error}.") from error


def read_standing(path: Path, start: Standing) -> Standing:
    """Where the training of a checkpoint stood.

    Parameters
    ----------
    path : Path
        An existing file.
    start : Standing
        Of this training before its first step: gives the shape of the state, and settings to compare.

    Raises
    ------
    InputError
        The file is damaged, or is of another training; what differs is named.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            facts = json.loads((file.metadata() or {}).get("training", "{}"))
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, ValueError, SafetensorError) as error:
        raise _refused(path, FORMAT, f"{type(error).__name__}: {error}") from error
    if facts.get("format") != FORMAT:
        raise _refused(path, FORMAT, str(facts.get("format")))
    _same(path, facts["described"], json.loads(json.dumps(dict(start.described))))
    points = tuple((int(step), figures) for step, figures in facts["points"])
    state, best = (_grown(name, getattr(start, name), arrays) for name in ("state", "best"))
    done, best_step = int(facts["done"]), int(facts["best_step"])
    return Standing(state, best, facts["best_figure"], done, best_step, points, start.described, facts["ending"])


def _leaves(name: str, tree: Tree) -> dict[str, Any]:
    import jax

    return {f"{name}/{i}": np.asarray(leaf, order="C") for i, leaf in enumerate(jax.tree.leaves(tree))}


def _grown(name: str, like: Tree, arrays: Mapping[str, Any]) -> Tree:
    import jax

    shape = jax.tree.structure(like)
    return jax.tree.unflatten(shape, [arrays[f"{name}/{i}"] for i in range(shape.num_leaves)])


def _same(path: Path, found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    differ = [name for name in {**expected, **found} if found.get(name) != expected.get(name)]
    if differ:
        values = [{name: facts.get(name) for name in differ if name != "data"} for facts in (expected, found)]
        other = "other records" if "data" in differ else "other settings"
        raise _refused(path, f"a training with {values[0] or 'these records'}", str(values[1] or other))


def _refused(path: Path, expected: str, found: str) -> InputError:
    action = "Delete the file to train from the start, or take the inputs and settings it was made with."
    problem = Problem(str(path), "", expected, found, action, "other-training")
    return InputError("The training cannot go on from this checkpoint.", [problem])
