"""One answer: from the store or by calls, and in which form it is asked for."""

from __future__ import annotations

import pytest
from llm_case import StillClock, digit_request

from censemble.llm import Budget, CallFault, FakeModel, Patience, Store
from censemble.llm.calling import Caller, Stopped, Turn
from censemble.llm.exchange import Question
from censemble.llm.fake import Answer


def caller_of(*answers: Answer) -> tuple[Caller, FakeModel, StillClock]:
    """A caller on a queue of answers."""
    model, time = FakeModel(answers), StillClock()
    return (
        Caller(model, store=Store.in_memory(), budget=Budget(), concurrency=2, patience=Patience(), clock=time.clock()),
        model,
        time,
    )


def turn(text: str = "A digit?") -> Turn:
    """A question in its first round."""
    return Turn(Question(digit_request(text), "fake"))


def forms(model: FakeModel) -> list[str]:
    """Response format of each call."""
    return [str((call.response_format or {"type": "prompted"})["type"]) for call in model.calls]


def test_a_stored_answer_is_not_asked_for() -> None:
    """The second time it comes from the store."""
    caller, model, _ = caller_of('{"n": 1}')
    assert caller.answer(turn()) == caller.answer(turn())
    assert len(model.calls) == caller.paid.calls == 1


def test_the_first_answer_settles_the_form() -> None:
    """Refused, then accepted: from then on the accepted form, also for a new caller on the store."""
    caller, model, _ = caller_of(CallFault("request", "HTTP 400"), '{"n": 1}', '{"n": 2}')
    caller.answer(turn())
    caller.answer(turn("Another?"))
    assert forms(model) == ["json_schema", "json_object", "json_object"]
    assert caller.store.form_of("fake") == caller.form == "json_object"


def test_a_sick_server_is_tried_in_every_form_and_settles_nothing() -> None:
    """Two attempts a form, with waits, then the end."""
    caller, model, time = caller_of(*[CallFault("server", "HTTP 500")] * 6)
    with pytest.raises(CallFault, match="tried 6 times"):
        caller.answer(turn())
    assert forms(model) == ["json_schema"] * 2 + ["json_object"] * 2 + ["prompted"] * 2
    assert time.waits == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert caller.form is None


def test_a_server_that_starts_up_keeps_its_form() -> None:
    """503 while the model loads says nothing about formats."""
    caller, model, _ = caller_of(*[CallFault("busy", "HTTP 503")] * 4, '{"n": 1}')
    caller.answer(turn())
    assert forms(model) == ["json_schema"] * 5


def test_a_short_outage_keeps_a_settled_form() -> None:
    """Three failures later the form that worked still does."""
    caller, model, _ = caller_of('{"n": 1}', *[CallFault("server", "HTTP 500")] * 3, '{"n": 1}')
    caller.answer(turn())
    caller.answer(turn("Another?"))
    assert set(forms(model)) == {"json_schema"}


def test_nothing_is_asked_after_the_stop() -> None:
    """Threads that come late leave at once."""
    caller, model, _ = caller_of('{"n": 1}')
    caller.stop.set()
    with pytest.raises(Stopped):
        caller.answer(turn())
    assert model.calls == []


def test_half_a_character_can_be_kept() -> None:
    """A lone surrogate in an answer is no text that a file can hold; it is replaced."""
    caller, _, _ = caller_of("\ud800")
    assert caller.answer(turn()).raw.text == "?"
