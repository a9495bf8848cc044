"""The e-commerce benchmark: its results file, the docs made of it, and which rows there are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def benchmark(script: Callable[[str], ModuleType]) -> ModuleType:
    """The script."""
    return script("llmsynthor")


def test_the_docs_have_the_numbers_of_the_results(benchmark: ModuleType) -> None:
    """Tables and figure are those that --docs writes."""
    found = json.loads(benchmark.RESULTS.read_text(encoding="utf-8"))
    text = (ROOT / "docs/llmsynthor.md").read_text(encoding="utf-8")
    for part in benchmark.llmsynthor_page.tables(found):
        assert part in text
    figure = benchmark.llmsynthor_page.figure(found)
    assert (ROOT / "docs" / benchmark.llmsynthor_page.FIGURE).read_text(encoding="utf-8") == figure


def test_no_column_is_above_its_limit(benchmark: ModuleType) -> None:
    """Every calibrated run with the larger model, in the results as published."""
    found = json.loads(benchmark.RESULTS.read_text(encoding="utf-8"))
    assert benchmark.llmsynthor_page.above_limit(found) == []


def test_rows_without_answers_are_left_out(benchmark: ModuleType) -> None:
    """By default rows whose replay files are there; by name what is named."""
    names = [row.name for row in benchmark.chosen_rows([])]
    assert {"calibrated", "faithful", "maximum_entropy"} <= set(names)
    assert [row.name for row in benchmark.chosen_rows(["direct"])] == ["direct"]
