"""Tests of the control file and the control tables of a PopulationSim folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from censemble.controls import build_controls
from censemble.io.populationsim import read_populationsim

Tiny = Callable[..., Path]


def test_order_of_rows_in_tables_does_not_matter(tiny_folder: Tiny) -> None:
    """The same tables in another order give the same targets."""
    first = read_populationsim(tiny_folder())
    second = read_populationsim(tiny_folder(crosswalk=("1,0600,1\n2,0600,1", "2,0600,1\n1,0600,1")))
    for a, b in zip(first.margins, second.margins, strict=True):
        np.testing.assert_array_equal(a.targets, b.targets)


def test_fractions_that_are_not_totals_are_noted(tiny_folder: Tiny) -> None:
    """PopulationSim takes fractional targets; they are used, and said."""
    inputs = read_populationsim(tiny_folder(taz=("2,30,10,20", "2,30,10.25,19.75")))
    assert any("'SIZE1': 1 of 4 targets are not whole numbers" in n for n in inputs.notes)
    assert inputs.margins[1].targets[1].tolist() == [10.25, 19.75]


def test_arithmetic_counts_more_than_one(tiny_folder: Tiny) -> None:
    """A household control may be a number per household: persons by NP."""
    old, new = "men,PUMA,persons,500,MEN,persons.SEX == 1", "men,PUMA,households,500,MEN,households.NP"
    inputs = read_populationsim(tiny_folder(controls=(old, new)))
    controls = build_controls(inputs.seed_sample, inputs.margins, inputs.geography)
    column = [m.name for m in inputs.margins].index("NP (households by PUMA)") + 1
    assert controls.incidence.toarray()[:, column].tolist() == [1, 2, 1, 3]


def test_comments_and_leading_zeros_are_read_as_pandas_reads_them(tiny_folder: Tiny) -> None:
    """Zone 0600 of the crosswalk and zone 600 of the table are one zone in such a folder."""
    inputs = read_populationsim(tiny_folder(puma=("700,20,25", "# a comment\n0700,20,25")))
    assert inputs.margins[2].targets.tolist() == [[35, 40], [20, 25]]


def test_importance_is_kept_cell_by_cell(tiny_folder: Tiny) -> None:
    """Two cells of one margin may differ in importance."""
    inputs = read_populationsim(tiny_folder(controls=("1000,SIZE2", "10,SIZE2")))
    assert inputs.margins[1].importance.tolist() == [1000, 10]
