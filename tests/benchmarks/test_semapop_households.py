"""The table of pools of households, and the page that it is written into."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Script = Callable[[str], ModuleType]


def row(**draws: int) -> dict[str, Any]:
    """Made-up figures of one generator."""
    joint = {"srmse": 0.1, "srmse_noise": 0.02}
    names = ("n_records", "distinct", "most_copies", "largest_reuse", "ess_design", "ess_calibrated", "ess_counts")
    return {
        "levels": {"block_group": {"tae": 10.0, "sum_target": 1000.0, "share_inside_moe": 0.5}},
        "joints": {"all": joint, "households": joint, "persons": joint},
        "diversity": dict.fromkeys(names, 7) | {"share_of_survey": 0.25},
        "rules": {"any": 0.125},
        "ages": {"partner": "0, 1", "child": "20, 30", "young": 0.0},
        "cost": {"fit_cpu": 1.0, "run_cpu": 2.0},
        "trained": {"draws": draws} if draws else {},
    }


def test_a_column_a_generator(script: Script) -> None:
    """Generators stand in the order of the script, with the share that was drawn again where there is one."""
    lines = script("semapop_households").lines_of({"semapop": row(incomplete=1, drawn=4), "seed_sample": row()})
    cells = {line[0]: line[1:] for line in lines}
    assert cells[""] == ["`seed_sample`", "`semapop`"]
    assert cells["block group: total absolute error"] == ["10 of 1,000"] * 2
    assert cells["break a rule, refused and drawn again"] == ["12.5%"] * 2
    assert cells["incomplete, drawn again"] == ["", "25.0%"]


def test_the_table_is_put_between_its_marks(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stood between the marks is replaced, what is around them stays."""
    benchmark = script("semapop_households")
    begin, end = benchmark.MARKS
    page = tmp_path / "page.md"
    page.write_text(f"before\n{begin}old\n{end}after\n", encoding="utf-8")
    monkeypatch.setattr(benchmark, "PAGE", page)
    benchmark.write_page("| new |\n")
    assert page.read_text(encoding="utf-8") == f"before\n{begin}\n| new |\n\n{end}after\n"


def test_the_page_has_marks(script: Script) -> None:
    """The page of the documentation has each mark once."""
    benchmark = script("semapop_households")
    text = benchmark.PAGE.read_text(encoding="utf-8")
    assert [text.count(mark) for mark in benchmark.MARKS] == [1, 1]
