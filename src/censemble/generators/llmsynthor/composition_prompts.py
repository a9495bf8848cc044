"""What a language model is told where records have members: households with persons, days with trips.

The nouns of the user's stand among the instructions, which `MemberOptions` allows because they are words; all other
text goes in as data.
"""

from __future__ import annotations

from typing import Any

from censemble.generators.llmsynthor.composition_form import MembersForm
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.proposal_form import Form, object_of
from censemble.llm import Message, Request, Settings, data_block

TASK = """You plan a synthetic population. Each record is one {record} with its members; a member is one {member}.
Records are believable one by one and together match published tables. The block "attributes" lists what a record has
and what a member has: one of the categories listed, or a number."""
COMPLETING = """The block "gaps" lists combinations of which there is too little, with the per cent that is missing. For
each gap, under its number, describe one usual {record} that has the gap's combination, and all its members:
- "reason": in at most eight words, who they are.
- "record": of each attribute that the gap does not name all categories that are plausible. Numbers as [low, high].
- "members": each {member} by itself{order}. "who" in at most three words; then of each attribute the categories that
  are plausible for this very member, and [low, high] close around what is usual for it.
- Where a gap names a "member", that one is "first", without what the gap says; the others are "others".
- Where a gap says "besides", those are there already: describe another usual kind.
Members fit each other and their record, as in real life. Spell categories exactly.

An example from another population: records have cars (none, one, several) and tenure (owned, rented), members age (0 to
99) and work (yes, no).
Gap: {{"gap": 1, "missing_percent": 12, "cars": ["one"]}}. Answer: {{"1": {{"reason": "Couple with a baby.",
"record": {{"tenure": ["owned", "rented"]}}, "members": [{{"who": "mother", "age": [24, 40], "work": ["yes", "no"]}},
{{"who": "father", "age": [25, 44], "work": ["yes"]}}, {{"who": "baby", "age": [0, 2], "work": ["no"]}}]}}}}.
Gap: {{"gap": 2, "missing_percent": 5, "cars": ["none"], "member": {{"age": [75, 99]}}}}. Answer: {{"2": {{"reason":
"Old couple.", "record": {{"tenure": ["owned"]}}, "first": {{"who": "wife", "work": ["no"]}},
"others": [{{"who": "husband", "age": [72, 92], "work": ["no"]}}]}}}}."""
FREE = """Answer with {n} proposals. In each:
- "reason": in at most eight words, who they are.
- "record": of every attribute one category spelled exactly as listed, or [low, high].
- "members": each {member} by itself{order}. "who" in at most three words; then of every attribute one category, or
  [low, high] close around what is usual for this very member. Members fit each other and their record.
- "num" is how many such records."""
FOLLOWING = """The block "gaps" lists what there is too little of, table by table, with the per cent that is missing;
under "member" is what a member has. Proposals fill the gaps and nothing else; what is missing most appears in several,
and numbers are in proportion to the per cents. """
ALIKE = """In how many per cent of the records with several members do all members have the same value? Say it of each
attribute of members as a whole number: 100 where members are always the same, 0 where they never are."""


def instructions(members: MembersForm, *, completes_gaps: bool, guided: bool, n: int) -> list[str]:
    """The task and what to answer, as paragraphs."""
    told = {"record": members.options.record, "member": members.options.member, "n": n, "order": _order(members)}
    asked = (COMPLETING if completes_gaps else FREE).format(**told)
    return [task_of(members), FOLLOWING + asked if guided and not completes_gaps else asked]


def task_of(members: MembersForm | None) -> str:
    """What is planned, in a paragraph; "" for flat records."""
    return TASK.format(record=members.options.record, member=members.options.member) if members else ""


def _order(members: MembersForm) -> str:
    """Which order members have; the name of its attribute is data, so that it is not named here."""
    return ', in the order of the attribute "members_in_order_of"' if members.targets.ordered_by else ""


def gap_told(gap: Gap, form: Form) -> dict[str, Any]:
    """What a gap says beyond its record: its member, and who has been proposed already."""
    if form.members is None:
        return {}
    cleaned = {attribute.name: name for name, attribute in form.members.form.names.items()}
    member = {cleaned[name]: value for name, value in gap.shown_member().items()}
    return {**({"member": member} if member else {}), **({"besides": list(gap.besides)} if gap.besides else {})}


def likeness_request(form: Form, *, random_seed: int, settings: Settings) -> Request:
    """Ask how often all members of a record are alike.

    Parameters
    ----------
    form : Form
        With members.
    random_seed : int
        Of the model's draw.
    settings : Settings
        Of the model.
    """
    members = form.members
    assert members is not None
    per_cent = {"type": "integer", "minimum": 0, "maximum": 100}
    schema = object_of(dict.fromkeys(alike_attributes(members), per_cent))
    messages = [
        Message("system", f"{task_of(members)}\n\n{ALIKE}"),
        Message("user", data_block("attributes", form.told())),
    ]
    return Request(messages, schema, "likeness", random_seed, settings)


def alike_attributes(members: MembersForm) -> dict[str, str]:
    """Cleaned name -> name of the member attributes of which the question is asked: categorical ones of few labels."""
    asked = members.form.left_open(())
    order = members.targets.ordered_by
    return {name: a.name for name, a in asked.items() if a.kind != "numeric" and a.name != order}
