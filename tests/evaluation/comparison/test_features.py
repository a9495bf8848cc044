"""Rows as numbers for classifiers."""

from __future__ import annotations

import numpy as np
from made_up_views import linked_view, persons_schema, persons_view

from censemble.evaluation.comparison.features import attribute_of, features_of, folding_note, matrix_of
from censemble.schema import Attribute, Schema


def test_numbers_stay_raw_and_labels_are_codes() -> None:
    """Categories give codes (missing and undeclared their own), numbers their value, NaN where missing."""
    schema = persons_schema((2,), numeric=("z",))
    view = persons_view(schema, {"x0": np.array([1, -1, -2]), "z": np.array([0.25, np.nan, -np.inf])})
    matrix = matrix_of(view, features_of(view, (0, 1)), np.arange(3))
    assert matrix[:, 0].tolist() == [1.0, 2.0, 3.0]
    assert matrix[0, 1] == 0.25 and np.isnan(matrix[1, 1]) and np.isfinite(matrix[2, 1])


def test_rare_categories_are_folded_and_said() -> None:
    """Of 300 categories the 254 most frequent keep a code each, the others share one."""
    schema = Schema((Attribute("town", "persons", "categorical", tuple(f"t{i}" for i in range(300))),))
    town = np.concatenate([np.arange(300), np.arange(46, 300)])  # the first 46 are the rare ones
    view = persons_view(schema, {"town": town})
    features = features_of(view, (0,))
    codes = matrix_of(view, features, np.arange(300))[:, 0]
    assert len(np.unique(codes[46:])) == 254 and set(codes[:46]) == {254.0}
    assert "town" in folding_note(features)


def test_persons_have_the_attributes_of_their_household() -> None:
    """A household's category is a column of its persons; an orphan's is missing."""
    schema = Schema((Attribute("tenure", "households", "categorical", ("owned", "rented")),))
    view = linked_view(schema, {"tenure": np.array([1, 0])}, {}, np.array([0, 0, 1, -1]))
    assert attribute_of(view, 0).entity == "households"
    assert matrix_of(view, features_of(view, (0,)), np.arange(4))[:, 0].tolist() == [1.0, 1.0, 0.0, 2.0]
