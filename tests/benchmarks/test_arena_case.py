"""Cases of the arena: bands, code books, the folder that peers and judge read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from censemble.io.comparison_tables import read_comparison_frames

Script = Callable[[str], ModuleType]


def test_bands_hold_their_lower_edge(script: Script) -> None:
    """An edge belongs to the band that starts there, and the last band has no upper end."""
    bands = script("arena_case").Bands((0, 18, 65), ("child", "adult", "old"))
    assert list(bands.of(pd.Series(["0", "17", "18", "64", "65", "120"]))) == [
        "child",
        "child",
        "adult",
        "adult",
        "old",
        "old",
    ]


def test_below_the_first_band_is_refused(script: Script) -> None:
    """A number that no band holds is an error, not a label."""
    with pytest.raises(ValueError, match="1 lies below the first edge, 2"):
        script("arena_case").Bands((2, 3), ("2", "3+")).of(pd.Series(["1", "3"], name="NPF"))


def test_code_book_orders_labels(script: Script) -> None:
    """Declared labels come first and stay even if nobody has them; others by size, then by alphabet."""
    first, second = pd.DataFrame({"a": ["10", "9"], "b": ["x", "N"]}), pd.DataFrame({"a": ["N", "9"], "b": ["y", "N"]})
    book = script("arena_case").code_book([first, second], {"b": ("z", "y", "x")})
    assert book == {"a": ("9", "10", "N"), "b": ("z", "y", "x", "N")}


def test_case_folder_is_read_by_the_judge(script: Script, small_case: Any, tmp_path: Path) -> None:
    """Tables and schema of a case fit together: the judge codes them without a gap."""
    script("arena_case").write_case(small_case, tmp_path, [0, 1])
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "holdout.parquet",
        "reference.parquet",
        "schema.yaml",
        "train-0.parquet",
        "train-1.parquet",
    ]
    reference = pd.read_parquet(tmp_path / "reference.parquet")
    comparison = read_comparison_frames(reference, {"mine": reference}, schema=tmp_path / "schema.yaml")
    assert [(a.name, a.kind, a.categories) for a in comparison.schema.of("persons")] == [
        ("age", "ordinal", ("child", "adult", "old")),
        ("work", "categorical", ("full", "none", "part")),
    ]
    assert comparison.tables[0].gaps == ()


def test_tables_of_a_case_are_written_once(script: Script, small_case: Any, tmp_path: Path) -> None:
    """A table that is there stays as it is, so that a second start judges what the first one made."""
    module = script("arena_case")
    module.write_case(small_case, tmp_path, [0])
    before = (tmp_path / "train-0.parquet").stat().st_mtime_ns
    module.write_case(small_case, tmp_path, [0])
    assert (tmp_path / "train-0.parquet").stat().st_mtime_ns == before
    assert json.loads((tmp_path / "schema.yaml").read_text())["entity"] == "persons"
