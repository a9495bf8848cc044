"""The question that asks a language model for a persona: rules, two worked personas, the record as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from censemble.llm.data_text import clean_labels, clean_text, data_block, data_json
from censemble.llm.exchange import Message, Request, Settings
from censemble.llm.structured import WrongAnswer, repair_text
from censemble.personas.fact_sheet import Fact, FactSheet

PROMPT_VERSION = 1  # part of the writer's name: raise it with any change of the words below
SHORTEST, LONGEST = 80, 620  # characters; 620 are about 100 words
RULES = """You write short portraits of real people from survey records, for a planner who wants to picture them.
Write one paragraph of 50 to 80 words in plain English, in the third person: who this is, how they live, how they get
around. Write sentences, not a list. Use every fact of the record and nothing else: no name, no place name, no job
title, no children, partner, age, number or possession that the record does not state. What the record does not mention
does not exist. Then fill in "facts": what your text says, in the labels of the record."""
EXAMPLES: tuple[tuple[tuple[str, ...], str, dict[str, str]], ...] = (
    (
        (
            "age: 67 years",
            "sex: female",
            "is retired",
            "lives in a household of two",
            "lives in an adults-only home",
            "has two cars in the household",
            "owns the home",
            "lives in a small town",
            "drives",
            "made three or four trips on the day of the survey",
        ),
        "At 67, she is a retired woman who lives in a household of two, in a home of their own in a small town. It is "
        "an adults-only home with two cars in the household. She drives herself, and on the day of the survey she was "
        "out and about, making three or four trips.",
        {"sex": "female", "children": "0", "vehicles": "2"},
    ),
    (
        (
            "age: 24 years",
            "sex: male",
            "goes to college",
            "lives alone",
            "rents the home",
            "lives car-free",
            "leaves driving to others",
            "walks to places most days",
            "takes the bus or train every week",
            "gets a few parcels delivered each month",
        ),
        "This young man of 24 goes to college and lives alone in a home that he rents. His life is car-free: he leaves "
        "driving to others, walks to places most days and takes the bus or train every week. What he orders comes to "
        "the door, a few parcels each month.",
        {"sex": "male", "vehicles": "0", "transit": "every week"},
    ),
)


def persona_request(
    sheet: FactSheet, *, restated: Sequence[str] | None, random_seed: int, settings: Settings, wrong: Any = None
) -> Request:
    """Ask for one persona.

    Parameters
    ----------
    sheet : FactSheet
        Of the record.
    restated : sequence of str or None
        Attributes that the answer restates by label, so that they can be compared; None for all that are mentioned.
    random_seed : int
        Sent along.
    settings : Settings
        How the model draws.
    wrong : WrongAnswer, optional
        An answer that contradicts the record, which is asked again.
    """
    messages = [Message("system", RULES)]
    for record, text, facts in EXAMPLES:
        messages.append(Message("user", data_block("record", list(record))))
        messages.append(Message("assistant", data_json({"persona": text, "facts": facts})))
    last = data_block("record", sheet.shown())
    if isinstance(wrong, WrongAnswer):
        last = f"{last}\n\n{repair_text(wrong)}"
    messages.append(Message("user", last))
    return Request(messages, answer_schema(sheet, restated), "persona", random_seed, settings)


def answer_schema(sheet: FactSheet, restated: Sequence[str] | None) -> dict[str, Any]:
    """JSON schema of the answer: the text, then facts by label.

    Examples
    --------
    >>> answer_schema(FactSheet(()), None)["required"]
    ['persona', 'facts']
    """
    facts = {clean_text(fact.attribute.name): _choice(fact) for fact in restatable(sheet, restated)}
    return {
        "type": "object",
        "properties": {
            "persona": {"type": "string", "minLength": SHORTEST, "maxLength": LONGEST},
            "facts": {
                "type": "object",
                "properties": facts,
                "required": list(facts),
                "additionalProperties": False,
            },
        },
        "required": ["persona", "facts"],
        "additionalProperties": False,
    }


def restatable(sheet: FactSheet, restated: Sequence[str] | None) -> list[Fact]:
    """Facts that an answer restates: those shown of the household, or of the person where records are persons."""
    return [f for f in sheet.shared if f.phrase and (restated is None or f.attribute.name in restated)]


def _choice(fact: Fact) -> dict[str, Any]:
    if isinstance(fact.value, str):
        return {"type": "string", "enum": list(clean_labels(fact.attribute.categories))}
    return {"type": "integer" if float(fact.value).is_integer() else "number"}
