"""From requests to messages, and from whatever a model says to a value or faults."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llm_case import DIGIT, digit_request

from censemble.llm import Fault, Message, RawReply, Request
from censemble.llm.structured import (
    FORMS,
    WrongAnswer,
    messages_for,
    next_form,
    parse,
    read_answer,
    response_format,
    settled_form,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text("abc"), below, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "text",
    [
        '{"n": 3}',
        ' \n{"n": 3.0}\n',
        '\ufeff{"n": 3}',
        '```json\n{"n": 3}\n```',
        'Here it is:\n```\n{"n": 3}\n```\nEnjoy.',
        'The answer {as asked} is {"n": 3}.',
        '<think>perhaps {"n": 7}?</think>{"n": 3}',
        '{"n": 3} {"n": 3}',
        'First {"n": 44}, no: {"n": 3}',
    ],
)
def test_json_is_found_in_what_models_write(text: str) -> None:
    """Fences, leading words, thought, repetitions."""
    assert read_answer(RawReply(text), DIGIT).value == {"n": 3}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"a": {"n": 3}', "syntax"),
        ('{"a": {"n": 3}, oops}', "syntax"),
        ('{"reason": "as in {"n": 3}', "syntax"),
        ('Say {"x": NaN, "y": {"n": 3}}', "syntax"),
        ("{'n': 3}", "syntax"),
        ('{"n": 3} {"n": 4}', "ambiguous"),
        ('{"n": "\\ud800"}', "syntax"),
        ("\u200b", "syntax"),
    ],
)
def test_no_part_of_a_broken_answer_is_taken(text: str, kind: str) -> None:
    """A value inside an unfinished or refused one is not the answer."""
    reading = read_answer(RawReply(text), DIGIT)
    assert reading.value is None
    assert [fault.kind for fault in reading.faults] == [kind]


def test_an_answer_that_was_cut_off_says_so() -> None:
    """At the limit of tokens the fault is the length, not the syntax; a whole answer still counts."""
    assert read_answer(RawReply('{"n": ', "length"), DIGIT).faults[0].kind == "cut"
    assert read_answer(RawReply('{"n": 3}  ', "length"), DIGIT).value == {"n": 3}


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_parsing_gives_back_what_was_written(value: Any) -> None:
    """Strictness refuses nothing that is JSON."""
    assert parse(json.dumps(value)) == value


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('{}[]",:n3 \\`eE-N</think>'), max_size=60))
def test_any_text_ends_in_a_value_or_a_fault(text: str) -> None:
    """Nothing that a model writes is an error of the program."""
    reading = read_answer(RawReply(text), DIGIT)
    assert (reading.value is None) == bool(reading.faults)


def test_the_ladder_of_forms() -> None:
    """json_schema, json_object, prompted; none after the last."""
    assert [response_format(form, DIGIT) and response_format(form, DIGIT)["type"] for form in FORMS] == [
        "json_schema",
        "json_object",
        None,
    ]
    assert [next_form(form) for form in FORMS] == ["json_object", "prompted", None]


def test_only_a_server_that_lies_is_settled_lower() -> None:
    """A cut-off or out-of-range answer is the model's doing, prose the server's."""
    assert settled_form("json_schema", []) == "json_schema"
    assert settled_form("json_schema", [Fault("cut", "")]) == "json_schema"
    assert settled_form("json_schema", [Fault("missing", "")]) == "json_object"
    assert settled_form("prompted", [Fault("syntax", "")]) == "prompted"


def test_the_schema_is_told_where_the_server_is_not_given_it() -> None:
    """In the last message, with everything else as it was."""
    request = Request([Message("system", "Be brief."), Message("user", "A digit?")], DIGIT)
    held, told = (messages_for(request, form) for form in ("json_schema", "prompted"))
    assert held[-1].text == "A digit?"
    assert told[-1].text.startswith("A digit?\n\nAnswer with one JSON value")
    assert held[0] == told[0]


def test_a_repair_names_the_faults_but_not_all_of_hundreds() -> None:
    """Twelve, and how many more; the wrong answer is quoted up to a limit."""
    faults = tuple(Fault("range", f"fault {i}") for i in range(30))
    text = messages_for(digit_request(), "json_schema", WrongAnswer("z" * 9000, faults))[-1].text
    assert '"fault 11", "and 18 more"]' in text
    assert text.count("z") < 1300
