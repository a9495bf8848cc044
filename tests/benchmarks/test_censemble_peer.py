"""Our own generators in the arena: rows in, tables of labels out."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

Script = Callable[[str], ModuleType]
LABELS = {"age": ("child", "adult", "old", "nobody"), "work": ("full", "none", "part")}


def test_counted_tables_hold_every_row(script: Script, people: pd.DataFrame) -> None:
    """A two-way margin has a cell for each pair of labels, in order, and counts each row once."""
    margin = script("censemble_peer").margin_of(people, LABELS, ("age", "work"))
    assert [cell.label for cell in margin.cells[:4]] == ["child, full", "child, none", "child, part", "adult, full"]
    assert margin.targets.tolist() == [[0, 20, 0, 20, 5, 5, 0, 10, 0, 0, 0, 0]]
    codes = {"age": np.array([0, 1]), "work": np.array([1, 1])}
    assert margin.cells[1].where.evaluate(codes).tolist() == [True, False]


@pytest.mark.parametrize("kind", ["independent", "bootstrap", "hot_deck", "bayesian_network", "maximum_entropy"])
def test_every_generator_takes_part(script: Script, people: pd.DataFrame, kind: str) -> None:
    """Each learns from the rows and gives as many as asked for, labels of the code book only, few working children."""
    module = script("censemble_peer")
    fitted, _ = module.fit(people, {"peer": kind, "attributes": LABELS, "random_seed": 3})
    table = module.sample(fitted, 500)
    assert len(table) == 500
    assert all(set(table[name]) <= set(labels) for name, labels in LABELS.items())
    working = ((table["age"] == "child") & (table["work"] != "none")).mean()
    assert working > 0.05 if kind == "independent" else working < 0.05
