"""Pools as codes for the counterfactual figures: every attribute in categories or bins, rows tied to their records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.coding import CodedTable, Coding, code_columns, coding_of, quantile_edges
from censemble.evaluation.counterfactual_figures import summed, tilted, total_variation
from censemble.pool import Pool
from censemble.schema import Attribute, Entity, Schema

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Key = tuple[Entity, str]  # entity and attribute
N_BINS = 8  # of a numeric attribute that declares none


@dataclass(frozen=True)
class Watched:
    """The label whose share is watched.

    Parameters
    ----------
    entity : {"households", "persons"}
    attribute, label : str
        As they are shown; a range of numbers reads "65 to 120".
    codes : tuple of int
        Codes of the attribute that count as hits.
    """

    entity: Entity
    attribute: str
    label: str
    codes: tuple[int, ...]

    @property
    def key(self) -> Key:
        """Entity and attribute."""
        return self.entity, self.attribute


@dataclass(frozen=True, eq=False)
class CodedPool:
    """A pool as codes.

    Parameters
    ----------
    tables : mapping of entity to CodedTable
    of_record : mapping of entity to ndarray of int64, shape (n_rows,)
        For each row its record.
    weights : ndarray of float64, shape (n_records,)
        Of the records.
    """

    tables: Mapping[Entity, CodedTable]
    of_record: Mapping[Entity, Int]
    weights: Float

    def counts(self, weights: Float | None = None) -> dict[Key, Float]:
        """Weighted counts of every attribute's codes; other weights of the records on demand."""
        own = self.weights if weights is None else weights
        found: dict[Key, Float] = {}
        for entity, table in self.tables.items():
            rows = own[self.of_record[entity]]
            for coding, codes in zip(table.codings, table.codes, strict=True):
                found[entity, coding.name] = summed(codes, rows, coding.n_codes)
        return found

    def hits(self, watched: Watched) -> tuple[Float, Float]:
        """Rows of each record that have the watched label, and its rows, both of shape (n_records,)."""
        table, rows = self.tables[watched.entity], self.of_record[watched.entity]
        n = len(self.weights)
        codes = table.codes[table.names.index(watched.attribute)]
        held = np.isin(codes, watched.codes).astype(np.float64)
        return summed(rows, held, n), summed(rows, np.ones(len(rows)), n)

    def share(self, watched: Watched) -> float:
        """Weighted share of rows that have the watched label; 0 without rows."""
        hits, units = self.hits(watched)
        below = float(self.weights @ units)
        return float(self.weights @ hits) / below if below else 0.0

    def tilted_to(self, watched: Watched, share: float) -> Float:
        """Weights of the records under which the watched label has a share."""
        return tilted(self.weights, *self.hits(watched), share)


def codings_of(
    schema: Schema, survey: Pool, *, ranges: Mapping[Key, tuple[float, float]] | None = None
) -> dict[Entity, tuple[Coding, ...]]:
    """Decide how attributes become codes, once for all pools that are compared.

    Numeric attributes have their declared bins, or quantiles of the survey; a range that is watched gets edges of its
    own, so that it is made of whole bins.

    Parameters
    ----------
    schema : Schema
        Attributes to code.
    survey : Pool
        With the quantiles.
    ranges : mapping of (entity, attribute) to (low, high), optional
        Both ends included.
    """
    entities: tuple[Entity, ...] = ("persons",) if survey.record_entity == "persons" else ("households", "persons")
    return {
        entity: tuple(_coding(a, survey, (ranges or {}).get((entity, a.name))) for a in schema.of(entity))
        for entity in entities
        if schema.of(entity)
    }


def _coding(attribute: Attribute, survey: Pool, span: tuple[float, float] | None) -> Coding:
    if attribute.kind != "numeric":
        return coding_of(attribute)
    flat = attribute.entity == "households"
    values = np.asarray((survey.households if flat else survey.persons)[attribute.name], dtype=np.float64)
    weights = survey.prior_weights if flat else survey.prior_weights[survey.record_of_person]
    edges = set(attribute.bins or quantile_edges(values, weights, N_BINS))
    if span is not None:
        edges |= {span[0], float(np.nextafter(span[1], np.inf))}
    return coding_of(attribute, sorted(edges))


def code_pool(pool: Pool, codings: Mapping[Entity, tuple[Coding, ...]]) -> CodedPool:
    """Code a pool; records keep their prior weights.

    Examples
    --------
    >>> import pyarrow as pa
    >>> none = pa.table({})
    >>> sex = Attribute("sex", "persons", "categorical", ("female", "male"))
    >>> pool = Pool({}, {"sex": np.array([0, 1, 1])}, np.array([0, 1, 3]), np.array([10.0, 20.0]),
    ...             pa.array(["a", "b"]), none, none, "", np.zeros(2, np.int32), "survey")
    >>> coded = code_pool(pool, {"persons": (coding_of(sex),)})
    >>> coded.share(Watched("persons", "sex", "male", (1,)))
    0.8
    """
    tables: dict[Entity, CodedTable] = {}
    of_record: dict[Entity, Int] = {}
    for entity, own in codings.items():
        columns = pool.households if entity == "households" else pool.persons
        of_record[entity] = np.arange(pool.n_records) if entity == "households" else pool.record_of_person
        tables[entity] = code_columns(columns, own, pool.prior_weights[of_record[entity]])
    return CodedPool(tables, of_record, pool.prior_weights)


def variations(one: Mapping[Key, Float], other: Mapping[Key, Float], *, but: Key | None = None) -> dict[Key, float]:
    """Total variation of every attribute between two sets of counts, but that of one attribute."""
    return {key: total_variation(one[key], other[key]) for key in one if key != but}


def mover(before: CodedPool, after: CodedPool) -> Watched:
    """Find the label whose share grows most: what to watch where nobody says.

    Parameters
    ----------
    before, after : CodedPool
        Coded alike.
    """
    first, then = before.counts(), after.counts()
    gains = {key: _shares(then[key]) - _shares(first[key]) for key in first}
    key = max(gains, key=lambda k: float(gains[k].max()))
    code = int(gains[key].argmax())
    table = before.tables[key[0]]
    return Watched(*key, table.codings[table.names.index(key[1])].labels[code], (code,))


def _shares(counts: Float) -> Float:
    total = counts.sum()
    return np.asarray(counts / total if total else counts, dtype=np.float64)


def watched_label(codings: Mapping[Entity, tuple[Coding, ...]], key: Key, label: str) -> Watched | None:
    """Watch one label of an attribute; None where there is no such label.

    Examples
    --------
    >>> sex = coding_of(Attribute("sex", "persons", "categorical", ("female", "male")))
    >>> watched_label({"persons": (sex,)}, ("persons", "sex"), "male").codes
    (1,)
    """
    for coding in codings[key[0]]:
        if coding.name == key[1] and label in coding.labels:
            return Watched(*key, label, (coding.labels.index(label),))
    return None


def watched_range(codings: Mapping[Entity, tuple[Coding, ...]], key: Key, span: tuple[float, float]) -> Watched:
    """Watch a range of numbers, both ends included, whose ends are edges of the coding (`codings_of`)."""
    coding = next(c for c in codings[key[0]] if c.name == key[1])
    codes = tuple(i for i, low in enumerate(coding.edges[:-1]) if span[0] <= low <= span[1])
    return Watched(*key, f"{span[0]:g} to {span[1]:g}", codes)
