"""The page about rules: every construct that it shows is read, every refusal that it promises is given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from censemble.errors import ExpressionError
from censemble.formulas import read_formula
from censemble.formulas.entity import entity_of
from censemble.io.rules_file import read_rules
from censemble.schema import Attribute, Schema

PAGE = (Path(__file__).resolve().parents[1] / "docs/rules.md").read_text(encoding="utf-8")
SCHEMA = Schema(
    (
        Attribute("type", "households", "categorical", ("couple", "single")),
        Attribute("tenure", "households", "categorical", ("owned", "rented")),
        Attribute("rooms", "households", "ordinal", ("1", "2", "3 or more")),
        Attribute("cars", "households", "ordinal", ("0", "1", "2")),
        Attribute("year built", "households", "numeric"),
        Attribute("age", "persons", "numeric"),
        Attribute("income", "persons", "numeric"),
        Attribute("sex", "persons", "categorical", ("female", "male")),
        Attribute("race", "persons", "categorical", ("White", "Black", "American Indian")),
        Attribute("role", "persons", "categorical", ("head", "spouse", "child")),
        Attribute("employment", "persons", "categorical", ("none", "part", "full")),
        Attribute("payment", "persons", "categorical", ("Online", "Cash on Delivery")),
    )
)
ROWS = [
    (a or b, text) for a, b, text in re.findall(r"^\| (?:`` (.+?) ``|`(.+?)`) \| (.+) \|$", PAGE, flags=re.MULTILINE)
]
REFUSED = PAGE.partition("## What is refused")[2]
SHOWN = [formula for formula, _ in ROWS if f"| `{formula}` |" not in REFUSED]
PROMISED = [(formula, message) for formula, message in ROWS if f"| `{formula}` |" in REFUSED]


def test_the_page_is_found() -> None:
    """The tables below are not empty because their form has changed."""
    assert len(SHOWN) > 25
    assert len(PROMISED) > 6


@pytest.mark.parametrize("formula", SHOWN)
def test_every_construct_is_understood(formula: str) -> None:
    """Each formula of the page is read for the entity that it is about."""
    entity = "persons" if "role is child then" in formula else entity_of(formula, SCHEMA)
    read_formula(formula, SCHEMA, entity=entity)


@pytest.mark.parametrize(("formula", "message"), PROMISED)
def test_every_refusal_says_what_the_page_says(formula: str, message: str) -> None:
    """Each faulty formula gives the message beside it."""
    with pytest.raises(ExpressionError, match=re.escape(message)):
        read_formula(formula, SCHEMA, entity=entity_of(formula, SCHEMA) if "cont" not in formula else "households")


def test_the_file_is_read(tmp_path: Path) -> None:
    """The example file is a file of rules."""
    path = tmp_path / "rules.yaml"
    path.write_text(re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)[0], encoding="utf-8")
    book = read_rules(path, SCHEMA)
    assert [(rule.name, rule.entity) for rule in book.rules] == [
        ("young-not-employed", "persons"),
        ("couple-of-adults", "households"),
        ("rooms-for-renters", "households"),
    ]
