"""From a request to messages and a response format, and from an answer's text to a value or to faults.

Servers differ: some hold the answer to a JSON schema, some only to JSON, some to nothing, and some accept the field and
ignore it. So there is a ladder of three forms; the form that works is found with the first question put to a model
(`settled_form`), and the answer is validated whatever the form.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from censemble.llm.canonical import canonical
from censemble.llm.data_text import DATA_RULE, data_block
from censemble.llm.exchange import Message, RawReply, Request
from censemble.llm.json_schema import Fault, equal, faults_of

Form = Literal["json_schema", "json_object", "prompted"]
FORMS: tuple[Form, ...] = ("json_schema", "json_object", "prompted")
# what a server that holds the answer to the schema would never let through
UNHELD = {"syntax", "empty", "type", "missing", "extra", "category", "ambiguous"}
MOST_FAULTS = 12  # a small model loses the thread in a longer list
MOST_QUOTED = 1200  # characters of a wrong answer that are sent back
MOST_STARTS = 200  # places in one answer where a JSON value is looked for
LONGEST_NUMBER = 40  # digits

SCHEMA_ORDER = "Answer with one JSON value and nothing else, without comments. It must be valid under this JSON Schema:"
REPAIR_ORDER = "This was answered before, but cannot be used for the faults listed after it:"
REPAIR_END = "Give the whole answer again, without these faults."
CUT = Fault("cut", "the answer was cut off at the limit of its length; be shorter")
THOUGHT = re.compile(r"^.*</think>", re.DOTALL)


@dataclass(frozen=True)
class Reading:
    """What one answer says.

    Parameters
    ----------
    value : object or None
        The validated value; None if there are faults.
    draft : object or None
        What could be read as JSON, valid or not.
    faults : tuple of Fault
        Empty if and only if the answer is valid.
    """

    value: Any
    draft: Any
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class WrongAnswer:
    """An answer that cannot be used, and why."""

    text: str
    faults: tuple[Fault, ...]


def response_format(form: Form, schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """Field `response_format` of a chat request; None where nothing is asked of the server.

    Examples
    --------
    >>> response_format("json_object", {"type": "object"})
    {'type': 'json_object', 'schema': {'type': 'object'}}
    """
    if form == "json_schema":
        named = {"name": "answer", "schema": dict(schema), "strict": True}
        return {"type": "json_schema", "json_schema": named}
    return {"type": "json_object", "schema": dict(schema)} if form == "json_object" else None


def messages_for(request: Request, form: Form, wrong: WrongAnswer | None = None) -> tuple[Message, ...]:
    """The messages to send: the request's, the rule about data, the schema where the server is not given it.

    A wrong answer and its faults go into the last message, as data: what a model wrote cannot give orders in the next
    round, and templates that allow no second message of one role take it too.
    """
    first, *rest = request.messages
    told = [Message(first.role, f"{first.text}\n\n{DATA_RULE}"), *rest]
    parts = [told[-1].text]
    if wrong is not None:
        parts.append(repair_text(wrong))
    if wrong is not None or form != "json_schema":
        parts.append(f"{SCHEMA_ORDER}\n{data_block('schema', dict(request.schema))}")
    return (*told[:-1], Message("user", "\n\n".join(parts)))


def repair_text(wrong: WrongAnswer) -> str:
    """The order to correct an answer, which quotes it and its faults."""
    listed = [str(fault) for fault in wrong.faults[:MOST_FAULTS]]
    if len(wrong.faults) > MOST_FAULTS:
        listed.append(f"and {len(wrong.faults) - MOST_FAULTS} more")
    answer = data_block("wrong_answer", wrong.text[:MOST_QUOTED])
    return f"{REPAIR_ORDER}\n{answer}\n{data_block('faults', listed)}\n{REPAIR_END}"


def read_answer(raw: RawReply, schema: Mapping[str, Any]) -> Reading:
    """Read and validate one answer.

    Tolerant about what stands around the JSON (code fences, leading words, a closed block of thought), strict about
    the JSON itself: no NaN, no key twice, no rest of a truncated answer. Of several JSON values the one valid under
    the schema counts; two different valid ones are a fault, because nothing says which is meant.

    Returns
    -------
    Reading

    Examples
    --------
    >>> read_answer(RawReply('Sure: {"n": 3}'), {"type": "object", "properties": {"n": {"type": "integer"}}}).value
    {'n': 3}
    """
    if raw.finish == "declined":
        return Reading(None, None, (Fault("declined", "the model declined to answer"),))
    if not raw.text.strip():
        return Reading(None, None, (CUT if raw.finish == "length" else Fault("empty", "the answer is empty"),))
    found, fault = _values_in(raw.text, schema)
    if not found:
        return Reading(None, None, (CUT if raw.finish == "length" else fault,))
    return _choose(found, schema)


def _choose(found: list[Any], schema: Mapping[str, Any]) -> Reading:
    judged = [(value, faults_of(value, schema)) for value in found]
    valid = [value for value, faults in judged if not faults]
    if len(valid) > 1:
        return Reading(None, None, (Fault("ambiguous", f"the answer holds {len(valid)} different valid values"),))
    if valid:
        return Reading(valid[0], valid[0], ())
    value, faults = min(judged, key=lambda pair: len(pair[1]))
    return Reading(None, value, tuple(faults))


def _values_in(text: str, schema: Mapping[str, Any]) -> tuple[list[Any], Fault]:
    """All different JSON values that the answer may mean, and the fault of the text if there is none."""
    body = THOUGHT.sub("", text).strip().lstrip("\ufeff")
    try:
        return [parse(body)], Fault("syntax", "")
    except ValueError as error:
        fault = Fault("syntax", f"the answer is not JSON: {error}")
    found: list[Any] = []
    for candidate in _candidates(body, schema):
        if not any(equal(candidate, other) for other in found):
            found.append(candidate)
    return found, fault


def _candidates(body: str, schema: Mapping[str, Any]) -> Iterator[Any]:
    """JSON values in a text, none of them part of another that is broken or cut off."""
    opening = re.compile({"object": r"\{", "array": r"\["}.get(str(schema.get("type")), r"[{\[]"))
    decoder, position = json.JSONDecoder(**_hooks()), 0
    for _ in range(MOST_STARTS):
        match = opening.search(body, position)
        if match is None:
            return
        try:
            value, position = decoder.raw_decode(body, match.start())
            canonical(value).encode("utf-8")  # half a character is a ValueError
        except json.JSONDecodeError as error:
            if error.msg.startswith("Unterminated"):
                return
            position = max(error.pos, match.end())
        except (ValueError, RecursionError):  # read, but refused
            return
        else:
            yield value


def parse(text: str) -> Any:
    """Read JSON strictly: one value, no NaN or infinity, no key twice, no number of absurd length.

    Whole numbers are integers however they are written (`3.0`, `1e3`).

    Raises
    ------
    ValueError
        The text is not that.

    Examples
    --------
    >>> parse('{"n": 3.0}')
    {'n': 3}
    """
    try:
        value = json.loads(text, **_hooks())
        canonical(value).encode("utf-8")
        return value
    except UnicodeEncodeError:
        raise ValueError("it holds half of a character") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at character {error.pos}") from None


def _hooks() -> dict[str, Any]:
    return {
        "parse_constant": _refuse_constant,
        "parse_float": _number,
        "parse_int": _whole,
        "object_pairs_hook": _object,
    }


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON")


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"a number has {len(text)} digits")
    return int(text)


def _number(text: str) -> float | int:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:LONGEST_NUMBER]} is too large")
    return int(value) if value.is_integer() else value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
        raise ValueError(f"key {json.dumps(twice, ensure_ascii=False)[:60]} stands twice")
    return made


def next_form(form: Form) -> Form | None:
    """The form to try where a server refuses `form`; None after the last."""
    after = FORMS.index(form) + 1
    return FORMS[after] if after < len(FORMS) else None


def settled_form(form: Form, faults: Sequence[Fault]) -> Form:
    """The form for all later questions, from how the first one was answered.

    A server that was given the schema and let through what the schema forbids does not hold the answer to it; the
    model has then never seen the schema, so it is told in words from now on.

    Examples
    --------
    >>> settled_form("json_schema", [Fault("syntax", "the answer is not JSON")])
    'json_object'
    >>> settled_form("json_schema", [Fault("range", "must be at most 99, is 130")])
    'json_schema'
    """
    if form == "json_schema" and any(fault.kind in UNHELD for fault in faults):
        return "json_object"
    return form
