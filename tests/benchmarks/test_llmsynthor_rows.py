"""Rows of the e-commerce benchmark: from tables to records, with and without a recorded language model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from censemble.inputs import GeneratorSettings
from censemble.llm import Client, Store, replayed_model

RESULTS = Path(__file__).resolve().parents[2] / "benchmarks/results/llmsynthor.json"


@pytest.fixture
def benchmark(script: Callable[[str], ModuleType]) -> ModuleType:
    """The script."""
    return script("llmsynthor_rows")


def row_of(benchmark: ModuleType, name: str) -> Any:
    """One row by name."""
    return next(row for row in benchmark.ROWS if row.name == name)


def replayed(row: Any) -> Client:
    """A client that has only recorded answers."""
    store = Store.open_readonly(row.replay)
    return Client(replayed_model(store), store=store)


def test_no_record_is_told(benchmark: ModuleType) -> None:
    """Inputs have tables only: no seed sample, one region, nine tables and a total."""
    real = benchmark.ecommerce.draw_records(300, np.random.default_rng(1))
    inputs = benchmark.inputs_of(real, GeneratorSettings("llmsynthor", 10), random_seed=0)
    assert inputs.seed_sample is None
    assert [len(m.cells) for m in inputs.margins] == [1, 48, 2, 2, 4, 48, 2, 48, 24, 4]
    assert all(m.targets.sum() == 300 for m in inputs.margins)


ROWS = (
    *("calibrated", "calibrated_1", "calibrated_135m", "faithful", "faithful_135m", "marginals", "unguided", "direct"),
    *("maximum_entropy", "drawn"),
)


@pytest.mark.parametrize("name", ROWS)
def test_the_reported_row_is_repeated(benchmark: ModuleType, name: str) -> None:
    """Every row whole, from its replay file: figures, calls, tokens, shares and notes are those of the results."""
    row = row_of(benchmark, name)
    real = benchmark.ecommerce.draw_records(benchmark.N, np.random.default_rng([0, 1]))
    outcome = benchmark.make(real, row, replayed(row) if row.kind == "llmsynthor" else None)
    told = json.loads(RESULTS.read_text(encoding="utf-8"))["rows"][name]
    figures = dict(zip(told["figures"], benchmark.ecommerce.measured(outcome.records, real), strict=True))
    assert figures == pytest.approx(told["figures"])
    assert benchmark.ecommerce.broken_percent(outcome.records) == pytest.approx(told["rules_broken_percent"])
    facts = {key: value for key, value in outcome.facts.items() if key != "own_seconds"}
    assert facts == {key: told[key] for key in facts}


def test_the_reported_limits_are_repeated(benchmark: ModuleType) -> None:
    """What fresh real samples give, and what each column may be at most."""
    found = benchmark.ecommerce.limits(20, benchmark.N, np.random.default_rng([0, 3]))
    told = json.loads(RESULTS.read_text(encoding="utf-8"))["real"]
    for values, name in zip(found, ("floor", "limit"), strict=True):
        assert dict(zip(told[name], values, strict=True)) == pytest.approx(told[name])


@pytest.mark.parametrize("name", ["calibrated", "faithful_135m", "direct"])
def test_the_reported_curve_is_repeated(benchmark: ModuleType, name: str) -> None:
    """Shares in wrong cells after each call; proposals of the larger model bring the tables nearer."""
    row = row_of(benchmark, name)
    real = benchmark.ecommerce.draw_records(benchmark.N, np.random.default_rng([0, 1]))
    generator = benchmark.planned(real, row, replayed(row))
    points = benchmark.curve(generator)
    told = json.loads(RESULTS.read_text(encoding="utf-8"))["rows"][name]["curve"]
    assert points == [pytest.approx(point) for point in told]
    if name == "calibrated":
        assert points[-1]["calibrated"] < 0.01 < points[0]["calibrated"]
        assert benchmark.records_per_second(generator, n=2_000) > 0


def test_rows_have_names_of_their_own(benchmark: ModuleType) -> None:
    """Names, replay files and the kinds of generator."""
    assert len({row.name for row in benchmark.ROWS}) == len(benchmark.ROWS)
    assert row_of(benchmark, "maximum_entropy").options == {}
    assert row_of(benchmark, "direct").options == {"mode": "direct", "calls": 5, "proposals": 10}
