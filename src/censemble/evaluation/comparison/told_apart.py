"""Can a classifier tell synthetic rows from real ones?

The classifier two-sample test (Lopez-Paz and Oquab 2017, "Revisiting classifier two-sample tests", ICLR): as many
real as synthetic rows, gradient boosting, accuracy on rows that it was not trained on. 0.5 is what guessing gives.
Not here: what the difference is worth (see `usefulness`, `queries`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.features import Feature, features_of, folding_note, matrix_of
from censemble.evaluation.comparison.measure import Ground, Measure, MetricFacts, View
from censemble.evaluation.comparison.pair_classifier import PairSeparation, separate_pairs
from censemble.evaluation.comparison.ranking import auc_and_error
from censemble.evaluation.comparison.row_draws import draw_rows, effective_size, shared_attributes, units_of

N_FOLDS = 5
N_MAX = 20_000  # rows a side: the test then sees gaps of half a percent, and takes seconds
N_MIN = 10 * N_FOLDS  # rows a side below which folds say nothing
_KEY = 41

FACTS = (
    MetricFacts(
        "c2st_gap",
        "Told apart: accuracy gap",
        "lower",
        "|accuracy - 0.5| of gradient boosting that tells synthetic from real rows, cross-validated in five folds "
        "with equal numbers of both and households kept whole (Lopez-Paz and Oquab 2017). 0: cannot be told apart, "
        "0.5: always. An accuracy below 0.5 by more than chance comes from shared records and counts as 0.",
    ),
    MetricFacts(
        "c2st_auc",
        "Told apart: AUC",
        "none",
        "Chance that the same classifier scores a synthetic row above a real one. 0.5: cannot be told apart. Clearly "
        "below 0.5 means that both tables share records, and is not better.",
    ),
    MetricFacts(
        "c2st_pair_auc_worst",
        "Told apart by two attributes",
        "half",
        "The same for the pair of attributes that tells most, by the best classifier there is on two coded "
        "attributes: the cross-fitted ratio of synthetic to real rows in a cell. The worst of many pairs is above 0.5 "
        "by chance: compare with the floor.",
    ),
)


@dataclass(frozen=True, eq=False)
class _Mixture:
    """Equal numbers of real and synthetic rows, real ones first."""

    real: NDArray[np.int64]
    synthetic: NDArray[np.int64]
    unit: NDArray[np.int64]
    fold: NDArray[np.int64]
    lines: tuple[int, ...]
    note: str

    @property
    def is_synthetic(self) -> NDArray[np.bool_]:
        return np.arange(len(self.fold)) >= len(self.real)


def measure_told_apart(ground: Ground, view: View, *, n_max: int = N_MAX) -> list[Measure]:
    """Test whether a classifier can tell the rows of a table from real ones.

    Not for tables of a few dozen rows: it then says that it cannot tell.

    Parameters
    ----------
    ground : Ground
        Real rows are drawn from its reference, by weight, at most its effective size.
    view : View
        Synthetic rows are drawn by weight too.
    n_max : int
        Most rows of each side.
    """
    mixture = _mix(ground, view, n_max)
    if isinstance(mixture, str):
        return [Measure(f.name, None, note=mixture) for f in FACTS]
    return [*_whole_rows(ground, view, mixture), _worst_pair(_pairs(ground, view, mixture), mixture.note)]


def pair_separations(ground: Ground, view: View, *, n_max: int = N_MAX) -> list[PairSeparation]:
    """Score every pair of attributes, most telling first, by the same rows; empty where it cannot be tested."""
    mixture = _mix(ground, view, n_max)
    return [] if isinstance(mixture, str) else _pairs(ground, view, mixture)


def _mix(ground: Ground, view: View, n_max: int) -> _Mixture | str:
    """Draw the rows, or say why there are too few."""
    lines, note = shared_attributes(ground.reference, view)
    sizes = [effective_size(v.coded.weights) for v in (ground.reference, view)]
    n = min(n_max, *(int(size + 1e-6) for size in sizes))
    if not lines:
        return "no attribute can be compared"
    if n < N_MIN:
        return f"needs {N_MIN} rows a side, has {n}"
    rng = ground.rng(_KEY)
    real, synthetic = (draw_rows(v.coded.weights, n, rng) for v in (ground.reference, view))
    # Numbers of units of the two sides must not meet: those of the synthetic side are negative.
    unit = np.concatenate([units_of(ground.reference)[real], -1 - units_of(view)[synthetic]])
    fold = np.concatenate([_folds(unit[:n], rng), _folds(unit[n:], rng)])
    words = [f"{n:,} rows a side", note]
    return _Mixture(real, synthetic, unit, fold, lines, "; ".join(w for w in words if w))


def _folds(units: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Spread the units of one side over the folds at random; a unit's rows, and copies of a row, stay together."""
    distinct, at = np.unique(units, return_inverse=True)
    return rng.permutation(len(distinct))[at] % N_FOLDS


