"""Checkpoints: written whole, read back, and refused where they are of another training."""

from __future__ import annotations

import json
from collections import namedtuple
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from known_joint import lesson_of
from safetensors.numpy import save_file

from censemble.errors import InputError, OutputError
from censemble.generators.semapop.training_files import Standing, read_standing, training_digest, write_standing

Moments = namedtuple("Moments", ["count", "mean"])
DESCRIBED = {"width": 8, "random_seed": 1, "data": "abc"}


def start(**described: Any) -> Standing:
    """Of a state like an optimiser's, before the first step."""
    state = {"net": [{"w": np.zeros((2, 3), np.float32)}], "of": Moments(np.zeros((), np.int32), np.zeros(2))}
    return Standing.at_start(state, state["net"], {**DESCRIBED, **described})


def halfway() -> Standing:
    """After ten steps, the best of them."""
    state = {
        "net": [{"w": np.full((2, 3), 0.1, np.float32)}],
        "of": Moments(np.array(10, np.int32), np.array([np.pi, 0])),
    }
    return start().after(state, 10, {"loss": 1 / 3, "score": 0.5}).with_best(state["net"], 0.5)


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    """Arrays of every shape and type to the last bit, curves, best step and reason; no other file is left."""
    path = tmp_path / "folder" / "checkpoint"
    write_standing(path, halfway().ended("all 10 steps were done"))
    found = read_standing(path, start())
    assert found.state["net"][0]["w"].tobytes() == halfway().state["net"][0]["w"].tobytes()
    assert (found.state["of"].count.shape, int(found.state["of"].count)) == ((), 10)
    assert found.state["of"].mean.tolist() == [np.pi, 0.0]
    assert (found.done, found.best_step, found.best_figure, found.ending) == (10, 10, 0.5, "all 10 steps were done")
    assert found.curves().figures["loss"].tolist() == [1 / 3]
    assert [p.name for p in path.parent.iterdir()] == ["checkpoint"]


def test_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    """Other settings, another random seed and other records are each named."""
    path = tmp_path / "checkpoint"
    write_standing(path, halfway())
    with pytest.raises(InputError, match=r"'width': 16.*found .*'width': 8"):
        read_standing(path, start(width=16))
    with pytest.raises(InputError, match="'random_seed': 2"):
        read_standing(path, start(random_seed=2))
    with pytest.raises(InputError, match="found other records"):
        read_standing(path, start(data="abd"))


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    """Bytes of something else, arrays of something else, and a later format: each with what to do."""
    path = tmp_path / "checkpoint"
    for metadata in (None, {"training": json.dumps({"format": "censemble semapop training 9"})}):
        save_file({"a": np.zeros(1)}, path, metadata=metadata)
        with pytest.raises(InputError, match=r"checkpoint: expected censemble semapop training 1.*Delete the file"):
            read_standing(path, start())
    path.write_bytes(b"nothing")
    with pytest.raises(InputError, match="SafetensorError"):
        read_standing(path, start())


def test_checkpoint_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file where a folder belongs ends with the path and the reason."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="could not be written"):
        write_standing(tmp_path / "file" / "checkpoint", halfway())


def test_digest_sees_every_part_of_a_lesson() -> None:
    """Codes, weights, blocks and how personas are given each change it; the same lesson does not."""
    lesson = lesson_of("nothing")
    others = [
        replace(lesson, loosened=True),
        replace(lesson, blocks=lesson.blocks[::-1]),
        replace(lesson, training=lesson.validation),
        replace(lesson, training=replace(lesson.training, weights=2.0 * lesson.training.weights)),
    ]
    digests = {training_digest(found) for found in (lesson, lesson_of("nothing"), *others)}
    assert len(digests) == 5
