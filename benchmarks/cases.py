"""The benchmark's cases, laid out as PopulationSim folders (`configs/`, `data/`) from the published data.

Nothing is changed in a case but what a comment here says; both programs read the same folder.
"""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import knoxville_project
import pandas as pd
import yaml

KNOXVILLE_SETTINGS = "populationsim_hh47_settings.yaml"


@dataclass(frozen=True)
class Bands:
    """A column cut into bands: value v is in band i when edges[i] <= v < edges[i + 1]."""

    column: str
    edges: tuple[float, ...] = ()


@dataclass(frozen=True)
class Case:
    """One case on disk, and what is compared that no control names.

    `free_households` and `free_persons` are the attributes whose every pair is one two-way table; the
    `controlled` ones are crossed with each of `free_households` in a second, separate figure.
    """

    name: str
    folder: Path
    levels: tuple[str, ...]
    household_id: str
    project: Path | None = None
    moe: Path | None = None
    free_households: tuple[Bands, ...] = ()
    free_persons: tuple[Bands, ...] = ()
    controlled: tuple[Bands, ...] = ()

    @property
    def zone(self) -> str:
        """Name of the innermost level."""
        return self.levels[-1]


CALM_FREE_HOUSEHOLDS = (Bands("TEN"), Bands("BLD"), Bands("VEH"), Bands("HHT"), Bands("RMS", (0, 3, 4, 5, 6, 7, 9, 99)))
CALM_FREE_PERSONS = (
    Bands("SEX"),
    Bands("AGEP", (0, 5, 18, 25, 35, 45, 55, 65, 75, 200)),
    Bands("SCHL"),
    Bands("ESR"),
    Bands("MAR"),
)
CALM_CONTROLLED = (
    Bands("NP", (0, 2, 3, 4, 99)),
    Bands("AGEHOH", (0, 25, 55, 65, 200)),
    Bands("HHINCADJ", (-1e9, 21297.0001, 42593.0001, 85185.0001, 1e9)),
    Bands("NWESR", (0, 1, 2, 3, 99)),
)
KNOXVILLE_FREE_HOUSEHOLDS = (
    Bands("TEN"),
    Bands("YRBLT"),
    Bands("NP", (0, 2, 3, 4, 5, 99)),
    Bands("AGEHOH", (0, 25, 35, 45, 55, 65, 75, 200)),
    Bands("WORKERS", (0, 1, 2, 3, 99)),
)
KNOXVILLE_FREE_PERSONS = (
    Bands("AGEP", (0, 5, 18, 25, 35, 45, 55, 65, 75, 200)),
    Bands("ESR"),
    Bands("RAC1P"),
    Bands("RELSHIPP"),
    Bands("POVPIP", (-2, 0, 50, 100, 150, 200, 300, 400, 999)),
)
KNOXVILLE_CONTROLLED = (
    Bands("HINC_ADJ", (-1e9, 10e3, 25e3, 50e3, 75e3, 100e3, 150e3, 1e12)),
    Bands("HHT"),
    Bands("HFL"),
)


def _unpack(source: Path, destination: Path) -> None:
    with gzip.open(source, "rb") as packed, destination.open("wb") as plain:
        shutil.copyfileobj(packed, plain)


def _folders(folder: Path) -> tuple[Path, Path]:
    shutil.rmtree(folder, ignore_errors=True)
    configs, data = folder / "configs", folder / "data"
    configs.mkdir(parents=True)
    data.mkdir()
    return configs, data


def calm(data: Path, folder: Path) -> Case:
    """Corvallis, Albany and Lebanon, Oregon, unmodified: 31 controls on three levels."""
    source = data / "calm_oregon"
    configs, tables = _folders(folder)
    for name in ("settings.yaml", "controls.csv"):
        shutil.copyfile(source / name, configs / name)
    for path in [*source.glob("control_totals_*.csv"), source / "geo_cross_walk.csv"]:
        shutil.copyfile(path, tables / path.name)
    shutil.copyfile(source / "scaled_control_totals_meta.csv", tables / "scaled_control_totals_meta.csv")
    for name in ("seed_households.csv", "seed_persons.csv"):
        _unpack(source / f"{name}.gz", tables / name)
    return Case(
        "calm",
        folder,
        ("REGION", "PUMA", "TRACT", "TAZ"),
        "hhnum",
        free_households=CALM_FREE_HOUSEHOLDS,
        free_persons=CALM_FREE_PERSONS,
        controlled=CALM_CONTROLLED,
    )


