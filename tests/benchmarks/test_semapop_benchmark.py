"""The ablations of SemaPop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

Script = Callable[[str], ModuleType]


def row(name: str, f1: float, *, is_yardstick: bool = False) -> dict[str, Any]:
    """A row of results with one figure."""
    figures = {"f1": {"mean": f1, "low": None, "high": None, "seeds": 1}}
    return {"name": name, "is_yardstick": is_yardstick, "figures": figures, "costs": {}, "failures": []}


def test_the_page_has_a_table_for_each_model_with_the_whole_model_first(script: Script) -> None:
    """The floor, the whole model, then what is left out of it; nothing of another model."""
    rows = [
        row("semapop", 0.61),
        row("fresh sample", 0.62, is_yardstick=True),
        row("semapop_autoregressive_treeless", 0.6),
    ]
    part = script("semapop").page_part({"rows": rows, "name": "census_income"})
    table = part.split("\n\n")[0].splitlines()
    assert [line.split(" | ")[0].strip("| ") for line in table] == [
        "autoregressive",
        "---|---|---|---|---|---|---|---|---|---",
        "*fresh sample*",
        "SemaPop, autoregressive",
        "no forests beside the network",
    ]
    assert "| 61.0 |" in table[3]


def test_what_is_outside_the_marks_stays(script: Script, tmp_path: Path) -> None:
    """Writing twice changes nothing but what stands between the marks."""
    module = script("semapop")
    page, results = tmp_path / "page.md", tmp_path / "found.json"
    page.write_text(f"before {module.BEGIN} old {module.END} after", encoding="utf-8")
    results.write_text('{"cases": [{"name": "census_income", "rows": []}]}', encoding="utf-8")
    module.write_page(results, page)
    module.write_page(results, page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before ")
    assert text.endswith(" after")
    assert "old" not in text


def test_what_is_given_wins_over_the_defaults(script: Script) -> None:
    """All rows for one random seed, unless the command line says otherwise."""
    given = script("semapop").arena_arguments(["--seeds", "3"])
    read = script("arena").read_command_line(given)
    assert read.seeds == 3
    assert read.case == ["census_income"]
    assert "semapop_gan_whole" in read.peer
