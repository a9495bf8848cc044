"""What calls cost, what they may cost, and what they will cost.

Tokens that a server does not count are estimated: one token for three bytes of UTF-8. English prose has about four
bytes a token, JSON and figures two and a half to three, so estimates of prose are high.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from censemble.errors import ConfigError, Problem
from censemble.llm.exchange import Message, RawReply

BYTES_PER_TOKEN = 3
TOKENS_PER_MESSAGE = 8  # marks of the chat template around each message
MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Price:
    """What a model's tokens cost.

    Parameters
    ----------
    tokens_in, tokens_out : Decimal
        Money per million tokens sent and received, >= 0.
    """

    tokens_in: Decimal = Decimal(0)
    tokens_out: Decimal = Decimal(0)

    def of(self, tokens_in: int, tokens_out: int) -> Decimal:
        """Money for some tokens.

        Examples
        --------
        >>> Price(Decimal("0.10"), Decimal("0.40")).of(2_000_000, 500_000)
        Decimal('0.40')
        """
        return (self.tokens_in * tokens_in + self.tokens_out * tokens_out) / MILLION


def read_prices(table: Mapping[str, Any], *, source: str = "prices") -> dict[str, Price]:
    """Prices by model, from the project file's table.

    Parameters
    ----------
    table : mapping
        Model -> ``{"in": ..., "out": ...}``, money per million tokens; texts or numbers.
    source : str
        How messages name the table.

    Raises
    ------
    ConfigError
        Entries that are no prices; all of them are listed.

    Examples
    --------
    >>> read_prices({"small": {"in": "0.10", "out": 0.4}})["small"].tokens_out
    Decimal('0.4')
    """
    prices, problems = {}, []
    for model, entry in table.items():
        try:
            prices[model] = _price(entry)
        except (InvalidOperation, ValueError):
            action = "Write money per million tokens, such as {in: 0.10, out: 0.40}."
            problems.append(Problem(source, model, "in and out, numbers >= 0", repr(entry), action, "bad-price"))
    if problems:
        raise ConfigError("the table of prices cannot be used", problems)
    return prices


def _price(entry: Any) -> Price:
    if not isinstance(entry, Mapping) or entry.keys() != {"in", "out"}:
        raise ValueError
    values = [Decimal(str(entry[key])) for key in ("in", "out")]
    if any(not value.is_finite() or value < 0 for value in values):
        raise ValueError
    return Price(*values)


def tokens_of_text(text: str) -> int:
    """Estimated tokens of a text.

    Examples
    --------
    >>> tokens_of_text("twelve bytes")
    4
    """
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)


def tokens_of_messages(messages: Sequence[Message]) -> int:
    """Estimated tokens of a prompt."""
    return sum(TOKENS_PER_MESSAGE + tokens_of_text(message.text) for message in messages)


@dataclass(frozen=True)
class Spending:
    """Calls, tokens and money, of one call or of many.

    Parameters
    ----------
    calls : int
        Answers that came, right or wrong; a call that failed is not counted, since nothing tells what it cost.
    tokens_in, tokens_out : int
    cost : Decimal
        In the currency of the prices; 0 without a price.
    """

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal = Decimal(0)

    @property
    def tokens(self) -> int:
        """Tokens sent and received."""
        return self.tokens_in + self.tokens_out

    def __add__(self, other: Spending) -> Spending:
        return Spending(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.cost + other.cost,
        )


@dataclass(frozen=True)
class Budget:
    """Limits of one run.

    What stored answers once cost counts too, so that a resumed run ends where one without interruption would.

    Parameters
    ----------
    max_calls, max_tokens : int or None
        >= 0; None for no limit.
    max_cost : Decimal or None
        In the currency of the prices.
    prices : mapping of str to Price
        By model.

    Raises
    ------
    ValueError
        A negative limit.
    """

    max_calls: int | None = None
    max_tokens: int | None = None
    max_cost: Decimal | None = None
    prices: Mapping[str, Price] = field(default_factory=dict)

    def __post_init__(self) -> None:
        limits = (self.max_calls, self.max_tokens, self.max_cost)
        if any(limit is not None and limit < 0 for limit in limits):
            raise ValueError("limits of a budget are >= 0")

    @property
    def unlimited(self) -> bool:
        """Whether there is no limit."""
        return self.max_calls is None and self.max_tokens is None and self.max_cost is None

    def check(self, model: str) -> None:
        """Refuse a limit of money for a model without a price: it would never be reached.

        Raises
        ------
        ConfigError
        """
        if self.max_cost is not None and model not in self.prices:
            known = ", ".join(sorted(self.prices)) or "no model"
            action = "Add its price, or limit calls or tokens instead."
            problem = Problem("prices", model, "a price of the model", f"prices of {known}", action, "missing-price")
            raise ConfigError("a limit of money needs the price of the model", [problem])

    def price(self, model: str) -> Price:
        """The model's price; 0 where none is known."""
        return self.prices.get(model, Price())

    def spent(self, model: str, messages: Sequence[Message], raw: RawReply) -> Spending:
        """What one call cost: as the server counted, else as estimated."""
        sent = tokens_of_messages(messages) if raw.tokens_in is None else raw.tokens_in
        got = tokens_of_text(raw.text) if raw.tokens_out is None else raw.tokens_out
        return Spending(1, sent, got, self.price(model).of(sent, got))

    def of(self, model: str, raw: RawReply) -> Spending:
        """What a kept call cost, whose tokens are all known."""
        sent, got = raw.tokens_in or 0, raw.tokens_out or 0
        return Spending(1, sent, got, self.price(model).of(sent, got))

    def at_most(self, model: str, messages: Sequence[Message], max_tokens: int) -> Spending:
        """What one call may cost: the estimate of its prompt, and all the tokens it may answer with."""
        sent = tokens_of_messages(messages)
        return Spending(1, sent, max_tokens, self.price(model).of(sent, max_tokens))

    def excess(self, spending: Spending) -> str:
        """Which limit some spending breaks, in words; empty if none.

        Examples
        --------
        >>> Budget(max_calls=20).excess(Spending(calls=21))
        'the budget is 20 calls'
        """
        if self.max_calls is not None and spending.calls > self.max_calls:
            return f"the budget is {self.max_calls:,} call{'' if self.max_calls == 1 else 's'}"
        if self.max_tokens is not None and spending.tokens > self.max_tokens:
            return f"the budget is {self.max_tokens:,} tokens"
        if self.max_cost is not None and spending.cost > self.max_cost:
            return f"the budget is {self.max_cost} of money"
        return ""


def total(spendings: Iterable[Spending]) -> Spending:
    """The sum of some spendings."""
    return sum(spendings, Spending())


@dataclass(frozen=True)
class Preview:
    """What some requests will take, before anything is sent.

    Parameters
    ----------
    requests, stored : int
        How many there are, and how many of them the store answers already.
    likely, at_most : Spending
        Each open request asked once; and each asked twice because its first answer needs repair. Answers are taken as
        long as they may be.
    excess : str
        Which limit the likely spending would break; empty if none.
    """

    requests: int
    stored: int
    likely: Spending
    at_most: Spending
    excess: str = ""
