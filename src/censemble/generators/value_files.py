"""Codes of values as files: what describes them as JSON, and the sample's values in bins as a table, and back.

Numbers are written so that they come back to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.coding import coding_of
from censemble.generators.gaps import Gap
from censemble.generators.value_codes import ValueCodes
from censemble.schema import Attribute

Frame = Mapping[str, NDArray[Any]]


def attribute_facts(known: ValueCodes) -> dict[str, Any]:
    """Describe an attribute and its codes in JSON types."""
    coding = {"edges": known.coding.edges, "seen": known.seen.tolist(), "labels": known.labels}
    return {**asdict(known.attribute), **coding}


def value_table(every: Iterable[ValueCodes]) -> pa.Table:
    """One row a value of a numeric attribute's bin: entity, attribute, code, value, weight."""
    columns: dict[str, list[Any]] = {"entity": [], "attribute": [], "code": [], "value": [], "weight": []}
    for known in every:
        n = len(known.values)
        columns["entity"] += [known.attribute.entity] * n
        columns["attribute"] += [known.attribute.name] * n
        columns["code"] += np.repeat(np.arange(known.n_codes), np.diff(known.starts)).tolist()
        columns["value"] += known.values.tolist()
        columns["weight"] += known.weights.tolist()
    types = (pa.string(), pa.string(), pa.int64(), pa.float64(), pa.float64())
    return pa.table({k: pa.array(v, t) for (k, v), t in zip(columns.items(), types, strict=True)})


def value_frame(table: pa.Table) -> Frame:
    """Columns of what `value_table` gave, as arrays."""
    return {name: np.array(table[name].to_pylist()) for name in table.column_names}


def value_codes_of(facts: Mapping[str, Any], frame: Frame) -> ValueCodes:
    """Make the codes of one attribute again.

    Parameters
    ----------
    facts : mapping
        From `attribute_facts`.
    frame : mapping of str to ndarray
        From `value_frame`, of all attributes.

    Raises
    ------
    KeyError, TypeError, ValueError
        Something is missing or of another type.

    Examples
    --------
    >>> from censemble.generators.value_codes import value_codes
    >>> known = value_codes(Attribute("age", "persons", "numeric"), np.array([3.0, 3.0, 8.0]), np.ones(3))
    >>> again = value_codes_of(attribute_facts(known), value_frame(value_table([known])))
    >>> again.labels == known.labels, again.values.tolist(), again.weights.tolist()
    (True, [3.0, 8.0], [2.0, 1.0])
    """
    attribute = Attribute(
        facts["name"], facts["entity"], facts["kind"], tuple(facts["categories"]), facts["unit"], tuple(facts["bins"])
    )
    edges = tuple(float(e) for e in facts["edges"])
    coding = coding_of(attribute, edges)
    mine = (frame["entity"] == attribute.entity) & (frame["attribute"] == attribute.name)
    seen = np.array(facts["seen"], dtype=np.int64)
    starts = np.searchsorted(frame["code"][mine], np.arange(len(seen) + 1)).astype(np.int64)
    values, weights = (frame[k][mine].astype(np.float64) for k in ("value", "weight"))
    return ValueCodes(attribute, coding, seen, values, weights, starts)


def gap_facts(gap: Gap) -> dict[str, Any]:
    """Describe an attribute that is drawn as a gap, in JSON types; its values go into the table of values."""
    return {"line": gap.line, "low": gap.low, "high": gap.high, "gaps": attribute_facts(gap.gaps)}


def gap_of_facts(facts: Mapping[str, Any], frame: Frame) -> Gap:
    """What `gap_facts` described.

    Parameters
    ----------
    facts : mapping
        From `gap_facts`.
    frame : mapping
        From `value_frame`.
    """
    return Gap(facts["line"], value_codes_of(facts["gaps"], frame), facts["low"], facts["high"])
