"""Households with their persons: one network for the household and its size, one for persons one after another.

Each person depends on the household, on its size, on the person's place in it, on the first person and on the one
before: all of these are given when the person is drawn, so that drawing stays exact and goes over all households at
once, place by place. Which of them matter, and when, is for the network's trees to say. Sizes are those that the
sample has; places from `MAX_PLACE` on count as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.generators.forests import ForestSettings
from censemble.generators.network import Line, Network, draw, draw_meeting, learn_network
from censemble.generators.proposals import offsets_of

MAX_PLACE = 8
SIZE, PLACE = "(persons)", "(place)"
Codes = NDArray[np.int16]
Int = NDArray[np.int64]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Household:
    """Both networks.

    Parameters
    ----------
    households : Network
        Household attributes, then the size's code.
    persons : Network or None
        Given: household attributes, size, place, attributes of the first person, of the one before; then the
        person's own. None where the sample has no persons or none of their attributes is declared.
    sizes : ndarray of int64
        Number of persons of each size code.
    """

    households: Network
    persons: Network | None
    sizes: Int


def learn_household(
    household_codes: Codes,
    person_codes: Codes,
    offsets: Int,
    weights: Float,
    lines: tuple[tuple[Line, ...], tuple[Line, ...]],
    rng: np.random.Generator,
    *,
    max_parents: int = 4,
    settings: ForestSettings | None = None,
) -> Household:
    """Learn both networks.

    Parameters
    ----------
    household_codes, person_codes : ndarray of int16, shape (n_attributes, n_rows)
    offsets : ndarray of int64, shape (n_households + 1,)
    weights : ndarray of float64, shape (n_households,)
    lines : (lines of households, lines of persons)
    rng : numpy.random.Generator
    max_parents, settings
        As in `network.learn_network`.
    """
    counted = np.diff(offsets)
    sizes, size_code = np.unique(counted, return_inverse=True)
    whole = np.concatenate([household_codes, size_code[None].astype(np.int16)])
    own = (*lines[0], Line(SIZE, len(sizes), True))
    households = learn_network(whole, weights, own, rng, max_parents=max_parents, settings=settings)
    persons = None
    if lines[1] and offsets[-1]:
        given = _given(whole, person_codes, offsets, lines[1])
        persons = learn_network(
            np.concatenate([given, person_codes]),
            np.repeat(weights, counted),
            (*own, *_given_lines(lines[1]), *lines[1]),
            rng,
            n_given=len(given),
            max_parents=max_parents,
            settings=settings,
        )
    return Household(households, persons, sizes)


def _given_lines(persons: tuple[Line, ...]) -> tuple[Line, ...]:
    """Lines of the place, the first person and the one before; these two have one code more: nobody."""
    relatives = [Line(f"{who} {p.name}", p.n_codes + 1, p.ordered) for who in ("(first)", "(before)") for p in persons]
    return (Line(PLACE, MAX_PLACE, True), *relatives)


def _given(household_codes: Codes, person_codes: Codes, offsets: Int, lines: tuple[Line, ...]) -> Codes:
    """What is given of every person of the sample, shape (n_given, n_persons)."""
    counted = np.diff(offsets)
    place = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counted)
    nobody = np.array([line.n_codes for line in lines], dtype=np.int16)[:, None]
    first = person_codes[:, np.repeat(offsets[:-1], counted)]
    before = person_codes[:, np.maximum(np.arange(offsets[-1]) - 1, 0)]
    return np.concatenate(
        [
            np.repeat(household_codes, counted, axis=1),
            np.minimum(place, MAX_PLACE - 1)[None].astype(np.int16),
            np.where(place == 0, nobody, first),
            np.where(place == 0, nobody, before),
        ]
    )


def draw_households(
    model: Household, n: int, rng: np.random.Generator, *, allowed: Mapping[str, Float], said: str
) -> tuple[Codes, Codes, Int]:
    """Draw households and their persons.

    Parameters
    ----------
    model : Household
    n : int
    rng : numpy.random.Generator
    allowed, said
        Conditions on household attributes, as in `network.draw_meeting`.

    Returns
    -------
    household_codes : ndarray of int16, shape (n, n_household_attributes)
    person_codes : ndarray of int16, shape (n_persons, n_person_attributes)
    sizes : ndarray of int64, shape (n,)
    """
    if allowed:
        households = draw_meeting(model.households, n, rng, allowed=allowed, said=said)
    else:
        households = draw(model.households, np.zeros((n, 0), np.int16), rng)[0]
    sizes = model.sizes[households[:, -1]]
    offsets = offsets_of(sizes)
    if model.persons is None:
        return households[:, :-1], np.zeros((offsets[-1], 0), np.int16), sizes
    n_given, lines = model.persons.n_given, model.persons.lines
    own = lines[n_given:]
    nobody = np.array([line.n_codes for line in own], dtype=np.int16)
    persons = np.zeros((offsets[-1], len(own)), np.int16)
    for place in range(int(sizes.max(initial=0))):
        here = np.flatnonzero(sizes > place)
        row = offsets[here] + place
        nobodies = np.broadcast_to(nobody, (len(here), len(own)))
        given = np.concatenate(
            [
                households[here],
                np.full((len(here), 1), min(place, MAX_PLACE - 1), np.int16),
                persons[offsets[here]] if place else nobodies,
                persons[row - 1] if place else nobodies,
            ],
            axis=1,
        )
        persons[row] = draw(model.persons, given, rng)[0][:, n_given:]
    return households[:, :-1], persons, sizes
