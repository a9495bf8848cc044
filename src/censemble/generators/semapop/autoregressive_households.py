"""All that the autoregressive backbone learnt: a mixture of the record itself and, for households, one of members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.semapop.autoregressive_draw import Known, Mixture, draw_mixture, sees_personas
from censemble.generators.semapop.autoregressive_members import Places
from censemble.generators.semapop.autoregressive_network import Plan
from censemble.generators.semapop.autoregressive_trees import forest_arrays, forests_of
from censemble.generators.semapop.backbone import Block, Codes, Vectors

MEMBER = "member "  # before the names of a member's arrays
Int = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """A mixture, and the order in which it draws blocks: the natural number of each."""

    mixture: Mixture
    order: Int

    def draw(self, vectors: Vectors, rng: np.random.Generator) -> Codes:
        """Codes of all blocks in their natural order, where none is given."""
        return self._in_natural_order(draw_mixture(self.mixture, vectors, rng))

    def draw_some(self, rows: Int, vectors: Vectors, rng: np.random.Generator, given: Codes) -> Codes:
        """Codes of the drawn blocks of some of the records, in their natural order.

        Where personas are seen a record's numbers are its own, whichever others are drawn.

        Parameters
        ----------
        rows : ndarray of int64, shape (n_some,)
            Which records.
        vectors : ndarray of float32, shape (n, width + 1)
            Of all records.
        rng : numpy.random.Generator
            For this part of the records alone.
        given : ndarray of int16, shape (n_some, n_given)
            Codes of given blocks.
        """
        plan, numbers = self.mixture.plan, None
        if sees_personas(self.mixture, vectors[rows]):
            numbers = rng.random((len(vectors), len(plan.drawn)))[rows]
        return self._in_natural_order(draw_mixture(self.mixture, vectors[rows], rng, given=given, numbers=numbers))

    def _in_natural_order(self, drawn: Codes) -> Codes:
        n_given, codes = self.mixture.plan.n_given, np.empty_like(drawn)
        codes[:, self.order[n_given:] - n_given] = drawn
        return codes

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What was learnt, by name."""
        weights = {f"network {name}": np.asarray(value) for name, value in self.mixture.weights.items()}
        found = {**weights, **forest_arrays(self.mixture.forests), "order": self.order}
        if (known := self.mixture.known) is not None:
            found |= {"known blocks": np.array([known.place, known.one, known.other]), "known table": known.table}
        return {**found, "network share": self.mixture.network_share}


@dataclass(frozen=True, eq=False)
class Learnt:
    """All that records are drawn from.

    Parameters
    ----------
    places : Places
        Of members.
    root : Part
        The record itself, with the first member of a household.
    member : Part or None
        Any other member of a household; None where there are none.
    """

    places: Places
    root: Part
    member: Part | None

    def draw(self, vectors: Vectors, rng: np.random.Generator) -> Codes:
        """Draw one record for each row of vectors, blocks in their natural order.

        Places beyond the number of persons are empty; within it each but the first has somebody, whatever that is.
        """
        root = self.root.draw(vectors, rng)
        if self.member is None:
            return root
        places = self.places
        codes = np.concatenate([root, np.tile(places.absent, (len(root), places.n_places))], axis=1)
        members = codes[:, len(places.root) :].reshape(len(codes), places.n_places, len(places.own))
        n_members = places.n_members[root[:, places.counted]]
        for place, state in enumerate(rng.integers(0, 2**63, places.n_places)):
            rows = np.flatnonzero(n_members > place)
            own = np.random.default_rng(state)
            members[rows, place] = self.member.draw_some(rows, vectors, own, places.given(codes[rows], place))
        return codes

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What was learnt, by name."""
        if self.member is None:
            return self.root.arrays()
        members = {MEMBER + name: array for name, array in self.member.arrays().items()}
        return {**self.root.arrays(), **members, "members": self.places.n_members}


def learnt_of(arrays: Mapping[str, NDArray[Any]], blocks: Sequence[Block], *, width: int, sparsity: float) -> Learnt:
    """What `Learnt.arrays` gave, learnt again.

    Parameters
    ----------
    arrays : mapping
        By name.
    blocks : sequence of Block
        Of the records, in their natural order.
    width : int
        Of persona vectors, without the column of closeness.
    sparsity : float
        Of the network's shares.

    Raises
    ------
    SchemaError
        The arrays are of other records, or of another width.
    """
    places = Places.at(blocks, arrays.get("members", np.zeros(0, np.int64)))
    sizes = [b.n_codes for b in places.root]
    root = _part({n: a for n, a in arrays.items() if not n.startswith(MEMBER)}, sizes, 0, width, sparsity)
    if not places.n_places:
        return Learnt(places, root, None)
    of_member = {n.removeprefix(MEMBER): a for n, a in arrays.items() if n.startswith(MEMBER)}
    if len(places.n_members) != places.root[places.counted].n_codes:
        raise SchemaError(
            f"autoregressive: the model has {len(places.n_members)} numbers of persons, the records have "
            f"{places.root[places.counted].n_codes}; train it again"
        )
    return Learnt(places, root, _part(of_member, places.sizes, places.n_given, width, sparsity))


def _part(arrays: Mapping[str, NDArray[Any]], sizes: Sequence[int], n_given: int, width: int, sparsity: float) -> Part:
    weights = {name.removeprefix("network "): a for name, a in arrays.items() if name.startswith("network ")}
    network_share = weights.pop("share", np.zeros(0))
    order = np.asarray(arrays.get("order", ()), np.int64)
    if sorted(order.tolist()) != list(range(len(sizes))):
        raise SchemaError(
            f"autoregressive: the model has {len(order)} blocks, the records have {len(sizes)}; train it again"
        )
    plan = Plan(tuple(sizes[j] for j in order), _units(weights, len(sizes) - n_given), n_given)
    _check_shapes(plan, weights, width)
    known = _known(arrays)
    return Part(Mixture(plan, weights, forests_of(arrays, len(plan.drawn)), network_share, sparsity, known), order)


def _known(arrays: Mapping[str, NDArray[Any]]) -> Known | None:
    if "known blocks" not in arrays:
        return None
    place, one, other = arrays["known blocks"].tolist()
    return Known(place, one, other, arrays["known table"])


def _units(weights: Mapping[str, NDArray[Any]], n_drawn: int) -> int:
    """Hidden units of a block, by the biases of all."""
    return len(weights.get("first bias", ())) // n_drawn


def _check_shapes(plan: Plan, weights: Mapping[str, NDArray[Any]], width: int) -> None:
    wanted = {"shares bias": (sum(plan.drawn),), "direct": (plan.n_cells, sum(plan.drawn))}
    for name, shape in wanted.items():
        found = np.shape(weights.get(name, ()))
        if found != shape:
            raise SchemaError(
                f"autoregressive: the model gives {found[-1] if found else 0:,} codes, the records have {shape[-1]:,} "
                f"({name}: {found} instead of {shape}); train it again"
            )
    seen = len(weights["persona"]) - 1 if "persona" in weights else 0
    if seen != width:
        raise SchemaError(
            f"autoregressive: the model sees persona vectors of {seen} numbers, here they have {width}; train it again"
        )
