"""Costs, prices and limits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from censemble.errors import ConfigError
from censemble.llm import Budget, Message, Price, RawReply, Spending, read_prices
from censemble.llm.budget import tokens_of_messages, tokens_of_text, total


def test_money_is_exact() -> None:
    """Decimal from the file's digits: a tenth is a tenth."""
    price = read_prices({"m": {"in": 0.1, "out": "0.3"}})["m"]
    assert price == Price(Decimal("0.1"), Decimal("0.3"))
    assert price.of(1, 1) == Decimal("0.0000004")


def test_all_bad_prices_are_named() -> None:
    """Negative, not a number, incomplete, not finite: one message."""
    entries = {"a": {"in": -1, "out": 0}, "b": {"in": "x", "out": 0}, "c": {"in": 1}, "d": {"in": "NaN", "out": 1}}
    with pytest.raises(ConfigError) as caught:
        read_prices({**entries, "good": {"in": 1, "out": 2}})
    assert [(p.where, p.code) for p in caught.value.problems] == [(m, "bad-price") for m in "abcd"]


def test_tokens_are_estimated_where_the_server_does_not_count() -> None:
    """One for three bytes and eight a message; the server's own count comes first."""
    messages = [Message("user", "123456")]
    assert tokens_of_messages(messages) == 10
    assert tokens_of_text("é") == 1
    budget = Budget()
    assert budget.spent("m", messages, RawReply("123")) == Spending(1, 10, 1)
    assert budget.spent("m", messages, RawReply("123", tokens_in=50, tokens_out=0)) == Spending(1, 50, 0)


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (Budget(), ""),
        (Budget(max_calls=2, max_tokens=30, max_cost=Decimal(1)), ""),
        (Budget(max_calls=1), "the budget is 1 call"),
        (Budget(max_tokens=29), "the budget is 29 tokens"),
        (Budget(max_cost=Decimal("0.9")), "the budget is 0.9 of money"),
    ],
)
def test_the_limit_that_breaks_is_named(budget: Budget, words: str) -> None:
    """Reaching a limit is allowed, passing it is not."""
    assert budget.excess(Spending(2, 10, 20, Decimal(1))) == words


def test_spendings_add_up() -> None:
    """Calls, tokens, money."""
    assert total([Spending(1, 2, 3, Decimal(4)), Spending(1, 1, 1, Decimal(1))]) == Spending(2, 3, 4, Decimal(5))
    assert total([]) == Spending()


def test_a_negative_limit_is_refused() -> None:
    """It could never hold."""
    with pytest.raises(ValueError, match=">= 0"):
        Budget(max_calls=-1)
