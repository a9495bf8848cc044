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
- "members": one entry for every single {member}{order}, never two in one: a couple is two entries. "who" in at most
  three words; then the attributes of "always_said_of_members": of categories all that are plausible for this very
  member, of numbers [low, high] from the lowest to the highest that is usual for it.
- Any other attribute, of a member or in "record", only where who they are decides it: a baby does not work. What is
  left out is as usual for such people; that is mostly best.
- Where a gap names a "member", that one is "first", without what the gap says; the others are "others".
- Where a gap says "besides", those are there already: describe another usual kind.
Members fit each other and their record, as in real life; gaps of one list get different kinds. Spell
categories exactly.

An example from another population: records have cars (none, one, several) and tenure (owned, rented), members age (0 to
99), work (yes, no) and eyes (blue, brown); of members age is always said.
Gap: {{"gap": 1, "missing_percent": 12, "cars": ["one"]}}. Answer: {{"1": {{"reason": "Parents with a small child.",
"record": {{}}, "members": [{{"who": "mother", "age": [19, 44]}}, {{"who": "father", "age": [20, 52]}},
{{"who": "child", "age": [0, 5], "work": ["no"]}}]}}}}.
Gap: {{"gap": 2, "missing_percent": 5, "cars": ["none"], "member": {{"age": [75, 99]}}}}. Answer: {{"2": {{"reason":
"Widow and her daughter.", "record": {{}}, "first": {{"who": "widow", "work": ["no"]}},
"others": [{{"who": "daughter", "age": [45, 75]}}]}}}}."""
FREE = """Answer with {n} proposals. In each:
- "reason": in at most eight words, who they are.
- "record": of every attribute one category spelled exactly as listed, or [low, high].
- "members": one entry for every single {member}{order}. "who" in at most three words; then of every attribute one
  category, or [low, high] close around what is usual for this very member. Members fit each other and their record.
- "num" is how many such records."""
FOLLOWING = """The block "gaps" lists what there is too little of, table by table, with the per cent that is missing;
under "member" is what a member has. Proposals fill the gaps and nothing else; what is missing most appears in several,
and numbers are in proportion to the per cents. """
DIRECT = """The block "shares" tells of each attribute alone how many per cent of all records, or members, have what.
Answer with {n} records drawn from this population at random, each one {record} with its members as in real life; they
differ from each other. In each:
- "reason": in at most eight words, who they are.
- "record": of every attribute one category spelled exactly as listed, or one whole number.
- "members": each {member} by itself{order}. "who" in at most three words; then of every attribute one category or one
  whole number. Members fit each other and their record."""
ALIKE = """Take a {record} with several members. How often do all its members have the same value? Say it of each
attribute of members by itself, in whole per cent of such records: some are mostly shared, others hardly ever.

An example from another population, of families: {{"surname": 85, "native language": 93, "shoe size": 4, "sex": 12}}."""


def instructions(members: MembersForm, *, completes_gaps: bool, guided: bool, n: int) -> list[str]:
    """The task and what to answer, as paragraphs."""
    told = {"record": members.options.record, "member": members.options.member, "n": n, "order": _order(members)}
    asked = (COMPLETING if completes_gaps else FREE).format(**told)
    return [task_of(members), FOLLOWING + asked if guided and not completes_gaps else asked]


def direct_instructions(members: MembersForm, *, n: int) -> list[str]:
    """The same where records are asked for one by one."""
    told = {"record": members.options.record, "member": members.options.member, "n": n, "order": _order(members)}
    return [task_of(members), DIRECT.format(**told)]


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
        Message("system", f"{task_of(members)}\n\n{ALIKE.format(record=members.options.record)}"),
        Message("user", data_block("attributes", form.told())),
    ]
    return Request(messages, schema, "likeness", random_seed, settings)


def alike_attributes(members: MembersForm) -> dict[str, str]:
    """Cleaned name -> name of the member attributes of which the question is asked: categorical ones of few labels."""
    asked = members.form.left_open(())
    order = members.targets.ordered_by
    return {name: a.name for name, a in asked.items() if a.kind != "numeric" and a.name != order}
