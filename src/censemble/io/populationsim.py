"""A PopulationSim folder, unchanged, as `Inputs`.

Here: the order of reading. The settings are in `populationsim_settings`, the control file and tables in
`populationsim_controls`, the seed tables in `populationsim_seed`. PopulationSim's levels are fitted one after the
other; here the same controls are margins of one problem, all exact, with the file's importance for those that
contradict each other.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from censemble.errors import InputError
from censemble.geography import Geography
from censemble.inputs import Inputs, OutputSettings, RunSettings
from censemble.io.margin_checks import check_empty_zones, check_group_totals
from censemble.io.populationsim_controls import LevelTargets, build_margins, read_controls, read_level
from censemble.io.populationsim_seed import read_seed_sample
from censemble.io.populationsim_settings import PopulationSimSettings, read_settings
from censemble.io.populationsim_tables import Findings, header, read_ids, read_named
from censemble.io.sources import describe_file
from censemble.io.table_checks import check_crosswalk
from censemble.schema import Schema


def read_populationsim(folder: Path) -> Inputs:
    """Read and check everything in a PopulationSim folder.

    Not for multi-year or repopulation set-ups: those steps are named in the notes and not done.

    Parameters
    ----------
    folder : Path
        Holds configs/settings.yaml, the control file and the data folder.

    Returns
    -------
    Inputs
        Every setting that is not honoured is in `notes`.

    Raises
    ------
    ConfigError
        The settings cannot be used; all that is wrong with them.
    InputError
        The files hold problems; all of them, except that tables are compared with each other only when each is sound.

    References
    ----------
    PopulationSim, https://activitysim.github.io/populationsim/application_configuration.html
    """
    folder = Path(folder)
    settings = read_settings(folder)
    findings = Findings(notes=list(settings.notes))
    described = describe_file(settings.path, role="settings", problems=findings.problems)
    findings.files += [described] if described else []
    rows = read_controls(settings, findings)
    geography, aliases = _read_geography(settings, findings)
    levels: list[LevelTargets] = []
    for level in settings.levels:
        own = [r for r in rows if r.level == level]
        if own or level == settings.levels[-1]:
            read = read_level(level, own, geography, aliases, settings, findings)
            levels += [read] if read is not None and own else []
    pool = read_seed_sample(settings, rows, geography, findings)
    if findings.problems or geography is None or pool is None:
        raise _input_error(folder, findings)
    margins = build_margins(levels, settings.total)
    findings.notes += check_group_totals(margins, geography, pool, findings.problems)
    findings.notes += check_empty_zones(margins, geography, findings.problems)
    if findings.problems:
        raise _input_error(folder, findings)
    return Inputs(
        name=folder.resolve().name,
        geography=geography,
        schema=Schema(),
        seed_sample=pool,
        margins=margins,
        settings=RunSettings(random_seed=settings.random_seed, max_expansion_factor=settings.max_expansion_factor),
        outputs=OutputSettings(populationsim=settings.output),
        files=tuple(findings.files),
        notes=tuple(findings.notes),
    )


def _read_geography(settings: PopulationSimSettings, findings: Findings) -> tuple[Geography | None, dict[str, str]]:
    """Read the crosswalk: one row for a zone, whatever finer units the file lists."""
    table_settings = settings.tables["geo_cross_walk"]
    n_before = len(findings.problems)
    table = read_named(table_settings, findings, role="crosswalk", columns=settings.levels, comment="#")
    aliases = header(table_settings)
    if table is None:
        return None, aliases
    columns = {level: read_ids(table, level) for level in settings.levels}
    findings.notes += check_crosswalk(columns, settings.levels, findings.problems, source=table_settings.path.name)
    if len(findings.problems) > n_before:
        return None, aliases
    _, first = np.unique(columns[settings.levels[-1]].astype(str), return_index=True)
    return Geography.from_columns(settings.levels, {level: c[first].tolist() for level, c in columns.items()}), aliases


def _input_error(folder: Path, findings: Findings) -> InputError:
    n = len(findings.problems)
    return InputError(f"{folder}: {n} problem{'s' if n != 1 else ''} in the inputs", findings.problems)
