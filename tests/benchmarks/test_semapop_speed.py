"""The speed benchmark's lesson and ratios, on numbers that are known."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import semapop_speed


def test_lesson_has_all_columns_and_rows() -> None:
    """Nine tenths are trained on, each column is a block of its labels, shares are those of the table."""
    frame = pd.DataFrame({"a": ["x", "y", "x", "x"] * 10, "b": [1, 2, 3, 4] * 10})
    lesson = semapop_speed.lesson_of(frame)
    assert [(b.name, b.n_codes) for b in lesson.blocks] == [("a", 2), ("b", 4)]
    assert (len(lesson.training.codes), len(lesson.validation.codes)) == (36, 4)
    assert lesson.shares[0].tolist() == [0.75, 0.25]


def test_ratios_are_of_rows_a_second() -> None:
    """Twice the rows in half the seconds are four times as fast."""
    ours = {"trained": 200, "drawn": 100, "train": [1.0, 1.0], "draw": [1.0, 2.0]}
    theirs = {"trained": 100, "drawn": 100, "train": [2.0, 1.0], "draw": [3.0, 2.0]}
    assert semapop_speed.ratios(ours, theirs) == [
        "training: 4.0 times CTGAN's rows a second by the clock, 2.0 by processor time",
        "drawing: 3.0 times CTGAN's rows a second by the clock, 1.0 by processor time",
    ]


def test_products_are_timed() -> None:
    """Rows a second of the products alone."""
    pytest.importorskip("jax")
    assert semapop_speed.products_speed(10, batch=8, seconds=0.01) > 0
