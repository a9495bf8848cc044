"""What a model is asked of the members of a record: a list whose length says the size, in the order that they have.

Where a gap is one of members, the gap's own member comes first and is asked only for what the gap leaves open. The list
is as long as the gap's size says; without a size its length is the model's to choose.

In calibrated mode a model must say of each member only what no table can: attributes that stand in no table with one
that is said already. The rest follows from tables (who is in work at which age), and may be said where it belongs to
who a member is. Small models that must say everything say the same few narrow things of everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from censemble.errors import ConfigError
from censemble.generators.llmsynthor.compositions import Composition, Slot, in_order, sized
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.macro_statistics import Box, Targets
from censemble.generators.llmsynthor.member_targets import MemberOptions, MemberTargets
from censemble.generators.llmsynthor.proposal_form import Form, object_of
from censemble.llm import clean_text

LONGEST_ROLE = 30  # characters
MOSTLY = 0.5  # of records of several members: what all of them have in common as often is not said of each


@dataclass(frozen=True)
class MembersForm:
    """The members' part of a form.

    Parameters
    ----------
    form : Form
        Of the members' attributes, in the same mode as that of the records.
    targets : MemberTargets
        How many members there can be, and in which order.
    options : MemberOptions
        What records and members are called.
    always : tuple of str
        Attributes that are said of every member; the others may be left out.
    """

    form: Form
    targets: MemberTargets
    options: MemberOptions
    always: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """The attributes of members as a prompt tells them, and which one orders them."""
        cleaned = {attribute.name: name for name, attribute in self.form.names.items()}
        order = self.targets.ordered_by
        facts = {"member": self.form.told(), **({"members_in_order_of": cleaned[order]} if order else {})}
        if not self.form.completes_gaps:
            return facts
        return {**facts, "always_said_of_members": [cleaned[name] for name in self.always]}

    def schema(self, gap: Gap | None) -> dict[str, Any]:
        """Properties of a proposal: `members`, or the gap's own member as `first` and the `others`."""
        numbers = self.targets.numbers_in(gap.box if gap else {})
        low, high = (numbers[0], numbers[-1]) if numbers else (0, 0)
        if not (gap and gap.member):
            return {"members": self._list(low, high)} if high else {}
        first = {"first": self._member(gap.member)}
        return {**first, "others": self._list(max(low, 1) - 1, high - 1)} if high > 1 else first

    def _list(self, low: int, high: int) -> dict[str, Any]:
        return {"type": "array", "items": self._member({}), "minItems": low, "maxItems": high}

    def _member(self, fixed: Box) -> dict[str, Any]:
        asked = self.form.left_open(fixed.keys())
        values = {name: self.form.value_schema(attribute) for name, attribute in asked.items()}
        optional = [name for name, attribute in asked.items() if attribute.name not in self.always]
        return object_of({"who": {"type": "string", "maxLength": LONGEST_ROLE}, **values}, optional=optional)

    def read(
        self, one: Mapping[str, Any], box: Box, gap: Gap | None
    ) -> tuple[Composition | None, tuple[str, ...], str]:
        """Read the members of a valid proposal.

        Parameters
        ----------
        one : mapping
            The proposal, valid under the schema.
        box : Box
            Of its record.
        gap : Gap or None
            That it completes.

        Returns
        -------
        composition : Composition or None
            None where the proposal cannot be used.
        who : tuple of str
            Who the members are.
        fault : str
            Why it cannot be used, or "".
        """
        own = dict(gap.member) if gap and gap.member else {}
        given = [(one["first"], own)] if own else []
        given += [(member, {}) for member in one.get("others" if own else "members", [])]
        slots, who = [], []
        for answer, fixed in given:
            values, fault = self.form.read_values(answer, fixed)
            if fault:
                return None, (), fault
            slots.append(_slot(values, fixed))
            who.append(clean_text(answer["who"]))
        return self._composed(_slot(box, gap.box if gap else {}), slots, who)

    def _composed(
        self, record: Slot, slots: list[Slot], who: list[str]
    ) -> tuple[Composition | None, tuple[str, ...], str]:
        order, ordered = in_order(self.targets, slots)
        if ordered is None:
            return None, (), f"{self.targets.ordered_by}: no order of the members in which it never decreases"
        composition = sized(self.targets, record.box, ordered, said=record.said)
        if composition is None:
            return None, (), f"members: no record has {len(slots)}"
        return composition, tuple(who[k] for k in order), ""


def _slot(box: Box, fixed: Box) -> Slot:
    """What a model says of attributes holds for those who have a value; who has none is for the tables to say."""
    said = frozenset(box).difference(fixed)
    return Slot({name: replace(a, or_missing=True) if name in said else a for name, a in box.items()}, said)


def form_of(
    targets: Targets,
    options: MemberOptions,
    *,
    completes_gaps: bool,
    single_values: bool = False,
    about: Collection[str] = (),
) -> Form:
    """The form of records: with their members, or flat.

    Parameters
    ----------
    targets : Targets
        Their attributes.
    options : MemberOptions
        What records and members are called.
    completes_gaps, single_values, about
        As in `Form`.

    Raises
    ------
    ConfigError
        The model is to be asked about an attribute that there is not.
    """
    attributes = [*targets.attributes, *(targets.members.attributes if targets.members else ())]
    strange = sorted(set(about).difference(a.name for a in attributes))
    if strange:
        known = ", ".join(a.name for a in attributes)
        raise ConfigError(f"generator.ask_about: no attribute {strange[0]!r}; there are {known}")
    form = Form(targets.attributes, completes_gaps, single_values=single_values, about=frozenset(about))
    if targets.members is None:
        return form
    own = replace(form, attributes=targets.members.attributes)
    always = tuple(a.name for a in own.left_open(()).values())
    members = MembersForm(own, targets.members, options, untied(targets, always) if completes_gaps else always)
    return replace(form, members=members)


def with_shared(form: Form, targets: Targets, likeness: Mapping[str, float]) -> Form:
    """The form in which nobody need say of each member what most members share: it is drawn for the whole record.

    Parameters
    ----------
    form : Form
        Of calibrated mode.
    targets : Targets
        With members where the form has them.
    likeness : mapping of str to float
        Member attribute -> share of records of several members, all of which have the same value.
    """
    if form.members is None:
        return form
    names = [a.name for a in form.members.form.left_open(()).values()]
    shared = [name for name in names if likeness.get(name, 0.0) >= MOSTLY]
    return replace(form, members=replace(form.members, always=untied(targets, names, shared=shared)))


def untied(targets: Targets, names: Sequence[str], *, shared: Sequence[str] = ()) -> tuple[str, ...]:
    """The fewest member attributes, found greedily, so that tables count every other one together with one of them.

    Parameters
    ----------
    targets : Targets
        With members, whose tables tie attributes together.
    names : sequence of str
        Member attributes that are asked for; the earlier ones win ties.
    shared : sequence of str
        Of these, those that need not be said of each member.

    Returns
    -------
    tuple of str
        In the order of `names`; what orders the members is always among them.
    """
    assert targets.members is not None
    tables = [frozenset(t.names) for t in targets.tables if t.margin.entity == "persons"]
    tied = {name: {n for table in tables if name in table for n in table} & set(names) | {name} for name in names}
    chosen = [targets.members.ordered_by] if targets.members.ordered_by in names else []
    free = [name for name in names if name not in shared]
    left = set(free).difference(*(tied[name] for name in (*chosen, *shared)))
    while left:
        best = max(free, key=lambda name: len(tied[name] & left))
        chosen.append(best)
        left -= tied[best]
    return tuple(name for name in names if name in chosen)
