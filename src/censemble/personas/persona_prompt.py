"""The question that asks a language model for a persona: rules, two worked personas, the record as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from censemble.llm.data_text import clean_labels, clean_text, data_block, data_json
from censemble.llm.exchange import Message, Request, Settings
from censemble.llm.structured import WrongAnswer, repair_text
from censemble.personas.fact_sheet import Fact, FactSheet, phrase_of
from censemble.personas.phrasing import Wording

PROMPT_VERSION = 1  # part of the writer's name: raise it with any change of the words below
SHORTEST, LONGEST = 80, 620  # characters; 620 are about 100 words
RULES = """You write short portraits of real people from survey records, for a planner who wants to picture them.
Write one paragraph of 50 to 80 words in plain English, in the third person: who this is, how they live, how they get
around. Write four to six sentences, not a list. Use every fact of the record and nothing else: no name, no place name,
no job title, no children, partner, age, number or possession that the record does not state. What the record does not
mention does not exist. Earlier records are other people: take nothing from them. Then fill in "facts": what your text
says, in the words of the record."""
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
        {"children": "lives in an adults-only home", "vehicles": "has two cars in the household", "work": "is retired"},
    ),
    (
        (
            "age: 34 years",
            "sex: male",
            "works for pay",
            "goes out to the workplace every working day",
            "gets to work by car",
            "finished high school",
            "lives in a household of three",
            "lives in an adults-only home",
            "has one car in the household",
            "has a household income of $50,000 to $75,000 a year",
            "rents the home",
            "lives in a large city",
            "drives",
            "gets a few parcels delivered each month",
            "made three or four trips on the day of the survey",
            "mostly drove on the day of the survey",
        ),
        "He is a 34-year-old man who finished high school and works for pay. Every working day he goes out to the "
        "workplace, and he gets to work by car. He lives in a household of three and rents the home, an adults-only "
        "home in a large city. The household has one car, which he drives, and a household income of $50,000 to "
        "$75,000 a year. A few parcels are delivered each month. On the day of the survey he made three or four trips "
        "and mostly drove.",
        {"work": "works for pay", "vehicles": "has one car in the household"},
    ),
)


def persona_request(
    sheet: FactSheet,
    *,
    wording: Wording,
    restated: Sequence[str] | None,
    random_seed: int,
    settings: Settings,
    wrong: WrongAnswer | None = None,
) -> Request:
    """Ask for one persona.

    Parameters
    ----------
    sheet : FactSheet
        Of the record.
    wording : Wording
        With which it was made.
    restated : sequence of str or None
        Attributes that the answer restates, so that they can be compared; None for all that are mentioned.
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
    if wrong is not None:
        last = f"{last}\n\n{repair_text(wrong)}"
    messages.append(Message("user", last))
    return Request(messages, answer_schema(sheet, restated, wording), "persona", random_seed, settings)


def answer_schema(sheet: FactSheet, restated: Sequence[str] | None, wording: Wording) -> dict[str, Any]:
    """JSON schema of the answer: the text, then some facts restated.

    Examples
    --------
    >>> answer_schema(FactSheet(()), None, Wording())["required"]
    ['persona', 'facts']
    """
    facts = {clean_text(fact.attribute.name): _choice(fact, wording) for fact in restatable(sheet, restated)}
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


def choices_of(fact: Fact, wording: Wording) -> dict[str, str]:
    """How an answer can restate a labelled attribute, and the label that each way stands for.

    Phrases, because a small model copies what it read more surely than it finds the label; labels where two phrases are
    the same or say nothing.

    Examples
    --------
    >>> from censemble.schema import Attribute
    >>> cars = Fact(Attribute("cars", "persons", "ordinal", ("0", "1")), "1", "has one car")
    >>> choices_of(cars, Wording({"cars": {"0": "", "1": "has one car"}}))
    {'0': '0', 'has one car': '1'}
    """
    labels = list(clean_labels(fact.attribute.categories))
    phrases = [phrase_of(wording, fact.attribute, label) for label in fact.attribute.categories]
    said = [
        phrase if phrase and phrases.count(phrase) == 1 else label
        for phrase, label in zip(phrases, labels, strict=True)
    ]
    return dict(zip(said if len(set(said)) == len(said) else labels, labels, strict=True))


def read_restated(answer: Mapping[str, Any], sheet: FactSheet, wording: Wording) -> dict[str, Any]:
    """What an answer restates, by attribute name, in labels and numbers."""
    read = {}
    for fact in sheet.shared:
        name = clean_text(fact.attribute.name)
        if name in answer:
            is_label = isinstance(fact.value, str)
            read[fact.attribute.name] = choices_of(fact, wording)[answer[name]] if is_label else answer[name]
    return read


def _choice(fact: Fact, wording: Wording) -> dict[str, Any]:
    if isinstance(fact.value, str):
        return {"type": "string", "enum": list(choices_of(fact, wording))}
    return {"type": "integer" if float(fact.value).is_integer() else "number"}
