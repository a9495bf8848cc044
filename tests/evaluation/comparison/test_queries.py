"""Answers to declared queries and their errors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_up_views import by_name, check_every_gap_is_explained, linked_view, persons_schema, persons_view
from query_cases import ANSWERS, HOUSEHOLDS, five_households

from censemble.evaluation.comparison.measure import N_GROUPS, Ground, deletion_error
from censemble.evaluation.comparison.queries import SANITY, answers_of, groups_of, measure_queries
from censemble.formulas import read_formula
from censemble.io.queries_file import parse_queries, read_queries
from censemble.query_book import QueryBook
from censemble.schema import Attribute, Schema

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "queries"


@pytest.fixture(scope="module")
def households_book() -> QueryBook:
    """The sixteen household queries as they are shipped."""
    return read_queries(EXAMPLES / "households_acs.yaml", HOUSEHOLDS)


def test_the_sixteen_household_queries(households_book: QueryBook) -> None:
    """Each gives on five typed households what was worked out by hand."""
    answers = answers_of(five_households(), households_book.queries)
    found = {q.name: a.value for q, a in zip(households_book.queries, answers, strict=True)}
    assert found == pytest.approx(ANSWERS)
    assert len({q.group for q in households_book.queries}) == 6


def test_a_table_equal_to_the_reference_has_no_error(households_book: QueryBook) -> None:
    """All errors and their means are 0."""
    measures = measure_queries(Ground(five_households()), five_households(), book=households_book)
    assert len(measures) == 16 + 6 + 1
    assert {m.value for m in measures} == {0.0}


def test_errors_by_hand(households_book: QueryBook) -> None:
    """With a vehicle for the second household 0.2 becomes 0 and 0.4 becomes 0.2; the group's mean is of its four."""
    view = five_households(vehicles_of_second=1)
    found = by_name(measure_queries(Ground(five_households()), view, book=households_book))
    assert found["query_error[poor-without-vehicle]"].value == pytest.approx(1.0)
    assert found["query_error[child-without-vehicle]"].value == pytest.approx(0.5)
    assert found["query_error_mean[mobility]"].value == pytest.approx(1.5 / 4)
    assert found["query_error_mean"].value == pytest.approx(1.5 / 16)
    assert found["query_error_mean[equity]"].value == 0
    assert found["query_error[child-without-vehicle]"].note.startswith("0.2 against 0.4 in the reference; 5 households")


def test_the_reference_answers_by_its_weights(households_book: QueryBook) -> None:
    """Three times the second household: 3 of 7 live without a vehicle and poor."""
    view = five_households(weights=(1, 3, 1, 1, 1))
    answers = answers_of(view, households_book.queries)
    found = {q.name: a.value for q, a in zip(households_book.queries, answers, strict=True)}
    assert found["poor-without-vehicle"] == pytest.approx(3 / 7)
    assert found["income-black-member"] == 12_000  # weight 3 against 1
    assert answers_of(five_households(), households_book.queries)[0].note == "2 households"


def book_of(*queries: dict[str, str]) -> QueryBook:
    """Queries of persons with x0 in a, b, c and a number z."""
    return parse_queries({"queries": list(queries)}, persons_schema((3,), numeric=("z",)))


def test_the_error_is_the_jackknife_over_groups() -> None:
    """The standard error equals leaving each random group out by hand."""
    rng = np.random.default_rng(0)
    schema = persons_schema((3,), numeric=("z",))
    real, made = (
        persons_view(schema, {"x0": rng.integers(3, size=n), "z": rng.normal(5, 1, size=n)}) for n in (400, 300)
    )
    book = book_of({"name": "level", "mean": "z", "among": "x0 is a", "group": "g"}, {"name": "s", "share": "x0 is b"})
    found = by_name(measure_queries(Ground(real), made, book=book))
    level = found["query_error[level]"]
    z, x0 = made.dataset.persons["z"], made.dataset.persons["x0"]
    truth = real.dataset.persons["z"][real.dataset.persons["x0"] == 0].mean()
    without = np.array([z[(x0 == 0) & (made.group != g)].mean() for g in range(N_GROUPS)])
    assert level.value == pytest.approx(abs(z[x0 == 0].mean() - truth) / truth)
    assert level.error == pytest.approx(deletion_error(without) / truth)
    assert found["query_error_mean[g]"].value == level.value
    assert found["query_error_mean"].value == pytest.approx((level.value + found["query_error[s]"].value) / 2)


