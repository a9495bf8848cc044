"""The fit table: for every unit and control the target, its uncertainty, and what was reached at each stage.

One row per level, unit and control; everything that the report says about tables is computed from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.controls import Controls, LevelControls
from censemble.geography import Geography
from censemble.margins import Margin

COLUMNS = ("level", "unit", "margin", "cell", "entity", "target", "sd", "moe", "relaxed", "fitted", "result")
TEXTS = COLUMNS[:5]


def fit_table(
    controls: Controls,
    margins: Sequence[Margin],
    geography: Geography,
    *,
    relaxed: Mapping[str, NDArray[np.float64]],
    fitted: Mapping[str, NDArray[np.float64]],
    result: Mapping[str, NDArray[np.float64]],
) -> pa.Table:
    """Lay targets and results side by side.

    Parameters
    ----------
    controls : Controls
        Gives levels, targets and their order.
    margins : sequence of Margin
        Those that `controls` was built from, in the same order.
    geography : Geography
        Gives the unit ids.
    relaxed, fitted, result : mapping of level to ndarray of shape (n_units, n_controls), counts
        Targets after relaxation, sums of calibrated weights, and counts of the synthetic population, in the
        order of `LevelControls`. `relaxed` may lack a level where nothing was relaxed.

    Returns
    -------
    pyarrow.Table
        Columns `COLUMNS`; texts are dictionary-encoded, numbers float64, NaN where there is none. Rows by level
        (outermost first), unit, control.

    Raises
    ------
    ValueError
        An array whose shape is not that of the level's targets.
    """
    blocks = [_level_block(c, margins, geography) for c in controls.levels]
    for block, level in zip(blocks, controls.levels, strict=True):
        stages = {"relaxed": relaxed.get(level.level, level.targets), "fitted": fitted[level.level]}
        for name, values in {**stages, "result": result[level.level]}.items():
            block[name] = _flat(values, level, name)
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        if name in TEXTS:
            columns[name] = _dictionary([b[name] for b in blocks])
        else:
            columns[name] = pa.array(np.concatenate([b[name] for b in blocks]), pa.float64())
    return pa.table(columns)


def _level_block(level: LevelControls, margins: Sequence[Margin], geography: Geography) -> dict[str, Any]:
    """Texts as (labels, codes), and the numbers that the margins give, all of n_units x n_controls rows."""
    n_units, n_controls = level.targets.shape
    first = np.searchsorted(level.margin, level.margin, side="left")  # margins of a level are in order
    cell_of = np.arange(n_controls) - first
    moe = np.full(level.targets.shape, np.nan)
    for i in np.unique(level.margin):
        table = margins[i].moe
        if table is not None:
            moe[:, level.margin == i] = table
    chosen = [(margins[m], margins[m].cells[c]) for m, c in zip(level.margin, cell_of, strict=True)]
    each_control = np.tile(np.arange(n_controls), n_units)
    units = geography.units[geography.level_index(level.level)]
    return {
        "level": ([level.level], np.zeros(n_units * n_controls, np.int32)),
        "unit": (list(units), np.repeat(np.arange(n_units), n_controls)),
        "margin": ([m.name for m, _ in chosen], each_control),
        "cell": ([c.label for _, c in chosen], each_control),
        "entity": ([m.entity for m, _ in chosen], each_control),
        "target": level.targets.ravel(),
        "sd": np.where(np.isnan(level.targets), np.nan, level.sd).ravel(),
        "moe": np.where(np.isnan(level.targets), np.nan, moe).ravel(),
    }


def _flat(values: NDArray[np.float64], level: LevelControls, name: str) -> NDArray[np.float64]:
    if values.shape != level.targets.shape:
        raise ValueError(f"{name} at level {level.level!r} has shape {values.shape}, targets {level.targets.shape}")
    return np.asarray(values, dtype=np.float64).ravel()


def _dictionary(parts: list[tuple[list[str], NDArray[Any]]]) -> pa.DictionaryArray:
    """Join (labels, codes) of several levels into one dictionary array with each label once."""
    labels: dict[str, int] = {}
    codes = []
    for texts, index in parts:
        place = np.array([labels.setdefault(t, len(labels)) for t in texts], dtype=np.int32)
        codes.append(place[index] if len(index) else np.zeros(0, np.int32))
    return pa.DictionaryArray.from_arrays(pa.array(np.concatenate(codes)), pa.array(list(labels), pa.string()))


@dataclass(frozen=True, eq=False)
class LevelTable:
    """The rows of one level of a fit table, as arrays.

    Parameters
    ----------
    level : str
    units : tuple of str
    controls : tuple of (margin, cell)
    target, moe, relaxed, fitted, result : ndarray of shape (n_units, n_controls), counts
    """

    level: str
    units: tuple[str, ...]
    controls: tuple[tuple[str, str], ...]
    target: NDArray[np.float64]
    moe: NDArray[np.float64]
    relaxed: NDArray[np.float64]
    fitted: NDArray[np.float64]
    result: NDArray[np.float64]


def level_tables(fit: pa.Table) -> list[LevelTable]:
    """Split a fit table, made now or read back from a file, into its levels.

    Parameters
    ----------
    fit : pyarrow.Table
        As `fit_table` gives it.

    Returns
    -------
    list of LevelTable
        Outermost first; levels without controls have no rows and are absent.
    """
    texts = {name: _encoded(fit, name) for name in ("level", "unit", "margin", "cell")}
    level_codes = texts["level"][0]
    starts = np.flatnonzero(np.diff(level_codes, prepend=-1))
    ends = np.append(starts[1:], fit.num_rows).astype(np.int64)
    numbers = {name: fit.column(name).to_numpy() for name in ("target", "moe", "relaxed", "fitted", "result")}
    return [_level_table(texts, numbers, int(a), int(b)) for a, b in zip(starts, ends, strict=True)]


def _encoded(fit: pa.Table, name: str) -> tuple[NDArray[np.int32], list[str]]:
    column = fit.column(name)
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    column = column.unify_dictionaries().combine_chunks()
    column = column.chunk(0) if isinstance(column, pa.ChunkedArray) and column.num_chunks else column
    if len(column) == 0:
        return np.zeros(0, np.int32), []
    return column.indices.to_numpy(), column.dictionary.to_pylist()


def _level_table(
    texts: Mapping[str, tuple[NDArray[np.int32], list[str]]], numbers: Mapping[str, NDArray[np.float64]], a: int, b: int
) -> LevelTable:
    unit_codes, units = texts["unit"][0][a:b], texts["unit"][1]
    n_controls = int(np.argmax(unit_codes != unit_codes[0])) or b - a
    (margin_codes, margins), (cell_codes, cells) = texts["margin"], texts["cell"]
    first = zip(margin_codes[a : a + n_controls], cell_codes[a : a + n_controls], strict=True)
    return LevelTable(
        level=texts["level"][1][texts["level"][0][a]],
        units=tuple(units[u] for u in unit_codes[::n_controls]),
        controls=tuple((margins[m], cells[c]) for m, c in first),
        **{name: values[a:b].reshape(-1, n_controls) for name, values in numbers.items()},
    )
