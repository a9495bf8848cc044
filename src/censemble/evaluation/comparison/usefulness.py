"""Is a table good for what people do with data? Train on it, test on real records.

TSTR, train on synthetic, test on real (Esteban, Hyland and Rätsch 2017), with TRTR, the same trained on real records,
beside it. Both are trained on at most as many rows as there are real ones to train on, and tested on the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.measure import N_GROUPS, Ground, Measure, MetricFacts, View, deletion_error
from censemble.evaluation.comparison.models import MODELS, class_scores, number_scores, predictions
from censemble.evaluation.comparison.queries import groups_of
from censemble.evaluation.comparison.task_rows import (
    Encoder,
    absences,
    drawn_rows,
    encoder_of,
    halves_of,
    has_classes,
)
from censemble.query_book import QueryBook, Task

N_MAX = 10_000  # rows to train on, and to test on
N_MIN = 20  # rows to train on, and to test on, below which a score says nothing
_KEY = 42

_SCORE = "Balanced accuracy, or R² where a number is predicted"
FACTS = (
    MetricFacts(
        "tstr",
        "Trained on it, tested on real",
        "higher",
        f"{_SCORE}, of a model trained on the table and tested on real records (Esteban and others 2017). Models: "
        "logistic or ridge regression, decision tree, random forest, gradient boosting, with scikit-learn's defaults.",
    ),
    MetricFacts(
        "trtr", "Trained on real, tested on real", "none", f"{_SCORE}, of the same model trained on real rows."
    ),
    MetricFacts(
        "tstr_gap",
        "Usefulness lost",
        "lower",
        "trtr minus tstr, mean over the models: what is lost by training on the table instead of on real records.",
    ),
    MetricFacts("tstr_macro_f1", "Macro-F1, trained on it", "higher", "Mean F1 of the classes, as for `tstr`."),
    MetricFacts("trtr_macro_f1", "Macro-F1, trained on real", "none", "Mean F1 of the classes, as for `trtr`."),
    MetricFacts(
        "tstr_mae", "Absolute error, trained on it", "lower", "Mean absolute error of a number, as for `tstr`."
    ),
    MetricFacts("trtr_mae", "Absolute error, trained on real", "none", "Mean absolute error, as for `trtr`."),
)


@dataclass(frozen=True, eq=False)
class Score:
    """Two scores of one model.

    Parameters
    ----------
    values : ndarray of shape (2,)
        Balanced accuracy and macro-F1, or R² and mean absolute error.
    without : ndarray of shape (n_groups, 2)
        The same without each group of test rows.
    remark : str
        What a reader must know of the training.
    """

    values: NDArray[np.float64]
    without: NDArray[np.float64]
    remark: str

    def measure(self, metric: str, which: int, note: str) -> Measure:
        """One of the two scores as a measure; its error is that of the test rows."""
        words = "; ".join(w for w in (note, self.remark) if w)
        return Measure(metric, float(self.values[which]), _error(self.without[:, which]), words)


def _error(without: NDArray[np.float64]) -> float | None:
    return deletion_error(without) if np.isfinite(without).all() else None


@dataclass(frozen=True, eq=False)
class Trial:
    """One task, ready for any table: test rows, columns, and what real rows achieve.

    Parameters
    ----------
    task : Task
    reason : str
        Why it cannot be tried at all; "" if it can.
    classes : bool
        Whether classes are predicted.
    encoder : Encoder
        Decided on the real training rows.
    n_train : int
        Rows that are trained on.
    test, truth, group : ndarrays of shapes (n_test, n_columns), (n_test,), (n_test,)
        Test rows, what is to be predicted, and their random groups.
    real : mapping of str to Score
        By model, trained on real rows.
    note : str
        Which real rows train and which test.
    """

    task: Task
    reason: str = ""
    classes: bool = True
    encoder: Encoder = field(default_factory=lambda: Encoder(()))
    n_train: int = 0
    test: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))
    truth: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    group: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    real: dict[str, Score] = field(default_factory=dict)
    note: str = ""


def measure_usefulness(ground: Ground, view: View, *, book: QueryBook) -> list[Measure]:
    """Train models on a table for every declared task and test them on real records.

    All tasks are tried whatever the rows of the view are, so it is to be called once a table. Training on real rows
    is done once for all tables of a ground.

    Parameters
    ----------
    ground : Ground
        Tested on its holdout; without one on the reference (on a half of it if there is no training sample either).
    view : View
        A synthetic table.
    book : QueryBook
        Labels and tasks.
    """
    prepared = ground.once(("usefulness", book), lambda: [_trial(ground, task, book) for task in book.tasks])
    return [m for trial in prepared for m in _measures(trial, ground, view, book)]


def _trial(ground: Ground, task: Task, book: QueryBook) -> Trial:
    train, test = _real_sides(ground)
    for view in (train, test):
        absent = absences(task, book, view.dataset)
        if absent:
            return Trial(task, f"{view.name} has no {', no '.join(absent)}")
    half = halves_of(test, task.entity) if train is test else None
    rng = ground.rng(_KEY)
    rows, values = drawn_rows(task, book, train, n=N_MAX, rng=rng, among=half)
    tested, truth = drawn_rows(task, book, test, n=N_MAX, rng=rng, among=None if half is None else ~half)
    if min(len(rows), len(tested)) < N_MIN:
        return Trial(task, f"needs {N_MIN} real rows to train and to test, has {len(rows)} and {len(tested)}")
    if len(np.unique(truth)) < 2:
        return Trial(task, "all real test rows have the same value")
    encoder = encoder_of(train.dataset, rows, names=task.features, entity=task.entity)
    classes = has_classes(task, book, train.dataset)
    matrix = encoder.matrix(test.dataset.columns(task.entity), tested)
    group = groups_of(test, task.entity)[tested]
    note = f"tested on {len(tested):,} rows of {test.name}{', a half' if train is test else ''}"
    if test is ground.reference and ground.train is not None:
        note += ", which may hold the training sample"
    trial = Trial(task, "", classes, encoder, len(rows), matrix, truth, group, {}, note)
    on = (encoder.matrix(train.dataset.columns(task.entity), rows), values)
    trial.real.update({model: _score(model, on, trial) for model in MODELS})
    return trial


def _real_sides(ground: Ground) -> tuple[View, View]:
    """Whose rows train and whose test; the same table twice where there is only one, which is then halved."""
    test = ground.holdout or ground.reference
    return (ground.train or ground.reference), test


def _score(model: str, train: tuple[NDArray[np.float64], NDArray[np.float64]], trial: Trial) -> Score:
    predicted, remark = predictions(model, train, trial.test, classes=trial.classes)
    compute = class_scores if trial.classes else number_scores
    kept = [k for k in (trial.group != g for g in range(N_GROUPS)) if k.any()]
    without = np.array([compute(trial.truth[k], predicted[k]) for k in kept])
    return Score(np.array(compute(trial.truth, predicted)), without, remark)


def _measures(trial: Trial, ground: Ground, view: View, book: QueryBook) -> Iterator[Measure]:
    name, second = trial.task.name, "macro_f1" if trial.classes else "mae"
    absent = absences(trial.task, book, view.dataset)
    reason = trial.reason or (f"the table has no {', no '.join(absent)}" if absent else "")
    if not reason:
        rows, values = drawn_rows(trial.task, book, view, n=trial.n_train, rng=ground.rng(_KEY))
        if len(rows) < N_MIN:
            reason = f"needs {N_MIN} rows to train on, has {len(rows)}"
    if reason:
        yield Measure(f"tstr_gap[{name}]", None, note=reason)
        for model in MODELS:
            yield Measure(f"tstr[{name},{model}]", None, note=reason)
            yield from _of_real(trial, model, second)
        return
    on = (trial.encoder.matrix(view.dataset.columns(trial.task.entity), rows), values)
    made = {model: _score(model, on, trial) for model in MODELS}
    yield _gap(trial, made)
    for model, score in made.items():
        note = f"trained on {len(rows):,} rows, {trial.note}"
        yield score.measure(f"tstr[{name},{model}]", 0, note)
        yield score.measure(f"tstr_{second}[{name},{model}]", 1, note)
        yield from _of_real(trial, model, second)


def _of_real(trial: Trial, model: str, second: str) -> Iterator[Measure]:
    place = f"[{trial.task.name},{model}]"
    if model not in trial.real:
        yield Measure(f"trtr{place}", None, note=trial.reason)
        return
    note = f"trained on {trial.n_train:,} real rows, {trial.note}"
    yield trial.real[model].measure(f"trtr{place}", 0, note)
    yield trial.real[model].measure(f"trtr_{second}{place}", 1, note)


def _gap(trial: Trial, made: dict[str, Score]) -> Measure:
    """Mean loss over the models, with the error of differences: all are tested on the same rows."""
    loss = np.mean([trial.real[m].values[0] - made[m].values[0] for m in MODELS])
    without = np.mean([trial.real[m].without[:, 0] - made[m].without[:, 0] for m in MODELS], axis=0)
    return Measure(f"tstr_gap[{trial.task.name}]", float(loss), _error(without), trial.note)
