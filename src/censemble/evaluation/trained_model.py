"""What a run publishes of the model that proposed its records: how training went, personas beside their records.

Counted from what lies beside the population (training.parquet, personas.parquet, pool.parquet), so that `verify` can.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.pool import Pool
from censemble.schema import Entity, Schema

N_EXAMPLES, N_POINTS, N_MEMBERS = 5, 60, 8
KEPT = (
    "model", "conditioning", "writer", "embedder", "choice", "closeness", "loosened", "width", "survey", "draws",
    "best_step", "ending",
)  # fmt: skip
OF_PERSONAS = ("leakage", "writing")  # manifests of before have none


def trained_facts(
    told: Mapping[str, pa.Table],
    about: Mapping[str, Any],
    pool: Pool,
    copies: NDArray[np.integer],
    *,
    schema: Schema,
) -> dict[str, Any] | None:
    """Say how a model was trained and what came of its personas; None where none was trained.

    Parameters
    ----------
    told : mapping of str to pyarrow.Table
        What the generator tells: `training` (step, figures), `personas` (persona, text, weight).
    about : mapping
        What the manifest says of the model under `generator.trained`.
    pool : Pool
        Carries the column `persona`.
    copies : ndarray of shape (n_records,), >= 0
        Of each record in the population.
    schema : Schema
        Labels of the attributes.

    Returns
    -------
    dict or None
        Plain values: model, curves, examples.
    """
    extra = pool.person_extra if pool.record_entity == "persons" else pool.household_extra
    if not about or "training" not in told or "personas" not in told or "persona" not in extra.column_names:
        return None
    return {
        **{name: about.get(name) for name in KEPT},
        **{name: about[name] for name in OF_PERSONAS if name in about},
        "curves": curves_of(told["training"]),
        "examples": _examples(told["personas"], extra["persona"].to_pylist(), pool, copies, schema),
    }


def curves_of(training: pa.Table) -> list[dict[str, Any]]:
    """Each figure with its points, at most sixty, finite ones only.

    Examples
    --------
    >>> curves_of(pa.table({"step": [100, 200], "loss": [1.5, float("nan")]}))
    [{'figure': 'loss', 'points': [[100, 1.5]]}]
    """
    steps = training["step"].to_pylist()
    shown = sorted({round(i * (len(steps) - 1) / (N_POINTS - 1)) for i in range(N_POINTS)}) if steps else []
    found = []
    for name in training.column_names:
        values = training[name].to_pylist()
        points = [
            [int(steps[i]), float(values[i])] for i in shown if values[i] is not None and math.isfinite(values[i])
        ]
        if name != "step" and points:
            found.append({"figure": name, "points": points})
    return found


def _examples(
    personas: pa.Table, drawn_from: list[str], pool: Pool, copies: NDArray[np.integer], schema: Schema
) -> list[dict[str, Any]]:
    """Some records of the population, of different personas with a text: the first of the pool."""
    texts = dict(zip(personas["persona"].to_pylist(), personas["text"].to_pylist(), strict=True))
    found: dict[str, dict[str, Any]] = {}
    for record in np.flatnonzero(np.asarray(copies) > 0):
        persona = str(drawn_from[record])
        if persona not in found and texts.get(persona):
            found[persona] = {
                "persona": persona,
                "text": texts[persona],
                "source": str(pool.household_ids[int(record)].as_py()),
                "record": _lines(pool, int(record), schema),
            }
        if len(found) == N_EXAMPLES:
            break
    return list(found.values())


def _lines(pool: Pool, record: int, schema: Schema) -> list[str]:
    """A record in words: the household's attributes, then a line a member."""
    first, last = int(pool.offsets[record]), int(pool.offsets[record + 1])
    members = [_said(pool, "persons", row, schema) for row in range(first, last)]
    if pool.record_entity == "persons":
        return members
    more = [f"and {len(members) - N_MEMBERS} more"] if len(members) > N_MEMBERS else []
    return [_said(pool, "households", record, schema), *members[:N_MEMBERS], *more]


def _said(pool: Pool, entity: Entity, row: int, schema: Schema) -> str:
    columns = pool.households if entity == "households" else pool.persons
    said = []
    for attribute in schema.of(entity):
        value = columns[attribute.name][row]
        if attribute.kind == "numeric":
            text = "" if np.isnan(value) else f"{value:g}"
        else:
            text = attribute.categories[int(value)] if value >= 0 else ""
        said += [f"{attribute.name} {text}"] if text else []
    return "; ".join(said)
