"""Rows as tasks need them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_up_views import linked_view, persons_schema, persons_view
from query_cases import SHOP, shop

from censemble.evaluation.comparison.task_rows import (
    absences,
    drawn_rows,
    encoder_of,
    halves_of,
    has_classes,
    values_to_predict,
)
from censemble.io.queries_file import parse_queries, read_queries
from censemble.schema import Attribute, Schema

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "queries"


def test_the_two_shop_labels_by_hand() -> None:
    """Discount propensity and lifetime value of four typed purchases are as their formulas say."""
    view = shop([(35, 0, 1, 0, 100.0, 1), (35, 1, 0, 0, 300.0, 0), (95, 0, 0, 1, 50.0, 0), (35, 0, 0, 1, 100.0, 1)])
    book = read_queries(EXAMPLES / "ecommerce.yaml", SHOP)
    discount, value = book.tasks
    # z is -1, 1, -1, 1: tanh(1) = 0.76. S = 0.76 + 0.5 + 0.3; -0.76; 0.76 + 0.01 * 3600 / 100; -0.76 + 0.5
    assert values_to_predict(discount, book, view.dataset).tolist() == [0, 2, 0, 2]  # High, Mid, High, Mid
    # 10 * 0.85 * 1.3 = 11; 17.3 * 1.2 * 1.3 = 27; 7.1 * 1.2 * 1.1 / (log(61) + 1) = 1.8; 10 * 0.85 * 1.1 = 9.4
    assert values_to_predict(value, book, view.dataset).tolist() == [2, 0, 1, 1]  # Mid, High, Low, Low
    assert has_classes(discount, book, view.dataset)


def test_attributes_are_predicted_as_they_are() -> None:
    """Labels as codes, numbers as numbers; missing, undeclared and infinite ones cannot be predicted."""
    schema = persons_schema((3,), numeric=("z",))
    view = persons_view(schema, {"x0": np.array([2, -1, -2]), "z": np.array([1.5, np.inf, np.nan])})
    book = parse_queries({"tasks": [{"name": "a", "predict": "x0"}, {"name": "b", "predict": "z"}]}, schema)
    codes, numbers = (values_to_predict(t, book, view.dataset) for t in book.tasks)
    assert np.array_equal(codes, [2, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(numbers, [1.5, np.nan, np.nan], equal_nan=True)
    assert [has_classes(t, book, view.dataset) for t in book.tasks] == [True, False]


def test_columns_of_the_matrix() -> None:
    """A column a category, scaled numbers with one for missing; unknown categories are in no column."""
    schema = Schema(
        (
            Attribute("c", "persons", "categorical", ("a", "b")),
            Attribute("o", "persons", "ordinal", ("1", "2", "3")),
            Attribute("z", "persons", "numeric", bins=(0.0, 1.0)),
        )
    )
    real = persons_view(schema, {"c": np.array([1, 1, 0]), "o": np.array([0, 2, 1]), "z": np.array([1.0, 3.0, 2.0])})
    encoder = encoder_of(real.dataset, np.arange(2), names=["c", "o", "z"], entity="persons")
    made = persons_view(
        schema, {"c": np.array([1, -2, 0]), "o": np.array([2, -1, 0]), "z": np.array([3.0, np.nan, np.inf])}
    )
    matrix = encoder.matrix(made.dataset.persons, np.arange(3))
    assert matrix[:, :2].tolist() == [[1, 0], [0, 0], [0, 1]]  # b is the more frequent one of the two rows
    assert matrix[:, 2:4].tolist() == [[1, 0], [0, 1], [-1, 0]]  # centre 1, deviation 1
    assert matrix[:, 4:].tolist() == [[1, 0], [0, 1], [20, 0]]  # centre 2, deviation 1; infinity is drawn in


def test_what_a_table_lacks_is_named() -> None:
    """Features, the attribute to predict and what a label reads must be there."""
    schema = persons_schema((3, 3), numeric=("z",))
    content = {
        "labels": {"big": {"value": "z > 0"}},
        "tasks": [
            {"name": "t", "predict": "big", "from": ["x0", "x1"]},
            {"name": "u", "predict": "x1", "from": ["x0"]},
        ],
    }
    book = parse_queries(content, schema)
    view = persons_view(schema, {"x0": np.zeros(3, int)})
    assert [absences(t, book, view.dataset) for t in book.tasks] == [("x1", "z"), ("x1",)]


def test_rows_are_drawn_by_weight_and_with_a_value() -> None:
    """Rows without a value, without weight or outside the half are never drawn."""
    schema = persons_schema((3,), numeric=("z",))
    view = persons_view(
        schema, {"x0": np.array([0, -1, 2, 1]), "z": np.zeros(4)}, weights=np.array([1.0, 1.0, 0.0, 1.0])
    )
    book = parse_queries({"tasks": [{"name": "a", "predict": "x0"}]}, schema)
    rows, values = drawn_rows(book.tasks[0], book, view, n=9, rng=np.random.default_rng(0))
    assert rows.tolist() == [0, 3] and values.tolist() == [0.0, 1.0]
    half = np.array([True, True, True, False])
    assert drawn_rows(book.tasks[0], book, view, n=9, rng=np.random.default_rng(0), among=half)[0].tolist() == [0]


def test_halves_keep_households_whole() -> None:
    """Persons of one household are in the same half as it."""
    schema = Schema((Attribute("n", "households", "numeric", bins=(0.0, 9.0)),))
    view = linked_view(schema, {"n": np.zeros(40)}, {}, np.repeat(np.arange(40), 2))
    persons, households = halves_of(view, "persons"), halves_of(view, "households")
    assert (persons[::2] == persons[1::2]).all() and (persons[::2] == households).all()
    assert households.mean() == pytest.approx(0.5)
