"""Members that are alike as often as a model says, without losing what goes with what."""

from __future__ import annotations

import json

import numpy as np
import pytest
from households_case import ADULT, AGE, CHILD, MAN, OPTIONS, WOMAN, composed, planner, rng, said, targets
from hypothesis import given, settings
from hypothesis import strategies as st
from tables_case import AGES, SIZES, margin, total

from censemble.expressions import all_of, is_in
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.filling import Conduct, Drawn, draw_records
from censemble.generators.llmsynthor.likeness import ask_likeness
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.llm import Settings
from censemble.schema import Attribute, Schema

TARGETS = targets()


def alike(drawn: Drawn, name: str, size: int) -> float:
    """Share of the records of one size whose members all have the same value, by prior weight."""
    starts = (np.cumsum(drawn.sizes) - drawn.sizes)[drawn.sizes == size]
    values = np.stack([drawn.members[name][starts + k] for k in range(size)])
    weights = drawn.prior[drawn.sizes == size]
    return float(weights[(values == values[0]).all(axis=0)].sum() / weights.sum())


@settings(max_examples=6, deadline=None)
@given(share=st.floats(0.55, 1.0), random_seed=st.integers(0, 20))
def test_as_many_are_alike_as_the_model_says(share: float, random_seed: int) -> None:
    """Two persons of any sex are alike half of the time by chance; with likeness as often as it says."""
    couples = [composed(TARGETS, {}, {}, {})]
    drawn = draw_records(TARGETS, couples, 4000, rng(random_seed), Conduct(likeness={"sex": share}))
    assert alike(drawn, "sex", 2) == pytest.approx(share, abs=0.025)
    assert (drawn.members["sex"] == 0).mean() == pytest.approx(120 / 230, abs=0.05)


def test_slots_that_differ_stay_as_they_are() -> None:
    """A woman and a man are never of one sex, and a mother's child is of any, where the model says who they are."""
    conduct = Conduct(likeness={"sex": 1.0})
    couple = draw_records(TARGETS, [composed(TARGETS, {}, said(WOMAN), said(MAN))], 200, rng(), conduct)
    assert alike(couple, "sex", 2) == 0
    mother = draw_records(TARGETS, [composed(TARGETS, {}, said(WOMAN), {})], 2000, rng(), conduct)
    assert alike(mother, "sex", 2) == pytest.approx(120 / 230, abs=0.05)


def test_what_a_gap_says_of_one_holds_for_all() -> None:
    """Asked for a woman's household in which all are of one sex, nobody in it is a man."""
    drawn = draw_records(TARGETS, [composed(TARGETS, {}, WOMAN, {}, {})], 500, rng(), Conduct(likeness={"sex": 1.0}))
    assert set(drawn.members["sex"].tolist()) == set(WOMAN["sex"].codes)


def test_what_goes_with_a_value_comes_with_it() -> None:
    """Sex by age is that of the table among persons who were made alike: donors are whole persons."""
    drawn = draw_records(TARGETS, [composed(TARGETS, {}, {}, {})], 20_000, rng(), Conduct(likeness={"sex": 1.0}))
    girls = (drawn.members["age"][drawn.members["sex"] == 0] < 18).mean()
    boys = (drawn.members["age"][drawn.members["sex"] == 1] < 18).mean()
    assert girls == pytest.approx(30 / 120, abs=0.02)
    assert boys == pytest.approx(40 / 110, abs=0.02)


@pytest.mark.parametrize("children", [None, 70])
def test_who_has_no_value_gets_none(children: int | None) -> None:
    """Children whom no table of work counts, or whom it counts as not working, do not work like their parents."""
    work = Attribute("work", "persons", "categorical", ("yes", "no"))
    size = Attribute("size", "households", "ordinal", ("1", "2", "3"))
    cells = {f"older {k}": all_of(AGES["older"], is_in("work", [k])) for k in (0, 1)}
    if children:
        cells |= {f"young {k}": all_of(AGES["young"], is_in("work", [k])) for k in (0, 1)}
    tables = [
        total([100]),
        margin("size", "households", SIZES, [[20, 30, 50]]),
        margin("age", "persons", AGES, [[70, 160]]),
        margin("work", "persons", cells, [[100, 60, *([0, children] if children else [])]]),
    ]
    found = targets_of(Schema((size, AGE, work)), tables, "households", members=OPTIONS)
    anybody = {"work": Allowed(work, frozenset([0, 1]))}
    parents = [composed(found, {}, *(said(anybody, fixed=age) for age in (ADULT, ADULT, CHILD)))]
    drawn = draw_records(found, parents, 2000, rng(), Conduct(likeness={"work": 0.8}))
    values = drawn.members["work"].reshape(-1, 3)
    assert set(values[:, 2].tolist()) == ({1} if children else {-1})
    if not children:
        assert (values[:, 0] == values[:, 1]).mean() == pytest.approx(0.8, abs=0.03)


def test_the_question_is_put_once_for_categorical_attributes() -> None:
    """Per cents become shares; a number is not asked about; an answer that cannot be used says nothing."""
    asked: list[str] = []

    def answer(call):  # type: ignore[no-untyped-def]
        asked.append(call.messages[0].text)
        return json.dumps({"sex": 30})

    asking = planner(answer)
    asking.ask_likeness()
    assert asking.likeness == {"sex": 0.3}
    assert len(asked) == 1
    assert "How often do all its members" in asked[0]
    refusing = planner(lambda call: "?")
    assert ask_likeness(refusing.client, refusing.form, random_seed=0, settings=Settings()) == {}
