"""Codes of values as files."""

from __future__ import annotations

import json

import numpy as np

from censemble.generators.value_codes import value_codes
from censemble.generators.value_files import attribute_facts, value_codes_of, value_frame, value_table
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
