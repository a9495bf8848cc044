"""The arena's scripts as modules, without leaving their short names behind."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "benchmarks"
NAMES = [path.stem for path in SCRIPTS.rglob("*.py")]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Import a script of benchmarks/ or benchmarks/peers/ by its name."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    monkeypatch.syspath_prepend(str(SCRIPTS / "peers"))
    before = {name: sys.modules.pop(name) for name in NAMES if name in sys.modules}
    yield importlib.import_module
    for name in NAMES:
        sys.modules.pop(name, None)
    sys.modules.update(before)


@pytest.fixture
def people() -> pd.DataFrame:
    """Sixty persons of two attributes that go together: children never work."""
    ages = ["child"] * 20 + ["adult"] * 30 + ["old"] * 10
    work = ["none"] * 20 + ["full"] * 20 + ["part"] * 5 + ["none"] * 15
    return pd.DataFrame({"age": ages, "work": work}, dtype=object)


@pytest.fixture
def small_case(script: Callable[[str], ModuleType], people: pd.DataFrame) -> Any:
    """A case of the arena that a test can afford."""
    module = script("arena_case")
    return module.ArenaCase(
        name="small",
        says="Sixty persons.",
        reference=people,
        holdout=people.iloc[::-1].reset_index(drop=True),
        training=lambda random_seed: people.sample(20, random_state=random_seed),
        attributes={"age": ("child", "adult", "old"), "work": ("full", "none", "part")},
        ordered=frozenset({"age"}),
    )
