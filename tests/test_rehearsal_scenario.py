"""The question about a scenario, worded before there is a population."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import scenario_case as case
from command_case import write_files
from generator_projects import HOUSEHOLDS, PERSONS, project_of
from scenario_case import change

import censemble
from censemble import scenario
from censemble.inputs import Inputs
from censemble.llm import Client, FakeModel
from censemble.rehearsal_scenario import expected_request


def block(text: str, name: str) -> Any:
    """A block of data of a prompt."""
    return json.loads(text.split(f'<data name="{name}">\n')[1].split("\n</data>", maxsplit=1)[0])


def sent(inputs: Inputs, answer: dict[str, Any]) -> list[str]:
    """The messages that a run sends."""
    model = FakeModel([json.dumps(answer)])
    base = censemble.run(inputs)
    scenario.apply_scenario(inputs, case.CONCERT, client=Client(model), base=base)
    return [message.text for message in model.calls[0].messages]


def test_of_trips_the_question_is_what_is_sent() -> None:
    """Totals are exact; only the ends of numbers are those of the bins, where the population has its own."""
    inputs = case.inputs()
    told = [m.text for m in expected_request(inputs, case.CONCERT).messages]
    found = sent(inputs, {"changes": [change("more", 1, to=["Stadium"])]})
    assert found[0].startswith(told[0])
    for name in ("population", "scenario", "mentioned", "areas"):
        assert block(told[1], name) == block(found[1], name)
    assert block(told[1], "attributes")["to"] == block(found[1], "attributes")["to"]
    assert block(told[1], "attributes")["hour"]["numbers"] == [0, 23]


@pytest.mark.parametrize("files", [HOUSEHOLDS, PERSONS])
def test_with_a_survey_it_is_as_long(tmp_path: Path, files: dict[str, str]) -> None:
    """Households with persons, and persons alone: the same attributes and areas, ages as in the survey."""
    inputs = censemble.read_project(write_files(tmp_path, project_of(files, "{kind: seed_sample}")))
    more = change("more", 1, {"zone": ["01"]})
    found = sent(inputs, {"households": [more], "persons": []} if files is HOUSEHOLDS else {"changes": [more]})
    told = [m.text for m in expected_request(inputs, case.CONCERT).messages]
    assert block(told[1], "areas") == block(found[1], "areas")
    assert block(told[1], "attributes").keys() == block(found[1], "attributes").keys()
    assert abs(len(told[1]) - len(found[1])) < 10
