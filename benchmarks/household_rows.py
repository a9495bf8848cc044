"""The rows of the household benchmark: which generator is told what.

Every row gets the tables of `JOINTS` and one of each attribute; rows marked so read the survey too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import household_judging as judging
from acs_households import SCHEMA

from censemble.generators.llmsynthor.microdata_tables import household_tables_of
from censemble.geography import Geography
from censemble.inputs import GeneratorSettings, Inputs, RunSettings
from censemble.io.rules_file import read_rules
from censemble.pool import Pool
from censemble.rules import RuleBook

RECORDS = 20_000  # candidates among which calibration chooses
# What a statistical office would publish; chosen before any result was seen.
JOINTS: Mapping[Any, Sequence[Sequence[str]]] = {
    "households": (
        ("num_persons", "householder_type"),
        ("housing_tenure", "num_vehicles"),
        ("householder_type", "housing_tenure"),
    ),
    "persons": (("age", "employment"), ("age", "education"), ("race", "income"), ("housing_tenure", "age")),
}
# Two tables more, to see what they are worth beside a language model: incomes by age and by work.
INCOMES = (("age", "income"), ("employment", "income"))


@dataclass(frozen=True)
class Rival:
    """One row of the table.

    Parameters
    ----------
    kind : str
        Generator.
    options : mapping
        Of the generator.
    reads_survey : bool
        Learns from the records, not from tables alone.
    is_calibrated : bool
        Goes through the whole pipeline; otherwise the row is the generator's own records.
    more_tables : bool
        Is given `INCOMES` too.
    planner : {"", "knowing", "ignorant"}
        What answers in the place of a language model: see `planners`.
    """

    kind: str
    options: Mapping[str, Any]
    reads_survey: bool = False
    is_calibrated: bool = True
    more_tables: bool = False
    planner: str = ""

    @property
    def asks(self) -> bool:
        """Whether it needs a language model."""
        return self.kind == "llmsynthor" and not self.planner


SIZE = {"size": "num_persons"}
ONE_BY_ONE = SIZE | {"proposals": 1}  # households of one question each: of five asked at once a small model makes one
RIVALS: Mapping[str, Rival] = {
    "maximum_entropy": Rival("maximum_entropy", SIZE),
    "maximum_entropy, incomes by age and work": Rival("maximum_entropy", SIZE, more_tables=True),
    "calibrated, planner that knows the survey": Rival("llmsynthor", SIZE, reads_survey=True, planner="knowing"),
    "calibrated, planner that knows nothing": Rival("llmsynthor", SIZE, planner="ignorant"),
    "calibrated": Rival("llmsynthor", ONE_BY_ONE),
    "faithful": Rival("llmsynthor", SIZE | {"mode": "faithful"}, is_calibrated=False),
    "unguided": Rival("llmsynthor", SIZE | {"mode": "unguided"}, is_calibrated=False),
    "direct": Rival("llmsynthor", SIZE | {"mode": "direct"}, is_calibrated=False),
    "bayesian_network": Rival("bayesian_network", {}, reads_survey=True),
    "hot_deck": Rival("hot_deck", {}, reads_survey=True),
}


def inputs_of(real: Pool, rival: Rival, *, calls: int = 0, records: int = RECORDS, with_rules: bool = True) -> Inputs:
    """Tables of the real households, and the records themselves only where the row may read them."""
    joints = {**JOINTS, "persons": (*JOINTS["persons"], *(INCOMES if rival.more_tables else ()))}
    schema, margins = household_tables_of(real, SCHEMA, joints=joints, groups=judging.GROUPS)
    options = dict(rival.options) | ({"calls": calls} if rival.kind == "llmsynthor" else {})
    n = records if rival.is_calibrated else real.n_records
    return Inputs(
        name="Households",
        geography=Geography.from_columns(["region"], {"region": ["all"]}),
        schema=schema,
        seed_sample=real if rival.reads_survey and not rival.planner else None,
        margins=margins,
        settings=RunSettings(random_seed=0),
        generator=GeneratorSettings(rival.kind, n, options),
        rules=read_rules(judging.RULES, schema) if with_rules else RuleBook(),
    )