def _shifted(table: pd.DataFrame, copy: int, steps: dict[str, int]) -> pd.DataFrame:
    """One copy with its own ids: each id column moves by `copy` times its step."""
    present = {column: table[column].astype("int64") + copy * step for column, step in steps.items() if column in table}
    return table.assign(**present)


def calm_copies(data: Path, folder: Path, n_copies: int) -> Case:
    """CALM n times as separate PUMAs of one region; ids distinct below it, region targets n times as large."""
    case = calm(data, folder)
    steps = {"TAZ": 100_000, "TRACTCE": 1_000_000, "TRACT": 1_000_000, "PUMA": 1_000, "hhnum": 1_000_000}
    tables = folder / "data"
    for name in ("seed_households", "seed_persons", "geo_cross_walk", "control_totals_taz", "control_totals_tract"):
        table = pd.read_csv(tables / f"{name}.csv", dtype=str, keep_default_na=False)
        copies = [_shifted(table, copy, steps) for copy in range(n_copies)]
        pd.concat(copies).to_csv(tables / f"{name}.csv", index=False)
    region = pd.read_csv(tables / "scaled_control_totals_meta.csv", comment="#")
    targets = [c for c in region if c not in ("PUMA", "REGION")]
    region[targets] *= n_copies
    region.to_csv(tables / "scaled_control_totals_meta.csv", index=False)
    return replace(case, name=f"calm{n_copies}")


def _knoxville_settings(source: Path, configs: Path) -> None:
    """The published settings plus the table that names each household's seed record: the metrics need it."""
    settings = yaml.safe_load((source / "reference_output" / KNOXVILLE_SETTINGS).read_text())
    settings["output_tables"]["tables"].append("expanded_household_ids")
    (configs / "settings.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))


def _knoxville(data: Path, folder: Path, name: str) -> Case:
    """Occupied households and their persons, numbered 1..n: PopulationSim wants numbers as ids."""
    source = data / "knoxville_acs2023"
    configs, tables = _folders(folder)
    households = pd.read_csv(source / "seed_households.csv.gz", dtype={"SERIALNO": str})
    households = households[households["OCCUPIED"] == 1].assign(REGION=1)
    households.insert(0, "hh_id", range(1, len(households) + 1))
    persons = pd.read_csv(source / "seed_persons.csv.gz", dtype={"SERIALNO": str, "OCCP": str})
    persons = persons.merge(households[["hh_id", "SERIALNO"]], on="SERIALNO")
    households.to_csv(tables / "seed_households.csv", index=False)
    persons.to_csv(tables / "seed_persons.csv", index=False)
    shutil.copyfile(source / "geo_cross_walk.csv", tables / "geo_cross_walk.csv")
    crosswalk = pd.read_csv(source / "geo_cross_walk.csv", dtype=str)[["BG", "TRACT", "PUMA", "REGION"]]
    for kind, written in (("est", "bg"), ("moe", "bg_moe")):
        table = pd.read_csv(source / f"acs_bg_{kind}.csv.gz", dtype={"GEOID": str}).rename(columns={"GEOID": "BG"})
        table = table.loc[:, ~table.columns.str.startswith("B09019")]  # empty at this level
        crosswalk.merge(table, on="BG").to_csv(tables / f"{written}.csv", index=False)
    _knoxville_settings(source, configs)
    return Case(
        name,
        folder,
        ("REGION", "PUMA", "TRACT", "BG"),
        "hh_id",
        moe=tables / "bg_moe.csv",
        free_households=KNOXVILLE_FREE_HOUSEHOLDS,
        free_persons=KNOXVILLE_FREE_PERSONS,
        controlled=KNOXVILLE_CONTROLLED,
    )


def knoxville47(data: Path, folder: Path) -> Case:
    """Knoxville, occupied households, the 47 block-group controls of the published reference run."""
    case = _knoxville(data, folder, "knoxville47")
    controls = data / "knoxville_acs2023" / "reference_output" / "populationsim_hh47_controls.csv"
    shutil.copyfile(controls, folder / "configs" / "controls.csv")
    return case


def knoxville129(data: Path, folder: Path) -> Case:
    """Knoxville, occupied households, all 129 published controls: soft by their margins of error on our side.

    Eleven of them count vacant units too and those over persons count group quarters, so that no result can be
    inside every margin of error: PopulationSim cannot take a household without persons, which a vacant unit is.
    """
    case = _knoxville(data, folder, "knoxville129")
    shutil.copyfile(data / "knoxville_acs2023" / "controls.csv", folder / "configs" / "controls.csv")
    project = folder / "data" / "censemble.yaml"
    project.write_text(knoxville_project.project_text(), encoding="utf-8")
    return replace(case, project=project)
