"""What a record is, and whether seed sample and generator fit to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_case import write_files
from generator_projects import HOUSEHOLDS, PERSONS, project_of

from censemble.errors import ConfigError
from censemble.io.project import load_project

TOTAL = "of: households\n            level: zone\n            total"
OF_HOUSEHOLDS = "households: {file: households.csv, id: ID, weight: WEIGHT, size: NP, carry: [NP]}"


def codes(folder: Path, files: dict[str, str], generator: str, *, sample: bool = True, **changes: str) -> list[str]:
    """Places and codes of what is wrong with a project."""
    with pytest.raises(ConfigError) as caught:
        load_project(write_files(folder, project_of(files, generator, sample=sample, **changes)))
    return [f"{p.where.split('(')[0].strip().removesuffix(',')} {p.code}" for p in caught.value.problems]


@pytest.mark.parametrize("kind", ["seed_sample", "bootstrap", "bayesian_network"])
def test_generators_that_need_a_sample_get_one(kind: str, tmp_path: Path) -> None:
    """Without a seed sample the generator is named, and those that need none."""
    with pytest.raises(ConfigError, match=f"{kind!r} needs.*maximum_entropy") as caught:
        load_project(write_files(tmp_path, project_of(HOUSEHOLDS, f"{{kind: {kind}}}", sample=False)))
    assert [p.code for p in caught.value.problems] == ["no-seed-sample"]


def test_tables_alone_need_no_columns(tmp_path: Path) -> None:
    """Without a seed sample attributes have no column to be read from; with one each needs it."""
    dropped = {"column: TENURE, ": ""}
    read = load_project(
        write_files(tmp_path, project_of(HOUSEHOLDS, "{kind: maximum_entropy}", sample=False, **dropped))
    )
    assert (read.seed_sample, read.attributes.households["tenure"].column) == (None, "")
    found = codes(tmp_path, HOUSEHOLDS, "{kind: bootstrap}", **dropped)
    assert len(found) == 1
    assert found[0].endswith("missing-key")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"of: persons": "of: households"}, "wrong-entity"),
        ({"seed_sample:": f"seed_sample:\n          {OF_HOUSEHOLDS}"}, "wrong-entity"),
        ({"weight: WEIGHT": "weight: WEIGHT, household: HH"}, "wrong-entity"),
        (
            {"attributes:": "attributes:\n          households: {t: {column: T, categories: {a: 1}}}"},
            "wrong-entity",
        ),
        ({"persons: {file: persons.csv, id": "person: {file: persons.csv, id"}, "unknown-key"),
        ({"AGE < 100": "AGE <"}, "bad-expression"),
        ({"id: ID": "id: ID, area: {county: C}"}, "unknown-level"),
        ({"column: SEX": "column: SEX, column2: X"}, "unknown-key"),
        ({"entity: person": "entity: persons"}, "unknown-choice"),
    ],
)
def test_projects_of_persons(changes: dict[str, str], wrong: str, tmp_path: Path) -> None:
    """Households have no place in them; their own section is checked like that of households."""
    assert any(c.endswith(wrong) for c in codes(tmp_path, PERSONS, "{kind: seed_sample}", **changes))


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({OF_HOUSEHOLDS: ""}, "missing-key"),
        ({"persons: {file: persons.csv, household: ID, id": "persons: {file: persons.csv, id"}, "missing-key"),
        ({"household: ID, id: NO": "household: ID, id: NO, weight: W"}, "wrong-entity"),
        ({TOTAL: TOTAL.replace("households", "persons")}, "bad-total"),
    ],
)
def test_projects_of_households(changes: dict[str, str], wrong: str, tmp_path: Path) -> None:
    """What belongs to persons by themselves is refused, and the total counts households."""
    assert any(c.endswith(wrong) for c in codes(tmp_path, HOUSEHOLDS, "{kind: seed_sample}", **changes))
