"""Records from the tables alone, beside those that were proposed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from households_case import rng, targets

from censemble.generators.llmsynthor.anybody import ANYBODY, anybody, with_anybody
from censemble.generators.llmsynthor.compositions import room_of
from censemble.generators.llmsynthor.filling import Conduct, draw_records
from censemble.generators.llmsynthor.planning import pool_of_drawn
from censemble.pool import Pool


def pool(n: int = 4_000) -> Pool:
    """Households from the tables alone."""
    found = anybody(targets().members)
    drawn = draw_records(targets(), [c for _, c in found], n, rng(), Conduct())
    return pool_of_drawn(targets(), drawn, [name for name, _ in found])


def test_every_number_of_members_has_room() -> None:
    """One to four persons, three and four under the label "3 or more"; nobody is asked for anything else."""
    found = anybody(targets().members)
    assert [len(c.members) for _, c in found] == [1, 2, 3, 4]
    assert all(not any(slot.box for slot in c.members) and set(c.box) == {"size"} for _, c in found)
    assert {name for name, _ in found} == {ANYBODY}
    assert all(room_of(targets(), c).record.probability > 0 for _, c in found)


def test_the_tables_are_their_prior() -> None:
    """Prior weights give the households of each tenure that the tables count, and their persons."""
    made = pool()
    table = next(t for t in targets().tables if t.names == ("tenure",) and not t.n_members)
    counts = np.bincount(made.households["tenure"], weights=made.prior_weights)
    assert counts == pytest.approx(table.margin.targets[0], rel=0.1)
    assert made.prior_weights[made.record_of_person].sum() == pytest.approx(230, rel=0.1)


def test_both_kinds_share_the_weight() -> None:
    """Doubt is the weight of the others relative to that of the proposed ones; ids stay apart."""
    made = pool(200)
    more = replace(made, prior_weights=made.prior_weights * 7)
    mixed = with_anybody(made, more, doubt=0.25)
    assert mixed.prior_weights[:200].sum() == pytest.approx(0.8 * made.prior_weights.sum())
    assert mixed.prior_weights.sum() == pytest.approx(made.prior_weights.sum())
    assert len(set(mixed.household_ids.to_pylist())) == 400
    assert pa.types.is_string(mixed.household_ids.type)
