"""Small PopulationSim folders, and the real one laid out as such a folder."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

TINY = {
    "configs/settings.yaml": """
        geographies: [REGION, PUMA, TAZ]
        seed_geography: PUMA
        data_dir: data
        input_table_list:
          - tablename: households
            filename: households.csv
            index_col: hh_id
            rename_columns: {HHNUM: hh_id}
          - {tablename: persons, filename: persons.csv, rename_columns: {HHNUM: hh_id}, drop_columns: [JUNK]}
          - {tablename: geo_cross_walk, filename: crosswalk.csv, rename_columns: {PUMACE: PUMA}}
          - {tablename: TAZ_control_data, filename: taz.csv}
          - {tablename: PUMA_control_data, filename: puma.csv}
        household_weight_col: WGTP
        household_id_col: hh_id
        total_hh_control: num_hh
        max_expansion_factor: 10
        output_tables:
          action: include
          tables: [summary_TAZ, summary_TAZ_PUMA, expanded_household_ids]
        output_synthetic_population:
          household_id: household_id
          households: {filename: synthetic_households.csv, columns: [NP, INC]}
          persons: {filename: synthetic_persons.csv, columns: [SEX, JOB]}
    """,
    "configs/controls.csv": """
        target,geography,seed_table,importance,control_field,expression
        num_hh,TAZ,households,1000000,HH,(households.WGTP > 0) & (households.WGTP < np.inf)
        size_1,TAZ,households,1000,SIZE1,households.NP == 1
        size_2_plus,TAZ,households,1000,SIZE2,households.NP >= 2
        men,PUMA,persons,500,MEN,persons.SEX == 1
        women,PUMA,persons,500,WOMEN,persons.SEX == 2
    """,
    "data/crosswalk.csv": """
        TAZ,PUMACE,REGION
        1,0600,1
        2,0600,1
        3,0700,1
        4,0700,1
    """,
    "data/taz.csv": """
        # counts of 2020
        TAZ,HH,SIZE1,SIZE2,PUMACE
        4,0,0,0,700
        3,20,5,15,700
        2,30,10,20,600
        1,10,5,5,600
    """,
    "data/puma.csv": """
        PUMA,MEN,WOMEN
        700,20,25
        600,35,40
    """,
    "data/households.csv": """
        HHNUM,PUMA,WGTP,NP,INC
        12,600,5,1,1000.5
        11,600,6,2,
        13,700,7,1,3000
        14,700,8,3,4000
        15,700,0,1,5000
    """,
    "data/persons.csv": """
        HHNUM,SEX,JOB,JUNK
        11,1,clerk,x
        14,2,,x
        12,2,smith,x
        11,2,"baker, pastry",x
        14,1,clerk,x
        14,1,none,x
        13,2,N,x
        15,1,N,x
    """,
}


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    """Write indented texts as files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"))
    return folder


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Callable[..., Path]:
    """Write the small folder, with parts of its files replaced: {file: (old, new)}."""

    def write(**changes: tuple[str, str]) -> Path:
        files = dict(TINY)
        for stem, (old, new) in changes.items():
            name = next(n for n in files if Path(n).stem == stem)
            text = textwrap.dedent(files[name])
            assert old in text, (name, old)
            files[name] = text.replace(old, new)
        return write_files(tmp_path / "tiny", files)

    return write


@pytest.fixture
def calm_folder(tmp_path: Path, shared_data: Path) -> Path:
    """The Oregon case as a PopulationSim folder, its seed tables still compressed."""
    source = shared_data / "calm_oregon"
    (tmp_path / "calm" / "configs").mkdir(parents=True)
    (tmp_path / "calm" / "data").mkdir()
    for path in [p for p in source.iterdir() if p.suffix in (".csv", ".gz", ".yaml")]:
        part = "configs" if path.name in ("settings.yaml", "controls.csv") else "data"
        (tmp_path / "calm" / part / path.name).symlink_to(path)
    return tmp_path / "calm"
