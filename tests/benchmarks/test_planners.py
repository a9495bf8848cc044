"""Two planners that are no language model: one that knows the survey, one that knows nothing."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

Script = Callable[[str], ModuleType]
AGE = {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 99}, "minItems": 2, "maxItems": 2}
WORK = {"type": "array", "items": {"type": "string", "enum": ["yes", "no"]}, "minItems": 1, "maxItems": 2}
WHO = {"type": "string", "maxLength": 30}
MEMBER = {"type": "object", "properties": {"who": WHO, "age": AGE, "work": WORK}}


@pytest.fixture
def planners(script: Script) -> ModuleType:
    """The module."""
    return script("planners")


def household() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A mother and a child."""
    return {"tenure": "owned"}, [{"age": 40.0, "work": "yes"}, {"age": 9.0, "work": "no"}]


def test_a_gap_is_found_in_a_household(planners: ModuleType) -> None:
    """By attributes of the household and of one of its members."""
    own, members = household()
    assert planners.has({"gap": 1, "tenure": ["owned"], "member": {"age": [5, 15]}}, 7, own, members) == (7, 1)
    assert planners.has({"gap": 1, "tenure": ["rented"]}, 7, own, members) is None
    assert planners.has({"gap": 1, "member": {"age": [5, 15], "work": ["yes"]}}, 7, own, members) is None


def test_answers_lie_around_real_members(planners: ModuleType) -> None:
    """The gap's member first; ages with a few years on either side."""
    own, members = household()
    asked = {
        "record": {"properties": {"tenure": WORK}},
        "first": {"properties": {"who": WHO, "work": WORK}},
        "others": {"items": MEMBER},
    }
    made = planners.described(asked, own, members, 1)
    assert made["record"] == {"tenure": ["owned"]}
    assert made["first"] == {"who": "somebody", "work": ["no"]}
    assert made["others"] == [{"who": "somebody", "age": [36, 44], "work": ["yes"]}]


def test_random_answers_keep_to_the_schema(planners: ModuleType) -> None:
    """Ranges begin before they end, no category twice."""
    rng = np.random.default_rng(1)
    for _ in range(50):
        made = planners.anything(MEMBER, rng)
        low, high = made["age"]
        assert 0 <= low <= high <= 99
        assert len(set(made["work"])) == len(made["work"]) > 0


def test_likeness_is_counted(planners: ModuleType) -> None:
    """Of two households in one all members work alike."""
    same = [{"work": "yes"}, {"work": "yes"}]
    assert planners.alike([same, household()[1]], "work") == 50


def test_the_planner_that_knows_answers_both_questions(planners: ModuleType) -> None:
    """Which attributes are alike, and a real household for each gap."""
    frames = (
        pd.DataFrame({"household_id": [1], "tenure": ["owned"]}),
        pd.DataFrame({"household_id": [1, 1], "age": [40.0, 9.0], "work": ["yes", "no"]}),
    )

    class Call:
        """As much of a call as a planner looks at."""

        def __init__(self, properties: dict[str, Any], text: str) -> None:
            self.response_format = {"json_schema": {"schema": {"properties": properties}}}
            self.messages = [type("Said", (), {"text": text})]

    answer = planners.knowing(frames, 0)
    assert answer(Call({"work": {}}, "")) == '{"work": 0}'
    one = {"record": {"properties": {}}, "members": {"items": MEMBER}}
    gaps = '<data name="gaps">[{"gap": 1, "tenure": ["owned"]}]</data>'
    assert '"age": [36, 44]' in answer(Call({"proposals": {"properties": {"1": {"properties": one}}}}, gaps))
