"""The settings.yaml of a PopulationSim folder: what is honoured, and a note for everything that is not.

File names and keys are those of PopulationSim 0.10 (https://activitysim.github.io/populationsim/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from censemble.errors import ConfigError, Problem
from censemble.inputs import PopulationSimOutput
from censemble.io.findings import add, nearest
from censemble.io.populationsim_notes import unused_settings, unused_steps


@dataclass(frozen=True)
class TableSettings:
    """One entry of input_table_list.

    Parameters
    ----------
    name : str
        The tablename.
    path : Path
        The file; its .gz where only that is there.
    renames : mapping of str to str
        Column in the file to column in settings and expressions.
    drops : frozenset of str
        Columns of the file that nothing may use.
    """

    name: str
    path: Path
    renames: Mapping[str, str]
    drops: frozenset[str]

    def columns(self, names: Sequence[str]) -> dict[str, str]:
        """Map what settings call a column to what the file calls it, for the file's header."""
        return {self.renames.get(n, n): n for n in names if n not in self.drops}


@dataclass(frozen=True)
class PopulationSimSettings:
    """What a PopulationSim folder asks for.

    Parameters
    ----------
    path, controls : Path
        settings.yaml and the control file.
    levels : tuple of str
        Outermost first, the zone last.
    seed_level : str
        Level whose units own seed records.
    tables : mapping of str to TableSettings
        By tablename.
    weight, household_id, total : str
        Column of design weights, column of household ids, target that counts all households.
    max_expansion_factor : float or None
        Largest calibrated weight / design weight.
    random_seed : int
        `rng_base_seed`, else 0.
    output : PopulationSimOutput
        Its columns are empty where every column is to be written.
    all_columns : bool
        Whether there is no output_synthetic_population section.
    notes : tuple of str
        Settings that are not honoured.
    """

    path: Path
    controls: Path
    levels: tuple[str, ...]
    seed_level: str
    tables: Mapping[str, TableSettings]
    weight: str
    household_id: str
    total: str
    max_expansion_factor: float | None
    random_seed: int
    output: PopulationSimOutput
    all_columns: bool
    notes: tuple[str, ...]


def read_settings(folder: Path) -> PopulationSimSettings:
    """Read configs/settings.yaml (or settings.yaml) of a PopulationSim folder.

    Parameters
    ----------
    folder : Path
        Holds configs/ and data/, or everything at once.

    Raises
    ------
    ConfigError
        No settings file, no YAML, or settings that are missing or contradict each other: all of them at once.
    """
    path = next((p for p in (folder / "configs" / "settings.yaml", folder / "settings.yaml") if p.is_file()), None)
    if path is None:
        raise ConfigError(f"{folder}: no PopulationSim folder: configs/settings.yaml is missing; check the path")
    raw = _load(path)
    problems: list[Problem] = []
    levels = tuple(str(g) for g in _required(raw, "geographies", list, path, problems) or ())
    seed_level = str(_required(raw, "seed_geography", str, path, problems))
    if levels and seed_level not in levels:
        _add(problems, path, "seed_geography", f"one of {', '.join(levels)}", repr(seed_level))
    weight, household_id, total = (
        str(_required(raw, key, str, path, problems))
        for key in ("household_weight_col", "household_id_col", "total_hh_control")
    )
    factor = raw.get("max_expansion_factor")
    if factor is not None and not (isinstance(factor, int | float) and factor > 0):
        _add(problems, path, "max_expansion_factor", "a number > 0", repr(factor))
    _check_shapes(raw, path, problems)
    if problems:
        raise ConfigError(f"{path}: {len(problems)} settings cannot be used", problems)
    tables = _read_tables(folder, path, raw, problems)
    output, notes = _read_output(raw, path, levels, seed_level, household_id)
    if problems:
        raise ConfigError(f"{path}: {len(problems)} settings cannot be used", problems)
    return PopulationSimSettings(
        path=path,
        controls=_locate(str(raw.get("control_file_name") or "controls.csv"), [path.parent, folder]),
        levels=levels,
        seed_level=seed_level,
        tables=tables,
        weight=weight,
        household_id=household_id,
        total=total,
        max_expansion_factor=float(factor) if factor is not None else None,
        random_seed=abs(int(raw.get("rng_base_seed") or 0)),
        output=output,
        all_columns=not raw.get("output_synthetic_population"),
        notes=tuple(unused_settings(raw, path.name) + unused_steps(raw, path.name) + notes),
    )


def _load(path: Path) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 (only these folders and project files need it)

    try:
        raw = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a YAML file: {error}") from None
    if not isinstance(raw, dict):
        raise ConfigError(f"{path}: expected settings (key: value), found {type(raw).__name__}")
    return raw


def _required(raw: Mapping[str, Any], key: str, kind: type, path: Path, problems: list[Problem]) -> Any:
    value = raw.get(key)
    if not isinstance(value, kind) or not value:
        found = f"nothing ({nearest(key, list(map(str, raw)))})" if value is None else repr(value)
        _add(problems, path, key, "a list" if kind is list else "a name", found)
        return None
    return value


