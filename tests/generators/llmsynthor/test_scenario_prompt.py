"""What the model is told: its example keeps to the form that is asked for."""

from __future__ import annotations

import json

from censemble.changes import Change
from censemble.generators.llmsynthor.scenario_draw import conversions_of
from censemble.generators.llmsynthor.scenario_form import ScenarioForm, read_changes
from censemble.generators.llmsynthor.scenario_prompt import EXAMPLE, MOST_CHANGES, TASK
from censemble.llm.json_schema import faults_of
from censemble.schema import Attribute


def test_the_example_is_a_valid_answer() -> None:
    """Under the schema of the population that it speaks of; its first two changes are a conversion."""
    labels = {"street": ("Ash Lane", "Elm Road"), "tenure": ("owned", "rented"), "pet": ("cat", "dog", "none")}
    attributes = tuple(Attribute(name, "persons", "categorical", values) for name, values in labels.items())
    rooms = Attribute("rooms", "persons", "numeric", bins=(1, 10))
    form = ScenarioForm({"persons": (*attributes, rooms)}, {("persons", "rooms"): (1, 9)}, {"persons": 5000}, {})
    answer = {"changes": json.loads(EXAMPLE[EXAMPLE.index("[{") :].rstrip("."))}
    assert faults_of(answer, form.schema()) == []
    found, refused = read_changes(answer, form)
    assert ([change.records for change in found], dict(refused)) == ([300, 300, 120], {})
    pairs: dict[str, Change] = dict(conversions_of(found))
    assert list(pairs) == ["c1"]


def test_the_task_says_how_many_changes() -> None:
    """As the schema holds."""
    assert f"at most {MOST_CHANGES} changes" in TASK
