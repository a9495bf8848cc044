"""What a language model proposed and was not taken, each with the reason: counted for the notes, kept for the audit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from censemble.llm import Reply

TEXT = ("place", "reason", "record", "question")
COLUMNS = pa.schema([("call", pa.int64()), *((name, pa.string()) for name in TEXT)])


@dataclass(frozen=True)
class Refusal:
    """One proposal, or one whole answer, that was not taken.

    Parameters
    ----------
    call : int
        Which call of proposals, from 1.
    place : str
        Of the proposal in its call; "" for a whole answer.
    reason : str
        As it is counted: "no room in the tables", "rule: NAME", "answer: syntax".
    record : str
        As the model gave it: JSON of a proposal, the text of an answer.
    question : str
        Key of the question in the file of answers.
    """

    call: int
    place: str
    reason: str
    record: str
    question: str


class Refusals(Counter[str]):
    """Proposals by the reason why they were refused, and each refusal kept.

    An answer that cannot be used counts as all that was asked for in it, and is kept once.

    Attributes
    ----------
    kept : list of Refusal
        In the order in which they were refused.

    Examples
    --------
    >>> refusals = Refusals()
    >>> refusals.answered(1, Reply("valid", {"proposals": {"1": {"record": {"sex": "male"}}}}, key="ab"))
    >>> refusals.refuse("1-1", "no room in the tables")
    >>> refusals["no room in the tables"], refusals.kept[0].record
    (1, '{"record": {"sex": "male"}}')
    """

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Refusal] = []
        self._answers: dict[int, Reply] = {}

    def answered(self, call: int, reply: Reply) -> None:
        """Note the answer to one call, from which what is refused later is quoted."""
        self._answers[call] = reply

    def question(self, proposal: str) -> str:
        """Key of the question that a proposal answers; "" where no model proposed it."""
        call = proposal.partition("-")[0]
        return self._answers[int(call)].key if call.isdigit() and int(call) in self._answers else ""

    def refuse(self, proposal: str, reason: str) -> None:
        """Refuse one proposal, named by its id "call-place"."""
        call, _, place = proposal.partition("-")
        reply = self._answers.get(int(call), Reply("unasked"))
        proposals: Mapping[str, Any] = (reply.value or {}).get("proposals", {})
        said = json.dumps(proposals.get(place, {}), ensure_ascii=False)
        self[reason] += 1
        self.kept.append(Refusal(int(call), place, reason, said, reply.key))

    def refuse_answer(self, call: int, *, n: int) -> None:
        """Refuse a whole answer, in which `n` proposals were asked for."""
        reply = self._answers[call]
        reason = f"answer: {reply.faults[0].kind}"
        self[reason] += n
        self.kept.append(Refusal(call, "", reason, reply.text, reply.key))

    def table(self) -> pa.Table:
        """All that was refused, a row each."""
        return pa.Table.from_pylist([vars(refusal) for refusal in self.kept], schema=COLUMNS)
