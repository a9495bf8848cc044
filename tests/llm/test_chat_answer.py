"""Chat completions, believed in nothing."""

from __future__ import annotations

from typing import Any

import pytest

from censemble.llm.chat_answer import raw_reply_of


def body(message: Any, **more: Any) -> dict[str, Any]:
    """A chat completion with one message."""
    return {"choices": [{"message": message, "finish_reason": "length"}], **more}


def test_what_is_read() -> None:
    """Text, reason of the end, counts, and who served."""
    usage = {"prompt_tokens": 4, "completion_tokens": 2}
    raw = raw_reply_of(body({"content": "x"}, usage=usage, model="m2"), seconds=1.5, name="m")
    assert (raw.text, raw.finish, raw.tokens_in, raw.tokens_out, raw.seconds, raw.served_by) == (
        "x", "length", 4, 2, 1.5, "m2",
    )  # fmt: skip


@pytest.mark.parametrize("count", [-1, True, "7", 1.5, None, 10**12])
def test_counts_that_are_none_are_not_taken(count: Any) -> None:
    """They would spoil the budget."""
    raw = raw_reply_of(body({"content": "x"}, usage={"prompt_tokens": count}), seconds=0, name="m")
    assert raw.tokens_in is None


def test_a_refusal_is_the_text_and_no_answer() -> None:
    """As some servers send it."""
    raw = raw_reply_of(body({"content": None, "refusal": "I cannot."}), seconds=0, name="m")
    assert (raw.text, raw.finish) == ("I cannot.", "declined")


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, {"choices": {}}, {"choices": [{}]}, body("x"), body({"content": 1}), body({}, usage=[1])],
)
def test_other_shapes_are_no_chat_completion(answer: Any) -> None:
    """A TypeError, whatever it is."""
    with pytest.raises(TypeError):
        raw_reply_of(answer, seconds=0, name="m")