def _whole_rows(ground: Ground, view: View, mixture: _Mixture) -> list[Measure]:
    features = features_of(ground.reference, mixture.lines)
    rows = np.concatenate(
        [matrix_of(ground.reference, features, mixture.real), matrix_of(view, features, mixture.synthetic)]
    )
    labels = mixture.is_synthetic
    chances = _cross_validated(rows, labels, mixture.fold, features)
    right = (chances > 0.5) == labels
    accuracy, accuracy_error, widening = _accuracy(right, mixture)
    aucs = np.array([_auc(chances, labels, mixture.fold == k) for k in range(N_FOLDS)])
    _, auc_error = auc_and_error(chances[labels], chances[~labels])
    note = "; ".join(w for w in (mixture.note, folding_note(features)) if w)
    gap, remark = _gap(accuracy, accuracy_error)
    note = "; ".join(w for w in (note, remark) if w)
    return [
        Measure("c2st_gap", gap, accuracy_error, note),
        Measure("c2st_auc", float(aucs.mean()), float(max(_fold_error(aucs), auc_error * widening)), note),
    ]


def _gap(accuracy: float, error: float) -> tuple[float, str]:
    """|accuracy - 0.5|, but 0 where it is below 0.5 by more than chance, which is no sign of a difference.

    It happens where both sides hold the same records: a record that was synthetic in training is real in the test.
    """
    if accuracy > 0.5 - 3 * error:
        return abs(accuracy - 0.5), ""
    return 0.0, f"accuracy {accuracy:.3f} is below 0.5: both tables share records, and cannot be told apart by them"


def _accuracy(right: NDArray[np.bool_], mixture: _Mixture) -> tuple[float, float, float]:
    """Accuracy, its error, and how much wider households make it than single rows would be.

    The error is the larger of that between folds and that between units (households, or rows by themselves).
    """
    accuracy, n = float(right.mean()), len(right)
    of_unit = np.bincount(np.unique(mixture.unit, return_inverse=True)[1], weights=right - accuracy)
    between_units = float(np.sqrt((of_unit**2).sum())) / n
    of_row = float(right.std()) / np.sqrt(n)
    of_fold = np.array([right[mixture.fold == k].mean() for k in range(N_FOLDS)])
    widening = max(between_units / of_row, 1.0) if of_row > 0 else 1.0
    return accuracy, max(_fold_error(of_fold), between_units), widening


def _fold_error(of_fold: NDArray[np.float64]) -> float:
    return float(of_fold.std(ddof=1) / np.sqrt(len(of_fold)))


def _auc(chances: NDArray[np.float64], labels: NDArray[np.bool_], inside: NDArray[np.bool_]) -> float:
    return auc_and_error(chances[inside & labels], chances[inside & ~labels])[0]


def _cross_validated(
    rows: NDArray[np.float64], labels: NDArray[np.bool_], fold: NDArray[np.int64], features: tuple[Feature, ...]
) -> NDArray[np.float64]:
    """Chance that each row is synthetic, by a classifier that did not see it or its household."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415  slow to load
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  after the libraries that it limits

    categorical = np.array([f.kind == "categorical" for f in features])
    chances = np.empty(len(labels))
    # Early stopping: trees beyond what a tenth of the rows confirms only blur small differences, and cost time.
    with threadpool_limits(limits=1):  # sums over threads differ in their last digits from machine to machine
        for k in range(N_FOLDS):
            model = HistGradientBoostingClassifier(
                categorical_features=categorical, early_stopping=True, random_state=0
            )
            model.fit(rows[fold != k], labels[fold != k])
            chances[fold == k] = model.predict_proba(rows[fold == k])[:, 1]
    return chances


def _pairs(ground: Ground, view: View, mixture: _Mixture) -> list[PairSeparation]:
    lines = np.array(mixture.lines)
    codes = np.concatenate(
        [ground.reference.coded.codes[lines][:, mixture.real], view.coded.codes[lines][:, mixture.synthetic]], axis=1
    )
    names = tuple(ground.reference.coded.names[i] for i in mixture.lines)
    return separate_pairs(names, codes, mixture.is_synthetic, mixture.fold)


def _worst_pair(pairs: list[PairSeparation], note: str) -> Measure:
    if not pairs:
        return Measure("c2st_pair_auc_worst", None, note="there is only one attribute")
    worst = pairs[0]
    return Measure("c2st_pair_auc_worst", worst.auc, worst.error, f"{worst.first} with {worst.second}; {note}")
