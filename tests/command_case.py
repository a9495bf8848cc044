"""The command called in this process or in one of its own, on a small project and a small PopulationSim folder."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from censemble import cli

REPOSITORY = Path(__file__).resolve().parents[1]

PROJECT = {
    "censemble.yaml": """
        name: Four zones
        geography: {levels: [region, zone], crosswalk: {file: crosswalk.csv, columns: {region: REGION, zone: ZONE}}}
        seed_sample:
          households: {file: households.csv, id: ID, weight: WEIGHT, size: NP}
          persons: {file: persons.csv, household: ID, id: NO}
        attributes:
          households: {tenure: {column: TENURE, categories: {owned: 1, rented: 2}}}
          persons: {age: {column: AGE, kind: numeric, unit: years, bins: [0, 18, 120]}}
        margins:
          - name: households
            of: households
            level: zone
            total: true
            table: {file: zones.csv, zone: ZONE}
            cells: [{column: HOUSEHOLDS}]
          - name: tenure
            of: households
            level: zone
            table: {file: zones.csv, zone: ZONE}
            cells: [{column: OWNED, where: {tenure: owned}}, {column: RENTED, where: {tenure: rented}}]
          - name: children
            of: persons
            level: zone
            table: {file: zones.csv, zone: ZONE}
            cells: [{column: CHILDREN, where: {age: "<18"}}]
          - name: households of the region
            of: households
            level: region
            table: {file: regions.csv, zone: REGION}
            cells: [{column: HOUSEHOLDS}]
        run: {random_seed: 3}
    """,
    "crosswalk.csv": "ZONE,REGION\n01,N\n02,N\n03,S\n04,S\n",
    "zones.csv": (
        "ZONE,REGION,HOUSEHOLDS,OWNED,RENTED,CHILDREN\n01,N,30,20,10,12\n02,N,20,5,15,14\n03,S,10,5,5,6\n04,S,0,0,0,0\n"
    ),
    "regions.csv": "REGION,HOUSEHOLDS\nN,50\nS,10\n",
    "households.csv": "ID,WEIGHT,NP,TENURE\n0a,10,1,1\n0b,8,3,1\n0c,6,1,2\n0d,9,2,2\n0e,5,3,2\n",
    "persons.csv": (
        "ID,NO,AGE\n0a,1,71\n0b,1,41\n0b,2,39\n0b,3,12\n0c,1,27\n0d,1,33\n0d,2,31\n0e,1,36\n0e,2,8\n0e,3,5\n"
    ),
}

POPULATIONSIM = {
    "configs/settings.yaml": """
        geographies: [REGION, PUMA, TAZ]
        seed_geography: PUMA
        data_dir: data
        input_table_list:
          - {tablename: households, filename: households.csv, rename_columns: {HHNUM: hh_id}}
          - {tablename: persons, filename: persons.csv, rename_columns: {HHNUM: hh_id}}
          - {tablename: geo_cross_walk, filename: crosswalk.csv}
          - {tablename: TAZ_control_data, filename: taz.csv}
        household_weight_col: WGTP
        household_id_col: hh_id
        total_hh_control: num_hh
        output_synthetic_population:
          household_id: household_id
          households: {filename: synthetic_households.csv, columns: [NP]}
          persons: {filename: synthetic_persons.csv, columns: [SEX]}
    """,
    "configs/controls.csv": """
        target,geography,seed_table,importance,control_field,expression
        num_hh,TAZ,households,1000000,HH,households.WGTP > 0
        size_1,TAZ,households,1000,SIZE1,households.NP == 1
        size_2_plus,TAZ,households,1000,SIZE2,households.NP >= 2
    """,
    "data/crosswalk.csv": "TAZ,PUMA,REGION\n1,600,1\n2,600,1\n3,700,1\n",
    "data/taz.csv": "TAZ,HH,SIZE1,SIZE2,PUMA\n3,20,5,15,700\n2,30,10,20,600\n1,10,5,5,600\n",
    "data/households.csv": "HHNUM,PUMA,WGTP,NP\n12,600,5,1\n11,600,6,2\n13,700,7,1\n14,700,8,3\n",
    "data/persons.csv": "HHNUM,SEX\n11,1\n14,2\n12,2\n11,2\n14,1\n14,1\n13,2\n",
}


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files, indented ones flush left, and return the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = textwrap.dedent(content).lstrip("\n").encode() if isinstance(content, str) else content
        path.write_bytes(text)
    return folder


def change(files: Mapping[str, str], name: str, old: str, new: str) -> dict[str, str]:
    """Copy the files with one text replaced in one of them."""
    assert old in files[name], (name, old)
    return {**files, name: files[name].replace(old, new)}


def command(*arguments: str | Path) -> Done:
    """Call the command in this process."""
    out, err = io.StringIO(), io.StringIO()
    argv = ["censemble", *map(str, arguments)]
    status: Any = 0
    with mock.patch.object(sys, "argv", argv), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main()
        except SystemExit as end:
            status = end.code or 0
    return Done(int(status), out.getvalue(), err.getvalue())


def start(*arguments: str | Path, cwd: Path, **options: Any) -> subprocess.Popen[str]:
    """Start the command in a process of its own; `env` adds to the environment."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), **options.pop("env", {})}
    argv = [sys.executable, "-W", "error", "-m", "censemble", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(argv, cwd=cwd, env=environment, text=True, **pipes, **options)


def finish(process: subprocess.Popen[str]) -> Done:
    """Wait for a process."""
    out, err = process.communicate(timeout=300)
    return Done(process.returncode, out, err)
