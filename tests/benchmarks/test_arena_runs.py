"""A run of the arena: a small peer of the test's own learns, fails, or takes too long."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

Script = Callable[[str], ModuleType]
HEAD = "import sys; sys.path.insert(0, {peers!r})\nfrom exchange import take_part\n"
REPEAT = (
    "take_part(lambda train, meta: (train, {'tries': 1}), lambda m, n: m.sample(n, replace=True), packages=('numpy',))"
)


@pytest.fixture
def arena_run(script: Script, small_case: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run a peer whose whole script is given as text."""
    runs, peers = script("arena_runs"), script("peer_list")
    script("arena_case").write_case(small_case, tmp_path / "small", [0])
    real = str(peers.SCRIPTS)
    monkeypatch.setattr(runs, "SCRIPTS", tmp_path)

    def run(text: str, *, limit_seconds: float = 60) -> tuple[dict[str, Any], Any]:
        (tmp_path / "own.py").write_text(HEAD.format(peers=real) + text)
        one = runs.Run("small", "own", 0, tmp_path)
        peer = peers.Peer("own", "Own", "own.py", "elsewhere")
        options = {"python": Path(sys.executable), "attributes": small_case.attributes, "threads": 1}
        return runs.generate(one, peer, limit_seconds=limit_seconds, **options), one

    return run


def test_a_run_leaves_table_and_cost(arena_run: Callable[..., Any]) -> None:
    """As many rows as the population has are written, with versions, settings and times."""
    result, run = arena_run(REPEAT)
    assert result["failure"] == ""
    assert result["settings"] == {"tries": 1}
    assert set(result["versions"]) == {"numpy", "python"}
    assert result["fit"]["seconds"] >= 0
    table = pd.read_parquet(run.synthetic)
    assert (len(table), list(table.columns)) == (60, ["age", "work"])
    assert run.result() == json.loads(json.dumps(result)), "a second start finds it"


def test_a_failure_is_a_failure(arena_run: Callable[..., Any]) -> None:
    """A peer that breaks is reported with its last line, and an older table does not stand in for it."""
    stale = "import pathlib; pathlib.Path(sys.argv[1], 'synthetic.parquet').write_bytes(b''); sys.exit(9)"
    assert arena_run(stale)[0]["failure"] == "exit status 9: no message"
    result, run = arena_run("raise ValueError('cannot learn this')")
    assert result["failure"] == "exit status 1: ValueError: cannot learn this"
    assert not run.synthetic.exists()


def test_a_peer_that_takes_too_long_is_stopped(arena_run: Callable[..., Any]) -> None:
    """After its time it is killed, and the result says so."""
    result, _ = arena_run("import time; time.sleep(30)", limit_seconds=0.2)
    assert result["failure"] == "not done after 0.2 s"
    assert result["cost"]["wall_seconds"] < 10


def test_too_few_rows_are_a_failure(arena_run: Callable[..., Any]) -> None:
    """A table of another size is not judged."""
    result, _ = arena_run(REPEAT.replace("m.sample(n, replace=True)", "m.head(3)"))
    assert result["failure"] == "wrote 3 rows where 60 were asked for"
