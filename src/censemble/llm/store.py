"""Every question, answer and failure in one sqlite file: cache, audit log, resume point and replay file.

An answer is committed before anybody sees it, in one transaction, so that a process killed at any moment loses at most
the calls under way. Questions are found by the digest of all that decides the answer (`Question.key`).
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from censemble.llm.canonical import canonical
from censemble.llm.exchange import CallFault, Message, Question, RawReply, Verdict
from censemble.llm.json_schema import Fault
from censemble.llm.store_file import check, claim, connect, copy_rows, disk, prepare, reading, transaction, unusable
from censemble.llm.structured import Form


@dataclass(frozen=True)
class StoredCall:
    """One answered call.

    Parameters
    ----------
    key, round : str, int
        The question, and 0 for the first answer or 1 for the repair.
    form : str
        How a structured answer was asked for.
    messages : tuple of Message
        What was sent; empty in a replay file.
    raw : RawReply
        The answer; both numbers of tokens are known.
    estimated : bool
        The server did not count tokens.
    cost : str
        Money, at the prices of that day.
    received : str
        Date and time in ISO form, UTC; empty in a replay file.
    """

    key: str
    round: int
    form: Form
    messages: tuple[Message, ...]
    raw: RawReply
    estimated: bool
    cost: str
    received: str


@dataclass(frozen=True)
class Entry:
    """One question of the audit.

    Parameters
    ----------
    key, model, purpose : str
    occurrence : int
    identity : dict
        Messages, schema, random seed and settings of the request.
    verdict : str
        Empty while it is open.
    faults : tuple of Fault
    calls : tuple of StoredCall
    """

    key: str
    model: str
    purpose: str
    occurrence: int
    identity: dict[str, Any]
    verdict: Verdict | str
    faults: tuple[Fault, ...]
    calls: tuple[StoredCall, ...]


class Store:
    """The file. Safe for the threads of one process; of two processes one at a time may ask, any number may read.

    Use `Store.open`, `Store.open_readonly` or `Store.in_memory`.

    Examples
    --------
    >>> with Store.in_memory() as store:
    ...     store.models()
    []
    """

    def __init__(self, connection: sqlite3.Connection, name: str, *, read_only: bool = False) -> None:
        self.name = name
        self.read_only = read_only
        self._connection = connection
        self._lock = threading.RLock()
        self._claim: sqlite3.Connection | None = None
        weakref.finalize(self, connection.close)

    @classmethod
    def open(cls, path: str | Path) -> Store:
        """Open a store for reading and writing; a file that is not there is made.

        Raises
        ------
        InputError
            The file is damaged, or something else, or of a later version. It is left as it is.
        """
        place = Path(path)
        with reading(place), ExitStack() as undo:
            place.parent.mkdir(parents=True, exist_ok=True)
            connection = connect(str(place), uri=False)
            undo.callback(connection.close)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            prepare(connection, place)
            undo.pop_all()
        return cls(connection, str(place))

    @classmethod
    def open_readonly(cls, path: str | Path) -> Store:
        """Open a store or a replay file to read only.

        Raises
        ------
        InputError
            There is no such file, or it is damaged, something else, or of a later version.
        """
        place = Path(path)
        if not place.is_file():
            raise unusable(place, "a file", "none", "Correct the path.", "missing-file")
        with reading(place), ExitStack() as undo:
            connection = connect(place.absolute().as_uri() + "?mode=ro", uri=True)
            undo.callback(connection.close)
            check(connection, place)
            undo.pop_all()
        return cls(connection, str(place), read_only=True)

    @classmethod
    def in_memory(cls) -> Store:
        """A store that ends with the process."""
        connection = connect(":memory:", uri=False)
        prepare(connection, Path(":memory:"))
        return cls(connection, "memory")

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, so that another run may ask with it; everything is in it already."""
        with self._lock:
            self._connection.close()
            if self._claim is not None:
                self._claim.close()

    def claim(self) -> None:
        """Keep other runs from asking with this file until it is closed: two at once would pay twice.

        Called before something is asked that the file does not answer, so that reading and repeating stay free.

        Raises
        ------
        InputError
            Another run is asking.
        """
        with self._lock:
            if self._claim is None and not self.read_only and Path(self.name).is_file():
                self._claim = claim(Path(self.name))
                weakref.finalize(self, self._claim.close)

    def call(self, key: str, round_: int) -> StoredCall | None:
        """The answer to a question in one round, if there is one."""
        rows = self._read("SELECT * FROM calls WHERE key = ? AND round = ?", key, round_)
        return _stored_call(rows[0]) if rows else None

    def form_of(self, model: str) -> Form | None:
        """How structured answers are asked of a model, once that is settled."""
        rows = self._read("SELECT form FROM forms WHERE model = ?", model)
        return cast(Form, rows[0]["form"]) if rows else None

    def models(self) -> list[str]:
        """Models that have answered, by name."""
        return [row["model"] for row in self._read("SELECT DISTINCT model FROM questions ORDER BY model")]

    def keep_call(self, question: Question, call: StoredCall, *, settled: Form | None = None) -> StoredCall:
        """Keep an answer, and how to ask from now on; returns what the file has, which is the first answer kept.

        Raises
        ------
        OutputError
            The disk said no.
        """
        raw = call.raw
        messages = canonical([m.as_dict() for m in call.messages])
        what = (call.key, call.round, call.form, messages, raw.text, raw.finish)
        cost = (raw.tokens_in, raw.tokens_out, int(call.estimated), call.cost)
        row = (*what, *cost, raw.served_by, raw.seconds, call.received)
        asked = (question.key, question.model, question.request.purpose, question.occurrence)
        with self._writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO questions (key, model, purpose, occurrence, identity) VALUES (?, ?, ?, ?, ?)",
                (*asked, canonical(question.identity)),
            )
            connection.execute(f"INSERT OR IGNORE INTO calls VALUES ({', '.join('?' * len(row))})", row)
            if settled is not None:
                connection.execute("INSERT OR IGNORE INTO forms VALUES (?, ?)", (question.model, settled))
        kept = self.call(call.key, call.round)
        return call if kept is None else kept

    def keep_verdict(self, key: str, verdict: Verdict, faults: Sequence[Fault]) -> None:
        """Keep what became of a question; a store that is read only keeps nothing."""
        if self.read_only:
            return
        written = canonical([asdict(fault) for fault in faults])
        with self._writing() as connection:
            connection.execute("UPDATE questions SET verdict = ?, faults = ? WHERE key = ?", (verdict, written, key))

    def keep_failure(self, key: str, round_: int, fault: CallFault, happened: str) -> None:
        """Keep a call that brought no answer, for the audit."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO failures (key, round, kind, message, happened) VALUES (?, ?, ?, ?, ?)",
                (key, round_, fault.kind, fault.message, happened),
            )

    def failures(self) -> list[dict[str, Any]]:
        """Calls that brought no answer, in order: key, round, kind, message, happened."""
        return [dict(row) for row in self._read("SELECT key, round, kind, message, happened FROM failures ORDER BY id")]

    def entries(self) -> Iterator[Entry]:
        """All questions with their answers, in the order of their first answer, then of their keys."""
        order = "(SELECT MIN(received) FROM calls WHERE calls.key = questions.key)"
        for row in self._read(f"SELECT * FROM questions ORDER BY {order}, key"):
            calls = self._read("SELECT * FROM calls WHERE key = ? ORDER BY round", row["key"])
            faults = tuple(Fault(f["kind"], f["words"], tuple(f["path"])) for f in json.loads(row["faults"]))
            fields = (row["key"], row["model"], row["purpose"], row["occurrence"], json.loads(row["identity"]))
            yield Entry(*fields, row["verdict"], faults, tuple(map(_stored_call, calls)))

    def export(self, path: str | Path) -> Path:
        """Write a replay file: all settled questions and their answers, without times and failed calls.

        The same answers give the same bytes, whatever the order in which they came.

        Raises
        ------
        OutputError
            The disk said no; a file of that name is still as it was.
        """
        goal = Path(path)
        partial = goal.with_name(goal.name + ".partial")
        with self._lock, disk(str(goal)):
            partial.unlink(missing_ok=True)
            copy = connect(str(partial), uri=False)
            try:
                prepare(copy, partial)
                copy_rows(self._connection, copy)
                copy.execute("VACUUM")
            finally:
                copy.close()
            partial.replace(goal)
        return goal

    def _read(self, query: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock, reading(Path(self.name)):
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, disk(self.name), transaction(self._connection) as connection:
            yield connection


def _stored_call(row: sqlite3.Row) -> StoredCall:
    raw = RawReply(row["answer"], row["finish"], row["tokens_in"], row["tokens_out"], row["seconds"], row["served_by"])
    messages = tuple(Message(m["role"], m["content"]) for m in json.loads(row["messages"]))
    fields = (row["key"], row["round"], cast(Form, row["form"]), messages, raw)
    return StoredCall(*fields, bool(row["estimated"]), row["cost"], row["received"])
