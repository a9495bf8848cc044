"""Records drawn from boxes of support, with prior weights that do not depend on how often a place was proposed.

A proposal names for each attribute one category or one range: a box. Box i is filled with n_i records from the model of
the tables *given* the box. A record x that lies in several boxes could have come from each; it was drawn with density
q(x) = sum_i (n_i / n) p(x | box i), so its prior weight is

    p(x) / q(x) = 1 / sum over the boxes i that hold x of (n_i / n) / P(box i)

(the balance heuristic of multiple importance sampling). The pool then stands for the model of the tables restricted to
what was proposed: proposals decide what is possible, tables how much of it there is.

References
----------
Veach & Guibas (1995), "Optimally combining sampling techniques for Monte Carlo rendering", SIGGRAPH.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.generators.atom_conditions import narrow
from censemble.generators.atoms import Atoms
from censemble.generators.beliefs import Beliefs
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.macro_statistics import Box, Targets
from censemble.generators.log_linear import draw, given
from censemble.generators.tables_model import TablesModel
from censemble.schema import Attribute

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Given:
    """The model of the tables given a box.

    Parameters
    ----------
    beliefs : Beliefs
    probability : float
        Of the box; 0 where tables allow nobody there.
    atoms : tuple of Atoms
        Of the model's attributes, cut to the box.
    """

    beliefs: Beliefs
    probability: float
    atoms: tuple[Atoms, ...]


def given_box(model: TablesModel, box: Box) -> Given:
    """Condition a model on a box; attributes of the box that no table names change nothing."""
    atoms, shares = list(model.atoms), {}
    for k, a in enumerate(atoms):
        if a.attribute.name in box:
            atoms[k], shares[k] = narrow(a, box[a.attribute.name])
    beliefs, probability = given(model.beliefs, shares)
    return Given(beliefs, probability, tuple(atoms))


def probability_of(targets: Targets, box: Box) -> float:
    """Share of the records that the model of the tables expects in a box; 0 where tables allow nobody there."""
    return given_box(targets.model, box).probability


def draw_box(targets: Targets, box: Box, n: int, rng: np.random.Generator) -> Columns:
    """Draw `n` records in a box: by the tables' shares where tables name an attribute, uniform where none does.

    Parameters
    ----------
    targets : Targets
        What the tables say.
    box : Box
        Of probability above 0.
    n : int
        >= 0.
    rng : numpy.random.Generator
        The same state gives the same records.

    Returns
    -------
    dict of str to ndarray of shape (n,)
        All attributes of the record: codes as int32, numbers as float64.
    """
    return draw_given(given_box(targets.model, box), targets.attributes, box, n, rng)[0]


def draw_given(
    place: Given,
    attributes: Sequence[Attribute],
    box: Box,
    n: int,
    rng: np.random.Generator,
    *,
    known: Mapping[int, Int] | None = None,
) -> tuple[Columns, dict[int, Int]]:
    """Draw values of all attributes in a box, and the atoms that they lie in, by number of the model's attribute.

    Parameters
    ----------
    place : Given
        The model given the box.
    attributes : sequence of Attribute
        To draw; those that the model does not have are uniform in the box.
    box : Box
        The same.
    n : int
        >= 0.
    rng : numpy.random.Generator
        The same state gives the same values.
    known : mapping of int to ndarray of shape (n,), optional
        Atoms of attributes in the root of the model that are given: the household's, where persons are drawn.
    """
    codes = draw(place.beliefs, n, rng, known=known)
    drawn = {
        place.atoms[k].attribute.name: place.atoms[k].draw(codes[k], rng) for k in sorted(codes.keys() - (known or {}))
    }
    for attribute in attributes:
        if attribute.name not in drawn:
            drawn[attribute.name] = uniform_values(attribute, box.get(attribute.name), n, rng)
    return {a.name: drawn[a.name] for a in attributes}, codes


def uniform_values(attribute: Attribute, allowed: Allowed | None, n: int, rng: np.random.Generator) -> NDArray[Any]:
    """Values drawn uniformly from what a box allows, or from the whole attribute where it allows everything.

    Numbers are whole where both the ends and the declared bins are whole: ages and counts are.

    Examples
    --------
    >>> sex = Attribute("sex", "persons", "categorical", ("female", "male"))
    >>> uniform_values(sex, Allowed(sex, frozenset([1])), 3, np.random.default_rng(1)).tolist()
    [1, 1, 1]
    """
    if attribute.kind != "numeric":
        codes = np.array(sorted(allowed.codes) if allowed else range(attribute.n_codes), dtype=np.int32)
        return np.asarray(codes[rng.integers(0, len(codes), n)])
    low, high = (allowed.low, allowed.high) if allowed else (attribute.bins[0], attribute.bins[-1])
    low, high = max(low, attribute.bins[0]), min(high, attribute.bins[-1])
    if all(float(edge).is_integer() for edge in attribute.bins):
        below = min(np.floor(high) + 1, max(attribute.bins[-1], np.floor(low) + 1))
        return np.asarray(np.floor(low + rng.random(n) * (below - low)))
    return np.asarray(low + rng.random(n) * (high - low))


def holds(box: Box, columns: Columns) -> NDArray[np.bool_]:
    """Which records lie in a box; a missing value lies in one that names its attribute only where it says so."""
    inside = np.ones(len(next(iter(columns.values()))), dtype=bool)
    for name, allowed in box.items():
        if allowed.attribute.kind == "numeric":
            inside &= allowed.holds(columns[name])
        else:  # a table is several times faster than a search
            known = np.zeros(allowed.attribute.n_codes + 1, dtype=bool)  # the last one for -1, missing
            known[sorted(allowed.codes)] = True
            known[-1] = allowed.or_missing
            inside &= known[columns[name]]
    return inside


def draw_pool(targets: Targets, boxes: Sequence[Box], n: int, rng: np.random.Generator) -> tuple[Columns, Int, Float]:
    """Fill boxes with equally many records each.

    Returns
    -------
    columns : dict of str to ndarray of shape (n,)
    box : ndarray of int64, shape (n,)
        From which box each record was drawn.
    prior : ndarray of shape (n,), > 0
        Prior weights; they sum to the records of the region.

    Examples
    --------
    >>> from censemble.expressions import is_in
    >>> from censemble.generators.llmsynthor.macro_statistics import targets_of
    >>> from censemble.margins import Cell, Margin
    >>> from censemble.schema import Schema
    >>> sex = Attribute("sex", "persons", "categorical", ("female", "male"))
    >>> cells = tuple(Cell(label, is_in("sex", [k]), label) for k, label in enumerate(sex.categories))
    >>> table = Margin("sex", "zone", "persons", cells, np.array([[30.0, 10.0]]), np.zeros((1, 2)), np.ones(2))
    >>> targets = targets_of(Schema((sex,)), [table], "persons")
    >>> _, box, prior = draw_pool(targets, [{"sex": Allowed(sex, frozenset([k]))} for k in (0, 1)], 4,
    ...                           np.random.default_rng(1))
    >>> box.tolist(), prior.round(6).tolist()
    ([0, 0, 1, 1], [15.0, 15.0, 5.0, 5.0])
    """
    sizes = shared_out(n, len(boxes))
    places = [given_box(targets.model, box) for box in boxes]
    drawn = [
        draw_given(place, targets.attributes, box, int(size), rng)[0]
        for place, box, size in zip(places, boxes, sizes, strict=True)
    ]
    columns = {a.name: np.concatenate([d[a.name] for d in drawn]) for a in targets.attributes}
    tabled = set(targets.model.names)
    density = np.zeros(n)
    for box, size, place in zip(boxes, sizes, places, strict=True):
        seen = {name: allowed for name, allowed in box.items() if name in tabled}
        density += holds(seen, columns) * (size / n / place.probability)
    prior = 1.0 / density
    return columns, np.repeat(np.arange(len(boxes)), sizes), prior * targets.total / prior.sum()


def shared_out(n: int, n_boxes: int) -> Int:
    """Share out records among boxes as equally as whole numbers allow.

    Examples
    --------
    >>> shared_out(5, 3).tolist()
    [2, 2, 1]
    """
    return np.full(n_boxes, n // n_boxes) + (np.arange(n_boxes) < n % n_boxes)
