"""The tables and the figure of the e-commerce benchmark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest


@pytest.fixture
def page(script: Callable[[str], ModuleType]) -> ModuleType:
    """The script."""
    return script("llmsynthor_page")


def found(page: ModuleType) -> dict[str, Any]:
    """Results of two runs of one method and one of another, by hand."""
    names = [column.name for column in page.ecommerce.TABLE]
    points = [
        {"calls": k, "proposals": 5 * k, "as_they_are": 0.5 / k, "calibrated": 0.1**k} for k in (1, 2, 3)
    ]  # fmt: skip

    def row(title: str, value: float, accuracy: float) -> dict[str, Any]:
        return {
            "title": title, "figures": dict.fromkeys(names, value), "rules_broken_percent": 0.0, "calls": 3,
            "tokens_in": 1000, "tokens_out": 500, "asked_seconds": 60.0, "records_per_second": 123456.0,
            "copies_share": 0.125, "curve": points, "usefulness": {"task: tree": accuracy},
        }  # fmt: skip

    real = {
        "floor": dict.fromkeys(names, 0.2),
        "limit": dict.fromkeys(names, 0.25),
        "rules_broken_percent": 0.02,
        "usefulness": [{"task: tree": 0.90}, {"task: tree": 0.92}],
    }
    rows = {"calibrated": row("ours", 0.1, 0.90), "calibrated_1": row("ours", 0.3, 0.91), "direct": row("b", 0.9, 0.5)}
    return {"real": real, "rows": rows}


def test_runs_that_differ_in_their_seed_are_one_line(page: ModuleType) -> None:
    """Mean and deviation of two, the other alone, and the floor."""
    lines = page.figures_table(found(page)).splitlines()
    assert lines[2].startswith("| ours | 0.2 ± 0.1 |")
    assert lines[3].startswith("| b | 0.9 |")
    assert len({line.count("|") for line in lines}) == 1


def test_bold_is_within_one_deviation(page: ModuleType) -> None:
    """Real ones 91 ± 1.4: 90.5 is bold, 50 is not."""
    lines = page.usefulness_table(found(page)).splitlines()
    assert "| 91.0 (1.4) |" in lines[2]
    assert "| **90.5** |" in lines[3]
    assert "| 50.0 |" in lines[4]


def test_costs(page: ModuleType) -> None:
    """Calls, tokens, seconds, and how fast records come."""
    line = page.costs_table(found(page)).splitlines()[2]
    assert all(text in line for text in ("1,000", "500", "60", "123,456", "0.1 (17)"))


def test_copies_are_said(page: ModuleType) -> None:
    """Of every method, in whole per cent; a method without any is among the others."""
    results = found(page)
    results["rows"]["direct"]["copies_share"] = 0.0
    assert page.copies(results) == "Records that are copies of others: ours: 12 %; all other rows: none."


def test_columns_above_their_limit_are_named(page: ModuleType) -> None:
    """The second run is above all of them."""
    results = found(page)
    assert len(page.above_limit(results)) == 9
    del results["rows"]["calibrated_1"]
    assert page.above_limit(results) == []


def test_the_figure_is_svg_with_a_line_each(page: ModuleType) -> None:
    """Two lines (seeds have one), labels that do not overlap."""
    root = ElementTree.fromstring(page.figure(found(page)))
    name = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{name}polyline")) == 2
    heights = [float(t.get("y", "0")) for t in root.findall(f"{name}text") if t.text in ("calibrated", "direct")]
    assert abs(heights[0] - heights[1]) >= 16


def test_only_what_is_between_the_marks_changes(page: ModuleType, tmp_path: Path) -> None:
    """Text around stays; writing twice gives the same."""
    path = tmp_path / "llmsynthor.md"
    path.write_text(f"before\n{page.BEGIN}\nstale words\n{page.END}\nafter\n", encoding="utf-8")
    page.write(found(page), tmp_path)
    once = path.read_text(encoding="utf-8")
    page.write(found(page), tmp_path)
    assert path.read_text(encoding="utf-8") == once
    assert once.startswith("before\n")
    assert once.endswith("\nafter\n")
    assert "stale words" not in once