def _check_shapes(raw: Mapping[str, Any], path: Path, problems: list[Problem]) -> None:
    """Sections are mappings and lists of columns are lists, so that nothing below meets another kind."""
    random_seed = raw.get("rng_base_seed")
    if random_seed is not None and not isinstance(random_seed, int):
        _add(problems, path, "rng_base_seed", "a whole number", repr(random_seed))
    population = raw.get("output_synthetic_population")
    sections = {"output_tables": raw.get("output_tables"), "output_synthetic_population": population}
    if isinstance(population, dict):
        sections |= {f"output_synthetic_population.{e}": population.get(e) for e in ("households", "persons")}
    lists = {f"{k}.{c}": v.get(c) for k, v in sections.items() if isinstance(v, dict) for c in ("columns", "tables")}
    entries = raw.get("input_table_list")
    for i, entry in enumerate(entries if isinstance(entries, list) else (), 1):
        if isinstance(entry, dict):
            sections |= {f"input_table_list, entry {i}, {k}": entry.get(k) for k in ("rename_columns", "column_map")}
            lists[f"input_table_list, entry {i}, drop_columns"] = entry.get("drop_columns")
    for kind, phrase, found in ((dict, "key: value", sections), (list, "a list", lists)):
        for key, value in found.items():
            if value is not None and not isinstance(value, kind):
                _add(problems, path, key, phrase, repr(value))


def _read_tables(folder: Path, path: Path, raw: Mapping[str, Any], problems: list[Problem]) -> dict[str, TableSettings]:
    data_dir = raw.get("data_dir") or "data"
    folders = [folder / str(d) for d in (data_dir if isinstance(data_dir, list) else [data_dir])]
    tables = {}
    for entry in _required(raw, "input_table_list", list, path, problems) or ():
        if not isinstance(entry, dict) or not entry.get("tablename") or not entry.get("filename"):
            _add(problems, path, "input_table_list", "tablename and filename in every entry", repr(entry)[:120])
            continue
        renames = {**(entry.get("column_map") or {}), **(entry.get("rename_columns") or {})}
        tables[str(entry["tablename"])] = TableSettings(
            name=str(entry["tablename"]),
            path=_locate(str(entry["filename"]), [*folders, folder / "data", folder]),
            renames={str(k): str(v) for k, v in renames.items()},
            drops=frozenset(map(str, entry.get("drop_columns") or ())),
        )
    for name in ("households", "geo_cross_walk"):
        if tables and name not in tables:
            _add(problems, path, "input_table_list", f"a table named {name!r}", nearest(name, list(tables)))
    return tables


def _locate(name: str, folders: Sequence[Path]) -> Path:
    """The first file of that name, or of that name with .gz; the first place where none is there."""
    candidates = [folder / (name + ending) for folder in folders for ending in ("", ".gz")]
    return next((p for p in candidates if p.is_file()), candidates[0])


def _read_output(
    raw: Mapping[str, Any], path: Path, levels: tuple[str, ...], seed_level: str, household_id: str
) -> tuple[PopulationSimOutput, list[str]]:
    population = raw.get("output_synthetic_population") or {}
    notes = [] if population else [f"{path.name}: no output_synthetic_population: every seed column is written."]
    households, persons = (population.get(entity) or {} for entity in ("households", "persons"))
    known = summary_names(levels, seed_level)
    asked = raw.get("output_tables") or {}
    tables = [t["tablename"] if isinstance(t, dict) else str(t) for t in asked.get("tables") or []]
    if asked and asked.get("action") == "skip":
        tables = [t for t in (*known, "expanded_household_ids") if t not in tables]
    elif asked and asked.get("tables") is None:
        tables = [*known, "expanded_household_ids"]
    unknown = [t for t in tables if t not in known and t != "expanded_household_ids"]
    if unknown:
        notes.append(f"{path.name}: output_tables: not written: {', '.join(unknown)}.")
    unused = [k for k in ("prefix", "h5_store", "sort") if asked.get(k) not in (None, False, "final_")]
    if unused:
        notes.append(f"{path.name}: output_tables: not used: {', '.join(unused)}.")
    return (
        PopulationSimOutput(
            household_id=str(population.get("household_id") or ("HH_ID" if population else "household_id")),
            households_file=str(households.get("filename") or "synthetic_households.csv"),
            household_columns=tuple(map(str, households.get("columns") or ())),
            persons_file=str(persons.get("filename") or "synthetic_persons.csv"),
            person_columns=tuple(map(str, persons.get("columns") or ())),
            summary_tables=tuple(t for t in tables if t in known),
            seed_household_id=household_id,
            seed_level=seed_level,
            expanded_ids="expanded_household_ids" in tables,
        ),
        notes,
    )


def summary_names(levels: Sequence[str], seed_level: str) -> tuple[str, ...]:
    """Summaries that can be written: each level below the seed's, and sums of it over the seed's and outer levels.

    Examples
    --------
    >>> summary_names(["REGION", "PUMA", "TAZ"], "PUMA")
    ('summary_TAZ', 'summary_TAZ_PUMA', 'summary_TAZ_REGION')
    """
    if seed_level not in levels:
        return ()
    position = list(levels).index(seed_level)
    over = [seed_level, *levels[:position]]
    return tuple(
        name
        for inner in levels[position + 1 :]
        for name in (f"summary_{inner}", *(f"summary_{inner}_{o}" for o in over))
    )


def _add(problems: list[Problem], path: Path, key: str, expected: str, found: str) -> None:
    add(problems, path, key, expected=expected, found=found, action="Correct the setting.", code="setting")
