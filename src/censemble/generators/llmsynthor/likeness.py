"""Members that are alike: how often all members of a record have the same value, asked once and drawn accordingly.

No table says that people who live together mostly share their race; a language model does. Slots are filled
independently first. Then, of the records whose members are not all alike, as many as the answer asks for take one
member's value for all: each other member is replaced by one drawn for the same slot and place that has it, so that
what goes with the value comes with it. Who has no value (a child's occupation) stays without, and nobody gets a value
that tables may exclude. What a gap says of its own member holds for all who are like it. An attribute of which a model
says different categories of different members says who they are, and is left alone: a small model says that sex is
shared, while it proposes wives and husbands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.generators.llmsynthor.composition_prompts import alike_attributes, likeness_request
from censemble.generators.llmsynthor.compositions import Composition
from censemble.generators.llmsynthor.filled import Filled
from censemble.generators.llmsynthor.macro_statistics import Targets
from censemble.generators.llmsynthor.proposal_form import Form
from censemble.llm import Client, Settings
from censemble.schema import Attribute

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Common:
    """What members of one part's records have in common of one attribute.

    Parameters
    ----------
    several : ndarray of bool, shape (n,)
        At least two members have a value.
    alike : ndarray of bool, shape (n,)
        All who have a value have the same.
    value : ndarray of int64, shape (n,)
        The value of a member; -1 where none has one, or where slots allow different categories.
    """

    several: Bool
    alike: Bool
    value: Int


def ask_likeness(client: Client, form: Form, *, random_seed: int, settings: Settings) -> dict[str, float]:
    """Ask once how often all members of a record are alike; an answer that cannot be used says nothing.

    Parameters
    ----------
    client : Client
        Makes one call, or two where the answer has to be repaired.
    form : Form
        With members.
    random_seed : int
        Of the model's draw.
    settings : Settings
        Of the model.

    Returns
    -------
    dict of str to float
        Member attribute -> share of records with several members, 0..1.
    """
    assert form.members is not None
    asked = alike_attributes(form.members)
    if not asked or max(form.members.targets.numbers) < 2:
        return {}
    (reply,) = client.ask([likeness_request(form, random_seed=random_seed, settings=settings)])
    return {asked[name]: share / 100 for name, share in (reply.value or {}).items()}


def make_alike(
    targets: Targets,
    compositions: Sequence[Composition],
    parts: Sequence[Filled],
    weights: Sequence[Float],
    likeness: Mapping[str, float],
    chances: Mapping[str, float],
    rng: np.random.Generator,
) -> tuple[list[Filled], dict[str, float]]:
    """Let members be alike as often as they should.

    Parameters
    ----------
    targets : Targets
        Tell the attributes of members.
    compositions : sequence of Composition
        That parts name by number.
    parts : sequence of Filled
        With independent members.
    weights : sequence of ndarray of shape (n,)
        Prior weights of the records of each part; not needed where `chances` are given.
    likeness : mapping of str to float
        Attribute -> share of records of several members, all of which have the same value.
    chances : mapping of str to float
        From an earlier round, to be used again; empty in the first.
    rng : numpy.random.Generator
        The same state gives the same records.

    Returns
    -------
    parts, chances
        Chances are those of a record whose members differ by themselves and could be alike.
    """
    assert targets.members is not None
    attributes = {a.name: a for a in targets.members.attributes}
    tied = {name for table in targets.tables if table.n_members and len(table.names) > 1 for name in table.names}
    found, used, done = list(parts), dict(chances), list[str]()
    for name in sorted(likeness, key=lambda name: (-likeness[name], name)):
        commons = [_common(part, attributes[name], compositions[part.which], rng) for part in found]
        if name not in used:
            used[name] = _chance(found, commons, weights, likeness[name])
        for k, (part, common) in enumerate(zip(found, commons, strict=True)):
            chosen = ~common.alike & (common.value >= 0) & (rng.random(part.n) < used[name])
            if part.n_members > 1 and chosen.any():
                value = np.where(chosen, common.value, -1)
                found[k] = _settled(part, name, value, done, rng, alone=name not in tied)
        done.append(name)
    return found, used


def _common(part: Filled, attribute: Attribute, composition: Composition, rng: np.random.Generator) -> Common:
    """Look at the members of each record; the value offered is that of a member drawn at random."""
    values = part.members[attribute.name]
    if part.n_members < 2 or not part.n:
        return Common(np.zeros(part.n, dtype=bool), np.ones(part.n, dtype=bool), np.full(part.n, -1))
    known = values >= 0
    highest = values.max(axis=1)
    alike, several = ((values == highest[:, None]) | ~known).all(axis=1), known.sum(axis=1) > 1
    fixed = [slot.box[attribute.name] for slot in composition.members if slot.fixes(attribute.name)]
    free = [slot.box for slot in composition.members if not slot.fixes(attribute.name)]
    sets = {box[attribute.name].codes if attribute.name in box else None for box in free}
    if len(sets) > 1:  # what differs between slots says who the members are
        return Common(several, alike, np.full(part.n, -1))
    able = np.ones(attribute.n_codes + 1, dtype=bool)
    able[-1] = False  # the last one for -1, missing
    for allowed in fixed:  # all members can only share what the gap's own member may have
        able &= np.isin(np.arange(attribute.n_codes + 1), sorted(allowed.codes))
    rank = np.where(able[values], rng.random(values.shape), -1.0)
    offered = np.take_along_axis(values, rank.argmax(axis=1)[:, None], axis=1)[:, 0]
    return Common(several, alike, np.where(rank.max(axis=1) >= 0, offered, -1))


def _chance(parts: Sequence[Filled], commons: Sequence[Common], weights: Sequence[Float], wanted: float) -> float:
    """How often records that could be alike and are not have to become so."""
    several, alike, able = 0.0, 0.0, 0.0
    for part, common, weight in zip(parts, commons, weights, strict=True):
        if part.n_members > 1:
            several += float(weight[common.several].sum())
            alike += float(weight[common.several & common.alike].sum())
            able += float(weight[~common.alike & (common.value >= 0)].sum())
    return min(max(wanted * several - alike, 0.0) / able, 1.0) if able > 0 else 0.0


def _settled(
    part: Filled, name: str, value: Int, done: Sequence[str], rng: np.random.Generator, *, alone: bool
) -> Filled:
    """Give the members of the chosen records (`value` >= 0) that value, slot by slot, if they have one.

    Where nobody in the slot can take a member's place, the value alone is changed if no table counts it with others
    (`alone`); else the member stays, because tables may have nobody like that.
    """
    members = {attribute: values.copy() for attribute, values in part.members.items()}
    for slot in range(part.n_members):
        old = {attribute: values[:, slot] for attribute, values in part.members.items()}
        rows = np.flatnonzero((value >= 0) & (old[name] >= 0) & (old[name] != value))
        base = part.place
        for attribute in done:  # a donor agrees in what was settled before
            base = np.unique(base * (int(old[attribute].max()) + 2) + old[attribute] + 1, return_inverse=True)[1]
        width = int(max(old[name].max(), value.max())) + 2
        keys, wanted = base * width + old[name] + 1, base[rows] * width + value[rows] + 1
        order = np.argsort(keys, kind="stable")
        start, end = (np.searchsorted(keys[order], wanted, side=side) for side in ("left", "right"))
        donor = order[np.minimum(start + (rng.random(len(rows)) * (end - start)).astype(np.int64), part.n - 1)]
        has = end > start
        for attribute, values in members.items():
            values[rows[has], slot] = old[attribute][donor[has]]
        if alone:
            members[name][rows[~has], slot] = value[rows[~has]]
    return Filled(part.which, part.n, part.columns, members, part.place, part.n_members)
