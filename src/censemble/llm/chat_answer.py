"""What a chat completion in OpenAI's form says."""

from __future__ import annotations

from typing import Any

from censemble.llm.exchange import Finish, RawReply

MOST_TOKENS = 10**9
FINISH: dict[str, Finish] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "declined",
}


def raw_reply_of(answer: Any, *, seconds: float, name: str) -> RawReply:
    """Read the body of an answer, believing nothing about it.

    Parameters
    ----------
    answer : object
        The body, parsed.
    seconds : float
        How long it took.
    name : str
        The model that was asked, if the answer does not name one.

    Raises
    ------
    TypeError
        It is no chat completion.

    Examples
    --------
    >>> body = {"choices": [{"message": {"content": "7"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": -1}}
    >>> raw_reply_of(body, seconds=0.5, name="small")
    RawReply(text='7', finish='stop', tokens_in=None, tokens_out=None, seconds=0.5, served_by='small')
    """
    try:
        choice = answer["choices"][0]
        message = choice["message"]
        text, declined = message.get("content"), message.get("refusal")
        usage = answer.get("usage") or {}
        counts = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
        reason, served = choice.get("finish_reason"), answer.get("model")
    except (LookupError, AttributeError):
        raise TypeError("no chat completion") from None
    if not isinstance(text, (str, type(None))):
        raise TypeError("no text in the chat completion")
    finish: Finish = FINISH.get(reason, "other") if isinstance(reason, str) else "other"
    if text is None and isinstance(declined, str):
        text, finish = declined, "declined"
    return RawReply(text or "", finish, *counts, seconds, served if isinstance(served, str) else name)


def _count(value: Any) -> int | None:
    """A number of tokens, if it is one."""
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS
    return value if sound else None
