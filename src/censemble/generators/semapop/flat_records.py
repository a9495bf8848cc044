"""Records flattened to one row of codes, and back: a household is its attributes, its number of persons, its members.

A household has as many places for members as the largest one that is learnt from. The number of persons decides who is
there: places beyond it are left empty whatever was drawn in them, and a record in which a place within it came out
empty, in any of its attributes, is incomplete and to be drawn again. Household attributes that are a function of the
number of persons in the whole survey are computed, never drawn. Numbers go through bins (`value_codes`). Where the
schema's roles name an age, members have one block more: the gap to the first one's age, inside which the age is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import SchemaError
from censemble.generators.conditions import Allowed
from censemble.generators.gaps import Gap, gap_of
from censemble.generators.household_persons import function_of
from censemble.generators.proposals import household_pool, learnable, need_attributes, person_pool
from censemble.generators.semapop.backbone import Block, Codes, Sum
from censemble.generators.value_codes import ValueCodes, value_codes
from censemble.pool import Columns, Pool, take_records
from censemble.schema import Entity, Schema

PERSONS = "persons"  # name of the block that counts them
GENERATOR = "semapop"
Int = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FlatCodes:
    """How records become rows of codes.

    Parameters
    ----------
    schema : Schema
    record_entity : {"households", "persons"}
    households, persons : tuple of ValueCodes
        Codes of each attribute; `households` is empty where records are persons.
    sizes : ndarray of int64, shape (n_sizes,), increasing
        Number of persons that each code of the block "persons" means.
    of_size : tuple of (ndarray of int16, shape (n_sizes,)) or None
        For each household attribute that is a function of the number of persons its code for each size, else None.
    gap : Gap, optional
        Of the persons' age to the first person's; the last block of each member.

    Examples
    --------
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("tenure", "households", "categorical", ("owned", "rented")),
    ...                  Attribute("sex", "persons", "categorical", ("female", "male"))))
    >>> survey = household_pool({"tenure": np.array([0, 1])}, {"sex": np.array([0, 1, 1])}, np.array([2, 1]),
    ...                         ids=pa.array(["a", "b"]), total_weight=2.0, generator="survey")
    >>> flat = FlatCodes.of(schema, survey)
    >>> [block.name for block in flat.blocks]
    ['tenure', 'persons', 'person 1: sex', 'person 2: sex']
    >>> flat.codes(survey).tolist()
    [[0, 1, 0, 1], [1, 0, 1, 2]]
    """

    schema: Schema
    record_entity: Entity
    households: tuple[ValueCodes, ...]
    persons: tuple[ValueCodes, ...]
    sizes: Int
    of_size: tuple[Codes | None, ...]
    gap: Gap | None = None

    @classmethod
    def of(cls, schema: Schema, pool: Pool, *, n_bins: int = 24) -> FlatCodes:
        """Learn the codes of a survey's records, all of them: see `within` for large households.

        Parameters
        ----------
        schema : Schema
            Every declared attribute becomes a block.
        pool : Pool
            The survey, with at least one record.
        n_bins : int
            Quantile bins of numeric attributes with more distinct values, >= 1.

        Raises
        ------
        SchemaError
            No declared attribute of the records, or attributes that the survey lacks.
        """
        need_attributes(schema, pool.record_entity, GENERATOR)
        weights, counted = pool.prior_weights, np.diff(pool.offsets)
        persons = _learnt(schema, "persons", pool.persons, np.repeat(weights, counted), n_bins)
        if pool.record_entity == "persons":
            return cls(schema, "persons", (), persons, np.ones(1, np.int64), ())
        households = _learnt(schema, "households", pool.households, weights, n_bins)
        sizes, code = np.unique(counted, return_inverse=True)
        found = tuple(function_of(v.codes(pool.households[v.attribute.name]), code, len(sizes)) for v in households)
        gap = _gap(schema, pool, persons, n_bins)
        return cls(schema, "households", households, persons, sizes.astype(np.int64), found, gap)

    @property
    def most_members(self) -> int:
        """Places for members in a household."""
        return int(self.sizes[-1]) if self.record_entity == "households" else 0

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What each column of the codes is."""
        if self.record_entity == "persons":
            return tuple(Block(v.attribute.name, "persons", v.attribute.name, 0, v.n_codes) for v in self.persons)
        drawn = [v for v, function in zip(self.households, self.of_size, strict=True) if function is None]
        root = [Block(v.attribute.name, "households", v.attribute.name, 0, v.n_codes) for v in drawn]
        counted = Block(_free_name([b.name for b in root]), "households", "", 0, len(self.sizes))
        members = [
            Block(f"person {slot}: {v.attribute.name}", "persons", v.attribute.name, slot, v.n_codes + 1)
            for slot in range(1, self.most_members + 1)
            for v in self._member
        ]
        return (*root, counted, *members)

    def codes(self, pool: Pool) -> Codes:
        """Flatten the records of a pool, shape (n_records, n_blocks).

        Raises
        ------
        SchemaError
            A household of a size that was not learnt.
        """
        if self.record_entity == "persons":
            return _stacked([v.codes(pool.persons[v.attribute.name]) for v in self.persons], pool.n_records)
        counted = np.diff(pool.offsets)
        if strange := sorted(set(counted.tolist()).difference(self.sizes.tolist())):
            raise SchemaError(f"{GENERATOR}: households of {strange[0]} persons were not learnt")
        drawn = [v for v, function in zip(self.households, self.of_size, strict=True) if function is None]
        columns = [v.codes(pool.households[v.attribute.name]) for v in drawn]
        columns.append(np.searchsorted(self.sizes, counted).astype(np.int16))
        members = [v.codes(pool.persons[v.attribute.name]) for v in self.persons]
        if self.gap is not None:
            values = pool.persons[self.persons[self.gap.line].attribute.name]
            members.append(self.gap.gaps.codes(values - values[pool.offsets[:-1][pool.record_of_person]]))
        for slot in range(self.most_members):
            here = counted > slot
            for v, codes in zip(self._member, members, strict=True):
                column = np.full(pool.n_records, v.n_codes, np.int16)
                column[here] = codes[pool.offsets[:-1][here] + slot]
                columns.append(column)
        return _stacked(columns, pool.n_records)

    @property
    def age(self) -> Sum | None:
        """How the age of later members follows from the first one's and the gap."""
        if self.gap is None:
            return None
        known = self.persons[self.gap.line]
        role = self.schema.roles.relationship or ""
        return Sum(known.attribute.name, self.gap.gaps.attribute.name, role, self.gap.table(known))

    @property
    def _member(self) -> tuple[ValueCodes, ...]:
        """What a member's blocks code."""
        return self.persons if self.gap is None else (*self.persons, self.gap.gaps)

    def complete(self, codes: Codes) -> NDArray[np.bool_]:
        """Which rows have a person, whole, in every place that their number of persons asks for."""
        present, wanted = self._present(codes)
        whole = present.all(axis=2)
        return np.asarray((whole | ~wanted).all(axis=1))

    def overfull(self, codes: Codes) -> NDArray[np.bool_]:
        """Which rows have somebody in a place beyond their number of persons, who is left out."""
        present, wanted = self._present(codes)
        return np.asarray((present.any(axis=2) & ~wanted).any(axis=1))

    def _present(self, codes: Codes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Presence by place and attribute, and which places the number of persons asks for."""
        n, m, k = len(codes), self.most_members, len(self._member)
        if not m or not k:
            return np.ones((n, 0, 0), bool), np.ones((n, 0), bool)
        members = codes[:, -m * k :].reshape(n, m, k)
        present = members < np.array([v.n_codes for v in self._member], np.int16)
        counted = self.sizes[codes[:, -m * k - 1]]
        return present, np.arange(m) < counted[:, None]

    def pool(
        self,
        codes: Codes,
        rng: np.random.Generator,
        *,
        total_weight: float,
        ids: pa.Array,
        wanted: Mapping[str, Allowed] | None = None,
    ) -> Pool:
        """Give records of equal prior weight; numbers are drawn from the survey's in their bin.

        Parameters
        ----------
        codes : ndarray of int16, shape (n, n_blocks)
            Complete rows.
        rng : numpy.random.Generator
            Draws numbers within bins.
        total_weight : float
            What the prior weights sum to.
        ids : pyarrow array of shape (n,)
            Of the records.
        wanted : mapping of str to Allowed, optional
            Numbers of the records' attributes are drawn from what these let through.
        """
        allowed = wanted or {}
        if self.record_entity == "persons":
            columns = {
                v.attribute.name: v.decode(codes[:, i], rng, allowed=allowed.get(v.attribute.name))
                for i, v in enumerate(self.persons)
            }
            return person_pool(columns, ids=ids, total_weight=total_weight, generator=GENERATOR)
        households = {
            v.attribute.name: v.decode(line, rng, allowed=allowed.get(v.attribute.name))
            for v, line in zip(self.households, self._whole(codes), strict=True)
        }
        counted = self.sizes[codes[:, self._n_root - 1]]
        return household_pool(
            households,
            self._members(codes, counted, rng),
            counted,
            ids=ids,
            total_weight=total_weight,
            generator=GENERATOR,
        )

    @property
    def _n_root(self) -> int:
        """Columns before the first member's."""
        return 1 + sum(function is None for function in self.of_size)

    def _whole(self, codes: Codes) -> list[Codes]:
        """Codes of every household attribute: drawn, or computed from the number of persons."""
        size_code, drawn = codes[:, self._n_root - 1], iter(codes.T)
        return [next(drawn) if function is None else function[size_code] for function in self.of_size]

    def _members(self, codes: Codes, counted: Int, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
        m, k = self.most_members, len(self._member)
        there = np.arange(m) < counted[:, None]
        members = codes[:, self._n_root :].reshape(len(codes), m, k)[there]
        found = {v.attribute.name: v.decode(members[:, i], rng) for i, v in enumerate(self.persons)}
        if self.gap is not None:
            age = self.persons[self.gap.line]
            other = np.nonzero(there)[1] > 0
            head = np.repeat(np.cumsum(counted) - counted, counted)[other]
            codes_of_age = members[other, self.gap.line]
            low, high = self.gap.limits(members[other, -1], found[age.attribute.name][head])
            youngest, oldest = age.span(codes_of_age)  # the bin of the age comes first, the gap is met inside it
            found[age.attribute.name][other] = age.decode_within(
                codes_of_age, rng, low=np.minimum(low, oldest), high=np.maximum(high, youngest)
            )
        return found

    def shares_allowed(self, wanted: Mapping[str, Allowed]) -> dict[str, NDArray[np.float64]]:
        """For conditions on the records' own attributes the share of each of their codes that is let through."""
        own = self.persons if self.record_entity == "persons" else self.households
        return {v.attribute.name: v.shares(wanted[v.attribute.name]) for v in own if v.attribute.name in wanted}

    def meets(
        self, codes: Codes, shares: Mapping[str, NDArray[np.float64]], rng: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Keep rows with the probability that a value drawn in their bins meets the conditions."""
        own = self.persons if self.record_entity == "persons" else self.households
        lines = list(codes.T) if self.record_entity == "persons" else self._whole(codes)
        likely = np.ones(len(codes))
        for v, line in zip(own, lines, strict=True):
            if v.attribute.name in shares:
                likely *= shares[v.attribute.name][line]
        return np.asarray(rng.random(len(codes)) < likely)


def within(pool: Pool, most_members: int | None) -> tuple[Pool, int]:
    """Leave out households with more persons than `most_members`; also how many these are.

    Parameters
    ----------
    pool : Pool
        The survey; persons that are records stay as they are.
    most_members : int or None
        >= 1; None leaves out nobody.

    Raises
    ------
    SchemaError
        No household is left.
    """
    if most_members is None or pool.record_entity == "persons":
        return pool, 0
    kept = np.flatnonzero(np.diff(pool.offsets) <= most_members)
    if not len(kept):
        raise SchemaError(f"{GENERATOR}: no household has at most {most_members} persons; raise most_members")
    n_cut = pool.n_records - len(kept)
    return (take_records(pool, kept) if n_cut else pool), n_cut


def shares_of(codes: Codes, weights: NDArray[np.float64], blocks: Sequence[Block]) -> tuple[NDArray[np.float64], ...]:
    """Weighted shares of the codes of each block.

    Examples
    --------
    >>> shares_of(np.array([[0], [1], [1]], np.int16), np.array([2.0, 1, 1]), [Block("x", "persons", "x", 0, 3)])
    (array([0.5, 0.5, 0. ]),)
    """
    total = weights.sum()
    return tuple(
        np.bincount(codes[:, i], weights=weights, minlength=block.n_codes) / total for i, block in enumerate(blocks)
    )


def _learnt(
    schema: Schema, entity: Entity, columns: Columns, weights: NDArray[np.float64], n_bins: int
) -> tuple[ValueCodes, ...]:
    known = learnable(schema, entity, columns, GENERATOR)
    return tuple(value_codes(a, columns[a.name], weights, n_bins=n_bins) for a in known)


def _gap(schema: Schema, pool: Pool, persons: Sequence[ValueCodes], n_bins: int) -> Gap | None:
    """Of the age that the schema's roles name, where households have more than one person."""
    names = [v.attribute.name for v in persons]
    if schema.roles.age not in names:
        return None
    line, household = names.index(schema.roles.age), pool.record_of_person
    values, first = pool.persons[schema.roles.age], pool.offsets[:-1][household]
    others = np.flatnonzero(first != np.arange(len(values)))
    given = values[others], values[first[others]], pool.prior_weights[household[others]]
    return gap_of(line, persons[line], *given, n_bins=n_bins) if len(others) else None


def _stacked(columns: Sequence[NDArray[np.int16]], n_rows: int) -> Codes:
    return np.stack(columns, axis=1) if columns else np.zeros((n_rows, 0), np.int16)


def _free_name(taken: Sequence[str]) -> str:
    return PERSONS if PERSONS not in taken else f"number of {PERSONS}"
