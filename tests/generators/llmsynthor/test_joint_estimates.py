"""Which joints are asked for, and what the answers make of them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from llmsynthor_case import fake_client, targets

from censemble.generators.llmsynthor.dependencies import Group
from censemble.generators.llmsynthor.joint_estimates import approximate, missing_pairs
from censemble.llm import Settings
from censemble.llm.fake import FakeCall


def groups(*attributes: tuple[str, ...]) -> list[Group]:
    """Groups without a table."""
    return [Group(names, "r") for names in attributes]


def even(call: FakeCall) -> str:
    """A hundred for the first class of every row."""
    assert call.response_format is not None
    rows = call.response_format["json_schema"]["schema"]["properties"]["shares"]["properties"]
    said = {row: {c: 100 * (k == 0) for k, c in enumerate(one["properties"])} for row, one in rows.items()}
    return json.dumps({"reason": "So.", "shares": said})


def test_larger_groups_are_asked_as_pairs() -> None:
    """Of sex, age and payment only the pairs that no table counts; age by payment is there. Nothing twice."""
    found = missing_pairs(targets(), [*groups(("sex", "age", "pays"), ("sex", "age")), Group(("age", "pays"), "", "t")])
    assert found == [("sex", "age"), ("sex", "pays")]


def test_zero_is_less_than_half_a_per_cent() -> None:
    """Never say never: cells of 0 keep a little, so that the tables can still be met."""
    (found,), notes = approximate(
        fake_client(even), targets(), groups(("sex", "pays")), scenario="", random_seed=1, settings=Settings()
    )
    assert notes == []
    assert found.said.tolist() == [[100, 0], [100, 0], [100, 0]]
    assert found.shares.min() > 0
    np.testing.assert_allclose(found.shares, np.outer([0.4, 0.45, 0.15], [0.55, 0.45]), atol=1e-9)


def test_what_no_table_names_cannot_be_raked() -> None:
    """Pets are in no table: said, and not asked."""
    found, notes = approximate(
        fake_client(lambda _: pytest.fail("asked")),
        targets(),
        groups(("sex", "pet")),
        scenario="",
        random_seed=1,
        settings=Settings(),
    )
    assert found == []
    assert notes == ["llmsynthor: sex by pet is not approximated: no table of persons names pet."]


def test_unusable_answers_leave_the_pair_out() -> None:
    """Nonsense twice."""
    found, notes = approximate(
        fake_client(lambda _: "no"), targets(), groups(("sex", "age")), scenario="", random_seed=1, settings=Settings()
    )
    assert found == []
    assert "the answer could not be used" in notes[0]
