"""The four usual models that tasks are tried with, and how their predictions are scored.

Models are scikit-learn's with their defaults: what is compared is tables, not tuning.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODELS = (
    "linear",
    "tree",
    "forest",
    "boosting",
)  # logistic or ridge regression; tree; random forest; gradient boosting
Floats = NDArray[np.float64]


def model_of(name: str, *, classes: bool) -> Any:
    """Make an untrained model.

    Parameters
    ----------
    name : str
        One of `MODELS`.
    classes : bool
        Whether it predicts classes or a number.
    """
    # Loading these takes a second; nobody waits for them who does not train.
    from sklearn import ensemble, linear_model, tree  # noqa: PLC0415

    kinds: dict[str, Callable[[], Any]] = {
        "linear": lambda: linear_model.LogisticRegression(max_iter=500) if classes else linear_model.Ridge(),
        "tree": lambda: (tree.DecisionTreeClassifier if classes else tree.DecisionTreeRegressor)(random_state=0),
        "forest": lambda: (ensemble.RandomForestClassifier if classes else ensemble.RandomForestRegressor)(
            random_state=0
        ),
        "boosting": lambda: (
            ensemble.HistGradientBoostingClassifier if classes else ensemble.HistGradientBoostingRegressor
        )(random_state=0, early_stopping=False),
    }
    return kinds[name]()


def predictions(name: str, train: tuple[Floats, Floats], test: Floats, *, classes: bool) -> tuple[Floats, str]:
    """Train a model and predict.

    Parameters
    ----------
    name : str
        One of `MODELS`.
    train : (rows, values), shapes (n, d), (n,)
        Finite; class codes as floats.
    test : ndarray of shape (m, d)
        Rows to predict.
    classes : bool
        Whether values are classes.

    Returns
    -------
    (predicted, remark) : ndarray of shape (m,), str
        The remark says what a reader must know: one class only, or a solver that did not converge.
    """
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 (after the libraries that it limits)

    rows, values = train
    if len(np.unique(values)) == 1:
        return np.full(len(test), values[0]), "trained on one value only"
    model = model_of(name, classes=classes)
    with warnings.catch_warnings(record=True) as told, threadpool_limits(limits=1):
        warnings.simplefilter("always", ConvergenceWarning)
        model.fit(rows, values)
        predicted = np.asarray(model.predict(test), dtype=np.float64)
    stopped = any(issubclass(w.category, ConvergenceWarning) for w in told)
    return predicted, "the solver stopped before it converged" if stopped else ""


def class_scores(truth: Floats, predicted: Floats) -> tuple[float, float]:
    """Balanced accuracy and macro-F1 over the classes that occur in the truth.

    Parameters
    ----------
    truth, predicted : ndarray of shape (n,), n >= 1
        Class codes.

    Examples
    --------
    >>> class_scores(np.array([0.0, 0, 0, 1]), np.array([0.0, 0, 1, 1]))
    (0.8333333333333333, 0.7333333333333334)
    """
    recalls, f1s = [], []
    for c in np.unique(truth):
        hits = float(((truth == c) & (predicted == c)).sum())
        recalls.append(hits / (truth == c).sum())
        f1s.append(2 * hits / ((truth == c).sum() + (predicted == c).sum()))
    return float(np.mean(recalls)), float(np.mean(f1s))


def number_scores(truth: Floats, predicted: Floats) -> tuple[float, float]:
    """Coefficient of determination R² (NaN where the truth is constant) and mean absolute error.

    Parameters
    ----------
    truth, predicted : ndarray of shape (n,), n >= 1
        In the unit of the label.

    Examples
    --------
    >>> number_scores(np.array([1.0, 3.0]), np.array([1.0, 2.0]))
    (0.5, 0.5)
    """
    spread = float(((truth - truth.mean()) ** 2).sum())
    r2 = 1 - float(((truth - predicted) ** 2).sum()) / spread if spread > 0 else float("nan")
    return r2, float(np.abs(truth - predicted).mean())
