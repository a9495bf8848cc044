"""Read what a program wrote, and count it with pandas alone: none of the package's code is used here.

Either program's result is reduced to which seed household stands how often in which zone; everything else follows
from the seed tables and the controls of the case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from cases import Case


@dataclass(frozen=True, eq=False)
class Inputs:
    """The case as a program gets it: seed tables indexed by household id, controls, targets by level."""

    households: pd.DataFrame
    persons: pd.DataFrame
    crosswalk: pd.DataFrame
    controls: pd.DataFrame
    targets: dict[str, pd.DataFrame]
    weight: str
    total: str


def read_inputs(case: Case) -> Inputs:
    """Read a PopulationSim folder: seed households of positive weight, their persons, crosswalk, control tables."""
    settings = yaml.safe_load((case.folder / "configs" / "settings.yaml").read_text())
    tables = {entry["tablename"]: _read_table(case.folder / "data", entry) for entry in settings["input_table_list"]}
    key, weight = settings["household_id_col"], settings["household_weight_col"]
    households = tables["households"]
    households = households[households[weight] > 0].set_index(key)
    persons = tables["persons"]
    persons = persons[persons[key].isin(households.index)].set_index(key)
    targets = {level: tables[f"{level}_control_data"] for level in case.levels if f"{level}_control_data" in tables}
    controls = pd.read_csv(case.folder / "configs" / "controls.csv", comment="#")
    crosswalk = tables["geo_cross_walk"].drop_duplicates(case.zone).set_index(case.zone)
    return Inputs(households, persons, crosswalk, controls, targets, weight, settings["total_hh_control"])


def _read_table(folder: Path, entry: dict[str, object]) -> pd.DataFrame:
    table = pd.read_csv(folder / str(entry["filename"]), comment="#", low_memory=False)
    return table.rename(columns=entry.get("rename_columns") or {})


def incidence(inputs: Inputs) -> pd.DataFrame:
    """For each seed household how many of its households or persons each control counts.

    The published expressions are evaluated by `DataFrame.eval`, another reading of them than the package's own.
    """
    columns = {}
    for row in inputs.controls.itertuples():
        table = inputs.households if row.seed_table == "households" else inputs.persons
        text = re.sub(rf"\b{row.seed_table}\.", "", row.expression).replace("np.inf", "1e300")
        inside = table.eval(text, engine="python").astype(float)
        per_household = inside if row.seed_table == "households" else inside.groupby(level=0).sum()
        columns[row.target] = per_household.reindex(inputs.households.index, fill_value=0.0)
    return pd.DataFrame(columns)


def placements_of_peer(case: Case, output: Path) -> pd.DataFrame:
    """Zone and seed household of every household that PopulationSim wrote."""
    table = pd.read_csv(output / "final_expanded_household_ids.csv")
    key = next(c for c in table.columns if c not in case.levels)
    written = len(pd.read_csv(output / "synthetic_households.csv", usecols=["household_id"]))
    if written != len(table):
        raise SystemExit(f"{output}: {len(table)} households placed, {written} written")
    return pd.DataFrame({"zone": table[case.zone], "source": table[key]})


def placements_of_ours(case: Case, output: Path) -> pd.DataFrame:
    """Zone and seed household of every household that censemble wrote."""
    table = pd.read_parquet(output / "households.parquet", columns=[case.zone, "source_household"])
    return pd.DataFrame({"zone": pd.to_numeric(table[case.zone]), "source": pd.to_numeric(table["source_household"])})


def persons_of_peer(output: Path) -> int:
    """Number of persons PopulationSim wrote."""
    return len(pd.read_csv(output / "synthetic_persons.csv", usecols=[0]))


def persons_of_ours(output: Path) -> int:
    """Number of persons censemble wrote."""
    return len(pd.read_parquet(output / "persons.parquet", columns=["person_id"]))


def results_by_unit(case: Case, inputs: Inputs, counts: pd.DataFrame, level: str, placed: pd.DataFrame) -> pd.DataFrame:
    """What each unit of a level got of each control: rows are units, columns control targets.

    `counts` is the case's `incidence`; `placed` has one row a household, with columns zone and source.
    """
    times = placed.groupby(["zone", "source"]).size()
    rows = counts.reindex(times.index.get_level_values("source")).to_numpy() * times.to_numpy()[:, None]
    zones = times.index.get_level_values("zone").to_numpy()
    units = zones if level == case.zone else inputs.crosswalk[level].reindex(zones).to_numpy()
    summed = pd.DataFrame(rows, columns=counts.columns).groupby(np.asarray(units)).sum()
    wanted = inputs.targets[level][level] if level in inputs.targets else pd.unique(units)
    return summed.reindex(wanted, fill_value=0.0)


def targets_by_unit(inputs: Inputs, level: str) -> pd.DataFrame:
    """Targets of a level's own controls: rows are units, columns control targets."""
    controls = inputs.controls[inputs.controls["geography"] == level]
    table = inputs.targets[level].set_index(level)
    return table[list(controls["control_field"])].set_axis(list(controls["target"]), axis=1).astype(float)
