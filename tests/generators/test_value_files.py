"""Codes of values as files."""

from __future__ import annotations

import json

import numpy as np

from censemble.generators.gaps import gap_of
from censemble.generators.value_codes import value_codes
from censemble.generators.value_files import (
    attribute_facts,
    gap_facts,
    gap_of_facts,
    value_codes_of,
    value_frame,
    value_table,
)
from censemble.schema import Attribute

INCOME = Attribute("income", "persons", "numeric", unit="SEK")
SEX = Attribute("sex", "persons", "categorical", ("female", "male"))


def test_codes_come_back_to_the_last_bit() -> None:
    """Bins, missing values, labels and the values within, through JSON and a table, several attributes together."""
    rng = np.random.default_rng(1)
    values = np.where(rng.random(200) < 0.1, np.nan, rng.lognormal(9, 1, 200))
    known = (
        value_codes(INCOME, values, rng.random(200), n_bins=5),
        value_codes(SEX, np.array([1, -1, 1]), np.ones(3)),
    )
    facts = json.loads(json.dumps([attribute_facts(k) for k in known]))
    frame = value_frame(value_table(known))
    for before, after in zip(known, (value_codes_of(f, frame) for f in facts), strict=True):
        assert (before.attribute, before.coding, before.labels) == (after.attribute, after.coding, after.labels)
        for name in ("seen", "values", "weights", "starts"):
            assert getattr(before, name).tobytes() == getattr(after, name).tobytes()


def test_gaps_come_back() -> None:
    """Which attribute it is of, the range, and the bins of gaps."""
    rng = np.random.default_rng(2)
    ages, heads = rng.integers(0, 90, 50).astype(float), rng.integers(20, 90, 50).astype(float)
    gap = gap_of(1, value_codes(INCOME, ages, np.ones(50)), ages, heads, np.ones(50), n_bins=4)
    assert gap is not None
    again = gap_of_facts(json.loads(json.dumps(gap_facts(gap))), value_frame(value_table([gap.gaps])))
    assert (again.line, again.low, again.high, again.gaps.labels) == (gap.line, gap.low, gap.high, gap.gaps.labels)
    assert again.gaps.values.tobytes() == gap.gaps.values.tobytes()
