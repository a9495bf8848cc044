"""The protocol: fixed personas, fixed noise; no change without steering."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.coding import coding_of
from censemble.evaluation.counterfactual_codes import Watched
from censemble.generators.proposals import numbered, person_pool
from censemble.pool import Pool
from censemble.schema import Attribute, Schema
from censemble.steering_draws import Drawing, draw_protocol, examples, record_words, stream
from censemble.steering_moves import Moves

SCHEMA = Schema(
    (
        Attribute("bike", "persons", "categorical", ("no", "yes")),
        Attribute("sex", "persons", "categorical", ("female", "male")),
    )
)
CODINGS = {"persons": tuple(coding_of(a) for a in SCHEMA.attributes)}
BIKE = Watched("persons", "bike", "yes", (1,))
DRAWING = Drawing((0.0, 0.5, 1.0), 40, 3, 7)


def near(vectors: NDArray[np.float32], rng: np.random.Generator) -> Pool:
    """Cycles with probability v: the response is known; sex is noise alone."""
    n = len(vectors)
    columns = {"bike": (rng.random(n) < vectors[:, 0]).astype(np.int64), "sex": rng.integers(0, 2, n)}
    return person_pool(columns, ids=numbered("x", n), total_weight=float(n), generator="fake")


MOVES = Moves(np.array([[0.1, 0.0], [0.3, 0.0]]), np.array([[0.6, 0.0], [0.6, 0.0]]))


def test_the_response_is_the_known_one() -> None:
    """.2, .5 and .8 on the mean of the personas; sex does not change at all."""
    draws, _ = draw_protocol(
        MOVES, np.repeat([0, 1], 50), near=near, drawing=DRAWING, codings=CODINGS, progress=lambda _p, _v: None
    )
    shares = [coded.share(BIKE) for coded in draws.steered]
    np.testing.assert_allclose(shares, [0.2, 0.5, 0.8], atol=0.03)
    sexes = [coded.tables["persons"].codes[1] for coded in draws.steered]
    np.testing.assert_array_equal(sexes[0], sexes[2])
    hits = [coded.hits(BIKE)[0] for coded in draws.steered]
    assert (hits[0] <= hits[1]).all()  # the same numbers: who cycled still does
    assert (hits[1] <= hits[2]).all()


def test_no_move_no_change() -> None:
    """The same records to the last code at every strength and in every direction."""
    still = Moves(MOVES.vectors, np.zeros((2, 2)))
    draws, _ = draw_protocol(
        still, np.array([0, 1]), near=near, drawing=DRAWING, codings=CODINGS, progress=lambda _p, _v: None
    )
    for coded in (*draws.steered[1:], *(c for row in draws.null for c in row)):
        np.testing.assert_array_equal(coded.tables["persons"].codes, draws.steered[0].tables["persons"].codes)
    assert draws.persona.tolist() == [0] * 40 + [1] * 40


def test_progress_and_numbers_of_draws() -> None:
    """Every strength once, every random direction at all strengths but 0."""
    told: list[float] = []
    drawing = Drawing((0.0, 1.0), 1, 2, 0)
    draws, ends = draw_protocol(
        MOVES, np.array([0]), near=near, drawing=drawing, codings=CODINGS, progress=lambda _p, v: told.append(v)
    )
    assert (len(draws.steered), [len(row) for row in draws.null], len(told)) == (2, [1, 1], 4)
    assert told == sorted(told)
    assert told[-1] < 1
    assert [pool.n_records for pool in ends] == [1, 1]


def test_examples_show_those_who_changed() -> None:
    """A persona at most once; its record turned to the watched label first."""
    draws, ends = draw_protocol(
        MOVES, np.repeat([0, 1], 5), near=near, drawing=DRAWING, codings=CODINGS, progress=lambda _p, _v: None
    )
    found = examples(draws, ends, BIKE, schema=SCHEMA, texts=[f"persona {i}" for i in range(10)])
    assert len({one["persona"] for one in found}) == len(found) == 4
    assert all((one["before"][0]["bike"], one["after"][0]["bike"]) == ("no", "yes") for one in found)


def test_streams_begin_anew() -> None:
    """The same numbers each time, others for another use."""
    assert stream(1, 0).random() == stream(1, 0).random() != stream(1, 1).random()


def test_households_are_shown_with_members() -> None:
    """The household first, then its persons; numbers without needless decimals."""
    schema = Schema((Attribute("cars", "households", "numeric"), Attribute("age", "persons", "numeric")))
    none = pa.table({})
    pool = Pool(
        {"cars": np.array([2.0])},
        {"age": np.array([40.0, np.nan])},
        np.array([0, 2]),
        np.ones(1),
        pa.array(["a"]),
        none,
        none,
        "",
        np.zeros(1, np.int32),
        "survey",
    )
    assert record_words(pool, schema, 0) == [{"cars": "2"}, {"age": "40"}, {"age": "–"}]
