"""Planted defects are what they say, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

Script = Callable[[str], ModuleType]
ORDER = ("child", "adult", "old")


@pytest.fixture
def soil(script: Script, people: pd.DataFrame) -> Any:
    """Six hundred real persons; training rows that no real row equals."""
    fresh = pd.concat([people] * 10, ignore_index=True)
    train = pd.DataFrame({"age": ["adult"], "work": ["copied"]}, dtype=object)
    return script("planted").Soil(fresh, train, fresh, "age", "work", ORDER)


def margins(table: pd.DataFrame, name: str) -> dict[str, int]:
    """Rows of each label."""
    return dict(sorted(table[name].value_counts().items()))


def test_control_is_untouched(script: Script, soil: Any) -> None:
    """Nothing planted leaves the rows as they are."""
    assert script("planted").nothing(soil, np.random.default_rng(0)).equals(soil.fresh)


def test_shuffling_keeps_both_margins(script: Script, soil: Any) -> None:
    """The shuffled column has its margin still, and working children appear."""
    table = script("planted").shuffled_column(soil, np.random.default_rng(0))
    assert margins(table, "work") == margins(soil.fresh, "work")
    assert ((table["age"] == "child") & (table["work"] != "none")).sum() > 50


def test_impossible_rows_are_five_percent(script: Script, soil: Any) -> None:
    """Exactly 30 of 600 rows hold a pair that the reference never has."""
    table = script("planted").impossible_rows(soil, np.random.default_rng(0))
    pairs = set(zip(soil.fresh["age"], soil.fresh["work"], strict=True))
    assert sum(pair not in pairs for pair in zip(table["age"], table["work"], strict=True)) == 30
    assert table["age"].equals(soil.fresh["age"])


def test_a_fifth_is_copied(script: Script, soil: Any) -> None:
    """120 of 600 rows are the training row."""
    table = script("planted").copied_training_rows(soil, np.random.default_rng(0))
    assert (table["work"] == "copied").sum() == 120


def test_rare_label_is_gone(script: Script, soil: Any) -> None:
    """The rarest label has moved to the most frequent one."""
    table = script("planted").dropped_category(soil, np.random.default_rng(0))
    assert margins(table, "work") == {"full": 200, "none": 400}


def test_inflated_dependence_keeps_margins(script: Script, soil: Any) -> None:
    """Both margins stay, the pair does not."""
    table = script("planted").inflated_dependence(soil, np.random.default_rng(0))
    assert margins(table, "work") == margins(soil.fresh, "work")
    assert table["age"].equals(soil.fresh["age"])
    assert not table.equals(soil.fresh)


def test_shift_moves_a_tenth(script: Script, soil: Any) -> None:
    """At most a tenth of the rows has another age, always the next one; the last label stays."""
    table = script("planted").shifted_margin(soil, np.random.default_rng(0))
    moved = table["age"] != soil.fresh["age"]
    assert 40 <= moved.sum() <= 60
    assert all(
        ORDER.index(new) == ORDER.index(old) + 1
        for new, old in zip(table["age"][moved], soil.fresh["age"][moved], strict=True)
    )
