"""What a language model is asked: for groups of attributes that depend on each other, and for proposals.

Text of the user's (names, categories, the scenario) goes in as data only. Gaps are told as whole per cent of all
records, largest first: small models neither rank nor subtract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from censemble.generators.llmsynthor.composition_prompts import direct_instructions, gap_told, instructions, task_of
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.proposal_form import Form
from censemble.llm import Message, Request, Settings, data_block
from censemble.llm.data_text import clean_text

MOST_GROUPS = 3
TASK = """You plan a synthetic population: records that are believable one by one and together match published
tables. Each record has the attributes of the block "attributes": one of the categories listed, or a number."""
COMPLETING = """The block "gaps" lists combinations of which there are too few records, with the per cent of all
records that is missing. For each gap, under its number, say what else such records are like:
- "reason": in at most eight words, who or what these records are.
- "record" has the attributes that the gap does not name. Of categories list all that are plausible together with the
  gap's combination, spelled exactly; leave out only what hardly ever occurs with it. Numbers as [low, high]: the range
  in which nearly all such records lie.
What no proposal allows cannot occur at all, so leave out nothing that is usual.

An example from another population, with the attributes tenure (owned, rented), rooms (1 to 9) and pet (cat, dog).
Gap: {"gap": 1, "missing_percent": 12, "tenure": ["rented"]}.
Answer: {"1": {"reason": "Tenants of flats.", "record": {"rooms": [1, 6], "pet": ["cat", "dog"]}}}."""
FOLLOWING = """The block "gaps" lists what there is too little of, table by table, with the per cent of all records that
is missing. Answer with {n} proposals that fill the gaps and nothing else. In each:
- "reason" says in at most eight words which gaps it fills.
- "record" has every attribute: one category spelled exactly as listed, or one range [low, high] of a gap. Prefer what
  several gaps share. What is missing most appears in several proposals; vary the others between proposals.
- "num" is how many records, in proportion to the per cents of the gaps: 10 for each per cent.

An example from another population, with the attributes tenure (owned, rented) and rooms (1 to 9).
Gaps: {{"gap": 1, "missing_percent": 12, "tenure": ["rented"]}}, {{"gap": 2, "missing_percent": 8, "rooms": [1, 3]}}.
Proposal: {{"1": {{"reason": "Small rented flats.", "record": {{"tenure": "rented", "rooms": [1, 3]}},
"num": 100}}}}."""
UNGUIDED = """Answer with {n} proposals of records that together look like the population. In each:
- "reason" says in at most eight words who or what these records are.
- "record" has every attribute: one category spelled exactly as listed, or [low, high] in whole numbers.
- "num" is how many records."""
DIRECT = """The block "shares" tells of each attribute alone how many per cent of all records have what. Answer with {n}
records drawn from this population at random: the attributes of a record go together as they do for somebody real, and
records differ from each other. In each:
- "reason" says in at most eight words who or what the record is.
- "record" has every attribute: one category spelled exactly as listed, or one whole number."""
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
        {
            "gap": k,
            "missing_percent": gap.percent,
            **{cleaned[name]: value for name, value in gap.shown().items()},
            **gap_told(gap, form),
        }
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
        Of the model.
    """
    guided = COMPLETING if form.completes_gaps else FOLLOWING.format(n=n)
    parts = [TASK, guided if gaps else UNGUIDED.format(n=n)]
    if form.members is not None:
        parts = instructions(form.members, completes_gaps=form.completes_gaps, guided=bool(gaps), n=n)
    blocks = [data_block("attributes", form.told())]
    if scenario:
        parts.append(SCENARIO)
        blocks.append(data_block("scenario", clean_text(scenario)))
    if gaps:
        blocks.append(data_block("gaps", gaps_told(gaps, form)))
    messages = [Message("system", "\n\n".join(parts)), Message("user", "\n".join(blocks))]
    return Request(messages, form.schema(n, gaps), "proposals", random_seed, settings)


def direct_request(
    form: Form, shares: Sequence[Gap], *, n: int, scenario: str, random_seed: int, settings: Settings
) -> Request:
    """Ask for records one by one, told what the tables of one attribute say.

    Parameters
    ----------
    form : Form
        That asks for single values.
    shares : sequence of Gap
        Classes of single attributes; their target shares are told.
    n : int
        Records wanted.
    scenario : str
        Plain words; "" for none.
    random_seed : int
        Of the model's draw.
    settings : Settings
        Of the model.
    """
    parts, blocks = [TASK, DIRECT.format(n=n)], [data_block("attributes", form.told())]
    if form.members is not None:
        parts = direct_instructions(form.members, n=n)
    if scenario:
        parts.append(SCENARIO)
        blocks.append(data_block("scenario", clean_text(scenario)))
    blocks.append(data_block("shares", _shares_told(form, shares)))
    messages = [Message("system", "\n\n".join(parts)), Message("user", "\n".join(blocks))]
    return Request(messages, form.schema(n, ()), "records", random_seed, settings)


def _shares_told(form: Form, shares: Sequence[Gap]) -> dict[str, Any]:
    """Classes of each attribute with their per cent; of members apart."""
    told: dict[str, Any] = {}
    for form_of_part, part in ((form, "record"), (form.members.form if form.members else None, "member")):
        cleaned = {attribute.name: name for name, attribute in form_of_part.names.items()} if form_of_part else {}
        classes: dict[str, list[dict[str, Any]]] = {}
        for gap in shares:
            shown = gap.shown_member() if part == "member" else gap.shown()
            for name, value in shown.items():
                share = {"per_cent": max(1, round(100 * gap.target)), cleaned[name]: value}
                classes.setdefault(cleaned[name], []).append(share)
        told[part] = {name: classes[name] for name in cleaned.values() if name in classes}
    return told if form.members else told["record"]


def groups_request(form: Form, tables: Mapping[str, Sequence[str]], *, random_seed: int, settings: Settings) -> Request:
    """Ask which attributes depend on each other.

    Parameters
    ----------
    form : Form
        Attributes and their categories.
    tables : mapping of str to sequence of str
        Name of each table -> attributes that it names.
    random_seed : int
        Of the model's draw.
    settings : Settings
        Of the model.
    """
    attributes = {
        "type": "array",
        "items": {"type": "string", "enum": list(form.all_names)},
        "minItems": 2,
        "maxItems": 4,
    }
    properties = {"reason": {"type": "string", "maxLength": 120}, "attributes": attributes}
    group = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    groups = {"type": "array", "items": group, "minItems": 1, "maxItems": MOST_GROUPS}
    schema = {"type": "object", "properties": {"groups": groups}, "required": ["groups"], "additionalProperties": False}
    blocks = [data_block("attributes", form.told()), data_block("tables", {k: list(v) for k, v in tables.items()})]
    messages = [Message("system", f"{task_of(form.members) or TASK}\n\n{GROUPS}"), Message("user", "\n".join(blocks))]
    return Request(messages, schema, "dependencies", random_seed, settings)
