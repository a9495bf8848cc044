"""The judge measures tables and yardsticks alike, and planted defects show where they should."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from judge_case import table
from test_yardsticks import households

from censemble.dataset import Dataset, Gap
from censemble.drawing import draw_records
from censemble.evaluation.comparison.families import Questions
from censemble.evaluation.comparison.judgement import Judgement
from censemble.evaluation.comparison.scoreboard import FRESH, base_name
from censemble.judging import contest_of, judge

QUICK = Questions(classifiers=False)
N = 1500


def changed(data: Dataset, name: str, **columns: np.ndarray) -> Dataset:
    """The same table under another name with some columns replaced."""
    return replace(data, name=name, persons=dict(data.persons) | columns)


@cache
def planted() -> Judgement:
    """Tables with one known defect each, beside one that is as good as real."""
    reference, train = table(8000, random_seed=1, name="reference"), table(600, random_seed=2, name="train")
    real = table(N, random_seed=3)
    rng = np.random.default_rng(0)
    child = np.flatnonzero(real.persons["age"] < 16)[: N // 20]
    impossible = real.persons["work"].copy()
    impossible[child] = 2
    copied = {
        k: np.where(np.arange(N) < N // 2, train.persons[k][np.arange(N) % 600], v) for k, v in real.persons.items()
    }
    tables = [
        changed(real, "real"),
        changed(real, "shuffled", work=rng.permutation(real.persons["work"])),
        changed(real, "impossible", work=impossible),
        changed(real, "copied", **copied),
        changed(real, "dropped", work=np.where(real.persons["work"] == 1, 2, real.persons["work"])),
    ]
    contest = contest_of(reference, train=train, holdout=table(4000, random_seed=4), questions=QUICK)
    return judge(contest, tables)


def outside(name: str, metric: str) -> bool:
    """Whether a figure's interval and the fresh sample's do not meet."""
    mine, real = planted().figure(name, metric), planted().figure(FRESH, metric)
    assert mine.low is not None and mine.high is not None and real.low is not None and real.high is not None
    return mine.low > real.high or mine.high < real.low


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("shuffled", "srmse_2way"),
        ("shuffled", "cramers_v_mae"),
        ("impossible", "srmse_2way"),
        ("dropped", "tv_1way"),
    ],
)
def test_planted_defects_are_outside_the_noise(name: str, metric: str) -> None:
    """A shuffled column, impossible rows, a dropped category: each is seen by the figure made for it."""
    assert outside(name, metric)


@pytest.mark.parametrize("metric", ["srmse_1way", "srmse_2way", "tv_2way", "cramers_v_mae"])
def test_a_real_table_is_inside_the_noise(metric: str) -> None:
    """Real records of the same size are not blamed."""
    assert not outside("real", metric)


def test_a_shuffled_column_keeps_its_margins() -> None:
    """One-way figures must not see what only pairs can."""
    assert planted().figure("shuffled", "tv_1way").value == planted().figure("real", "tv_1way").value


def test_every_table_and_yardstick_has_every_metric() -> None:
    """Nothing is measured for one table and not for another."""
    metrics = {t.name: {f.metric for f in planted().figures if f.table == t.name} for t in planted().tables}
    assert len(set(map(frozenset, metrics.values()))) == 1
    assert len(metrics) == 5 + 4


def test_every_metric_is_documented_and_every_gap_in_it_explained() -> None:
    """Each figure has its facts; each undefined one says why."""
    for figure in planted().figures:
        assert base_name(figure.metric) in planted().metrics, figure.metric
        assert figure.value is not None or figure.note, figure.metric


def test_only_tables_of_the_user_compete() -> None:
    """A yardstick is never called the winner."""
    names = {t.name for t in planted().tables if not t.is_yardstick}
    assert {s.winner for s in planted().standings} <= names | {""}


def test_every_size_has_its_own_yardsticks() -> None:
    """A small table is measured beside small samples: its floor is higher."""
    contest = contest_of(table(3000, random_seed=1), questions=QUICK)
    found = judge(contest, [table(100, random_seed=2, name="small"), table(2000, random_seed=3, name="large")])
    assert {t.name for t in found.tables if t.is_yardstick} == {
        f"{name}, {n} records" for name in ("fresh sample", "independent margins") for n in ("100", "2,000")
    }
    small, large = (found.figure(n, "srmse_2way").floor for n in ("small", "large"))
    assert small is not None and large is not None and small > 2 * large


def test_several_random_seeds_are_one_table() -> None:
    """Two tables of one name: the mean, and an interval over them."""
    contest = contest_of(table(2000, random_seed=1), questions=QUICK)
    seeds = [table(400, random_seed=s, name="mine") for s in (5, 6)]
    both = judge(contest, seeds).figure("mine", "tv_2way")
    single = [judge(contest, [s]).figure("mine", "tv_2way").value for s in seeds]
    assert both.value == pytest.approx(np.mean(single))
    assert both.high - both.value == pytest.approx(12.706204736432095 * abs(single[0] - single[1]) / 2)


def test_linked_tables_are_measured_by_households_and_by_persons() -> None:
    """Names tell which rows were counted; whole-table figures have none."""
    contest = contest_of(households(800, share_rented=0.4), questions=QUICK)
    found = judge(contest, [replace(households(300, share_rented=0.4, random_seed=8), name="mine")])
    metrics = {f.metric for f in found.figures}
    assert {"households.tv_1way", "persons.tv_2way"} <= metrics
    assert found.figure("mine", "orphans").value == 0
    assert {p.entity for p in found.pairs} == {"persons"}  # households have one attribute: no pair


def test_gaps_are_told_with_the_table() -> None:
    """What the reader found odd is in the facts and in the lines of the JSON."""
    gap = Gap("persons", "sex", "column 'sex' is not there", whole_attribute=True)
    data = table(200, name="mine", gaps=(gap,))
    found = judge(contest_of(table(500, random_seed=1), questions=QUICK), [data])
    assert [line["note"] for line in found.lines() if line["metric"] == "gap"] == ["column 'sex' is not there"]
    assert found.figure("mine", "precision").value is None


def test_the_same_random_seed_gives_the_same_judgement() -> None:
    """Every figure, to the last digit."""

    def lines() -> list[dict[str, object]]:
        contest = contest_of(table(500, random_seed=1), train=table(100), questions=QUICK, random_seed=3)
        return judge(contest, [table(200, random_seed=2)]).lines()

    assert lines() == lines()


def test_what_one_random_seed_lacks_is_left_out_of_all() -> None:
    """A mean over seeds is one of the same figure; different sizes are told."""
    gap = Gap("persons", "sex", "column 'sex' is not there", whole_attribute=True)
    seeds = [table(200, random_seed=1, name="mine"), table(400, random_seed=2, name="mine", gaps=(gap,))]
    found = judge(contest_of(table(500, random_seed=1), questions=QUICK), seeds)
    lacking = judge(contest_of(table(500, random_seed=1), questions=QUICK), seeds[1:])
    assert found.figure("mine", "tv_1way").note.endswith("without sex, which cannot be compared")
    assert found.figure("mine", "precision").value is None
    assert lacking.figure("mine", "precision").value is None
    (facts,) = (t for t in found.tables if t.name == "mine")
    assert facts.floor == f"{FRESH}, without sex"
    assert any("from 200 to 400 records" in says for says in facts.gaps)


def test_without_a_holdout_nobody_is_said_to_be_near_the_training_sample() -> None:
    """Half of a reference that holds the training sample is no fresh sample of its people."""
    reference = table(600, random_seed=1)
    train = draw_records(reference, np.arange(300), name="train")
    found = judge(contest_of(reference, train=train, questions=QUICK), [table(300, random_seed=2, name="mine")])
    for metric in ("dcr_share_closer_to_train", "membership_auc"):
        assert found.figure(FRESH, metric).value is None and found.figure("mine", metric).floor is None


def test_attacks_on_the_fresh_sample_leave_out_what_the_table_lacks() -> None:
    """A table without an age finds many rare records of the rest; so does real data without it."""
    gap = Gap("persons", "age", "column 'age' is not there", whole_attribute=True)
    contest = contest_of(
        table(2000, random_seed=1),
        train=table(300, random_seed=2),
        holdout=table(1000, random_seed=4),
        questions=QUICK,
    )
    found = judge(contest, [table(600, random_seed=3, name="mine", gaps=(gap,))])
    fresh = found.figure(f"{FRESH}, without age", "dcr_share_closer_to_train")
    assert "without age" in fresh.note
    assert "exact_copies" in {f.metric for f in found.figures}
    mine, real = (found.figure(name, "exact_copies").value for name in ("mine", f"{FRESH}, without age"))
    assert mine is not None and real == pytest.approx(mine, abs=0.05)


def test_rare_records_are_held_against_those_of_the_holdout() -> None:
    """More rows find more rare records of anybody: the difference is about 0 for real rows, far from it for copies."""
    real, copied = (planted().figure(name, "rare_copies_excess") for name in ("real", "copied"))
    assert real.low is not None and real.high is not None and copied.low is not None
    assert real.low < 0 < real.high < copied.low
