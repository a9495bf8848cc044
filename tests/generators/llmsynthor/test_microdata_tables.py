"""Tables derived from records."""

from __future__ import annotations

import numpy as np
import pytest
from llmsynthor_case import SEX

from censemble.errors import SchemaError
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.microdata_tables import main_edges, sub_edges, tables_of
from censemble.schema import Attribute, Schema

PRICE = Attribute("price", "persons", "numeric")


def test_joint_tables_have_six_bins_and_single_ones_forty_eight() -> None:
    """The two levels of the paper."""
    rng = np.random.default_rng(1)
    columns = {"sex": rng.integers(0, 2, 600), "price": rng.random(600) * 50}
    schema, margins = tables_of(columns, Schema((SEX, PRICE)), entity="persons", joints=[("sex", "price")])
    assert [m.name for m in margins] == ["all", "sex", "price", "sex by price"]
    assert [len(m.cells) for m in margins] == [1, 2, 48, 12]
    assert all(m.targets.sum() == 600 for m in margins)
    assert margins[3].targets[0].reshape(2, 6).sum(axis=0).tolist() == [100] * 6
    assert targets_of(schema, margins, "persons").total == 600


def test_whole_numbers_stay_whole() -> None:
    """Bins of counts begin at whole numbers, and there are no more than numbers."""
    edges = main_edges(PRICE, np.repeat(np.arange(12.0), 10))
    assert edges == (0, 2, 4, 6, 8, 10, 12)
    assert sub_edges(edges) == tuple(range(13))


def test_missing_numbers_are_refused() -> None:
    """They have no place in quantiles."""
    with pytest.raises(SchemaError, match="missing values"):
        tables_of({"price": np.array([1.0, np.nan])}, Schema((PRICE,)), entity="persons")
