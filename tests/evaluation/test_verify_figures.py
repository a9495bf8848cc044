"""Verification of the figures: pandas against the code that runs use, on random tables."""

from __future__ import annotations

from dataclasses import asdict
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from censemble.evaluation.facts import summarise_levels
from censemble.evaluation.fit import LevelTable
from censemble.evaluation.ledger import Ledger
from censemble.evaluation.metrics import count_residuals, measure_agreement
from censemble.evaluation.verify_figures import agreement_again, levels_again, residuals_again
from censemble.geography import Geography


def _random_zones(random_seed: int) -> tuple[LevelTable, pd.DataFrame, Geography]:
    rng = np.random.default_rng(random_seed)
    geography = Geography.from_columns(["county", "zone"], {"county": list("aabbb"), "zone": list("vwxyz")})
    target = np.where(rng.random((5, 3)) < 0.2, np.nan, rng.integers(0, 4, (5, 3)))
    moe = np.where(rng.random((5, 3)) < 0.2, np.nan, rng.integers(0, 3, (5, 3)))
    result = rng.integers(0, 4, (5, 3)).astype(float)
    table = LevelTable(
        "zone", geography.zones, tuple(("m", c) for c in "123"), target, moe, target, result + 0.1, result
    )
    rows: dict[str, Any] = {
        "level": "zone",
        "unit": np.repeat(geography.zones, 3),
        "margin": "m",
        "cell": list("123") * 5,
    }
    rows |= {n: getattr(table, n).ravel() for n in ("target", "moe", "relaxed", "fitted", "result")}
    return table, pd.DataFrame(rows), geography


@pytest.mark.parametrize("random_seed", range(8))
def test_two_ways_agree(random_seed: int) -> None:
    """Levels, agreement and classes are the same by both codes, also with missing targets and margins of error."""
    table, frame, geography = _random_zones(random_seed)
    ledger = Ledger()
    one = measure_agreement(table.target.ravel(), table.result.ravel(), table.moe.ravel())
    ledger.compare("agreement", asdict(one), agreement_again(frame))
    inputs = cast(Any, SimpleNamespace(geography=geography))
    ledger.compare("levels", summarise_levels([table], geography), levels_again(frame, inputs))
    classes = residuals_again(frame, ["zone"])["levels"][0]["n_cells"]
    ledger.compare("residuals", count_residuals((table.result - table.target).ravel()), classes)
    assert ledger.differences == []
    assert ledger.n_compared > 50
