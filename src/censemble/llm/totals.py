"""What a run's questions came to, for its manifest and for a table beside its population."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from censemble.llm.client import Client
from censemble.plain_text import counted

COLUMNS = pa.schema(
    [
        ("number", pa.int64()),
        ("purpose", pa.string()),
        ("verdict", pa.string()),
        ("faults", pa.list_(pa.string())),
        ("tokens_in", pa.int64()),
        ("tokens_out", pa.int64()),
        ("question", pa.string()),
    ]
)


def totals_of(client: Client) -> dict[str, Any]:
    """Model, calls, tokens, cost, verdicts and kinds of faults of everything that a client has asked.

    What stored answers once cost counts, so that a run that was stopped and goes on tells the same as one that was not.

    Returns
    -------
    dict
        Values of JSON. `cost` is a text of a decimal number, and absent where the model has no price.

    Examples
    --------
    >>> from censemble.llm import FakeModel, Message, Request
    >>> client = Client(FakeModel(["7"]))
    >>> _ = client.ask([Request([Message("user", "A digit?")], {"type": "integer"})])
    >>> totals_of(client)["calls"], totals_of(client)["verdicts"]
    (1, {'valid': 1})
    """
    spent = client.spending
    priced = client.model.name in client.budget.prices
    return {
        "model": client.model.name,
        "answers": client.store.name,
        "questions": len(client.asked),
        "calls": spent.calls,
        "tokens_in": spent.tokens_in,
        "tokens_out": spent.tokens_out,
        **({"cost": f"{spent.cost:f}"} if priced else {}),
        "verdicts": dict(sorted(client.verdicts.items())),
        "faults": dict(sorted(client.reasons.items())),
    }


def totals_words(totals: Mapping[str, Any]) -> str:
    """What asking came to, in one sentence for the notes.

    Parameters
    ----------
    totals : mapping
        From `totals_of`.

    Examples
    --------
    >>> totals_words({"model": "m", "questions": 2, "calls": 3, "tokens_in": 90, "tokens_out": 1200,
    ...               "verdicts": {"repaired": 1, "valid": 1}, "faults": {"range": 1}})
    'language model m: 2 questions (repaired 1, valid 1; faults: range 1), 3 calls, 90 tokens sent, 1,200 received.'
    """
    verdicts, faults = (", ".join(f"{name} {n:,}" for name, n in totals[key].items()) for key in ("verdicts", "faults"))
    said = f"{verdicts}; faults: {faults}" if faults else verdicts
    asked, calls = counted(totals["questions"], "question"), counted(totals["calls"], "call")
    spent = f"{calls}, {totals['tokens_in']:,} tokens sent, {totals['tokens_out']:,} received"
    cost = f", cost {totals['cost']}" if "cost" in totals else ""
    return f"language model {totals['model']}: {asked} ({said}), {spent}{cost}."


def questions_of(client: Client) -> pa.Table:
    """Everything that a client has asked, a row each, in the order asked.

    Returns
    -------
    pyarrow.Table
        `number` from 1, `purpose`, `verdict`, `faults` in words, tokens of all calls for the question, and `question`,
        its key in the file of answers.
    """
    rows = [
        {
            "number": number,
            "purpose": purpose,
            "verdict": reply.verdict,
            "faults": [str(fault) for fault in reply.faults],
            "tokens_in": reply.tokens_in,
            "tokens_out": reply.tokens_out,
            "question": reply.key,
        }
        for number, (purpose, reply) in enumerate(client.asked, 1)
    ]
    return pa.Table.from_pylist(rows, schema=COLUMNS)
