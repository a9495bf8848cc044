"""Which pairs a log-linear model gets."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pandas as pd

Script = Callable[[str], ModuleType]
SIZES = {"a": 2, "b": 3, "c": 5, "d": 7}


def test_cells_of_known_graphs(script: Script) -> None:
    """No pair: single attributes. A chain: its pairs. A triangle: one clique. A square: two, over its cheaper chord."""
    cells = script("pairs").clique_cells
    assert cells([], SIZES) == 2 + 3 + 5 + 7
    assert cells([("a", "b"), ("b", "c")], SIZES) == 6 + 15 + 7
    assert cells([("a", "b"), ("b", "c"), ("a", "c")], SIZES) == 30 + 7
    assert cells([("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")], SIZES) == min(
        2 * 3 * 5 + 2 * 5 * 7, 2 * 3 * 7 + 3 * 5 * 7
    )


def test_informative_pairs_come_first(script: Script) -> None:
    """What goes together is taken, what does not is left, and the limit on cells is kept."""
    rng = np.random.default_rng(0)
    a, c = rng.integers(0, 4, 4000), rng.integers(0, 4, 4000)
    b = np.where(rng.random(4000) < 0.2, rng.integers(0, 4, 4000), a)
    table = pd.DataFrame({"a": a.astype(str), "b": b.astype(str), "c": c.astype(str)})
    labels = dict.fromkeys(table, ("0", "1", "2", "3"))
    assert script("pairs").informative_pairs(table, labels) == ([("a", "b")], 16 + 4)
    assert script("pairs").informative_pairs(table, labels, cell_limit=15) == ([], 12)
