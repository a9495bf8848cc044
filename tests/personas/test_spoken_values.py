"""Which facts each row shows."""

from __future__ import annotations

import numpy as np
import pytest
from persona_case import HOUSEHOLDS, TRAVELLERS, flat, households, travellers

from censemble.errors import ConfigError
from censemble.personas.phrasing import Wording
from censemble.personas.spoken_values import Shown, is_range, shown_pool
from censemble.schema import Attribute, Roles, Schema


def shown(name: str, wording: Wording | None = None) -> Shown:
    """One attribute of the travellers."""
    found = shown_pool(TRAVELLERS, travellers(), wording or Wording())
    return next(s for s in found.persons if s.attribute.name == name)


def said(found: Shown) -> list[str]:
    """What each row says, "" for nothing."""
    return [(found.facts[c].does or found.facts[c].value) if c >= 0 else "" for c in found.codes]


def test_missing_values_are_not_said() -> None:
    """A missing label has no fact."""
    assert said(shown("mode")) == ["bicycle", "car", "", "car"]


def test_ages_and_sexes_are_for_the_noun() -> None:
    """Their topics tell the template; ages of one third of a decade are one fact."""
    age = shown("age")
    assert {f.topic for f in age.facts} == {"age"}
    assert age.codes[1] == age.codes[3] != age.codes[0]
    assert said(shown("sex")) == ["female", "male", "female", "male"]


def test_phrases_for_numbers_and_ranges() -> None:
    """They go before the rules; an empty one silences."""
    wording = Wording({"cars": {"0": "lives car-free", ">=2": "", "1..1": "shares a car"}})
    assert said(shown("cars", wording)) == ["lives car-free", "", "shares a car", ""]


def test_a_range_that_is_none_is_refused() -> None:
    """The attribute and the key are named."""
    with pytest.raises(ConfigError, match=r"'cars': 'many' is no number"):
        shown("cars", Wording({"cars": {"many": "drives"}}))
    assert not is_range("1..")


def test_amounts_have_a_level_and_a_unit() -> None:
    """Sixteen incomes: the lowest is very low, the highest very high."""
    schema = Schema((Attribute("income", "persons", "numeric", unit="euros"),))
    pool = flat({"income": np.arange(16) * 1000.5})
    (income,) = shown_pool(schema, pool, Wording()).persons
    assert (said(income)[0], said(income)[-1]) == (
        "has a very low income of zero euros",
        "has a very high income of about 14,000 euros",
    )


def test_ages_may_be_labels() -> None:
    """The attribute with the role is an age, whatever its name; numbers and bands are both read."""
    schema = Schema((Attribute("years", "persons", "ordinal", ("7", "20-29")),), Roles(age="years"))
    (years,) = shown_pool(schema, flat({"years": np.array([0, 1])}), Wording()).persons
    assert [f.value for f in years.facts] == ["7-year-old", "aged 20-29"]


def test_left_out_and_absent_attributes_are_not_shown() -> None:
    """Neither those that the wording leaves out, nor those that the pool has no column of."""
    pool = travellers()
    lean = flat({"sex": pool.persons["sex"], "cars": pool.persons["cars"]})
    found = shown_pool(TRAVELLERS, lean, Wording(leave_out=("cars",)))
    assert [s.attribute.name for s in found.persons] == ["sex"]


def test_households_and_their_persons() -> None:
    """Each entity has its own."""
    found = shown_pool(HOUSEHOLDS, households(), Wording())
    assert [s.attribute.name for s in found.households] == ["tenure"]
    assert [len(s.codes) for s in found.persons] == [2, 2]
