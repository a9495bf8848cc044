"""What a network has learnt."""

from __future__ import annotations

import generator_case
import pytest

from censemble.generators import BayesianNetwork


@pytest.mark.parametrize(("place", "names"), [(0, ["sex", "age", "work"]), (4, ["tenure", "cars", "size"])])
def test_records_are_what_conditions_are_about(place: int, names: list[str]) -> None:
    """Attributes of persons where persons are records, of households otherwise."""
    case = generator_case.cases()[place]
    model = BayesianNetwork(n_trees=1).fit(case.schema, seed_sample=case.pool).model_
    assert model is not None
    assert [known.attribute.name for known in model.records] == names
