"""The benchmark's own figures, on tables small enough to work out by hand."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "benchmarks"
NAMES = [path.stem for path in SCRIPTS.glob("*.py")]


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The benchmark's modules, and none of them left behind under their short names."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    monkeypatch.syspath_prepend(str(SCRIPTS.parent / "tools"))
    for name in [*NAMES, "knoxville_tables"]:
        monkeypatch.delitem(sys.modules, name, raising=False)
    modules = {name: importlib.import_module(name) for name in ("cases", "outcomes", "fidelity", "tables", "processes")}
    for name in [*NAMES, "knoxville_tables"]:
        monkeypatch.delitem(sys.modules, name, raising=False)
    return modules


def test_srmse_by_hand(benchmark: dict[str, ModuleType]) -> None:
    """Two by two, shares (0.5, 0, 0, 0.5) against 0.25 each: root of mean 0.0625, over a mean of 0.25, is 1."""
    srmse = benchmark["fidelity"].srmse
    codes = np.array([1001, 1002, 2001, 2002])
    assert srmse(codes, np.array([1.0, 0, 0, 1]), np.ones(4)) == pytest.approx(1.0)
    assert srmse(codes, np.full(4, 3.0), np.ones(4)) == 0, "size does not matter"


def test_bands_hold_their_lower_edge(benchmark: dict[str, ModuleType]) -> None:
    """An edge belongs to the band that starts there; missing is a value of its own."""
    bands = benchmark["cases"].Bands("age", (0, 18, 65))
    table = pd.DataFrame({"age": [0, 17, 18, 65, None]})
    assert benchmark["fidelity"].codes_of(table, bands).tolist() == [1, 1, 2, 3, 0]


def test_raking_is_proportional_fitting(benchmark: dict[str, ModuleType]) -> None:
    """On a two-way table the tilted weights are those of iterative proportional fitting."""
    matrix = np.array([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1]], dtype=float)
    targets, fitted = np.array([60.0, 40.0, 30.0, 70.0]), np.array([[10.0, 20.0], [30.0, 40.0]])
    found = benchmark["fidelity"]._tilted(fitted.ravel(), matrix, targets, ridge=1e5)
    for _ in range(200):
        fitted = fitted * (targets[:2] / fitted.sum(axis=1))[:, None]
        fitted = fitted * (targets[2:] / fitted.sum(axis=0))[None, :]
    assert found == pytest.approx(fitted.ravel(), rel=1e-4)


def test_cost_of_a_process(benchmark: dict[str, ModuleType], tmp_path: Path) -> None:
    """Children count, the exit status comes through, and what was printed is in the log."""
    script = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(3_000_000)); print(7)']); sys.exit(3)"
    )
    cost = benchmark["processes"].measure([sys.executable, "-c", script], log=tmp_path / "log", folder=tmp_path)
    assert cost.exit_status == 3
    assert cost.cpu_seconds > 0.02
    assert cost.peak_mb > 1
    assert (tmp_path / "log").read_text() == "7\n"


def test_calm_folder_counts_as_published(benchmark: dict[str, ModuleType], shared_data: Path, tmp_path: Path) -> None:
    """The laid-out case has the 4,839 households that count and the published sums of targets on three levels."""
    outcomes = benchmark["outcomes"]
    inputs = outcomes.read_inputs(benchmark["cases"].calm(shared_data, tmp_path))
    assert len(inputs.households) == 4839
    sums = {level: outcomes.targets_by_unit(inputs, level).to_numpy().sum() for level in inputs.targets}
    assert sums == {"TAZ": 265_674, "TRACT": 124_082, "REGION": 67_931}
    counts = outcomes.incidence(inputs)
    assert (counts.filter(regex="^hh_size").sum(axis=1) == 1).all()


def test_peer_columns_stay_empty_where_it_was_not_run(benchmark: dict[str, ModuleType]) -> None:
    """A table of one program's figures has a column for the other, empty, and the bound and bar beside it."""
    cost = {"exit_status": 0, "cpu_seconds": 3.2, "wall_seconds": 2.0, "peak_mb": 300.0}
    text = benchmark["tables"].render(
        {"case": "calm", "seed_households": 3, "censemble": {"cost": cost, "figures": None}}
    )
    assert "| CPU seconds |  |  | 3.2 | 8 |" in text
