"""The sqlite file behind a store: how it is made, opened, checked, copied and moved aside."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from censemble.errors import InputError, OutputError, Problem

APPLICATION_ID = 0x43454E53  # "CENS", at byte 68 of the file
VERSION = 1
TABLES = """
CREATE TABLE questions (
  key TEXT PRIMARY KEY, model TEXT NOT NULL, purpose TEXT NOT NULL, occurrence INTEGER NOT NULL,
  identity TEXT NOT NULL, verdict TEXT NOT NULL DEFAULT '', faults TEXT NOT NULL DEFAULT '[]'
) STRICT, WITHOUT ROWID;
CREATE TABLE calls (
  key TEXT NOT NULL, round INTEGER NOT NULL, form TEXT NOT NULL, messages TEXT NOT NULL, answer TEXT NOT NULL,
  finish TEXT NOT NULL, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, estimated INTEGER NOT NULL,
  cost TEXT NOT NULL, served_by TEXT NOT NULL, seconds REAL NOT NULL, received TEXT NOT NULL,
  PRIMARY KEY (key, round)
) STRICT, WITHOUT ROWID;
CREATE TABLE failures (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, round INTEGER NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL,
  happened TEXT NOT NULL
) STRICT;
CREATE TABLE forms (model TEXT PRIMARY KEY, form TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""


def move_aside(path: str | Path) -> Path:
    """Rename a store that cannot be read, so that a new one can be made; for an explicit request only.

    Returns
    -------
    Path
        The new name: `name.damaged`, or `name.damaged2`, ... Nothing is deleted.
    """
    place = Path(path)
    taken, number = place.with_name(place.name + ".damaged"), 1
    while taken.exists():
        number += 1
        taken = place.with_name(f"{place.name}.damaged{number}")
    for ending in ("", "-wal", "-shm"):
        part = place.with_name(place.name + ending)
        if part.exists():
            part.rename(taken.with_name(taken.name + ending))
    return taken


def connect(place: str, *, uri: bool) -> sqlite3.Connection:
    """Open a connection on which transactions are begun by hand."""
    connection = sqlite3.connect(place, uri=uri, isolation_level=None, check_same_thread=False, timeout=30.0)
    connection.row_factory = sqlite3.Row
    return connection


def claim(place: Path) -> sqlite3.Connection:
    """Keep other runs from asking with one store, until the connection is closed or the process ends.

    The claim is sqlite's own lock on an empty file beside the store. The operating system ends it with the process, and
    reading the store is not held up. The file stays; without a process that holds it, it means nothing.

    Raises
    ------
    InputError
        Another run is asking, or the file cannot be made.
    """
    beside = place.with_name(place.name + ".lock")
    try:
        connection = sqlite3.connect(str(beside), isolation_level=None, check_same_thread=False, timeout=0.0)
    except sqlite3.Error as error:
        action = "Make its folder writable."
        raise unusable(beside, "a file that can be made", str(error), action, "unreadable") from None
    try:
        connection.execute("PRAGMA journal_mode = MEMORY")  # nothing is written, so no journal need be left by a kill
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        connection.close()
        if "locked" not in str(error):
            action = "Make the file and its folder writable, or remove the file."
            raise unusable(beside, "an empty file that can be locked", str(error), action, "unreadable") from None
        action = (
            "Wait until it ends, stop it, or name another file under language_model.answers; in Python, close the "
            "store that is open. Nothing that is kept is lost."
        )
        found = "another run that is asking with this file"
        raise unusable(place, "no other run", found, action, "asked-elsewhere") from None
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All of a block, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        yield connection


def prepare(connection: sqlite3.Connection, place: Path) -> None:
    """Make the tables in an empty file; check any other."""
    with transaction(connection):
        if connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0] == 0:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            for statement in TABLES.split(";"):
                connection.execute(statement)
    check(connection, place)


def check(connection: sqlite3.Connection, place: Path) -> None:
    """Refuse a file that is no store of this version, or is damaged."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        action = "Name another file; this one is left as it is."
        raise unusable(place, "a store of answers", "a database of something else", action, "not-a-store")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        found = f"version {version}"
        raise unusable(place, f"version {VERSION} of the store", found, "Update censemble.", "store-version")
    damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise sqlite3.DatabaseError(str(damage))


@contextmanager
def reading(place: Path) -> Iterator[None]:
    """Say what is wrong with a file that sqlite cannot read."""
    try:
        yield
    except sqlite3.OperationalError as error:
        action = "Make the file and its folder readable and writable, and end other programs that use it."
        raise unusable(place, "a file that can be opened", str(error), action, "unreadable") from None
    except sqlite3.DatabaseError as error:
        action = (
            "Restore it from a copy; or move it aside (censemble.llm.move_aside) and ask everything again. "
            "It is left as it is."
        )
        raise unusable(place, "a store of answers", f"a damaged file ({error})", action, "damaged-store") from None
    except OSError as error:
        raise unusable(place, "a folder to write to", str(error), "Correct the path.", "unreadable") from None


@contextmanager
def disk(name: str) -> Iterator[None]:
    """Say which file could not be written, and why."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise OutputError(f"{name}: answers of the language model cannot be written: {error}") from None


def unusable(place: Path, expected: str, found: str, action: str, code: str) -> InputError:
    """The error about a file that cannot be used."""
    problem = Problem(str(place), "", expected, found, action, code)
    return InputError("the store of the language model's answers cannot be used", [problem])


def copy_rows(source: sqlite3.Connection, goal: sqlite3.Connection) -> None:
    """Copy what decides the results, in the order of keys, so that the bytes do not depend on when things happened."""
    settled = "SELECT key FROM questions WHERE verdict <> ''"
    calls = (
        "SELECT key, round, form, '[]', answer, finish, tokens_in, tokens_out, estimated, cost, served_by, 0.0, '' "
        f"FROM calls WHERE key IN ({settled}) ORDER BY key, round"
    )
    with transaction(goal):
        for table, query in (
            ("questions", "SELECT * FROM questions WHERE verdict <> '' ORDER BY key"),
            ("calls", calls),
            ("forms", "SELECT * FROM forms ORDER BY model"),
        ):
            for row in source.execute(query):
                goal.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", tuple(row))
