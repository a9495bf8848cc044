"""Files of rules: what they give, and all that is wrong with one at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from censemble.dataset import Dataset
from censemble.errors import ConfigError
from censemble.io.frames import TableStore
from censemble.io.rules_file import read_rules, read_rules_file
from censemble.rules import tally
from censemble.schema import Attribute, Schema

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "rules"
SCHEMA = Schema(
    (
        Attribute("type", "households", "categorical", ("couple", "single")),
        Attribute("age", "persons", "numeric"),
        Attribute("employment", "persons", "categorical", ("none", "part")),
    )
)
GOOD = """
define: {adults: age >= 18}
rules:
  - name: young
    says: Nobody under 16 has a job.
    rule: if age < 16 then employment is none
  - {name: couple, says: Two adults., rule: count(adults) >= 2 when type is couple}
  - {name: adults-only, says: All adults., of: persons, rule: adults}
"""
BAD = """
define: {adults: age >= , type: age > 3, count: age > 3, old people: age > 64}
rules:
  - name: young
    say: Nobody under 16 has a job.
    rule: if agee < 16 then employment is none
  - {name: couple, says: Two adults., rule: count(age >= 18) >= 2 when type is cuople}
  - {name: couple, says: Again., rule: size > 0}
  - {name: sum, says: A number., rule: sum(age)}
  - {name: of, says: Of whom., of: person, rule: age < 3}
"""


def written(folder: Path, text: str) -> Path:
    """A file of rules."""
    path = folder / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_becomes_a_book(tmp_path: Path) -> None:
    """Names, sentences, formulas, and whose rows they are about where nobody says."""
    book = read_rules(written(tmp_path, GOOD), SCHEMA)
    assert [(r.name, r.entity) for r in book.rules] == [
        ("young", "persons"),
        ("couple", "households"),
        ("adults-only", "persons"),
    ]
    assert book.rules[0].says == "Nobody under 16 has a job."
    assert book.rules[1].condition.attributes == {"age", "type"}


def test_all_faults_are_told_with_their_lines(tmp_path: Path) -> None:
    """Unknown keys and choices, definitions, rules and names that stand twice, in one message."""
    with pytest.raises(ConfigError, match="10 problems") as caught:
        read_rules(written(tmp_path, BAD), SCHEMA)
    assert [(p.code, p.where.split(",")[0]) for p in caught.value.problems] == [
        ("unknown-key", "line 5"),
        ("unknown-choice", "line 10"),
        *[("bad-rule", "line 2")] * 4,
        ("bad-rule", "line 6"),
        ("bad-rule", "line 7"),
        ("repeated-rule", "line 8"),
        ("bad-rule", "line 9"),
    ]
    message = str(caught.value)
    for part in ("did you mean 'age'?", "did you mean 'couple'?", "'type', which is an attribute", "compare it"):
        assert part in message


@pytest.mark.parametrize(
    ("text", "code"),
    [("rules: [", "yaml-syntax"), ("rules: []", "wrong-value"), ("{}", "missing-key"), ("- a", "wrong-value")],
)
def test_files_that_hold_no_rules(tmp_path: Path, text: str, code: str) -> None:
    """Broken YAML, an empty list, nothing, a list where keys belong."""
    with pytest.raises(ConfigError) as caught:
        read_rules(written(tmp_path, text), SCHEMA)
    assert [p.code for p in caught.value.problems] == [code]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """No such file, and one that is no text."""
    with pytest.raises(ConfigError, match="there is no file of rules"):
        read_rules(tmp_path / "none.yaml", SCHEMA)
    (tmp_path / "rules.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_rules(tmp_path / "rules.yaml", SCHEMA)


def test_a_project_collects_the_faults_with_those_of_its_other_files(tmp_path: Path) -> None:
    """Nothing is raised; the file that was read is recorded."""
    store = TableStore(tmp_path, {}, [])
    assert read_rules_file("none.yaml", SCHEMA, store).rules == ()
    written(tmp_path, GOOD.replace("none", "nothing"))
    assert read_rules_file("rules.yaml", SCHEMA, store).rules == ()
    assert [p.code for p in store.problems] == ["missing-file", "bad-rule"]
    assert [f.role for f in store.files] == ["rules"]


HOUSEHOLDS = Schema(
    (
        Attribute("num_persons", "households", "ordinal", ("1", "2", "3", "4", "5")),
        Attribute("housing_tenure", "households", "categorical", ("Owned", "Rented")),
        Attribute("householder_type", "households", "categorical", ("Couple", "Single Male", "Single Female")),
        Attribute("num_vehicles", "households", "ordinal", ("0", "1", "2", "3", "4", "5", "6")),
        Attribute("age", "persons", "numeric"),
        Attribute("race", "persons", "categorical", ("White", "Black", "Indian", "Asian", "Combined")),
        Attribute(
            "education",
            "persons",
            "categorical",
            ("Preschool", "Elementary", "High School", "Bachelor", "Master", "Doctorate"),
        ),
        Attribute("employment", "persons", "categorical", ("Under 16", "Employed", "Unemployed", "Military")),
        Attribute("income", "persons", "numeric"),
    )
)


def test_the_households_example_finds_planted_faults() -> None:
    """A household that obeys all, and one that breaks nearly every rule: each is found by its rule."""
    table = Dataset(
        "made",
        HOUSEHOLDS,
        {
            "num_persons": np.array([1, 0]),
            "housing_tenure": np.array([0, -2]),
            "householder_type": np.array([0, 0]),
            "num_vehicles": np.array([2, -1]),
        },
        {
            "age": np.array([40.0, 38.0, 3.0, 120.0, 15.0]),
            "race": np.array([0, 0, -2, 1, 1]),
            "education": np.array([3, 2, 1, 5, 4]),
            "employment": np.array([1, 2, 0, 0, 1]),
            "income": np.array([50000.0, 0.0, -5.0, 3e6, np.nan]),
        },
        np.ones(2),
        np.ones(5),
        np.array([0, 0, 1, 1, 1]),
    )
    broken = {t.rule.name: t.n_broken for t in tally(read_rules(EXAMPLES / "households.yaml", HOUSEHOLDS), table)}
    assert broken == {
        "age-range": 1,
        "person-categories": 1,
        "household-categories": 1,
        "under-5-preschool": 1,
        "under-18-high-school": 1,
        "under-16-no-work-status": 1,
        "work-status-from-16": 1,
        "income-bounds": 2,
        "size-as-listed": 1,
        "size-range": 1,
        "vehicles-range": 0,
        "couple-of-adults": 1,
    }


def test_the_purchases_example_finds_planted_faults() -> None:
    """Four purchases, three of them implausible."""
    schema = Schema(
        (
            Attribute("age", "persons", "numeric"),
            Attribute("price", "persons", "numeric"),
            Attribute(
                "category",
                "persons",
                "categorical",
                ("Electronics", "Apparel", "Food & Beverages", "Furniture & Appliances"),
            ),
        )
    )
    bought = {"age": np.array([30.0, 18.0, 85.0, 30.0]), "price": np.array([5.0, 1500.0, 1900.0, 5.0])}
    persons = bought | {"category": np.array([3, 2, 0, 1])}
    table = Dataset("made", schema, {}, persons, np.zeros(0), np.ones(4))
    assert [t.n_broken for t in tally(read_rules(EXAMPLES / "purchases.yaml", schema), table)] == [1, 1, 1]
