"""Cases `nist_national`, `nist_texas`, `nist_massachusetts`: NIST's Diverse Communities Data Excerpts.

American Community Survey, persons, 2018 and 2019, one row a person, weights left out as NIST's own tools do. A
quarter of the rows of 2018, drawn for each random seed, is the training sample. Those of 2019 are cut in two at random,
once: one half is the reference population, the other the fresh real sample, so that it is fresh and of the same year.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from arena_case import ArenaCase, Bands, code_book

FOLDER = "nist_acs_excerpts"
PARTS = {"nist_national": "national", "nist_texas": "tx", "nist_massachusetts": "ma"}
NOT_APPLICABLE = "N"
# As they are: category codes of the data dictionary.
CATEGORIES = {
    "SEX": "sex",
    "MSP": "marital_status",
    "HISP": "hispanic_origin",
    "RAC1P": "race",
    "HOUSING_TYPE": "housing_type",
    "OWN_RENT": "tenure",
    "INDP_CAT": "industry",
    "DREM": "cognitive_difficulty",
    "DPHY": "walking_difficulty",
}
# Categories put together: codes of one label.
GROUPS = {
    "EDU": (
        "education",
        {
            "none or below grade 9": ("1", "2", "3"),
            "grade 9 to 12": ("4",),
            "high school": ("5", "6"),
            "some college": ("7", "8"),
            "bachelor": ("9",),
            "above bachelor": ("10", "11", "12"),
        },
    ),
    "PINCP_DECILE": (
        "income_fifth",
        {"1": ("0", "1"), "2": ("2", "3"), "3": ("4", "5"), "4": ("6", "7"), "5": ("8", "9")},
    ),
}
# Numbers in bands; "N" (not applicable: group quarters, nobody of the family) stays a label of its own.
NUMBERS = {
    "AGEP": ("age", Bands((0, 5, 15, 18, 25, 35, 45, 55, 65, 75),
                          ("0-4", "5-14", "15-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+"))),
    "NPF": ("family_size", Bands((2, 3, 4, 5, 6), ("2", "3", "4", "5", "6+"))),
    "POVPIP": ("income_to_poverty", Bands((0, 50, 100, 200, 300, 501),
                                          ("<50", "50-99", "100-199", "200-299", "300-500", ">500"))),
}  # fmt: skip
TRAINING_SHARE = 0.25
ORDERED = frozenset({"age", "family_size", "income_to_poverty", "education", "income_fifth"})


def load(data: Path, name: str) -> ArenaCase:
    """Read one of the three cases from the folder of real data."""
    part = PARTS[name]
    earlier, later = (coded(_read(data / FOLDER / f"{part}{year}.csv.gz")) for year in (2018, 2019))
    order = np.random.default_rng(2019).permutation(len(later))
    half = len(later) // 2
    declared = {label: bands.labels for label, bands in NUMBERS.values()}
    declared |= {label: tuple(groups) for label, groups in GROUPS.values()}

    def training(random_seed: int) -> pd.DataFrame:
        rows = np.random.default_rng(random_seed).choice(
            len(earlier), int(TRAINING_SHARE * len(earlier)), replace=False
        )
        return earlier.iloc[rows]

    return ArenaCase(
        name=name,
        says=f"NIST excerpt of the American Community Survey ({part}): {TRAINING_SHARE:.0%} of {len(earlier):,} "
        f"persons of 2018 are the training sample; of 2019, {half:,} drawn at random are the population, the other "
        f"{len(later) - half:,} the fresh real sample.",
        reference=later.iloc[np.sort(order[:half])],
        holdout=later.iloc[np.sort(order[half:])],
        training=training,
        attributes=code_book([later, earlier], declared),
        ordered=ORDERED,
    )


def _read(path: Path) -> pd.DataFrame:
    if not path.exists():
        raise SystemExit(f"{path} is not there: name the folder of real data with --data")
    return pd.read_csv(path, dtype=str, keep_default_na=False, usecols=[*CATEGORIES, *GROUPS, *NUMBERS])


def coded(raw: pd.DataFrame) -> pd.DataFrame:
    """The 14 attributes as labels."""
    columns = {label: raw[name].astype(object) for name, label in CATEGORIES.items()}
    for name, (label, groups) in GROUPS.items():
        label_of = {code: group for group, codes in groups.items() for code in codes} | {NOT_APPLICABLE: NOT_APPLICABLE}
        columns[label] = raw[name].map(label_of).astype(object)
    for name, (label, bands) in NUMBERS.items():
        known = raw[name] != NOT_APPLICABLE
        values = np.full(len(raw), NOT_APPLICABLE, dtype=object)
        values[known.to_numpy()] = bands.of(raw.loc[known, name])
        columns[label] = pd.Series(values, index=raw.index)
    return pd.DataFrame(columns)
