"""What will be asked, before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from audit_case import project
from llmsynthor_case import answer_by_rote

import censemble
from censemble.errors import ConfigError
from censemble.inputs import Inputs, LanguageModelSettings
from censemble.llm import CallFault, FakeModel, Request
from censemble.llm.fake import FakeCall
from censemble.model_client import asking_client
from censemble.rehearsal import rehearse
from censemble.rehearsal_text import rehearsal_lines

ENVIRON = {"CENSEMBLE_LLM_BASE_URL": "http://127.0.0.1:9/v1", "CENSEMBLE_LLM_MODEL": "fake"}
PRICES = {"fake": {"in": "1", "out": "2"}}


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    """A project that has asked nothing yet."""
    return censemble.read_project(project(tmp_path))


def asked(inputs: Inputs, *, n: int | None = None) -> list[FakeCall]:
    """The calls of a run, which ends after `n` of them."""

    def answer(call: FakeCall) -> str | CallFault:
        return CallFault("key", "no more") if n is not None and len(model.calls) > n else answer_by_rote(call)

    model = FakeModel(answer)
    client = asking_client(inputs, model)
    try:
        censemble.run(inputs, client=client)
    except censemble.errors.LanguageModelError:
        assert n is not None
    client.close()
    return model.calls


def same(request: Request | None, call: FakeCall) -> bool:
    """Whether a request is what was sent; the rule about data is added on the way."""
    assert request is not None
    texts = [m.text for m in request.messages]
    return all(sent.text.startswith(text) for text, sent in zip(texts, call.messages, strict=True))


def test_nothing_is_written(inputs: Inputs, tmp_path: Path) -> None:
    """No file of answers comes of looking."""
    before = sorted(tmp_path.rglob("*"))
    found = rehearse(inputs, ENVIRON)
    assert sorted(tmp_path.rglob("*")) == before
    assert (found.stored.calls, found.likely.calls, found.at_most.calls) == (0, 6, 12)
    assert found.questions == {"proposals": 6}


def test_the_first_question_is_the_one_that_is_sent(inputs: Inputs) -> None:
    """Word for word; after one answer, the second."""
    first = rehearse(inputs, ENVIRON).next_request
    calls = asked(inputs, n=1)
    assert same(first, calls[0])
    second = rehearse(inputs, ENVIRON)
    assert same(second.next_request, calls[1])
    assert (second.stored.calls, second.likely.calls) == (1, 5)


def test_nothing_is_left_to_ask(inputs: Inputs) -> None:
    """After a whole run, with or without a model configured."""
    n_calls = len(asked(inputs))
    for environ in (ENVIRON, {}):
        found = rehearse(inputs, environ)
        assert (found.next_request, found.likely.calls, found.stored.calls) == (None, 0, n_calls)


def test_a_repair_is_left_to_ask(inputs: Inputs) -> None:
    """The first answer is stored and wrong: the same question is open."""
    model = FakeModel(lambda call: CallFault("key", "no more") if len(model.calls) > 1 else "prose")
    client = asking_client(inputs, model)
    with pytest.raises(censemble.errors.LanguageModelError):
        censemble.run(inputs, client=client)
    client.close()
    found = rehearse(inputs, ENVIRON)
    assert same(found.next_request, model.calls[0])


def test_limits_and_prices(inputs: Inputs) -> None:
    """Cost is that of the tokens; the limit that may be passed is named."""
    priced = replace(inputs, language_model=LanguageModelSettings(PRICES, max_cost="0.001"))
    found = rehearse(priced, ENVIRON)
    assert found.priced
    assert float(found.likely.cost) == pytest.approx((found.likely.tokens_in + 2 * found.likely.tokens_out) / 1e6)
    assert found.excess == "the budget is 0.001 of money"
    rich = replace(inputs, language_model=LanguageModelSettings(PRICES, max_cost="10"))
    assert rehearse(rich, ENVIRON).excess == ""


def test_faithful_mode_asks_about_dependences_first(tmp_path: Path) -> None:
    """One question more."""
    faithful = censemble.read_project(project(tmp_path, generator="{kind: llmsynthor, mode: faithful, calls: 3}"))
    found = rehearse(faithful, ENVIRON)
    assert found.next_request is not None
    assert found.next_request.purpose == "dependencies"
    assert (found.questions, found.likely.calls) == ({"dependencies": 1, "proposals": 3}, 4)
    alone = rehearse(replace(faithful, generator=replace(faithful.generator, options={"calls": 3})), ENVIRON)
    assert found.likely.tokens_in > 3 * alone.likely.tokens_in / 4  # not as short as the first


def test_a_scenario_is_counted_with_both_runs(inputs: Inputs) -> None:
    """What `censemble scenario` asks: the run without it as ever, what changes, the run with it."""
    alone, found = rehearse(inputs, ENVIRON), rehearse(inputs, ENVIRON, scenario="A concert at the stadium.")
    assert found.questions == {"proposals": 6, "scenario": 1, "proposals with the scenario": 6}
    assert (found.likely.calls, found.at_most.calls) == (13, 26)
    assert found.likely.tokens_in > 2 * alone.likely.tokens_in
    assert found.next_request is not None
    assert alone.next_request is not None
    assert found.next_request.messages == alone.next_request.messages
    assert alone.about_scenario is None
    assert found.about_scenario is not None


def test_after_the_run_without_it_the_scenario_is_next(inputs: Inputs) -> None:
    """Its question is shown; the run with it may still ask as many."""
    n_calls = len(asked(inputs))
    found = rehearse(inputs, ENVIRON, scenario="A concert at the stadium.")
    assert found.next_request is not None
    assert found.next_request.purpose == "scenario"
    assert (found.stored.calls, found.likely.calls) == (n_calls, 7)


def test_a_scenario_is_asked_about_with_any_generator(tmp_path: Path) -> None:
    """One question."""
    other = censemble.read_project(project(tmp_path, generator="{kind: maximum_entropy}"))
    found = rehearse(other, ENVIRON, scenario="A storm.")
    assert (found.questions, found.likely.calls, found.at_most.calls) == ({"scenario": 1}, 1, 2)


@pytest.mark.parametrize(("text", "words"), [("", "empty"), (" \u200b", "empty"), ("x" * 4001, "cannot be sent")])
def test_a_scenario_that_a_run_refuses_is_refused(inputs: Inputs, text: str, words: str) -> None:
    """With the same words, not passed over."""
    with pytest.raises(ConfigError, match=words):
        rehearse(inputs, ENVIRON, scenario=text)


def test_a_limit_of_money_needs_a_price(inputs: Inputs) -> None:
    """A run refuses it, so the preview does; without a model it says so."""
    limited = replace(inputs, language_model=LanguageModelSettings({}, max_cost="0.5"))
    with pytest.raises(ConfigError, match="needs the price of the model"):
        rehearse(limited, ENVIRON)
    assert "a run needs that price" in " ".join(" ".join(rehearsal_lines(rehearse(limited, {}))).split())


def test_generators_that_ask_nothing(tmp_path: Path) -> None:
    """There is nothing to preview."""
    other = censemble.read_project(project(tmp_path, generator="{kind: maximum_entropy}"))
    with pytest.raises(ConfigError, match="asks no language model"):
        rehearse(other, ENVIRON)
