"""Requests, questions and settings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from llm_case import DIGIT, digit_request

from censemble.llm import Message, Request, Settings
from censemble.llm.exchange import Question


def test_the_key_follows_all_that_decides_the_answer() -> None:
    """Model, messages, schema, seed, settings, occurrence; not the purpose."""
    request = digit_request()
    base = Question(request, "m")
    others = [
        Question(request, "m2"),
        Question(request, "m", 1),
        Question(digit_request("Other?"), "m"),
        Question(digit_request(random_seed=1), "m"),
        Question(replace(request, schema={**DIGIT, "title": "t"}), "m"),
        Question(replace(request, settings=Settings(temperature=0.1)), "m"),
        Question(replace(request, settings=replace(request.settings, extra={"top_k": 1})), "m"),
    ]
    assert len({question.key for question in [base, *others]}) == 8
    assert Question(replace(request, purpose="other"), "m").key == base.key


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -1},
        {"temperature": float("nan")},
        {"top_p": 0},
        {"max_tokens": 0},
        {"extra": {"seed": 1}},
        {"extra": {"x": float("nan")}},
    ],
)
def test_settings_outside_their_range_are_refused(wrong: dict[str, float]) -> None:
    """Each in the constructor; `extra` cannot set what has a place of its own."""
    with pytest.raises(ValueError, match=r"needed|cannot|compliant"):
        Settings(**wrong)  # type: ignore[arg-type]


def test_a_request_ends_with_its_user() -> None:
    """No messages, or none from the user at the end, is no question."""
    for messages in ([], [Message("user", "?"), Message("assistant", "!")]):
        with pytest.raises(ValueError, match="the last one from the user"):
            Request(messages, DIGIT)
