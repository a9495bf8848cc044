"""The e-commerce benchmark: from tables to records, with and without a recorded language model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from censemble.inputs import GeneratorSettings
from censemble.llm import Client, Store, replayed_model

REPLAY = Path(__file__).resolve().parents[2] / "benchmarks/replay/ecommerce_calibrated.replay"


@pytest.fixture
def benchmark(script: Callable[[str], ModuleType]) -> ModuleType:
    """The script."""
    return script("llmsynthor")


def test_no_record_is_told(benchmark: ModuleType) -> None:
    """Inputs have tables only: no seed sample, one region, nine tables and a total."""
    real = benchmark.ecommerce.draw_records(300, np.random.default_rng(1))
    inputs = benchmark.inputs_of(real, GeneratorSettings("llmsynthor", 10), random_seed=0)
    assert inputs.seed_sample is None
    assert [len(m.cells) for m in inputs.margins] == [1, 48, 2, 2, 4, 48, 2, 48, 24, 4]
    assert all(m.targets.sum() == 300 for m in inputs.margins)


def test_the_table_is_markdown(benchmark: ModuleType) -> None:
    """A row a method, with as many cells as the head."""
    lines = benchmark.table_of([("ours", [0.5] * 9, None)]).splitlines()
    assert len(lines) == 3
    assert len({line.count("|") for line in lines}) == 1


def test_the_recorded_run_meets_every_column(benchmark: ModuleType) -> None:
    """Twenty calls of a small model, from the replay file: all nine columns below their limits, as published."""
    store = Store.open_readonly(REPLAY)
    client = Client(replayed_model(store), store=store)
    real = benchmark.ecommerce.draw_records(benchmark.N, np.random.default_rng([0, 1]))
    outcome = benchmark.make(real, "calibrated", calls=20, client=client)
    _, limit = benchmark.ecommerce.limits(5, benchmark.N, np.random.default_rng([0, 3]))
    values = benchmark.ecommerce.measured(outcome.records, real)
    assert outcome.facts["calls"] <= 20
    assert all(value <= most for value, most in zip(values, limit, strict=True))
