"""The household benchmark's tables as the judge gets them."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import yaml

from censemble.pool import Pool

Script = Callable[[str], ModuleType]


@pytest.fixture
def judging(script: Script) -> ModuleType:
    """The module."""
    return script("household_judging")


@pytest.fixture
def made(script: Script) -> Pool:
    """Sixty households of two: thirty couples of workers, thirty mothers with a child."""
    n = 60
    couple = np.arange(n) % 2 == 0
    households = {
        "num_persons": np.zeros(n, np.int64),
        "housing_tenure": (np.arange(n) % 3 == 0).astype(np.int64),
        "householder_type": np.where(couple, 0, 2),
        "num_vehicles": np.arange(n) % 4,
    }
    persons: dict[str, Any] = {
        "age": np.column_stack([np.full(n, 40.0), np.where(couple, 38.0, 9.0)]).ravel(),
        "race": np.repeat(np.arange(n) % 5, 2),
        "education": np.column_stack([np.full(n, 2), np.where(couple, 3, 1)]).ravel(),
        "employment": np.column_stack([np.ones(n, np.int64), np.where(couple, 1, 0)]).ravel(),
        "income": np.column_stack([np.full(n, 30_000.0), np.where(couple, 20_000.0, 0.0)]).ravel(),
    }
    return script("acs_households").pool_of(households, persons)


def test_who_lives_together(judging: ModuleType, made: Pool) -> None:
    """A working couple, and a mother with a child of nine."""
    households, _ = judging.composed(judging.frames_of(made))
    names = list(judging.COMPOSITION)
    assert households[names].iloc[0].tolist() == ["0", "0", "2", 40.0, 38.0, 25_000.0]
    assert households[names].iloc[1].tolist() == ["1", "0", "1", 40.0, 9.0, 15_000.0]


def test_the_same_households_have_no_error(judging: ModuleType, made: Pool) -> None:
    """All queries are answered alike, no rule is broken, every tuple occurs."""
    frames = judging.frames_of(made)
    judgement = judging.judged(frames, {"same": frames}, classifiers=False)
    row = judging.row_of(judgement, "same")
    assert set(row) == set(judging.HEADS)
    assert row["household"] == row["rules broken"] == row["no adult"] == 0
    assert row[judging.TABLES_TV] == row[judging.COMPOSITION_TV] == 0
    assert row["precision"] == row["recall"] == 1
    assert judging.answers(judgement, "same")["with-children"].startswith("0.00: 0.5 against 0.5")


def test_the_schema_file_names_every_attribute(judging: ModuleType, script: Script) -> None:
    """Those of the paper and those computed from members."""
    content = yaml.safe_load(judging.schema_text())
    own = {a.name for a in script("acs_households").SCHEMA.of("households")}
    assert set(content["attributes"]["households"]) == own | set(judging.COMPOSITION)


def test_floors(judging: ModuleType, made: Pool) -> None:
    """Samples drawn anew are as large as the real one; halves share no household."""
    anew = judging.drawn_anew(made, 2, random_seed=0)
    assert [len(households) for households, _ in anew] == [60, 60]
    ((first, _), (second, _)) = judging.halves(made, 1, random_seed=0)[0]
    assert len(first) == len(second) == 30


def test_mean_of_rows(judging: ModuleType) -> None:
    """Figures that a row lacks do not count."""
    blank = dict.fromkeys(judging.HEADS)
    found = judging.mean_row([blank | {"precision": 0.5}, blank | {"precision": 1.0, "recall": 0.2}])
    assert (found["precision"], found["recall"], found["no adult"]) == (0.75, 0.2, None)