def test_an_answer_near_zero_is_divided_by_the_sanity_bound() -> None:
    """Nobody of the reference is b: the error is the share over a thousandth, and the note says so."""
    schema = persons_schema((3,), numeric=("z",))
    real = persons_view(schema, {"x0": np.array([0, 2, 0, 2]), "z": np.zeros(4)})
    made = persons_view(schema, {"x0": np.array([1, 0, 0, 0]), "z": np.ones(4)})
    book = book_of({"name": "b", "share": "x0 is b"}, {"name": "zero", "mean": "z"})
    found = by_name(measure_queries(Ground(real), made, book=book))
    assert found["query_error[b]"].value == pytest.approx(0.25 / SANITY)
    assert "sanity bound" in found["query_error[b]"].note
    assert found["query_error[zero]"].value is None  # all reference values are 0
    assert "relative to 0" in found["query_error[zero]"].note
    check_every_gap_is_explained(list(found.values()))


def test_the_sanity_bound_of_a_number_is_a_part_of_its_size() -> None:
    """A difference of 0 between two groups of numbers around 1,000 is divided by 1, not by 0."""
    schema = persons_schema((3,), numeric=("z",))
    x0 = np.array([0, 0, 1, 1])
    real = persons_view(schema, {"x0": x0, "z": np.array([900.0, 1100.0, 900.0, 1100.0])})
    made = persons_view(schema, {"x0": x0, "z": np.array([900.0, 1100.0, 900.0, 1110.0])})
    book = book_of({"name": "gap", "mean": "z", "among": "x0 is b", "minus": "x0 is a"})
    assert by_name(measure_queries(Ground(real), made, book=book))["query_error[gap]"].value == pytest.approx(5.0)


def test_rows_without_a_value_are_left_out_and_counted() -> None:
    """A missing number and an infinite one are no part of a mean; a missing label of no share."""
    schema = persons_schema((3,), numeric=("z",))
    real = persons_view(schema, {"x0": np.array([0, -1, 0, 1]), "z": np.array([1.0, np.nan, np.inf, 3.0])})
    mean, share = answers_of(real, book_of({"name": "m", "mean": "z"}, {"name": "s", "share": "x0 is a"}).queries)
    assert (mean.value, mean.note) == (2.0, "2 persons, 2 without a value left out")
    assert share.value == pytest.approx(2 / 3)


def test_what_a_table_cannot_answer_says_why() -> None:
    """No such column, nobody in the group, no such rows: a reason, and no mean over fewer queries."""
    schema = persons_schema((3,), numeric=("z",))
    real = persons_view(schema, {"x0": np.array([0, 1]), "z": np.array([1.0, 2.0])})
    bare = persons_view(schema, {"z": np.array([1.0, 2.0])})
    book = book_of(
        {"name": "a", "share": "x0 is a", "group": "g"},
        {"name": "z", "mean": "z", "group": "g"},
        {"name": "c", "mean": "z", "among": "x0 is c"},
    )
    found = by_name(measure_queries(Ground(real), bare, book=book))
    assert found["query_error[a]"].note == "the table has no x0"
    assert found["query_error[z]"].value == 0
    assert found["query_error_mean[g]"].value is None
    assert "not answered by the reference: nobody" in found["query_error[c]"].note
    check_every_gap_is_explained(list(found.values()))
    complete = by_name(measure_queries(Ground(real), real, book=book))
    assert complete["query_error_mean"].value == 0
    assert "1 more the reference cannot answer" in complete["query_error_mean"].note
    households = Schema((Attribute("size", "households", "numeric"), *schema.attributes))
    asked = replace(book.queries[0], value=read_formula("size >= 2", households, entity="households"))
    assert answers_of(real, [asked])[0].note == "the table has no households"


def test_households_and_persons_share_random_groups() -> None:
    """A household is in the group of its persons and they in its; rows without a link are in some group."""
    schema = Schema((Attribute("n", "households", "numeric", bins=(0.0, 9.0)),))
    view = linked_view(schema, {"n": np.zeros(4)}, {}, np.array([3, 3, 1, -1]))
    of_households = groups_of(view, "households")
    assert of_households[3] == view.group[0] and of_households[1] == view.group[2]
    assert (groups_of(view, "persons") == view.group).all()
    as_households = replace(view, entity="households", group=of_households)
    assert (groups_of(as_households, "persons")[:3] == view.group[:3]).all()
    assert ((of_households >= 0) & (of_households < N_GROUPS)).all()


def test_the_reference_is_asked_once() -> None:
    """Its answers are remembered by book, and another book has its own."""
    rng = np.random.default_rng(1)
    schema = persons_schema((3,), numeric=("z",))
    real, made = (persons_view(schema, {"x0": rng.integers(3, size=50), "z": rng.normal(size=50)}) for _ in range(2))
    first, other = book_of({"name": "m", "median": "z", "minus": "x0 is a"}), book_of({"name": "m", "mean": "z"})
    ground = Ground(real)
    once = measure_queries(ground, made, book=first)
    assert measure_queries(ground, made, book=first) == once
    assert len(ground.remembered) == 1
    assert measure_queries(ground, made, book=other) != once
