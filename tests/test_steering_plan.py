"""What can be asked of a steering, and what is refused with which words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from censemble.errors import ConfigError
from censemble.expressions import is_in
from censemble.margins import Cell, Margin
from censemble.schema import Attribute, Schema
from censemble.steering_plan import (
    Steering,
    find_attribute,
    read_pair,
    read_pairs,
    read_range,
    released,
)

AGE = Attribute("age", "persons", "numeric")


def margin(name: str, *, is_total: bool = False) -> Margin:
    """One cell in one zone."""
    cell = Cell(name, is_in("a", [0]), name)
    return Margin(name, "zone", "persons", (cell,), np.ones((1, 1)), np.zeros((1, 1)), np.ones(1), is_total=is_total)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "nothing says what people shall be like"),
        ({"away": ("drives",)}, "nothing says what people shall be like"),
        ({"towards": ("a",), "set_to": {"b": "c"}}, "not both"),
        ({"towards": ("  ",)}, r"a text is empty \(--towards\)"),
        ({"towards": ("a",), "away": ("",)}, r"a text is empty \(--away\)"),
        ({"towards": ("a",), "way": "sideways"}, "there is no way 'sideways'"),
        ({"towards": ("a",), "way": "rewritten"}, "where attributes are set"),
        ({"set_to": {"b": "c"}, "way": "bare"}, "where attributes are set"),
        ({"towards": ("a",), "away": ("b",), "way": "towards"}, "knows no text to lead away from"),
        ({"towards": ("a",), "strength": -0.1}, "the strength is -0.1"),
        ({"towards": ("a",), "closeness": 1.5}, "the closeness is 1.5"),
        ({"towards": ("a",), "share": 0.0}, "the share is 0"),
        ({"towards": ("a",), "reach": 0.0}, "the reach is 0"),
        ({"towards": ("a",), "reach": 2.0}, "'matched' ends at people there are and has no reach"),
        ({"towards": ("a",), "strengths": (0.5, 1.0)}, "strengths begin with 0"),
        ({"towards": ("a",), "strengths": (0.0, 1.0, 0.5)}, "strengths begin with 0"),
        ({"towards": ("a",), "n_draws": 0}, "personas and draws are 1 or more"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked: dict[str, Any], says: str) -> None:
    """Each fault in words."""
    with pytest.raises(ConfigError, match=says):
        Steering(**asked)


def test_all_faults_come_in_one_message() -> None:
    """Two at once."""
    with pytest.raises(ConfigError, match=r"the strength is 3.*; the share is 2"):
        Steering(("a",), strength=3, share=2)


def test_ways_follow_from_what_is_given() -> None:
    """Who says texts is matched, attributes are written anew; facts are plain."""
    assert Steering(("a",)).chosen_way == "matched"
    steering = Steering(set_to={"mode": "bike"}, release=("modes",))
    assert steering.chosen_way == "rewritten"
    assert steering.facts()["set"] == {"mode": "bike"}
    assert steering.facts()["released"] == ["modes"]


def test_pairs_and_ranges() -> None:
    """ATTRIBUTE=LABEL, where a label may hold the sign; LOW..HIGH or one number."""
    assert read_pair(" income = >=75 ", what="x") == ("income", ">=75")
    assert read_pairs(["a=b", "c=d"], what="x") == {"a": "b", "c": "d"}
    assert read_range(AGE, "30", what="x") == (30, 30)
    for wrong in ("a", "=b", "a="):
        with pytest.raises(ConfigError, match="write ATTRIBUTE=LABEL"):
            read_pair(wrong, what="x")
    with pytest.raises(ConfigError, match="named twice"):
        read_pairs(["a=b", "a=c"], what="x")
    for wrong in ("old", "70..60", ".."):
        with pytest.raises(ConfigError, match=r"write LOW..HIGH"):
            read_range(AGE, wrong, what="x")


def test_attributes_are_found_by_name() -> None:
    """The nearest name is suggested; a name of both entities is refused."""
    schema = Schema((AGE, Attribute("n", "persons", "numeric"), Attribute("n", "households", "numeric")))
    assert find_attribute(schema, "age", what="x") is AGE
    with pytest.raises(ConfigError, match="did you mean 'age'"):
        find_attribute(schema, "aeg", what="x")
    with pytest.raises(ConfigError, match="households and persons both have 'n'"):
        find_attribute(schema, "n", what="x")


def test_margins_are_released_by_name() -> None:
    """The total is not; a name that is not there suggests the nearest."""
    margins = (margin("persons", is_total=True), margin("modes"))
    assert [m.name for m in released(margins, ["modes"])] == ["persons"]
    with pytest.raises(ConfigError, match="did you mean 'modes'"):
        released(margins, ["mode"])
    with pytest.raises(ConfigError, match="cannot be released"):
        released(margins, ["persons"])
