"""Pools as codes: shares, hits, ranges, the label that moves most."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from censemble.evaluation.counterfactual_codes import (
    Watched,
    code_pool,
    codings_of,
    mover,
    variations,
    watched_label,
    watched_range,
)
from censemble.pool import Pool
from censemble.schema import Attribute, Schema

SCHEMA = Schema(
    (
        Attribute("cars", "households", "ordinal", ("0", "1", "2")),
        Attribute("sex", "persons", "categorical", ("female", "male")),
        Attribute("age", "persons", "numeric"),
    )
)


def households(cars: list[int], sex: list[int], ages: list[float]) -> Pool:
    """Two households of one and two persons, weights 10 and 20."""
    none = pa.table({})
    return Pool(
        {"cars": np.array(cars)},
        {"sex": np.array(sex), "age": np.array(ages)},
        np.array([0, 1, 3]),
        np.array([10.0, 20.0]),
        pa.array(["a", "b"]),
        none,
        none,
        "",
        np.zeros(2, np.int32),
        "survey",
    )


SURVEY = households([0, 2], [0, 1, 1], [70.0, 30.0, 40.0])


def test_persons_weigh_what_their_household_weighs() -> None:
    """Counts of both entities by hand; a missing value has a code of its own."""
    coded = code_pool(households([0, -1], [0, 1, 1], [70.0, 30.0, 40.0]), codings_of(SCHEMA, SURVEY))
    counts = coded.counts()
    assert counts["households", "cars"].tolist() == [10, 0, 0, 20, 0]
    assert counts["persons", "sex"].tolist() == [10, 40, 0, 0]
    hits, units = coded.hits(Watched("persons", "sex", "male", (1,)))
    assert (hits.tolist(), units.tolist()) == ([0, 2], [1, 2])


def test_a_range_is_made_of_whole_bins() -> None:
    """Both ends are in it, whatever the bins of the attribute."""
    codings = codings_of(SCHEMA, SURVEY, ranges={("persons", "age"): (30.0, 40.0)})
    watched = watched_range(codings, ("persons", "age"), (30.0, 40.0))
    assert watched.label == "30 to 40"
    assert code_pool(SURVEY, codings).share(watched) == pytest.approx(0.8)
    beside = households([0, 2], [0, 1, 1], [29.9, 30.0, 40.1])
    assert code_pool(beside, codings).share(watched) == pytest.approx(0.4)


def test_the_label_that_gains_most_is_found() -> None:
    """Sex moves by two thirds of the persons, cars by a third of the households."""
    codings = codings_of(SCHEMA, SURVEY)
    before = code_pool(SURVEY, codings)
    after = code_pool(households([2, 2], [0, 0, 0], [70.0, 30.0, 40.0]), codings)
    assert mover(before, after) == Watched("persons", "sex", "female", (0,))
    moved = variations(before.counts(), after.counts(), but=("persons", "sex"))
    assert moved == pytest.approx({("households", "cars"): 1 / 3, ("persons", "age"): 0})


def test_tilting_back_keeps_the_share() -> None:
    """Weights under which a label has a share."""
    coded = code_pool(SURVEY, codings_of(SCHEMA, SURVEY))
    watched = Watched("households", "cars", "2", (2,))
    assert coded.tilted_to(watched, 0.25).tolist() == pytest.approx([22.5, 7.5])


def test_labels_that_do_not_exist() -> None:
    """There is nothing to watch."""
    codings = codings_of(SCHEMA, SURVEY)
    assert watched_label(codings, ("persons", "sex"), "other") is None
    assert watched_label(codings, ("households", "cars"), "2") == Watched("households", "cars", "2", (2,))
