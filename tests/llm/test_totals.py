"""What a run's questions came to."""

from __future__ import annotations

from pathlib import Path

from llm_case import digit_requests

from censemble.llm import Budget, Client, FakeModel, Store, read_prices
from censemble.llm.totals import questions_of, totals_of

ANSWERS = ['{"n": 1}', '{"n": 77}', '{"n": 2}']


def test_totals_and_rows() -> None:
    """One valid, one repaired: three calls; a row each with verdict, fault and key."""
    client = Client(FakeModel(ANSWERS), concurrency=1)
    replies = client.ask(digit_requests(2))
    told = totals_of(client)
    assert (told["model"], told["questions"], told["calls"]) == ("fake", 2, 3)
    assert (told["verdicts"], told["faults"]) == ({"repaired": 1, "valid": 1}, {"range": 1})
    assert "cost" not in told
    rows = questions_of(client).to_pylist()
    assert [(r["number"], r["purpose"], r["verdict"]) for r in rows] == [
        (1, "digits", "valid"),
        (2, "digits", "repaired"),
    ]
    assert rows[1]["faults"] == ["n: must be at most 9, is 77"]
    assert [r["question"] for r in rows] == [reply.key for reply in replies]
    assert sum(r["tokens_in"] for r in rows) == told["tokens_in"]


def test_stored_answers_tell_the_same(tmp_path: Path) -> None:
    """A second run from the file gives the same totals, cost included, and makes no call."""
    told = []
    prices = read_prices({"fake": {"in": 1, "out": 2}})
    for answers in (ANSWERS, []):
        with Store.open(tmp_path / "a.sqlite") as store:
            client = Client(FakeModel(answers), store=store, budget=Budget(prices=prices), concurrency=1)
            client.ask(digit_requests(2))
            told.append((totals_of(client), questions_of(client)))
    assert told[0] == told[1]
    assert float(told[0][0]["cost"]) > 0
