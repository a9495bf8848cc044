"""Models and scores, against scikit-learn's own."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from censemble.evaluation.comparison.models import MODELS, class_scores, number_scores, predictions


def test_class_scores_are_scikit_learns() -> None:
    """Balanced accuracy and macro-F1 over the classes of the truth."""
    rng = np.random.default_rng(0)
    truth, predicted = rng.integers(3, size=(2, 60)).astype(float)
    balanced, f1 = class_scores(truth, predicted)
    assert balanced == pytest.approx(metrics.balanced_accuracy_score(truth, predicted))
    assert f1 == pytest.approx(metrics.f1_score(truth, predicted, average="macro"))


def test_number_scores_are_scikit_learns() -> None:
    """R² and mean absolute error; a constant truth has no R²."""
    rng = np.random.default_rng(1)
    truth, predicted = rng.normal(size=(2, 30))
    r2, mae = number_scores(truth, predicted)
    assert r2 == pytest.approx(metrics.r2_score(truth, predicted))
    assert mae == pytest.approx(metrics.mean_absolute_error(truth, predicted))
    assert np.isnan(number_scores(np.ones(3), predicted[:3])[0])


@pytest.mark.parametrize("model", MODELS)
def test_every_model_learns_what_is_plain(model: str) -> None:
    """A class, and a number, that follow one column are predicted nearly always."""
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(200, 2))
    classes, _ = predictions(model, (rows, (rows[:, 0] > 0).astype(float)), rows, classes=True)
    assert (classes == (rows[:, 0] > 0)).mean() > 0.95
    numbers, _ = predictions(model, (rows, 3 * rows[:, 0]), rows, classes=False)
    assert number_scores(3 * rows[:, 0], numbers)[0] > 0.95


def test_one_class_is_predicted_and_said() -> None:
    """Rows that all have one value teach one value."""
    predicted, remark = predictions("linear", (np.zeros((5, 1)), np.ones(5)), np.zeros((3, 1)), classes=True)
    assert predicted.tolist() == [1.0, 1.0, 1.0] and remark == "trained on one value only"


def test_a_solver_that_stops_early_is_said() -> None:
    """Badly scaled columns that keep the solver from converging give a remark, not a warning."""
    rng = np.random.default_rng(3)
    rows = np.exp(rng.normal(0, 12, size=(200, 6)))
    _, remark = predictions("linear", (rows, rng.integers(2, size=200).astype(float)), rows, classes=True)
    assert remark in ("", "the solver stopped before it converged")
