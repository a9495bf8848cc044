"""Hot-deck with perturbation: records of the survey in which some attributes are another record's.

Records are drawn by weight. In each, one attribute chosen at random and those that go with it most closely are
replaced together by a donor's of the same class: a record that agrees in all other attributes. Where no other record
does, attributes leave the class, those that have least to do with the replaced ones first, until there is a donor
(hot deck within collapsing classes; Andridge and Little 2010, "A review of hot deck imputation for survey
non-response", International Statistical Review 78(1)). Association is Cramer's V.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.generators.bootstrap import copies
from censemble.generators.conditions import meeting
from censemble.generators.proposals import (
    count_of,
    fitted,
    learnable,
    need_attributes,
    need_sample,
    record_columns,
    taken_again,
)
from censemble.generators.protocol import Conditions
from censemble.generators.value_codes import value_codes
from censemble.margins import Margin
from censemble.pool import Pool
from censemble.schema import Schema

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Deck:
    """The sample, ready for finding donors.

    Parameters
    ----------
    pool : Pool
    names : tuple of str
        Attributes of the records.
    codes : ndarray of int64, shape (n_attributes, n_records)
        For households the last line is their number of persons, which is never replaced.
    association : ndarray of shape (n_lines, n_lines)
        Cramer's V.
    """

    pool: Pool
    names: tuple[str, ...]
    codes: Int
    association: Float


class HotDeck:
    """Propose records of the seed sample with a few attributes taken together from a similar record.

    A little wider than the survey and nearly as believable; of households the household's attributes change, their
    persons stay as they are. Do not use it to protect respondents: most of a record is somebody's.

    Parameters
    ----------
    n_changed : int
        Attributes replaced in each record, >= 1; at most all but one.
    n_bins : int
        Quantile bins in which numeric attributes count as equal.

    Examples
    --------
    >>> import censemble
    >>> inputs = censemble.demo_inputs()
    >>> deck = HotDeck().fit(inputs.schema, seed_sample=inputs.seed_sample)
    >>> deck.sample(100, np.random.default_rng(1)).n_records
    100
    """

    name = "hot_deck"
    needs_sample = True

    def __init__(self, *, n_changed: int = 2, n_bins: int = 10) -> None:
        self.n_changed = n_changed
        self.n_bins = n_bins
        self.deck_: Deck | None = None
        self.schema_ = Schema()

    def fit(self, schema: Schema, *, seed_sample: Pool | None = None, margins: Sequence[Margin] = ()) -> HotDeck:
        """Code the sample and see which attributes go together.

        Raises
        ------
        SchemaError
            No seed sample, no declared attribute of its records, or attributes that it lacks.
        """
        pool = need_sample(seed_sample, self.name)
        need_attributes(schema, pool.record_entity, self.name)
        columns, weights = record_columns(pool), pool.prior_weights
        known = learnable(schema, pool.record_entity, columns, self.name)
        lines = [value_codes(a, columns[a.name], weights, n_bins=self.n_bins).codes(columns[a.name]) for a in known]
        if pool.record_entity == "households":
            lines.append(np.unique(np.diff(pool.offsets), return_inverse=True)[1].astype(np.int16))
        codes = np.stack(lines).astype(np.int64)
        self.deck_ = Deck(pool, tuple(a.name for a in known), codes, associations(codes, weights))
        self.schema_ = schema
        return self

    def sample(self, n: int, rng: np.random.Generator, *, conditions: Conditions | None = None) -> Pool:
        """Propose `n` records; ids name the record and the donor, as ``record+donor``.

        Raises
        ------
        SchemaError
            Before `fit`; conditions that do not exist or that no record meets.
        """
        deck = fitted(self.deck_, self.name)
        pool = deck.pool
        able = meeting(record_columns(pool), conditions, self.schema_, pool.record_entity, n_rows=pool.n_records)
        able_rows = np.flatnonzero(able)
        weights = pool.prior_weights[able_rows]
        drawn = rng.choice(len(able_rows), count_of(n), p=weights / weights.sum())
        first = rng.integers(0, len(deck.names), n)
        donors = drawn.copy()
        for attribute in range(len(deck.names)):
            mine = np.flatnonzero(first == attribute)
            order = _class_order(deck, self._replaced(deck, attribute))
            donors[mine] = find_donors(deck.codes[order][:, able_rows], weights, drawn[mine], rng)
        equal = np.full(n, weights.sum() / n)
        rows = able_rows[drawn], able_rows[donors]
        base = taken_again(pool, rows[0], weights=equal, ids=_told(pool, rows), generator=self.name)
        return self._perturbed(deck, base, rows, first)

    def _replaced(self, deck: Deck, attribute: int) -> Int:
        """The attribute and those closest to it; one at least stays."""
        n = len(deck.names)
        closest = np.argsort(-deck.association[attribute, :n], kind="stable")
        others = closest[closest != attribute][: max(min(self.n_changed, n - 1), 1) - 1]
        return np.array([attribute, *others])

    def _perturbed(self, deck: Deck, base: Pool, rows: tuple[Int, Int], first: Int) -> Pool:
        drawn, donors = rows
        changes = np.zeros((len(deck.names), len(first)), dtype=bool)
        for attribute in range(len(deck.names)):
            changes[np.ix_(self._replaced(deck, attribute), first == attribute)] = True
        source = record_columns(deck.pool)
        new = {
            name: np.where(changed, source[name][donors], source[name][drawn])
            for name, changed in zip(deck.names, changes, strict=True)
        }
        if base.record_entity == "persons":
            return replace(base, persons=dict(base.persons) | new)
        own, sizes = {a.name for a in self.schema_.of("persons")}, np.diff(base.offsets)
        repeated = {name: np.repeat(v, sizes) for name, v in new.items() if name in base.persons and name not in own}
        return replace(base, households=dict(base.households) | new, persons=dict(base.persons) | repeated)


def _told(pool: Pool, rows: tuple[Int, Int]) -> pa.Array:
    """Ids that name record and donor."""
    record, donor = (pool.household_ids.take(r).to_pylist() for r in rows)
    return copies(f"{a}+{b}" for a, b in zip(record, donor, strict=True))


def _class_order(deck: Deck, replaced: Int) -> Int:
    """Lines that stay, those that have most to do with the replaced ones first."""
    stay = np.setdiff1d(np.arange(len(deck.codes)), replaced)
    return stay[np.argsort(-deck.association[np.ix_(stay, replaced)].max(axis=1, initial=0.0), kind="stable")]


def find_donors(codes: Int, weights: Float, rows: Int, rng: np.random.Generator) -> Int:
    """Find another record for each row that agrees with it in as many of the first lines as any does.

    Parameters
    ----------
    codes : ndarray of int64, shape (n_lines, n_records)
        The line that must agree longest first.
    weights : ndarray of float64, shape (n_records,), > 0
        Donors are drawn by weight.
    rows : ndarray of int64, shape (n,)
        Records that need a donor.
    rng : numpy.random.Generator
        One uniform number a row.

    Returns
    -------
    ndarray of int64, shape (n,)
        The row itself where there is only one record.

    Examples
    --------
    >>> codes = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
    >>> find_donors(codes, np.ones(4), np.array([0, 3]), np.random.default_rng(0)).tolist()
    [1, 2]
    """
    donors, open_, uniforms = rows.copy(), np.arange(len(rows)), rng.random(len(rows))
    for n_lines in range(len(codes), -1, -1):
        if not len(open_) or len(weights) < 2:
            break
        classes = _classes(codes[:n_lines], len(weights))
        order = np.argsort(classes, kind="stable")
        ends = np.cumsum(np.bincount(classes))
        begins = ends - np.bincount(classes)
        able = (ends - begins)[classes[rows[open_]]] > 1
        chosen, mine = open_[able], rows[open_[able]]
        donors[chosen] = _others(order, weights, mine, (begins[classes[mine]], ends[classes[mine]]), uniforms[chosen])
        open_ = open_[~able]
    return donors


def _classes(codes: Int, n_records: int) -> Int:
    joint = np.zeros(n_records, np.int64)
    for line in codes:
        joint = np.unique(joint * (int(line.max()) + 1) + line, return_inverse=True)[1]
    return joint


def _others(order: Int, weights: Float, rows: Int, span: tuple[Int, Int], uniforms: Float) -> Int:
    """Draw by weight from each row's class (`span` of `order`) without the row itself."""
    cumulated = np.concatenate([np.zeros(1), np.cumsum(weights[order])])
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    begin, end, mine = *span, place[rows]
    wanted = uniforms * (cumulated[end] - cumulated[begin] - weights[rows])
    wanted += np.where(wanted >= cumulated[mine] - cumulated[begin], weights[rows], 0.0)
    found = np.clip(np.searchsorted(cumulated, cumulated[begin] + wanted, side="right") - 1, begin, end - 1)
    found += np.where(found == mine, np.where(mine + 1 < end, 1, -1), 0)  # rounding at the row's own edge
    return np.asarray(order[found])


def associations(codes: Int, weights: Float) -> Float:
    """Cramer's V of all pairs of lines; 0 where one has a single code.

    Examples
    --------
    >>> associations(np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 1, 0, 1]]), np.ones(4)).round(6).tolist()
    [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    sizes = codes.max(axis=1) + 1
    out = np.eye(len(codes))
    for i in range(len(codes)):
        for j in range(i):
            joint = np.bincount(codes[i] * sizes[j] + codes[j], weights=weights, minlength=sizes[i] * sizes[j])
            out[i, j] = out[j, i] = _cramers_v(joint.reshape(sizes[i], sizes[j]) / weights.sum())
    return out


def _cramers_v(shares: Float) -> float:
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    seen: Any = expected > 0
    least = min((expected.sum(axis=1) > 0).sum(), (expected.sum(axis=0) > 0).sum()) - 1
    return float(np.sqrt((((shares - expected)[seen] ** 2) / expected[seen]).sum() / least)) if least > 0 else 0.0
