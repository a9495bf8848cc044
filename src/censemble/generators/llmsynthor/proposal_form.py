"""Proposals: the JSON schema that an answer is held to, and what is read from a valid answer.

A proposal has one category or one range for every attribute, a number of records and a reason; in calibrated mode all
categories that are plausible, and no number. Whatever an answer holds has passed the schema; here it becomes a box, or
is refused with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.compositions import Composition, Slot
from censemble.generators.llmsynthor.discrepancy import Gap, overlaps, shown
from censemble.generators.llmsynthor.macro_statistics import Box
from censemble.llm import clean_labels, clean_text
from censemble.schema import Attribute

if TYPE_CHECKING:
    from censemble.generators.llmsynthor.composition_form import MembersForm

LONGEST_REASON = 80  # characters
MOST_RECORDS = 1000  # of one proposal
FAULTS = {
    "ends before it begins": "range that ends before it begins",
    "no order of the members": "members in no order",
    "no record has": "number of members",
}
MOST_ASKED = 24  # categories of an attribute that the model is asked to choose among all plausible ones


@dataclass(frozen=True, eq=False)
class Proposal:
    """One proposal of a language model, or of the fill-in.

    Parameters
    ----------
    id : str
        "call-place": 3-2 is the second proposal of the third call; "fill-1" where no model proposed it.
    reason : str
        In the model's words.
    n_records : int
        As proposed: only ratios count, and only in the modes that follow the paper.
    box : Box
        What it allows.
    asked_for : str
        The discrepancies that it answers, in words: of all that were told those that its box has anything of.
    missing : float
        The share of all records that was missing there, 0..1; 0 where it answers none.
    gap_box : Box
        Where the gap that it completes lies; empty in the modes in which proposals are free.
    members : tuple of Slot
        What it allows of each member, in order; empty for flat records.
    said : frozenset of str
        The attributes of a record with members that the model chose; others its gap fixed, or the number of members.
    who : tuple of str
        Who each member is, in the model's words.
    question : str
        Key of the question in the file of answers, where it was asked by an earlier plan.
    """

    id: str
    reason: str
    n_records: int
    box: Box
    asked_for: str
    missing: float
    gap_box: Box = field(default_factory=dict)
    members: tuple[Slot, ...] = ()
    said: frozenset[str] = frozenset()
    who: tuple[str, ...] = ()
    question: str = ""

    @property
    def composition(self) -> Composition:
        """What it allows, without words."""
        return Composition(self.box, self.members, self.said)

    @property
    def is_filled_in(self) -> bool:
        """Whether it came from the tables, not from a model."""
        return self.id.startswith("fill-")

    def shown(self) -> dict[str, Any]:
        """The box in words and numbers; with members those of the record and of each member."""
        record = _words(self.box)
        if not self.members:
            return record
        return {
            "record": record,
            "members": [{"who": who, **_words(slot.box)} for who, slot in zip(self.who, self.members, strict=True)],
        }


@dataclass(frozen=True)
class Form:
    """Names and categories as prompts, schemas and answers have them.

    Parameters
    ----------
    attributes : tuple of Attribute
        Of the record.
    completes_gaps : bool
        Calibrated mode: the attributes that a gap names are taken from the gap, the model says of each other one
        which categories are plausible with it. Otherwise it gives one value of every attribute, and how many records.
    members : MembersForm or None
        What is asked of members; None for flat records.
    single_values : bool
        Direct prompting: one number instead of a range, and a proposal is one record.
    about : frozenset of str
        Calibrated mode: the attributes that the model is asked about, empty for all. Others stay open.
    """

    attributes: tuple[Attribute, ...]
    completes_gaps: bool
    members: MembersForm | None = None
    single_values: bool = False
    about: frozenset[str] = frozenset()

    @cached_property
    def names(self) -> dict[str, Attribute]:
        """Cleaned name -> attribute."""
        by_name = {a.name: a for a in self.attributes}
        return {cleaned: by_name[name] for cleaned, name in clean_labels(by_name).items()}

    @cached_property
    def all_names(self) -> dict[str, Attribute]:
        """Cleaned name -> attribute, of records and of members; of two with one name the member's says so."""
        more = self.members.form.names if self.members else {}
        return self.names | {f"member's {name}" if name in self.names else name: a for name, a in more.items()}

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """For each attribute's name, cleaned label -> label."""
        return {a.name: clean_labels(a.categories) for a in self.attributes if a.kind != "numeric"}

    def told(self) -> dict[str, Any]:
        """The attributes as a prompt tells them; with members those of records and of members apart."""
        if self.members is not None:
            return {"record": self._facts(), **self.members.told()}
        return self._facts()

    def _facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for name, attribute in self.asked_of(None).items():
            if attribute.kind == "numeric":
                facts[name] = {"numbers": list(ends_of(attribute)), **({"unit": u} if (u := attribute.unit) else {})}
            else:
                facts[name] = list(self.labels[attribute.name])
        return facts

    def asked_of(self, gap: Gap | None) -> dict[str, Attribute]:
        """The attributes that the model is to choose for a gap, by cleaned name; of none all that it is ever asked for.

        Lists of what is plausible are asked for of attributes with few categories only: of many, answers would be long
        and arbitrary. Such an attribute stays open, and the tables fill it in.
        """
        return self.left_open(gap.box.keys() if gap else ())

    def left_open(self, fixed: Collection[str]) -> dict[str, Attribute]:
        """The attributes that the model is to choose where some are fixed, by cleaned name."""
        size = self.members.targets.size if self.members else None
        free = {name: a for name, a in self.names.items() if a != size}
        if not self.completes_gaps:
            return free
        asked = {name: a for name, a in free.items() if not self.about or a.name in self.about}
        return {name: a for name, a in asked.items() if a.name not in fixed and len(a.categories) <= MOST_ASKED}

    def schema(self, n: int, gaps: Sequence[Gap]) -> dict[str, Any]:
        """JSON schema of an answer: a proposal for each gap, by its number; or `n` proposals free to combine gaps."""
        each = gaps if self.completes_gaps else [None] * n
        proposals = {str(k): self._proposal_schema(gap) for k, gap in enumerate(each, 1)}
        return object_of({"proposals": object_of(proposals)})

    def _proposal_schema(self, gap: Gap | None) -> dict[str, Any]:
        record = {name: self.value_schema(a) for name, a in self.asked_of(gap).items()}
        said = object_of(record, optional=record if self.members and self.completes_gaps else ())
        parts = {"reason": {"type": "string", "maxLength": LONGEST_REASON}, "record": said}
        if self.members is not None:
            parts |= self.members.schema(gap)
        number = {"type": "integer", "minimum": 1, "maximum": MOST_RECORDS}
        counted = not (self.completes_gaps or self.single_values)
        return object_of({**parts, "num": number} if counted else parts)

    def value_schema(self, attribute: Attribute) -> dict[str, Any]:
        """What may be said of one attribute."""
        if attribute.kind == "numeric":
            low, high = ends_of(attribute)
            number = {"type": "integer", "minimum": low, "maximum": high}
            if self.single_values:
                return number
            return {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
        one = {"type": "string", "enum": list(self.labels[attribute.name])}
        return (
            {"type": "array", "items": one, "minItems": 1, "maxItems": len(one["enum"])} if self.completes_gaps else one
        )

    def read(self, answer: Mapping[str, Any], gap: Gap | None) -> tuple[Box, str]:
        """Turn the record of a valid proposal into a box; with the reason where it cannot be one."""
        return self.read_values(answer, gap.box if gap and self.completes_gaps else {})

    def read_values(self, answer: Mapping[str, Any], fixed: Box) -> tuple[Box, str]:
        """The same where some attributes are fixed; what an answer may leave out and does stays open."""
        box: dict[str, Allowed] = dict(fixed)
        said = {name: a for name, a in self.left_open(fixed.keys()).items() if name in answer}
        for name, attribute in said.items():
            value = answer[name]
            if self.single_values and attribute.kind == "numeric":
                box[attribute.name] = number_of(attribute, value)
            elif attribute.kind == "numeric":
                low, high = value
                if low > high:
                    return {}, f"{name}: the range {low} to {high} ends before it begins"
                box[attribute.name] = range_of(attribute, low, high)
            else:
                labels = [self.labels[attribute.name][v] for v in ([value] if isinstance(value, str) else value)]
                box[attribute.name] = Allowed(attribute, frozenset(attribute.categories.index(x) for x in labels))
        return box, ""


def _words(box: Box) -> dict[str, list[Any]]:
    return {name: shown(allowed) for name, allowed in box.items()}


def object_of(properties: Mapping[str, Any], *, optional: Collection[str] = ()) -> dict[str, Any]:
    """JSON schema of an object that has these properties and no others; those that are optional may be left out."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def ends_of(attribute: Attribute) -> tuple[int, int]:
    """Lowest and highest whole number of a numeric attribute."""
    low, high = attribute.bins[0], attribute.bins[-1]
    return math.floor(low), max(math.floor(low), math.ceil(high) - 1)


def range_of(attribute: Attribute, low: int, high: int) -> Allowed:
    """A range of whole numbers as a range of the attribute: 20 to 30 has 30.9 in it.

    Examples
    --------
    >>> price = Attribute("price", "persons", "numeric", bins=(0.5, 99.5))
    >>> found = range_of(price, 0, 98)
    >>> found.low, round(found.high, 6)
    (0.5, 99.0)
    """
    first, last = attribute.bins[0], float(np.nextafter(attribute.bins[-1], -math.inf))
    below = float(np.nextafter(high + 1, -math.inf))
    return Allowed(attribute, low=max(float(low), first), high=max(min(below, last), float(low), first))


def number_of(attribute: Attribute, value: int) -> Allowed:
    """One number of an attribute, drawn to the ends of its scale.

    Examples
    --------
    >>> found = number_of(Attribute("price", "persons", "numeric", bins=(0.5, 99.5)), 0)
    >>> found.low, found.high
    (0.5, 0.5)
    """
    inside = min(max(float(value), attribute.bins[0]), float(np.nextafter(attribute.bins[-1], -math.inf)))
    return Allowed(attribute, low=inside, high=inside)


def read_proposals(
    answer: Mapping[str, Any], form: Form, asked: Sequence[Gap], *, call: int
) -> tuple[list[Proposal], dict[str, str]]:
    """Read a valid answer.

    Parameters
    ----------
    answer : mapping
        Valid under `form.schema`.
    form : Form
        That the answer was asked for with.
    asked : sequence of Gap
        In the order in which they were told.
    call : int
        Number of the call, from 1.

    Returns
    -------
    proposals : list of Proposal
    refused : dict of str to str
        By id, one sentence for each proposal that is none.
    """
    found, refused = [], {}
    for place, one in answer["proposals"].items():
        gap = asked[int(place) - 1] if form.completes_gaps else None
        made, fault = _proposal_of(one, form, gap)
        if fault or made is None:
            refused[f"{call}-{place}"] = fault
            continue
        met = [gap] if gap else [g for g in asked if meets(made, g)]
        words = "; ".join(g.words() for g in met) or "nothing that was told"
        missing = max((g.missing for g in met), default=0.0)
        found.append(replace(made, id=f"{call}-{place}", asked_for=words, missing=missing))
    return found, refused


def kind_of(fault: str) -> str:
    """What a fault of a proposal is counted as.

    Examples
    --------
    >>> kind_of("age: the range 40 to 20 ends before it begins")
    'range that ends before it begins'
    """
    return next(kind for words, kind in FAULTS.items() if words in fault)


def _proposal_of(one: Mapping[str, Any], form: Form, gap: Gap | None) -> tuple[Proposal | None, str]:
    """One proposal without its id and what it answers; with the fault where it cannot be used."""
    box, fault = form.read(one["record"], gap)
    made = Proposal("", clean_text(one["reason"]), int(one.get("num", 1)), box, "", 0.0, gap.box if gap else {})
    if fault or form.members is None:
        return made, fault
    found, who, fault = form.members.read(one, box, gap)
    return (replace(made, box=found.box, members=found.members, said=found.said, who=who) if found else None), fault


def meets(proposal: Proposal, gap: Gap) -> bool:
    """Whether records of a proposal can have what a gap lacks."""
    somebody = not gap.member or any(overlaps(slot.box, gap.member) for slot in proposal.members)
    return overlaps(proposal.box, gap.box) and somebody
