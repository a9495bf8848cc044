"""One question about two attributes: classes, chunks, schema."""

from __future__ import annotations

import json

import numpy as np
import pytest
from llmsynthor_case import targets

from censemble.generators.atoms import Atoms, atoms_of
from censemble.generators.llmsynthor.joint_question import Side, joint_request, questions_of, read_shares, side_of
from censemble.llm import Settings
from censemble.schema import Attribute

HOURS = Attribute("hours", "persons", "numeric", bins=tuple(range(49)))


def sides() -> tuple[Side, Side]:
    """Ages and payment of the case."""
    model = targets().model
    found = []
    for name in ("age", "pays"):
        k = model.names.index(name)
        one = side_of(model.atoms[k], model.beliefs.marginal((k,)))
        assert one is not None
        found.append(one)
    return found[0], found[1]


def hours() -> Atoms:
    """48 atoms."""
    return atoms_of(HOURS, [("<", (float(k),)) for k in range(49)])


def labels(n: int) -> Side:
    """A side of some labels."""
    return Side("x", tuple(str(k) for k in range(n)), (), np.full(n, 1 / n))


def test_numbers_have_six_classes_of_equal_share() -> None:
    """48 even hours: six of eight."""
    found = side_of(hours(), np.full(48, 1 / 48))
    assert found is not None
    assert found.labels == ("0 to 7", "8 to 15", "16 to 23", "24 to 31", "32 to 39", "40 to 47")
    assert found.shares == pytest.approx([1 / 6] * 6)
    assert (found.allowed[1].low, found.allowed[1].high) == (8, 15)


def test_few_classes_stay_apart() -> None:
    """Four classes of age are told as they are."""
    ages, payments = sides()
    assert ages.labels == ("0 to 19", "20 to 39", "40 to 59", "60 to 99")
    assert payments.labels == ("card", "cash", "later")
    assert payments.shares == pytest.approx([0.4, 0.45, 0.15])


def test_people_without_a_value_are_not_asked_about() -> None:
    """Hours of those at work only: no side."""
    assert side_of(hours().with_missing(), np.full(49, 1 / 49)) is None


def test_questions_have_48_cells_at_most() -> None:
    """Twenty rows of six are asked eight at a time; 49 columns never."""
    assert [len(rows) for rows in questions_of(labels(20), labels(6))] == [8, 8, 4]
    assert questions_of(labels(60), labels(49)) == []


def test_the_question_and_its_answer() -> None:
    """Rows asked for are in the schema and the prompt; the overall shares are told; answers become a matrix."""
    ages, payments = sides()
    request = joint_request(ages, payments, range(1, 3), scenario="A fair.", random_seed=7, settings=Settings())
    shares = request.schema["properties"]["shares"]["properties"]
    assert list(shares) == ["20 to 39", "40 to 59"]
    assert list(shares["20 to 39"]["properties"]) == ["card", "cash", "later"]
    text = request.messages[-1].text
    told = json.loads(text.split('<data name="question">')[1].split("</data>")[0])
    assert told["overall"] == {"card": 40, "cash": 45, "later": 15}
    assert "A fair." in text
    row = {"card": 60, "cash": 30, "later": 10}
    found = read_shares({"shares": {"20 to 39": row, "40 to 59": row}}, ages, payments, range(1, 3))
    assert found.tolist() == [[60, 30, 10], [60, 30, 10]]
