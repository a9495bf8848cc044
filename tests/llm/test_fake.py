"""The model of the tests."""

from __future__ import annotations

import pytest

from censemble.llm import CallFault, FakeModel, Message, RawReply, Settings
from censemble.llm.fake import FakeCall


def ask(model: FakeModel) -> RawReply:
    """One call."""
    return model.complete([Message("user", "?")], response_format=None, settings=Settings(), random_seed=3)


def test_answers_come_in_order_and_faults_are_raised() -> None:
    """A text, a whole reply, a fault, and the end of the queue."""
    model = FakeModel(["a", RawReply("b", "length"), CallFault("rate", "slower")])
    assert [ask(model).text, ask(model).finish] == ["a", "length"]
    for message in ("slower", "queue is empty"):
        with pytest.raises(CallFault, match=message):
            ask(model)
    assert len(model.calls) == 4


def test_a_function_answers_what_it_is_asked() -> None:
    """It sees the messages, the settings and the seed."""

    def answer(call: FakeCall) -> str:
        return f"{call.messages[0].text}{call.random_seed}"

    assert ask(FakeModel(answer)).text == "?3"
