"""The fit table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from evaluation_case import SmallCase

from censemble.evaluation.fit import COLUMNS, fit_table, level_tables


def test_rows_are_units_and_controls(small_case: SmallCase) -> None:
    """One row per level, unit and control, outermost level first, NaN where there is no target."""
    rows = small_case.fit.to_pylist()
    assert small_case.fit.column_names == list(COLUMNS)
    assert len(rows) == 2 * 1 + 3 * 5
    assert {k: rows[0][k] for k in ("level", "unit", "margin", "cell", "target")} == {
        "level": "county", "unit": "X", "margin": "owners", "cell": "owned", "target": 6.0,
    }  # fmt: skip
    last = rows[-1]
    assert (last["unit"], last["cell"], last["entity"]) == ("03", "older", "persons")
    assert np.isnan([last["target"], last["sd"], last["moe"]]).all()


def test_results_are_those_of_the_counts(small_case: SmallCase) -> None:
    """Counted by hand: tract 01 holds records 0, 0, 1, 3, two of them owners."""
    row = {(r["unit"], r["margin"], r["cell"]): r for r in small_case.fit.to_pylist()}
    assert row["01", "households", "all"]["result"] == 4
    assert row["01", "tenure <script>", "owned"]["result"] == 2
    assert row["Y", "owners", "owned"]["relaxed"] == 4.0


def test_read_back_is_the_same(small_case: SmallCase, tmp_path: Path) -> None:
    """Levels survive a file, and a file without dictionary encoding."""
    pq.write_table(small_case.fit, tmp_path / "fit.parquet")
    plain = small_case.fit.to_pandas().astype(dict.fromkeys(COLUMNS[:5], str))
    plain.to_parquet(tmp_path / "plain.parquet")
    for name in ("fit.parquet", "plain.parquet"):
        for a, b in zip(level_tables(pq.read_table(tmp_path / name)), level_tables(small_case.fit), strict=True):
            assert (a.level, a.units, a.controls) == (b.level, b.units, b.controls)
            np.testing.assert_array_equal(a.target, b.target)
            np.testing.assert_array_equal(a.result, b.result)


def test_wrong_shape_is_refused(small_case: SmallCase) -> None:
    """Results of another shape than the targets are not laid beside them."""
    wrong = {"county": np.zeros((3, 1)), "tract": np.zeros((3, 5))}
    inputs = small_case.inputs
    with pytest.raises(ValueError, match="fitted at level 'county'"):
        fit_table(small_case.controls, inputs.margins, inputs.geography, relaxed={}, fitted=wrong, result=wrong)
