"""The real cases, laid out as the folders they are read from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from censemble.controls import Controls, build_controls
from censemble.io.populationsim import read_populationsim


def _compiled(folder: Path) -> Controls:
    inputs = read_populationsim(folder)
    return build_controls(inputs.seed_sample, inputs.margins, inputs.geography)


@pytest.fixture
def calm(tmp_path: Path, shared_data: Path) -> Controls:
    """Oregon: 31 controls on three levels, 781 of 930 zones with households."""
    source = shared_data / "calm_oregon"
    for part in ("configs", "data"):
        (tmp_path / part).mkdir()
    for path in [p for p in source.iterdir() if p.suffix in (".csv", ".gz", ".yaml")]:
        part = "configs" if path.name in ("settings.yaml", "controls.csv") else "data"
        (tmp_path / part / path.name).symlink_to(path)
    return _compiled(tmp_path)


@pytest.fixture
def knoxville(tmp_path: Path, shared_data: Path) -> Controls:
    """Knoxville, occupied households: the 47 controls of the published reference run, all by block group."""
    source = shared_data / "knoxville_acs2023"
    for part in ("configs", "data"):
        (tmp_path / part).mkdir()
    for name, written in (("settings.yaml", "settings.yaml"), ("controls.csv", "controls.csv")):
        published = source / "reference_output" / f"populationsim_hh47_{name}"
        (tmp_path / "configs" / written).symlink_to(published)
    households = pd.read_csv(source / "seed_households.csv.gz", dtype={"SERIALNO": str})
    households = households[households["OCCUPIED"] == 1].assign(REGION=1)
    households.insert(0, "hh_id", range(1, len(households) + 1))
    persons = pd.read_csv(source / "seed_persons.csv.gz", dtype={"SERIALNO": str, "OCCP": str})
    persons = persons.merge(households[["hh_id", "SERIALNO"]], on="SERIALNO")
    crosswalk = pd.read_csv(source / "geo_cross_walk.csv", dtype=str)
    table = pd.read_csv(source / "acs_bg_est.csv.gz", dtype={"GEOID": str}).rename(columns={"GEOID": "BG"})
    table = table.loc[:, ~table.columns.str.startswith("B09019")]  # empty at this level
    for name, frame in (
        ("seed_households", households),
        ("seed_persons", persons),
        ("geo_cross_walk", crosswalk),
        ("bg", crosswalk[["BG", "TRACT", "PUMA", "REGION"]].merge(table, on="BG")),
    ):
        frame.to_csv(tmp_path / "data" / f"{name}.csv", index=False)
    return _compiled(tmp_path)
