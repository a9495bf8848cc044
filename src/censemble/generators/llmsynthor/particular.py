"""Gaps of households made particular, so that a language model is asked about one kind of household at a time.

Asked who else lives with "a White person", a small model describes the same young family again and again. What is still
missing says more: a size, drawn as the tables expect it given the gap, and a place for one member, drawn among what
tables of members lack. Who the others are, and whether they fit, is left to the model.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.boxes import draw_given, given_box
from censemble.generators.llmsynthor.compositions import Slot, room_of, sized
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.macro_statistics import Targets
from censemble.generators.llmsynthor.obedience import disobedience
from censemble.generators.llmsynthor.planning import Services

MOST_TRIED = 8  # places for a member that are tried for a gap


def particular(
    targets: Targets,
    gap: Gap,
    found: Sequence[Gap],
    rng: np.random.Generator,
    *,
    always: Collection[str],
    services: Services,
) -> Gap:
    """Say of a gap also a size, and where one member lies in the attributes that are said of every member.

    Parameters
    ----------
    targets : Targets
        With members.
    gap : Gap
        To be told.
    found : sequence of Gap
        All that is missing; places of members are drawn from it by how much is missing.
    rng : numpy.random.Generator
        The same state gives the same gap.
    always : collection of str
        Member attributes that are said of every member.
    services : Services
        Know the rules, which a household of that size with such a member must be able to obey.

    Returns
    -------
    Gap
        The same gap where nothing can be added.
    """
    assert targets.members is not None
    box = {**gap.box, **_size(targets, gap, rng)}
    made = replace(gap, box=box, of=gap.of or gap.words())
    numbers = targets.members.numbers_in(box)
    places = [place for place in found if place.member and not place.box and place.member.keys() <= set(always)]
    if not numbers or not places or set(always) & (gap.member or {}).keys():
        return made if len(box) > len(gap.box) else gap
    weights = np.array([place.missing for place in places])
    order = rng.choice(len(places), size=min(MOST_TRIED, len(places)), replace=False, p=weights / weights.sum())
    for k in order.tolist():
        member = {**(places[k].member or {}), **(gap.member or {})}
        slots = [Slot(member), *(Slot() for _ in range(numbers[0] - 1))]
        composition = sized(targets.members, box, slots)
        room = composition is not None and room_of(targets, composition).record.probability > 0
        if composition and room and not disobedience(targets, composition, services, rng):
            return replace(made, member=member)
    return made if len(box) > len(gap.box) else gap


def _size(targets: Targets, gap: Gap, rng: np.random.Generator) -> dict[str, Allowed]:
    """A label of the size as the tables expect it given the gap; nothing where it is named, or nobody is there."""
    assert targets.members is not None
    size = targets.members.size
    room = given_box(targets.model, gap.box)
    if size is None or size.name in gap.box or room.probability <= 0:
        return {}
    columns, _ = draw_given(room, targets.attributes, gap.box, 1, rng)
    return {size.name: Allowed(size, frozenset([int(columns[size.name][0])]))}
