"""Where a concert's trips go, counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
import yaml

Script = Callable[[str], ModuleType]


def trips(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Destination, time, how many."""
    made = [(to, time) for to, time, n in rows for _ in range(n)]
    return pd.DataFrame(made, columns=["destination", "time"]).assign(
        origin="here", mode="foot", purpose="home", distance="near"
    )


def test_surge_and_rest_are_counted_apart(script: Script) -> None:
    """Ten more trips to the zone in its hours; of a hundred others five moved, and three by chance."""
    module = script("mobility_scenario")
    base = trips((module.ZONE, module.TIME, 4), ("a", "6-9 h", 60), ("b", "6-9 h", 40))
    more = trips((module.ZONE, module.TIME, 14), ("a", "6-9 h", 55), ("b", "6-9 h", 45))
    others = [trips((module.ZONE, module.TIME, 4), ("a", "6-9 h", n), ("b", "6-9 h", 100 - n)) for n in (63, 62)]
    found = module.surge(base, more, others, trips((module.ZONE, module.TIME, 10)))
    assert found["surge"] == {"without": 4, "with": 14}
    assert found["trips"] == {"without": 104, "with": 114}
    assert found["rest"]["destination by time"] == {
        "moved": pytest.approx(0.05),
        "chance": pytest.approx([0.02, 0.03]),
    }
    assert found["all"]["destination by time"]["implied"] == pytest.approx(14 / 114 - 4 / 104)
    assert found["rest"]["mode by purpose"] == {"moved": 0.0, "chance": [0.0, 0.0]}


def test_the_other_seed_changes_nothing_else(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project of the third run differs in its random seed alone."""
    module = script("mobility_scenario")
    project = tmp_path / "censemble.yaml"
    project.write_text(yaml.safe_dump({"name": "x", "run": {"random_seed": 0}}))
    monkeypatch.setattr(module.subprocess, "run", lambda *a, **k: None)
    monkeypatch.setattr(module.pd, "read_parquet", lambda path: path)
    assert module.again_of(project, tmp_path / "again", random_seed=1) == tmp_path / "again" / "persons.parquet"
    assert yaml.safe_load((tmp_path / "again.yaml").read_text()) == {"name": "x", "run": {"random_seed": 1}}


def test_the_page_has_the_kept_figures(script: Script) -> None:
    """The table of the documentation is the one that the benchmark prints."""
    module = script("mobility_scenario")
    page = (Path(__file__).resolve().parents[2] / "docs/llmsynthor.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- mobility scenario: begin -->\n")[2].partition("<!-- mobility scenario: end -->")[0]
    assert shown.strip() == module.table_of(json.loads(module.RESULTS.read_text(encoding="utf-8")))
