"""A scenario as changes with their records: asked, drawn, refused with reasons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scenario_case import CONCERT, GEOGRAPHY, HOUR, MODE, TO, change, client_of

from censemble.changes import ADDED, CHANGE, ZONE, Change, Changes
from censemble.errors import ConfigError, LanguageModelError
from censemble.formulas import read_formula
from censemble.generators.llmsynthor.scenario_changes import Setting, _unused_names, propose_changes
from censemble.generators.llmsynthor.scenario_residents import residents_of
from censemble.llm import Client, FakeModel
from censemble.population import Population
from censemble.rules import Rule, RuleBook
from censemble.schema import Attribute, Entity, Schema

TENURE = Attribute("tenure", "households", "categorical", ("owned", "rented"))
AGE = Attribute("age", "persons", "numeric", bins=(0, 18, 120))
WORK = Attribute("work", "persons", "categorical", ("at work", "not at work"))
HOME_SCHEMA = Schema((TENURE, AGE, WORK))


def trips(**more: Any) -> Setting:
    """Two hundred trips."""
    n = np.arange(200)
    table = pa.table(
        {
            "zone": np.array(["east", "west"])[n % 2],
            "to": np.array(TO.categories)[n % 3],
            "mode": np.array(MODE.categories)[n % 3],
            "hour": (n % 24).astype(float),
        }
    )
    schema = Schema((TO, MODE, HOUR))
    residents = residents_of(Population(pa.table({}), table), schema, GEOGRAPHY, record_entity="persons")
    return Setting(residents, schema, GEOGRAPHY, **more)


def homes(**more: Any) -> Setting:
    """A hundred households of one to three persons; the first is old, children do not work."""
    n = np.arange(100)
    sizes = 1 + n % 3
    owner = np.repeat(n, sizes)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    age = np.where(place == 0, 40 + owner % 40, np.where(place == 1, 30 + owner % 30, owner % 18)).astype(float)
    households = pa.table(
        {
            "household_id": n + 1,
            "zone": np.array(["east", "west"])[n % 2],
            "tenure": np.array(TENURE.categories)[(n // 2) % 2],
        }
    )
    work = np.where((age >= 18) & (owner % 4 > 0), "at work", "not at work")
    persons = pa.table({"household_id": owner + 1, "age": age, "work": work})
    residents = residents_of(Population(households, persons), HOME_SCHEMA, GEOGRAPHY, record_entity="households")
    return Setting(residents, HOME_SCHEMA, GEOGRAPHY, **more)


def proposed(
    setting: Setting, changes: Sequence[dict[str, Any]], *, text: str = CONCERT, key: str = "changes"
) -> Changes:
    """What a model that answers with these changes comes to."""
    return propose_changes(setting, text, client=client_of(changes, key=key), random_seed=1)


def of_change(found: Changes, change_id: str, entity: Entity = "persons") -> pa.Table:
    """Records of one change."""
    table = found.records[entity]
    return table.filter(pa.compute.equal(table[CHANGE], change_id))


def test_a_surge_is_so_many_records_of_that_sort() -> None:
    """All to the stadium in the evening, added, with zones."""
    found = proposed(trips(), [change("more", 40, to=["Stadium"], hour=[20, 24])])
    rows = of_change(found, "c1")
    assert rows.num_rows == 40
    assert set(rows["to"].to_pylist()) == {"Stadium"}
    assert min(rows["hour"].to_pylist()) >= 20
    assert set(rows[ADDED].to_pylist()) == {1}
    assert set(rows[ZONE].to_pylist()) <= {"east", "west"}
    assert not any("states" in note for note in found.notes)


def test_a_number_that_is_not_used_is_said() -> None:
    """The text says 40, the model 30."""
    found = proposed(trips(), [change("more", 30, to=["Stadium"])])
    assert any("the text states 20, 24, 40" in note for note in found.notes)


def test_a_category_that_is_named_and_not_used_is_said() -> None:
    """The text names the stadium, the model forgets it."""
    found = proposed(trips(), [change("more", 40, hour=[20, 24])])
    assert "scenario: the text names to Stadium; no change does." in found.notes


def test_people_are_taken_away_once_and_no_more_than_there_are() -> None:
    """The second change finds those that the first has left; the third nobody."""
    asked = [change("fewer", 20, mode=["bus"]), change("fewer", 100, mode=["bus"], hour=[0, 22]),
             change("fewer", 1, mode=["bus"], hour=[0, 21])]  # fmt: skip
    found = proposed(trips(), asked, text="The bus stops.")
    assert found.changes[0].records == 20
    assert found.changes[1].records == sum(1 for n in range(200) if n % 3 == 0 and n % 24 < 23) - sum(
        1 for hour in of_change(found, "c1")["hour"].to_pylist() if hour < 23
    )
    assert found.refused == {"there is nobody to take away": 1}
    assert any("and all are taken" in note for note in found.notes)


def test_households_bring_their_persons() -> None:
    """Mean composition: of 30 households in the east each with all its persons, who have its tenure."""
    found = proposed(homes(), [change("more", 30, {"zone": ["east"]}, tenure=["rented"])], key="households")
    households, persons = found.records["households"], found.records["persons"]
    assert (households.num_rows, set(households[ZONE].to_pylist())) == (30, {"east"})
    assert 30 < persons.num_rows <= 90
    assert set(persons["tenure"].to_pylist()) == {"rented"}
    assert set(persons[ZONE].to_pylist()) == {"east"}


def test_whoever_leaves_with_a_household_cannot_leave_again() -> None:
    """All households go, so that nobody is left to lose work."""
    answer = json.dumps({"households": [change("fewer", 100)], "persons": [change("fewer", 5, work=["at work"])]})
    found = propose_changes(homes(), "All go.", client=Client(FakeModel([answer])), random_seed=1)
    assert found.refused == {"there is nobody to take away": 1}
    assert found.records["households"].num_rows == 100
    assert found.records["persons"].num_rows == 199


def test_a_conversion_leaves_households_and_ages_alone() -> None:
    """Twenty people find work: as many fewer without, as many more with, of the same ages in the same zones."""
    asked = [change("fewer", 20, work=["not at work"], age=[18, 120]), change("more", 20, work=["at work"])]
    found = proposed(homes(), asked, text="20 find work.", key="persons")
    before, after = of_change(found, "c1"), of_change(found, "c2")
    assert before["age"].to_pylist() == after["age"].to_pylist()
    assert before[ZONE].to_pylist() == after[ZONE].to_pylist()
    assert set(after["work"].to_pylist()) == {"at work"}
    assert found.changes[1].converts == "c1"
    assert found.records["persons"][ADDED].to_pylist() == [-1] * 20 + [1] * 20
    assert "households" not in found.records or not found.records["households"].num_rows


def rule_book(text: str, schema: Schema, entity: Entity) -> RuleBook:
    """One rule."""
    return RuleBook((Rule("the-rule", "Says so.", read_formula(text, schema, entity=entity)),))


def test_records_that_are_altered_obey_the_rules() -> None:
    """Children do not work: of those converted the children are left out, and of those added none is one."""
    rules = rule_book("if age < 18 then work is 'not at work'", HOME_SCHEMA, "persons")
    asked = [change("fewer", 60, work=["not at work"]), change("more", 60, work=["at work"])]
    found = proposed(homes(rules=rules), asked, text="60 find work.", key="persons")
    assert found.changes[0].records == found.changes[1].records < 60
    assert min(of_change(found, "c2")["age"].to_pylist()) >= 18
    assert any("they break a rule" in note for note in found.notes)
    with pytest.raises(ConfigError, match="every record would break a rule: 1"):
        proposed(homes(rules=rules), [change("more", 9, work=["at work"], age=[3, 9])], key="persons")


def test_rules_of_households_are_asked_of_altered_households() -> None:
    """With their members."""
    rules = rule_book("if any(age < 18) then tenure is owned", HOME_SCHEMA, "households")
    setting = homes(rules=rules)
    setting.residents["households"].columns["tenure"] = np.zeros(100, dtype=np.int32)
    found = proposed(setting, [change("more", 30, tenure=["rented"])], key="households")
    assert min(found.records["persons"]["age"].to_pylist()) >= 18


def test_the_same_seed_gives_the_same_records() -> None:
    """And another seed others."""
    asked = [change("more", 40, to=["Stadium"])]
    first, second = (proposed(trips(), asked).records["persons"] for _ in range(2))
    assert first.equals(second)
    other = propose_changes(trips(), CONCERT, client=client_of(asked), random_seed=2).records["persons"]
    assert not first.equals(other)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (["no", "no"], "answer cannot be used"),
        ([json.dumps({"changes": [change("more", 5, hour=[9, 8])]})], "range that ends before it begins: 1"),
        ([json.dumps({"changes": [change("more", 5, mode=["plane"])]})] * 2, "answer cannot be used"),
        ([json.dumps({"changes": [change("more", 500_000)]})] * 2, "at most 200"),
    ],
)
def test_answers_without_any_change_end_with_the_reason(answers: list[str], message: str) -> None:
    """Nothing usable, unknown categories, numbers that are too large."""
    with pytest.raises(ConfigError, match=message):
        propose_changes(trips(), CONCERT, client=Client(FakeModel(answers)), random_seed=1)


def test_an_empty_text_is_not_asked_about() -> None:
    """Nor one of characters that cannot be seen."""
    model = FakeModel([])
    with pytest.raises(ConfigError, match="text is empty"):
        propose_changes(trips(), " \u200b ", client=Client(model), random_seed=1)
    assert model.calls == []


def test_a_model_that_does_not_answer_is_an_error_of_its_own() -> None:
    """Status 7."""
    with pytest.raises(LanguageModelError):
        propose_changes(trips(), CONCERT, client=Client(FakeModel([])), random_seed=1)


@pytest.mark.parametrize(("label", "notes"), [("20-24 h", []), ("16-20 h", ["20 to 24"])])
def test_a_category_may_be_the_range_that_the_text_names(label: str, notes: list[str]) -> None:
    """Hours as categories: "20-24 h" is what "from 20 to 24" says, another label is not."""
    nothing = SimpleNamespace(mentioned=lambda _text: {})
    changes = [Change("c1", "x", "more", "persons", 40, {"time": (label,)})]
    found = _unused_names(nothing, "A concert from 20 to 24.", changes)  # type: ignore[arg-type]
    assert found == [f"scenario: the text names {said}; no change does." for said in notes]
