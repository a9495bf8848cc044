"""The file behind a store: made whole or not at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from censemble.llm.store_file import APPLICATION_ID, connect, move_aside, prepare, transaction


def test_an_empty_file_becomes_a_store_once(tmp_path: Path) -> None:
    """Also one that a killed process left empty; a second time nothing changes."""
    place = tmp_path / "a.sqlite"
    place.write_bytes(b"")
    for _ in range(2):
        connection = connect(str(place), uri=False)
        prepare(connection, place)
        assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        assert connection.execute("SELECT COUNT(*) FROM calls").fetchone()[0] == 0
        connection.close()


def test_a_transaction_is_all_or_nothing() -> None:
    """What was written before a failure is undone."""
    connection = connect(":memory:", uri=False)
    connection.execute("CREATE TABLE t (x)")
    with pytest.raises(sqlite3.Error), transaction(connection):
        connection.execute("INSERT INTO t VALUES (1)")
        connection.execute("nonsense")
    assert connection.execute("SELECT COUNT(*) FROM t").fetchone()[0] == 0
    connection.close()


def test_moving_aside_takes_the_log_along(tmp_path: Path) -> None:
    """Answers that are still in the write-ahead log belong to the file."""
    place = tmp_path / "a.sqlite"
    for ending in ("", "-wal"):
        (tmp_path / f"a.sqlite{ending}").write_text(ending)
    moved = move_aside(place)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.sqlite.damaged", "a.sqlite.damaged-wal"]
    assert moved.name == "a.sqlite.damaged"
