"""Households with their persons: one network for the household and its size, one for persons one after another.

Each person depends on the household, on its size, on the person's place in it, on the first person and on the one
before: all of these are given when the person is drawn, so that drawing stays exact and goes over all households at
once, place by place. Which of them matter, and when, is for the network's trees to say. Sizes are those that the
sample has; places from `MAX_PLACE` on count as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from censemble.generators.forests import ForestSettings
from censemble.generators.network import Line, Network, draw, draw_meeting, learn_network
from censemble.generators.proposals import offsets_of

MAX_PLACE = 8
RECORDS_PER_SIZE = 10  # that make a function of the size credible
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
        Household attributes that are not `of_size`, then the size's code.
    persons : Network or None
        Given: as `households`, place, attributes of the first person, of the one before; then the person's own. None
        where the sample has no persons or none of their attributes is declared.
    sizes : ndarray of int64, shape (n_sizes,)
        Number of persons of each size code.
    of_size : tuple of (ndarray of int16, shape (n_sizes,)) or None
        For each household attribute that is a function of the number of persons its code for each size; None for the
        others.
    """

    households: Network
    persons: Network | None
    sizes: Int
    of_size: tuple[Codes | None, ...]

    def own_allowed(self, allowed: Mapping[str, Float], names: Sequence[str]) -> dict[str, Float]:
        """Turn conditions on attributes that are functions of the size into a condition on the size."""
        kept = dict(allowed)
        for name, code in zip(names, self.of_size, strict=True):
            if code is not None and name in kept:
                kept[SIZE] = kept.get(SIZE, 1.0) * kept.pop(name)[code]
        return kept


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
        Of the sample.
    offsets : ndarray of int64, shape (n_households + 1,)
        Persons of household i are rows offsets[i]..offsets[i+1].
    weights : ndarray of float64, shape (n_households,)
        Design weights.
    lines : (lines of households, lines of persons)
        What the attributes are.
    rng : numpy.random.Generator
        Resamples records for the forests.
    max_parents, settings
        As in `network.learn_network`.
    """
    counted = np.diff(offsets)
    sizes, size_code = np.unique(counted, return_inverse=True)
    of_size = tuple(function_of(codes, size_code, len(sizes)) for codes in household_codes)
    kept = [i for i, code in enumerate(of_size) if code is None]
    whole = np.concatenate([household_codes[kept], size_code[None].astype(np.int16)])
    own = (*(lines[0][i] for i in kept), Line(SIZE, len(sizes), True))
    households = learn_network(whole, weights, own, rng, max_parents=max_parents, settings=settings)
    persons = None
    if lines[1] and offsets[-1]:
        given = _given(whole, person_codes, offsets, lines[1])
        persons = learn_network(
            np.concatenate([given, person_codes]),
            np.repeat(weights, counted),
            (*(_of_household(line) for line in own), *_given_lines(lines[1]), *lines[1]),
            rng,
            n_given=len(given),
            max_parents=max_parents,
            settings=settings,
        )
    return Household(households, persons, sizes, of_size)


def function_of(codes: Codes, of: Int, n: int) -> Codes | None:
    """Codes as a function of others, None where they are not one; few records are no evidence, and give None.

    Examples
    --------
    >>> sizes = np.arange(60) % 3
    >>> function_of((2 - sizes).astype(np.int16), sizes, 3).tolist(), function_of(np.arange(60), sizes, 3)
    ([2, 1, 0], None)
    """
    first = np.zeros(n, np.int16)
    first[of] = codes
    return first if len(codes) >= RECORDS_PER_SIZE * n and (first[of] == codes).all() else None


def _of_household(line: Line) -> Line:
    return line if line.name == SIZE else replace(line, name=f"(household) {line.name}")


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
        What was learnt.
    n : int
        Households wanted.
    rng : numpy.random.Generator
        Draws households first, then persons place by place.
    allowed, said
        Conditions as `Household.own_allowed` gives them, and as in `network.draw_meeting`.

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
    columns = iter(households.T)
    whole = [next(columns) if code is None else code[households[:, -1]] for code in model.of_size]
    stacked = np.stack(whole, axis=1) if whole else np.zeros((n, 0), np.int16)
    return stacked, _draw_persons(model.persons, households, sizes, rng), sizes


def _draw_persons(model: Network | None, households: Codes, sizes: Int, rng: np.random.Generator) -> Codes:
    """Draw the persons of all households, first the first of each, then the second, and so on."""
    offsets = offsets_of(sizes)
    if model is None:
        return np.zeros((offsets[-1], 0), np.int16)
    own = model.lines[model.n_given :]
    nobody = np.array([line.n_codes for line in own], dtype=np.int16)
    persons = np.zeros((offsets[-1], len(own)), np.int16)
    for place in range(int(sizes.max(initial=0))):
        here = np.flatnonzero(sizes > place)
        row = offsets[here] + place
        nobodies = np.broadcast_to(nobody, (len(here), len(own)))
        given = [
            households[here],
            np.full((len(here), 1), min(place, MAX_PLACE - 1), np.int16),
            persons[offsets[here]] if place else nobodies,
            persons[row - 1] if place else nobodies,
        ]
        persons[row] = draw(model, np.concatenate(given, axis=1), rng)[0][:, model.n_given :]
    return persons
