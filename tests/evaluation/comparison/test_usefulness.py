"""Training on a table and testing on real records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_up_views import by_name, check_every_gap_is_explained, persons_schema, persons_view
from query_cases import SHOP, random_shop

from censemble.evaluation.comparison import usefulness
from censemble.evaluation.comparison.measure import Ground, View
from censemble.evaluation.comparison.usefulness import measure_usefulness
from censemble.io.queries_file import parse_queries, read_queries

SCHEMA = persons_schema((3, 3), numeric=("z",))
CONTENT = {"tasks": [{"name": "class", "predict": "x1"}, {"name": "number", "predict": "z", "from": ["x0"]}]}
BOOK = parse_queries(CONTENT, SCHEMA)
EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "queries"


def table(n: int, seed: int, *, dependent: bool = True) -> View:
    """x1 follows x0 in four of five rows, z is three times x0 with noise."""
    rng = np.random.default_rng(seed)
    x0 = rng.integers(3, size=n)
    x1 = np.where(rng.random(n) < 0.7, x0, rng.integers(3, size=n))
    z = 3.0 * x0 + rng.normal(size=n)
    order = np.arange(n) if dependent else rng.permutation(n)
    again = np.arange(n) if dependent else rng.permutation(n)
    return persons_view(SCHEMA, {"x0": x0[order], "x1": x1, "z": z[again]}, name="made")


@pytest.fixture(scope="module")
def ground() -> Ground:
    """Training sample, holdout and reference of one population."""
    return Ground(table(300, 0), table(300, 1), table(300, 2))


@pytest.fixture(autouse=True)
def _few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two models are enough to see which rows train and which test."""
    monkeypatch.setattr(usefulness, "MODELS", ("linear", "tree"))


def test_a_good_table_is_as_useful_as_real_rows(ground: Ground) -> None:
    """Trained on a fresh draw, models do what they do trained on real rows; without dependence they do not."""
    good = by_name(measure_usefulness(ground, table(300, 3), book=BOOK))
    bad = by_name(measure_usefulness(ground, table(300, 3, dependent=False), book=BOOK))
    # x0 tells x1 in 0.8 of the rows; z around its three means has R² 6 / 7
    assert good["trtr[class,linear]"].value == pytest.approx(0.8, abs=0.06)
    assert good["tstr[class,linear]"].value == pytest.approx(0.8, abs=0.06)
    assert good["tstr[number,linear]"].value == pytest.approx(6 / 7, abs=0.04)
    assert good["tstr_mae[number,linear]"].value == pytest.approx(np.sqrt(2 / np.pi), abs=0.1)
    assert abs(good["tstr_gap[number]"].value) < 0.05  # type: ignore[operator]
    assert bad["tstr_gap[class]"].value > 0.2  # type: ignore[operator]
    assert bad["tstr[number,linear]"].value < 0.1  # type: ignore[operator]
    for measure in good.values():
        assert measure.error is not None and 0 < measure.error < 0.1
    check_every_gap_is_explained(list(good.values()))


def test_errors_come_from_groups_of_test_rows(ground: Ground) -> None:
    """The loss has a smaller error than the score: both models are tested on the same rows."""
    found = by_name(measure_usefulness(ground, table(300, 3), book=BOOK))
    loss, score = found["tstr_gap[number]"], found["tstr[number,linear]"]
    assert loss.error < score.error  # type: ignore[operator]


def test_real_rows_are_trained_once_for_many_tables(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second table trains its own models only, and has the same figures as alone."""
    trained: list[int] = []
    plain = usefulness.predictions

    def counted(*given: Any, **named: Any) -> Any:
        trained.append(1)
        return plain(*given, **named)

    monkeypatch.setattr(usefulness, "predictions", counted)
    fresh, view = Ground(ground.reference, ground.train, ground.holdout), table(100, 4)
    alone = measure_usefulness(fresh, view, book=BOOK)
    assert len(trained) == 2 * 2 * 2  # two tasks, two models, real and synthetic
    assert measure_usefulness(fresh, view, book=BOOK) == alone
    assert len(trained) == 2 * 2 * 3


def test_which_rows_train_and_which_test() -> None:
    """Holdout tests where there is one; the reference is halved where there is nothing else."""
    view = table(100, 5)
    alone = by_name(measure_usefulness(Ground(table(301, 0)), view, book=BOOK))
    assert (
        "tested on 151 rows of made, a half" in alone["tstr[class,tree]"].note
        or "a half" in alone["tstr[class,tree]"].note
    )
    assert "trained on 100 rows" in alone["tstr[class,tree]"].note
    with_train = by_name(measure_usefulness(Ground(table(300, 0), table(50, 1)), view, book=BOOK))
    assert "trained on 50 rows, tested on 300 rows" in with_train["tstr[class,tree]"].note
    assert "may hold the training sample" in with_train["tstr[class,tree]"].note


def test_the_shop_tasks_run() -> None:
    """Labels that no generator sees are predicted from both kinds of rows, far better than by guessing."""
    rng = np.random.default_rng(6)
    book = read_queries(EXAMPLES / "ecommerce.yaml", SHOP)
    ground = Ground(random_shop(400, rng), random_shop(400, rng), random_shop(400, rng))
    found = by_name(measure_usefulness(ground, random_shop(400, rng), book=book))
    assert found["tstr[value,tree]"].value > 0.6  # type: ignore[operator]
    assert abs(found["tstr_gap[value]"].value) < 0.1  # type: ignore[operator]
    assert "tstr_macro_f1[discount,tree]" in found


def test_what_cannot_be_tried_says_why(ground: Ground) -> None:
    """A missing attribute, too few rows, a constant truth: a reason, and real rows still beside it where they can."""
    view = table(100, 7)
    lacking = persons_view(SCHEMA, {"x0": view.dataset.persons["x0"], "z": view.dataset.persons["z"]})
    found = by_name(measure_usefulness(ground, lacking, book=BOOK))
    assert found["tstr[class,tree]"].note == "the table has no x1"
    assert found["trtr[class,tree]"].value is not None
    assert found["tstr[number,tree]"].value is not None
    few = by_name(measure_usefulness(ground, table(5, 8), book=BOOK))
    assert few["tstr_gap[class]"].note == "needs 20 rows to train on, has 5"
    constant = persons_view(SCHEMA, {k: np.zeros_like(v) for k, v in table(100, 9).dataset.persons.items()})
    same = by_name(measure_usefulness(Ground(constant), view, book=BOOK))
    assert same["tstr[class,tree]"].note == "all real test rows have the same value"
    gone = by_name(measure_usefulness(Ground(lacking), view, book=BOOK))
    assert gone["trtr[class,tree]"].value is None and "has no x1" in gone["trtr[class,tree]"].note
    for measures in (found, few, same, gone):
        check_every_gap_is_explained(list(measures.values()))


def test_a_table_of_one_class_teaches_guessing(ground: Ground) -> None:
    """Balanced accuracy is then one over the number of classes, and the note says why."""
    view = table(100, 10)
    one = persons_view(SCHEMA, dict(view.dataset.persons) | {"x1": np.zeros(100, int)})
    found = by_name(measure_usefulness(ground, one, book=BOOK))["tstr[class,tree]"]
    assert found.value == pytest.approx(1 / 3) and "one value only" in found.note
