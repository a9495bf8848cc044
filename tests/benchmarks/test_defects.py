"""Which figure counts as having caught a defect."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

Script = Callable[[str], ModuleType]


def line(table: str, value: float | None, reach: float | None, metric: str = "f1") -> dict[str, Any]:
    """A line of a judgement with its interval."""
    if value is None or reach is None:
        return {"table": table, "metric": metric, "value": value, "low": None, "high": None}
    return {"table": table, "metric": metric, "value": value, "low": value - reach, "high": value + reach}


def test_only_what_leaves_the_noise_is_caught(script: Script) -> None:
    """Intervals that touch catch nothing, nor does a figure without one."""
    caught, floor = script("defects").caught, line("fresh sample", 0.6, 0.01)
    assert caught(line("t", 0.5, 0.05), floor)
    assert caught(line("t", 0.7, 0.05), floor)
    assert not caught(line("t", 0.58, 0.02), floor)
    assert not caught(line("t", 0.1, None), floor)


def test_table_marks_what_is_caught(script: Script) -> None:
    """One row for each figure that has a floor; bold is caught; undefined is said."""
    lines = [line("fresh sample", 0.6, 0.01), line("a", 0.5, 0.01), line("b", 0.6, 0.01), line("c", None, None)]
    assert script("defects").table_of(lines, ["a", "b", "c"]) == [
        ["", "floor", "a", "b", "c"],
        ["F1, %", "60.0", "**50.0**", "60.0", "not defined"],
    ]


def test_fresh_rows_are_shared_out(script: Script, small_case: Any, people: Any, monkeypatch: Any) -> None:
    """Half of the fresh rows carry defects, the other half is the holdout."""
    module = script("defects")
    monkeypatch.setitem(module.ATTRIBUTES, "small", ("age", "work"))
    tables, rest = module.planted_tables(small_case, people.head(5), random_seed=0)
    assert set(tables) == set(module.DEFECTS)
    assert {len(table) for table in tables.values()} == {30}
    assert len(rest) == 30
