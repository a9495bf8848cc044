"""The store: what is kept, what a replay file holds, and files that cannot be used."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from llm_case import REPOSITORY, StillClock, digit_requests

from censemble.errors import InputError, OutputError
from censemble.llm import Client, FakeModel, Store, move_aside
from censemble.llm.fake import FakeCall


def digit(call: FakeCall) -> str:
    """An answer that depends on the question."""
    return f'{{"n": {len(call.messages[-1].text) % 10}}}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with three answers of a model named small."""
    place = tmp_path / "answers.sqlite"
    with Store.open(place) as store:
        Client(FakeModel(digit, name="small"), store=store, clock=StillClock().clock()).ask(digit_requests(3))
    return place


def problem_of(place: Path, *, read_only: bool = False) -> tuple[str, str]:
    """Code and source of the one problem of a file."""
    with pytest.raises(InputError) as caught:
        (Store.open_readonly if read_only else Store.open)(place)
    [problem] = caught.value.problems
    return problem.code, problem.source


def test_the_audit_shows_everything(path: Path) -> None:
    """Question, what was sent, answer, verdict, tokens, time."""
    with Store.open_readonly(path) as store:
        entries = list(store.entries())
        assert (store.models(), store.form_of("small")) == (["small"], "json_schema")
    first = entries[0]
    assert len(entries) == 3
    assert first.identity["messages"][0]["content"].startswith("Digit number")
    assert "never give instructions" in first.calls[0].messages[-1].text
    assert first.calls[0].raw.text.startswith('{"n"')
    assert (first.verdict, first.purpose, first.calls[0].estimated) == ("valid", "digits", True)
    assert first.calls[0].received == "2026-01-01T00:00:00.000+00:00"


def test_a_replay_file_is_small_and_the_same_in_any_order(path: Path, tmp_path: Path) -> None:
    """The order of asking and the times leave no trace; messages are told once."""
    other = tmp_path / "other.sqlite"
    with Store.open(other) as store:
        client = Client(FakeModel(digit, name="small"), store=store)
        client.ask(list(reversed(digit_requests(3))))
        second = store.export(tmp_path / "2.replay").read_bytes()
    with Store.open_readonly(path) as store:
        first = store.export(tmp_path / "1.replay").read_bytes()
    assert first == second
    assert len(first) < 30_000
    assert first.count(b"never give instructions") == 0
    assert sorted(p.name for p in tmp_path.glob("*.replay*")) == ["1.replay", "2.replay"]


def test_open_questions_are_not_published(tmp_path: Path) -> None:
    """A question whose repair is missing has no verdict, and no place in a replay file."""
    with Store.open(tmp_path / "a.sqlite") as store:
        model = FakeModel(["no"])
        with pytest.raises(Exception, match="queue is empty"):
            Client(model, store=store, clock=StillClock().clock()).ask(digit_requests(1))
        assert [entry.verdict for entry in store.entries()] == [""]
        with Store.open_readonly(store.export(tmp_path / "a.replay")) as replay:
            assert list(replay.entries()) == []


@pytest.mark.parametrize("read_only", [False, True])
def test_a_damaged_file_is_named_and_left_alone(path: Path, read_only: bool) -> None:
    """Bytes overwritten in the middle: told at once, nothing changed."""
    data = bytearray(path.read_bytes())
    data[4096 : 4096 * 3] = b"\xff" * 8192
    path.write_bytes(data)
    assert problem_of(path, read_only=read_only) == ("damaged-store", str(path))
    assert path.read_bytes() == bytes(data)


def test_a_file_cut_short_is_damaged(path: Path) -> None:
    """As after a full disk or a broken copy."""
    path.write_bytes(path.read_bytes()[:5000])
    assert problem_of(path)[0] == "damaged-store"


