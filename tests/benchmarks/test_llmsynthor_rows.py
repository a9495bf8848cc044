"""Rows of the e-commerce benchmark: from tables to records, with and without a recorded language model."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from censemble.inputs import GeneratorSettings
from censemble.llm import Client, Store, replayed_model


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


def test_the_recorded_run_meets_every_column(benchmark: ModuleType) -> None:
    """At most twenty calls of a small model, from the replay file: all nine columns below their limits."""
    row = row_of(benchmark, "calibrated")
    real = benchmark.ecommerce.draw_records(benchmark.N, np.random.default_rng([0, 1]))
    outcome = benchmark.make(real, row, replayed(row))
    _, limit = benchmark.ecommerce.limits(5, benchmark.N, np.random.default_rng([0, 3]))
    values = benchmark.ecommerce.measured(outcome.records, real)
    assert outcome.facts["calls"] <= 20
    assert all(value <= most for value, most in zip(values, limit, strict=True))


def test_every_call_brings_the_tables_nearer(benchmark: ModuleType) -> None:
    """The recorded calibrated run: the last proposals leave less in wrong cells than the first."""
    row = row_of(benchmark, "calibrated")
    real = benchmark.ecommerce.draw_records(benchmark.N, np.random.default_rng([0, 1]))
    generator = benchmark.planned(real, row, replayed(row))
    points = benchmark.curve(generator)
    assert [p["calls"] for p in points] == list(range(1, len(points) + 1))
    assert points[-1]["calibrated"] < points[0]["calibrated"]
    assert points[-1]["calibrated"] < 0.01
    assert benchmark.records_per_second(generator, n=2_000) > 0


def test_rows_have_names_of_their_own(benchmark: ModuleType) -> None:
    """Names, replay files and the kinds of generator."""
    assert len({row.name for row in benchmark.ROWS}) == len(benchmark.ROWS)
    assert row_of(benchmark, "maximum_entropy").options == {}
    assert row_of(benchmark, "direct").options == {"mode": "direct", "calls": 5, "proposals": 10}
