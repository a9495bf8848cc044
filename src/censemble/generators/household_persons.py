"""Households with their persons: networks for the household and its size, for the first person, for the others.

Each other person depends on the household, its size, the person's place in it, the first person and the one before:
all of these are given when the person is drawn, so that drawing stays exact and goes over all households at once,
place by place. Which of them matter, and when, is for the networks' trees to say. Sizes are those that the sample
has; places from `MAX_PLACE` on count as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from censemble.generators.gaps import Gap, gap_of
from censemble.generators.network import Learning, Line, Network, draw, draw_meeting, learn_network
from censemble.generators.proposals import offsets_of
from censemble.generators.value_codes import ValueCodes

MAX_PLACE = 8
RECORDS_PER_SIZE = 10  # that make a function of the size credible
SIZE, PLACE = "(persons)", "(place)"
Codes = NDArray[np.int16]
Int = NDArray[np.int64]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Household:
    """All networks.

    Parameters
    ----------
    households : Network
        Household attributes that are not `of_size`, then the size's code.
    first : Network or None
        Given: as `households`; then the first person's attributes. None where the sample has no persons or none of
        their attributes is declared.
    others : Network or None
        Given: as `households`, place, attributes of the first person, of the one before; then the person's own. None
        where no household of the sample has two persons.
    sizes : ndarray of int64, shape (n_sizes,)
        Number of persons of each size code.
    of_size : tuple of (ndarray of int16, shape (n_sizes,)) or None
        For each household attribute that is a function of the number of persons its code for each size; None for the
        others.
    gaps : tuple of Gap
        Numeric attributes of other persons that are drawn as differences to the first one's.
    """

    households: Network
    first: Network | None
    others: Network | None
    sizes: Int
    of_size: tuple[Codes | None, ...]
    gaps: tuple[Gap, ...] = ()

    def own_allowed(self, allowed: Mapping[str, Float], names: Sequence[str]) -> dict[str, Float]:
        """Turn conditions on attributes that are functions of the size into a condition on the size."""
        kept = dict(allowed)
        for name, code in zip(names, self.of_size, strict=True):
            if code is not None and name in kept:
                kept[SIZE] = kept.get(SIZE, 1.0) * kept.pop(name)[code]
        return kept


@dataclass(frozen=True, eq=False)
class Members:
    """What is known of the persons of a sample.

    Parameters
    ----------
    known : tuple of ValueCodes
        Of each attribute.
    codes : ndarray of int16, shape (n_attributes, n_persons)
    offsets : ndarray of int64, shape (n_households + 1,)
        Persons of household i are columns offsets[i]..offsets[i+1].
    as_gaps : mapping of int to ndarray of float64, shape (n_persons,)
        Values of the numeric attributes, by number, that are drawn as gaps to the first person's: ages.
    leading : tuple of int
        Attributes by number that are drawn before all others: the relationship, then the age.
    """

    known: tuple[ValueCodes, ...]
    codes: Codes
    offsets: Int
    as_gaps: Mapping[int, Float]
    leading: tuple[int, ...]


def lines_of(known: Sequence[ValueCodes]) -> tuple[Line, ...]:
    """Lines of a network for attributes."""
    return tuple(Line(k.attribute.name, k.n_codes, k.attribute.kind != "categorical") for k in known)


def learn_household(
    known: Sequence[ValueCodes],
    codes: Codes,
    weights: Float,
    members: Members,
    rng: np.random.Generator,
    *,
    learning: Learning,
    n_bins: int = 24,
) -> Household:
    """Learn all networks.

    Parameters
    ----------
    known : sequence of ValueCodes
        Of the household attributes.
    codes : ndarray of int16, shape (n_attributes, n_households)
        Of the sample's households.
    weights : ndarray of float64, shape (n_households,)
        Design weights.
    members : Members
        Their persons.
    rng : numpy.random.Generator
        Resamples records for the forests.
    learning : Learning
        How each network is learnt.
    n_bins : int
        Of gaps.
    """
    sizes, size_code = np.unique(np.diff(members.offsets), return_inverse=True)
    of_size = tuple(function_of(line, size_code, len(sizes)) for line in codes)
    kept = [i for i, code in enumerate(of_size) if code is None]
    whole = np.concatenate([codes[kept], size_code[None].astype(np.int16)])
    lines = (*lines_of([known[i] for i in kept]), Line(SIZE, len(sizes), True))
    households = learn_network(whole, weights, lines, rng, learning=learning)
    model = Household(households, None, None, sizes, of_size)
    if not members.known or not members.offsets[-1]:
        return model
    given = tuple(line if line.name == SIZE else replace(line, name=f"(household) {line.name}") for line in lines)
    own, inhabited = lines_of(members.known), np.flatnonzero(np.diff(members.offsets))
    firsts = np.concatenate([whole[:, inhabited], members.codes[:, members.offsets[inhabited]]])
    first = learn_network(firsts, weights[inhabited], (*given, *own), rng, n_given=len(whole), learning=learning)
    model = replace(model, first=first)
    return _with_others(model, (given, own), whole, weights, members, rng, learning, n_bins)


def _with_others(
    model: Household,
    lines: tuple[tuple[Line, ...], tuple[Line, ...]],
    whole: Codes,
    weights: Float,
    members: Members,
    rng: np.random.Generator,
    learning: Learning,
    n_bins: int,
) -> Household:
    given_lines, own = lines
    counted, offsets = np.diff(members.offsets), members.offsets
    head = np.repeat(offsets[:-1], counted)
    rows = np.flatnonzero(np.arange(offsets[-1]) > head)
    if not len(rows):
        return model
    household = np.repeat(np.arange(len(counted)), counted)[rows]
    place = np.minimum(rows - head[rows], MAX_PLACE - 1).astype(np.int16)
    relatives = [members.codes[:, head[rows]], members.codes[:, rows - 1]]
    codes = np.concatenate([whole[:, household], place[None], *relatives, members.codes[:, rows]])
    named = [replace(line, name=f"({who}) {line.name}") for who in ("first", "before") for line in own]
    every = (*given_lines, Line(PLACE, MAX_PLACE, True), *named, *own)
    n_given = len(every) - len(own)
    gaps, turned = [], {}
    for i, values in members.as_gaps.items():
        mine = values[rows], values[head[rows]]
        gap = gap_of(i, members.known[i], *mine, weights[household], n_bins=n_bins)
        if gap is not None:
            gaps.append(gap)
            turned[n_given + i] = (gap.gaps.codes(mine[0] - mine[1]), gap.gaps.n_codes)
    leading = tuple(n_given + i for i in members.leading)
    network = learn_network(
        codes, weights[household], every, rng, n_given=n_given, leading=leading, turned=turned, learning=learning
    )
    return replace(model, others=network, gaps=tuple(gaps))


def function_of(codes: Codes, of: Int, n: int) -> Codes | None:
    """Codes as a function of others, None where they are not one; few records are no evidence, and give None.

    Examples
    --------
    >>> sizes = np.arange(60) % 3
    >>> function_of((2 - sizes).astype(np.int16), sizes, 3).tolist(), function_of(np.arange(60), sizes, 3)
    ([2, 1, 0], None)
    """
    found = np.zeros(n, np.int16)
    found[of] = codes
    return found if len(codes) >= RECORDS_PER_SIZE * n and (found[of] == codes).all() else None


@dataclass(frozen=True, eq=False)
class Drawn:
    """Households and persons that were drawn.

    Parameters
    ----------
    households : ndarray of int16, shape (n, n_household_attributes)
    persons : ndarray of int16, shape (n_persons, n_person_attributes)
    sizes : ndarray of int64, shape (n,)
    numbers : mapping of int to ndarray of float64, shape (n_persons,)
        Values of the person attributes that have gaps, by number; the others' are drawn from their bins.
    """

    households: Codes
    persons: Codes
    sizes: Int
    numbers: Mapping[int, Float]


def draw_households(
    model: Household,
    known: Sequence[ValueCodes],
    n: int,
    rng: np.random.Generator,
    *,
    allowed: Mapping[str, Float],
    said: str,
) -> Drawn:
    """Draw households and their persons.

    Parameters
    ----------
    model : Household
        What was learnt.
    known : sequence of ValueCodes
        Of the person attributes.
    n : int
        Households wanted.
    rng : numpy.random.Generator
        Draws households first, then persons place by place.
    allowed, said
        Conditions as `Household.own_allowed` gives them, and as in `network.draw_meeting`.
    """
    if allowed:
        households = draw_meeting(model.households, n, rng, allowed=allowed, said=said)
    else:
        households = draw(model.households, np.zeros((n, 0), np.int16), rng)[0]
    size_code = households[:, -1]
    columns = iter(households.T)
    whole = [next(columns) if code is None else code[size_code] for code in model.of_size]
    stacked = np.stack(whole, axis=1) if whole else np.zeros((n, 0), np.int16)
    sizes = model.sizes[size_code]
    persons, numbers = _draw_persons(model, known, households, offsets_of(sizes), rng)
    return Drawn(stacked, persons, sizes, numbers)


def _draw_persons(
    model: Household, known: Sequence[ValueCodes], households: Codes, offsets: Int, rng: np.random.Generator
) -> tuple[Codes, dict[int, Float]]:
    """Draw the first person of all households, then the second of all, and so on."""
    if model.first is None:
        return np.zeros((offsets[-1], 0), np.int16), {}
    sizes = np.diff(offsets)
    persons = np.zeros((offsets[-1], len(known)), np.int16)
    numbers = {gap.line: np.full(offsets[-1], np.nan) for gap in model.gaps}
    inhabited = np.flatnonzero(sizes)
    head = offsets[inhabited]
    persons[head] = draw(model.first, households[inhabited], rng)[0][:, model.first.n_given :]
    for line, values in numbers.items():
        values[head] = known[line].decode(persons[head, line], rng)
    for place in range(1, int(sizes.max(initial=0))):
        if model.others is None:
            break
        here = np.flatnonzero(sizes > place)
        head, row = offsets[here], offsets[here] + place
        counted = np.full((len(here), 1), min(place, MAX_PLACE - 1), np.int16)
        given = np.concatenate([households[here], counted, persons[head], persons[row - 1]], axis=1)
        turn = {
            model.others.n_given + gap.line: partial(_number, gap, known[gap.line], numbers[gap.line], (head, row), rng)
            for gap in model.gaps
        }
        persons[row] = draw(model.others, given, rng, turn=turn)[0][:, model.others.n_given :]
    return persons, numbers


def _number(
    gap: Gap, known: ValueCodes, numbers: Float, rows: tuple[Int, Int], rng: np.random.Generator, codes: Codes
) -> Codes:
    """Draw the numbers of some persons from codes of gaps, keep them, and give their own codes."""
    head, row = rows
    numbers[row] = gap.draw(codes, numbers[head], rng)
    return known.codes(numbers[row])