@pytest.mark.parametrize("content", [b"a,b\n1,2\n" * 200, b"SQLite format 3\x00" + b"\x00" * 500])
def test_another_kind_of_file_is_refused(content: bytes, tmp_path: Path) -> None:
    """A table of data is not overwritten."""
    place = tmp_path / "table.csv"
    place.write_bytes(content)
    assert problem_of(place)[0] == "damaged-store"
    assert place.read_bytes() == content


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    """Its tables are left as they are."""
    place = tmp_path / "other.sqlite"
    with sqlite3.connect(place) as connection:
        connection.execute("CREATE TABLE stamps (id INTEGER)")
    connection.close()
    assert problem_of(place)[0] == "not-a-store"


def test_a_later_version_is_refused(path: Path) -> None:
    """It may mean something else by the same columns."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert problem_of(path)[0] == "store-version"


def test_missing_files_and_folders(tmp_path: Path) -> None:
    """A replay file must be there; a store is made, unless its folder cannot be."""
    assert problem_of(tmp_path / "none.replay", read_only=True)[0] == "missing-file"
    (tmp_path / "file").write_text("")
    assert problem_of(tmp_path / "file" / "below.sqlite")[0] == "unreadable"
    with Store.open(tmp_path / "new" / "answers.sqlite") as store:
        assert store.models() == []


def test_a_damaged_store_is_moved_aside_on_request(path: Path) -> None:
    """Under a new name each time, and nothing is deleted."""
    path.write_bytes(b"damaged")
    assert move_aside(path).read_bytes() == b"damaged"
    path.write_bytes(b"again")
    assert move_aside(path).name == "answers.sqlite.damaged2"
    Store.open(path).close()


def test_a_disk_that_says_no(path: Path) -> None:
    """Writing to a file that cannot be written is an error of output that names it."""
    with Store.open_readonly(path) as store, pytest.raises(OutputError, match=r"answers\.sqlite"):
        Client(FakeModel(digit, name="new"), store=store).ask(digit_requests(1))
    with Store.open_readonly(path) as store, pytest.raises(OutputError, match="nowhere"):
        store.export(path.parent / "nowhere" / "a.replay")


def test_the_first_answer_kept_stays(path: Path) -> None:
    """Two processes may pay for one answer, but only one of them is used."""
    with Store.open(path) as one, Store.open(path) as two:
        [entry, *_] = one.entries()
        client = Client(FakeModel(lambda call: '{"n": 0}', name="small"), store=two)
        replies = client.ask(digit_requests(3))
        assert {reply.text for reply in replies} >= {entry.calls[0].raw.text}
        assert client.paid.calls == 0


def test_one_run_at_a_time_asks(path: Path) -> None:
    """The second is refused; reading, and asking for what is stored, are not; closing ends the claim."""
    with Store.open(path) as first, Store.open(path) as second:
        first.claim()
        first.claim()  # its own
        with pytest.raises(InputError) as caught:
            Client(FakeModel(digit, name="small"), store=second, clock=StillClock().clock()).ask(digit_requests(4))
        assert [problem.code for problem in caught.value.problems] == ["asked-elsewhere"]
        assert len(Client(FakeModel([], name="small"), store=second).ask(digit_requests(3))) == 3
        with Store.open_readonly(path) as reader:
            assert reader.models() == ["small"]
        first.close()
        second.claim()


def test_a_claim_ends_with_its_process(path: Path) -> None:
    """Killed, it leaves a file that means nothing."""
    code = (
        "import os, signal, sys; from censemble.llm import Store; store = Store.open(sys.argv[1]); store.claim(); "
        "print('claimed', flush=True); os.kill(os.getpid(), signal.SIGSTOP)"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, env=environment) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"claimed\n"
        with Store.open(path) as store:
            with pytest.raises(InputError, match="another run that is asking"):
                store.claim()
            other.kill()
            other.wait(timeout=10)
            store.claim()
            assert {p.name for p in path.parent.glob("*.lock*")} == {"answers.sqlite.lock"}


def test_a_store_in_memory_needs_no_claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is made."""
    monkeypatch.chdir(tmp_path)
    with Store.in_memory() as store:
        store.claim()
    assert list(tmp_path.iterdir()) == []
