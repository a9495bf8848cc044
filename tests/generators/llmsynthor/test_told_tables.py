"""Large tables guide without the attributes that nobody is asked about."""

from __future__ import annotations

import numpy as np
from llmsynthor_case import table

from censemble.expressions import Expression, all_of, always, is_in
from censemble.generators.llmsynthor.macro_statistics import Targets, targets_of
from censemble.generators.llmsynthor.told_tables import MOST_TOLD, told_tables
from censemble.margins import Margin
from censemble.schema import Attribute, Schema

TO = Attribute("to", "persons", "categorical", tuple(f"zone {k}" for k in range(60)))
BY = Attribute("by", "persons", "categorical", ("foot", "bus", "car", "train"))
WHY = Attribute("why", "persons", "categorical", ("work", "home"))
SCHEMA = Schema((TO, BY, WHY))


def flows(counts: np.ndarray) -> Margin:
    """Cells above 0 alone, as a long file lists them."""
    cells: dict[str, Expression] = {
        f"{t} {b}": all_of(is_in("to", [t]), is_in("by", [b])) for t in range(60) for b in range(4) if counts[t, b]
    }
    return table("flows", cells, [counts[counts > 0]])


def case(counts: np.ndarray) -> Targets:
    """Flows, and why people travel."""
    n = counts.sum()
    why = table("why", {str(k): is_in("why", [k]) for k in (0, 1)}, [[n / 4, 3 * n / 4]])
    return targets_of(SCHEMA, [flows(counts), why], "persons")


def test_large_tables_are_summed_out() -> None:
    """Of more than 200 flows the modes are told, also where the file leaves out flows without anybody."""
    counts = np.random.default_rng(1).integers(0, 15, (60, 4)).astype(float)
    assert (counts > 0).sum() > MOST_TOLD
    targets = case(counts)
    found = told_tables(targets)
    assert [t.names for t in found.tables] == [("by",), ("why",)]
    assert sorted(found.tables[0].margin.targets[0]) == sorted(counts.sum(axis=0))
    assert found.model is targets.model


def test_small_tables_are_told_as_they_are() -> None:
    """Sixty flows can be asked about."""
    counts = np.zeros((60, 4))
    counts[:, 0] = 2
    targets = case(counts)
    assert told_tables(targets).tables == targets.tables


def test_tables_of_open_attributes_alone_do_not_guide() -> None:
    """Where everybody is in some cell of them; part of the people by destination would still be told."""
    many = Attribute("to", "persons", "categorical", tuple(f"zone {k}" for k in range(300)))
    cells = {str(t): is_in("to", [t]) for t in range(300)}
    why = table("why", {str(k): is_in("why", [k]) for k in (0, 1)}, [[100, 200]])
    whole = targets_of(Schema((many, WHY)), [table("to", cells, [np.ones(300)]), why], "persons")
    assert [t.names for t in told_tables(whole).tables] == [("why",)]
    total = table("all", {"all": always()}, [[400]], is_total=True)
    part = targets_of(Schema((many, WHY)), [total, table("to", cells, [np.ones(300)])], "persons")
    assert ("to",) in [t.names for t in told_tables(part).tables]
