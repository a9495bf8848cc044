"""What a language model is asked: for groups of attributes that depend on each other, and for proposals.

Text of the user's (names, categories, the scenario) goes in as data only. Gaps are told as whole per cent of all
records, largest first: small models neither rank nor subtract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.proposals import ANY, Form
from censemble.llm import Message, Request, Settings, data_block
from censemble.llm.data_text import clean_text

MOST_GROUPS = 3
TASK = """You plan a synthetic population: records that are believable one by one and together match published tables.
Each record has the attributes of the block "attributes": one of the categories listed, or a number."""
ORDERS = """The block "gaps" lists combinations of which there are too few records, with the per cent of all records that is
missing. Answer with {n} proposals, one for each gap in their order. In each:
- "gap" is the number of the gap that it fills; its record lies inside that gap's combination.
- "reason" says in one short sentence who or what these records are and why they are plausible.
- "record" has every attribute: one category spelled exactly as listed, or [low, high] in whole numbers.
  {open}
- Attributes that the gap does not name get what goes together with it in reality; vary them between proposals.
- "num" is how many records, in proportion to the gap's per cent: 10 for each per cent."""
OPEN = (
    f'Where every category is as plausible as another write "{ANY}"; where every number is, give the whole range. '
    "Leave open what the gap has no bearing on."
)
CLOSED = "Give one category, and the narrowest range that is plausible."
UNGUIDED = """Answer with {n} proposals of records that together look like the population. In each:
- "gap" is 1, "reason" says in one short sentence who or what these records are and why they are plausible.
- "record" has every attribute: one category spelled exactly as listed, or [low, high] in whole numbers.
- "num" is how many records."""
EXAMPLE = """An example from another population, with the attributes tenure (owned, rented) and rooms (1 to 9). Gap:
{"gap": 1, "missing_percent": 12, "tenure": ["rented"], "rooms": [1, 3]}. Proposal: {"gap": 1, "reason": "Small flats are
mostly rented.", "record": {"tenure": "rented", "rooms": [1, 3]}, "num": 120}."""
SCENARIO = (
    'The block "scenario" describes a situation. Choose what is plausible in it; everything it does not speak of stays '
    "as usual."
)
GROUPS = f"""Which attributes depend on each other so strongly that a table of them together is needed? Name at most
{MOST_GROUPS} groups of two or more attributes, the strongest first. The block "tables" lists the tables there are."""


def gaps_told(gaps: Sequence[Gap], form: Form) -> list[dict[str, Any]]:
    """Gaps as the prompt has them."""
    cleaned = {attribute.name: name for name, attribute in form.names.items()}
    return [
        {"gap": k, "missing_percent": gap.percent, **{cleaned[name]: value for name, value in gap.shown().items()}}
        for k, gap in enumerate(gaps, 1)
    ]


def proposal_request(
    form: Form, gaps: Sequence[Gap], *, n: int, scenario: str, random_seed: int, settings: Settings
) -> Request:
    """Ask for proposals.

    Parameters
    ----------
    form : Form
        Attributes and their categories.
    gaps : sequence of Gap
        What is missing, largest first; none asks without guidance.
    n : int
        Proposals wanted.
    scenario : str
        Plain words; "" for none.
    random_seed : int
        Of the model's draw.
    settings : Settings
    """
    orders = ORDERS.format(n=n, open=OPEN if form.open_allowed else CLOSED) if gaps else UNGUIDED.format(n=n)
    parts = [TASK, orders, EXAMPLE] if gaps else [TASK, orders]
    blocks = [data_block("attributes", form.told())]
    if scenario:
        parts.append(SCENARIO)
        blocks.append(data_block("scenario", clean_text(scenario)))
    if gaps:
        blocks.append(data_block("gaps", gaps_told(gaps, form)))
    messages = [Message("system", "\n\n".join(parts)), Message("user", "\n".join(blocks))]
    return Request(messages, form.schema(n, len(gaps)), "proposals", random_seed, settings)


def groups_request(form: Form, tables: Mapping[str, Sequence[str]], *, random_seed: int, settings: Settings) -> Request:
    """Ask which attributes depend on each other.

    Parameters
    ----------
    form : Form
    tables : mapping of str to sequence of str
        Name of each table -> attributes that it names.
    random_seed : int
    settings : Settings
    """
    attributes = {"type": "array", "items": {"type": "string", "enum": list(form.names)}, "minItems": 2, "maxItems": 4}
    properties = {"reason": {"type": "string", "maxLength": 120}, "attributes": attributes}
    group = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    groups = {"type": "array", "items": group, "minItems": 1, "maxItems": MOST_GROUPS}
    schema = {"type": "object", "properties": {"groups": groups}, "required": ["groups"], "additionalProperties": False}
    blocks = [data_block("attributes", form.told()), data_block("tables", {k: list(v) for k, v in tables.items()})]
    messages = [Message("system", f"{TASK}\n\n{GROUPS}"), Message("user", "\n".join(blocks))]
    return Request(messages, schema, "dependencies", random_seed, settings)
