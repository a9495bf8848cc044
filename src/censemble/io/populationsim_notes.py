"""What a PopulationSim folder asks for that is not done here, in one sentence each: never silently ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_HONOURED = {
    "geographies",
    "seed_geography",
    "data_dir",
    "input_table_list",
    "household_weight_col",
    "household_id_col",
    "total_hh_control",
    "control_file_name",
    "max_expansion_factor",
    "rng_base_seed",
    "output_tables",
    "output_synthetic_population",
    "models",
    "run_list",
}
_REASONS = {
    "it steers PopulationSim's own solvers": (
        "INTEGERIZE_WITH_BACKSTOPPED_CONTROLS SUB_BALANCE_WITH_FLOAT_SEED_WEIGHTS USE_NUMBA NUMBA_PRECISION "
        "USE_SIMUL_INTEGERIZER USE_CVXPY INTEGERIZER_TIMEOUT INTEGIZER_TIMEOUT MAX_BALANCE_ITERATIONS_SIMULTANEOUS "
        "MAX_BALANCE_ITERATIONS_SEQUENTIAL"
    ),
    "identical records are always grouped": "GROUP_BY_INCIDENCE_SIGNATURE",
    "there are no traces; the report names the worst cells": "trace_geography",
    "one process is enough": "multiprocess multiprocess_steps num_processes slice_geography chunk_size",
    "only an upper bound relative to the design weight is known": (
        "min_expansion_factor absolute_upper_bound absolute_lower_bound"
    ),
    "whole households are always written": "NO_INTEGERIZATION_EVER",
    "every run starts from the beginning": "resume_after",
}
_STEPS = {
    "input_pre_processor",
    "setup_data_structures",
    "initial_seed_balancing",
    "meta_control_factoring",
    "final_seed_balancing",
    "integerize_final_seed_weights",
    "sub_balancing",
    "expand_households",
    "summarize",
    "write_tables",
    "write_synthetic_population",
}
_TABLE_KEYS = {"tablename", "filename", "index_col", "rename_columns", "column_map", "drop_columns"}


def unused_settings(raw: Mapping[str, Any], name: str) -> list[str]:
    """Name every setting that changes nothing here, grouped by the reason.

    Parameters
    ----------
    raw : mapping
        The settings as they were read.
    name : str
        The settings file.

    Examples
    --------
    >>> unused_settings({"USE_CVXPY": False, "geographies": ["PUMA", "TAZ"]}, "settings.yaml")
    ["settings.yaml: not used: USE_CVXPY (it steers PopulationSim's own solvers)."]
    """
    present = [str(k) for k, v in raw.items() if v is not None and str(k) not in _HONOURED]
    notes = []
    for reason, keys in _REASONS.items():
        found = [k for k in present if k in keys.split()]
        present = [k for k in present if k not in found]
        if found:
            notes.append(f"{name}: not used: {', '.join(found)} ({reason}).")
    if present:
        notes.append(f"{name}: not used: {', '.join(present)} (unknown here).")
    for entry in raw.get("input_table_list") or ():
        extra = [str(k) for k in entry if str(k) not in _TABLE_KEYS] if isinstance(entry, dict) else []
        if extra:
            notes.append(f"{name}: table {entry.get('tablename')!r}: not used: {', '.join(extra)}.")
    return notes


def unused_steps(raw: Mapping[str, Any], name: str) -> list[str]:
    """Steps beyond the usual ones: repopulation above all, which would change the result and is not done.

    Parameters
    ----------
    raw : mapping
        The settings as they were read.
    name : str
        The settings file.
    """
    run_list = raw.get("run_list") or {}
    steps = [
        str(s) for s in raw.get("models") or (run_list.get("steps") if isinstance(run_list, dict) else run_list) or ()
    ]
    notes = [f"{name}: step {s!r}: repopulating zones of an earlier run is not done." for s in steps if "repop" in s]
    other = [s for s in steps if "repop" not in s and s.split(".")[0].split(";")[0].strip("_") not in _STEPS]
    if other:
        notes.append(f"{name}: steps not done: {', '.join(other)}.")
    if isinstance(run_list, dict) and run_list.get("resume_after"):
        notes.append(f"{name}: not used: run_list.resume_after (every run starts from the beginning).")
    return notes
