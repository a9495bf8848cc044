"""What a terminal says of a steering."""

from __future__ import annotations

from counterfactual_case import facts

from censemble.evaluation.counterfactual_support import judged
from censemble.evaluation.counterfactual_text import counterfactual_lines


def test_the_doubt_comes_first() -> None:
    """Then the response at every strength, side effects, truth, and the finished populations."""
    populations = {"without": 0.25, "steered": 0.5, "attributes": []}
    lines = list(counterfactual_lines({**facts(), "populations": populations}))
    assert lines[0].startswith("WARNING: The data do not support this steering: the survey has 2.0 effective records")
    assert lines[1].startswith("the steered personas rest on 300 effective records of the survey (400 without")
    assert lines[2] == "bike: yes, before calibration:"
    assert "strength 0.50:   50.0 %" in lines[4]
    assert "(this rests on 2 effective records and says little)" in lines[-3]
    assert "; a fresh sample of them would have " in lines[-2]
    assert lines[-1] == "finished populations: 25.0 % without steering, 50.0 % with it"


def test_supported_steering_has_no_warning() -> None:
    """It begins with what it rests on; what is hardly supported has one."""
    told = facts()
    told["support"] |= judged((), ())
    assert next(counterfactual_lines(told)).startswith("the steered personas rest on")
    told["support"] |= judged((), ("few people like that were surveyed",))
    assert next(counterfactual_lines(told)).startswith("WARNING: The data hardly support this steering: few people")
