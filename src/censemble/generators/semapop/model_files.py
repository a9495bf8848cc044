"""A trained SemaPop as a folder, and back.

semapop.json          settings, attributes with their labels and bins, figures of training (version 1)
weights.safetensors   what the backbone learnt, embeddings of the personas, their projection
values.parquet        values and weights of the survey in each bin of a numeric attribute
personas.parquet      persona texts, their weights in the survey and among its training records

A loaded model draws the same records. Values and texts are those of respondents: keep the folder as you keep the
survey.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from censemble.errors import InputError, OutputError, Problem
from censemble.generators.semapop.backbone import Backbone, Curves
from censemble.generators.semapop.backbones import BACKBONES, make_backbone, require_neural
from censemble.generators.semapop.fitted_model import Learnt, Settings, persona_ids
from censemble.generators.semapop.flat_records import FlatCodes
from censemble.generators.semapop.persona_space import PersonaSpace
from censemble.generators.value_files import (
    Frame,
    attribute_facts,
    gap_facts,
    gap_of_facts,
    value_codes_of,
    value_frame,
    value_table,
)
from censemble.personas.bank import PersonaBank
from censemble.schema import Roles, Schema

FORMAT, VERSION = "censemble semapop", 2
MODEL, WEIGHTS, VALUES, PERSONAS = "semapop.json", "weights.safetensors", "values.parquet", "personas.parquet"
OWN = "backbone."  # before the names of the backbone's arrays


def save_learnt(learnt: Learnt, folder: Path) -> None:
    """Write the four files, each under a temporary name first; `semapop.json` comes last.

    Raises
    ------
    OutputError
        The disk or the folder said no.
    """
    require_neural()
    from safetensors.numpy import save_file

    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = [*learnt.flat.households, *learnt.flat.persons, *([gap.gaps] if (gap := learnt.flat.gap) else [])]
        _replace(folder / VALUES, lambda path: pq.write_table(value_table(known), path))
        _replace(folder / PERSONAS, lambda path: pq.write_table(_personas(learnt), path))
        _replace(folder / WEIGHTS, lambda path: save_file(_arrays(learnt), path))
        text = json.dumps(_described(learnt), indent=1, ensure_ascii=False)
        _replace(folder / MODEL, lambda path: path.write_text(text + "\n", encoding="utf-8"))
    except OSError as error:
        raise OutputError(f"The model could not be written to {folder}: {error.strerror or error}.") from error


def _replace(path: Path, write: Any) -> None:
    temporary = path.with_name(f".{path.name}.part")
    write(temporary)
    temporary.replace(path)


def _personas(learnt: Learnt) -> pa.Table:
    bank = learnt.bank
    return pa.table(
        {
            "persona": pa.array(persona_ids(bank.n_personas), pa.string()),
            "text": pa.array(bank.texts, pa.string()),
            "weight": bank.weights,
            "training_weight": learnt.training_weights,
        }
    )


def _arrays(learnt: Learnt) -> dict[str, NDArray[Any]]:
    own = {OWN + name: np.ascontiguousarray(values) for name, values in learnt.backbone.arrays().items()}
    space, bank = learnt.space, learnt.bank
    kept: dict[str, NDArray[Any]] = {"space.mean": space.mean, "space.axes": space.axes}
    kept |= {"personas.embeddings": bank.embeddings, "personas.of_record": bank.of_record}
    return own | {name: np.ascontiguousarray(values) for name, values in kept.items()}


def _described(learnt: Learnt) -> dict[str, Any]:
    flat, curves = learnt.flat, learnt.curves
    return {
        "format": FORMAT,
        "version": VERSION,
        "settings": learnt.settings.facts(),
        "backbone": {"name": learnt.backbone.name, "settings": learnt.backbone.settings()},
        "record_entity": flat.record_entity,
        "roles": asdict(flat.schema.roles),
        "attributes": {e: [attribute_facts(v) for v in getattr(flat, e)] for e in ("households", "persons")},
        "sizes": flat.sizes.tolist(),
        "functions_of_size": [None if f is None else f.tolist() for f in flat.of_size],
        "gap": gap_facts(flat.gap) if flat.gap else None,
        "personas": {
            "embedder": learnt.bank.embedder,
            "writer": learnt.bank.writer,
            "explained": learnt.space.explained,
        },
        "curves": {
            "steps": curves.steps.tolist(),
            "figures": {name: [_number(v) for v in values] for name, values in curves.figures.items()},
            "best_step": int(curves.best_step),
            "ending": curves.ending,
        },
        "total_weight": learnt.total_weight,
        "about": dict(learnt.about),
        "leakage": dict(learnt.leakage),
        "writing": dict(learnt.writing),
    }


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def load_learnt(folder: Path, backbone: Backbone | None = None) -> Learnt:
    """Read the four files.

    Parameters
    ----------
    folder : Path
        Of the model.
    backbone : Backbone, optional
        Untrained; made by its name if left out.

    Raises
    ------
    InputError
        There is no model; a file is missing, damaged, of another format or version, or of a model that this version
        does not have.
    """
    require_neural()
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if not (folder / MODEL).is_file():
        raise _no_model(folder)
    for name in (WEIGHTS, VALUES, PERSONAS):
        if not (folder / name).is_file():
            raise _unreadable(folder, f"no file {name}")
    try:
        facts = json.loads((folder / MODEL).read_text(encoding="utf-8"))
        if (facts.get("format"), facts.get("version")) != (FORMAT, VERSION):
            raise _unreadable(folder / MODEL, f"{facts.get('format')!r} version {facts.get('version')}")
        arrays = load_file(folder / WEIGHTS)
        frame, personas = value_frame(pq.read_table(folder / VALUES)), pq.read_table(folder / PERSONAS)
        return _learnt(facts, arrays, frame, personas, backbone)
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, SafetensorError) as error:
        raise _unreadable(folder, f"{type(error).__name__}: {error}") from error


def _no_model(folder: Path) -> InputError:
    found = f"no file {MODEL} in it" if folder.is_dir() else "no such folder"
    action = f"Correct the path, or train a model there: censemble train PROJECT --out {folder}."
    problem = Problem(str(folder), "", "a model's folder, which censemble train writes", found, action, "no-model")
    return InputError("There is no model.", [problem])


def _unreadable(path: Path, found: str) -> InputError:
    action = "Train the model again with this version (censemble train)."
    problem = Problem(str(path), "", f"{FORMAT} version {VERSION}", found, action, "unreadable-model")
    return InputError("The model cannot be read.", [problem])


def _learnt(
    facts: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    frame: Frame,
    personas: pa.Table,
    backbone: Backbone | None,
) -> Learnt:
    flat = _flat(facts, frame)
    space = PersonaSpace(arrays["space.mean"], arrays["space.axes"], float(facts["personas"]["explained"]))
    named = facts["backbone"]
    if backbone is None:
        if named["name"] not in BACKBONES:
            raise ValueError(f"a model {named['name']!r}, and there are {', '.join(BACKBONES)}")
        backbone = make_backbone(named["name"], named["settings"])
    own = {name.removeprefix(OWN): values for name, values in arrays.items() if name.startswith(OWN)}
    backbone.restore(own, flat.blocks, space.width)
    bank = PersonaBank(
        tuple(personas["text"].to_pylist()),
        arrays["personas.embeddings"],
        arrays["personas.of_record"],
        personas["weight"].to_numpy(),
        facts["personas"]["embedder"],
        facts["personas"]["writer"],
    )
    return Learnt(
        Settings(**{f.name: facts["settings"][f.name] for f in fields(Settings)}),
        flat,
        bank,
        space,
        backbone,
        _curves(facts["curves"]),
        personas["training_weight"].to_numpy(),
        float(facts["total_weight"]),
        facts["about"],
        facts.get("leakage", {}),  # folders of before it was measured have none
        facts.get("writing", {}),
    )


def _flat(facts: Mapping[str, Any], frame: Frame) -> FlatCodes:
    households, persons = (
        tuple(value_codes_of(a, frame) for a in facts["attributes"][e]) for e in ("households", "persons")
    )
    named = facts["roles"]
    roles = Roles(named["age"], named["relationship"], *(tuple(named[k]) for k in ("head", "partner", "child")))
    schema = Schema(tuple(v.attribute for v in (*households, *persons)), roles)
    functions = tuple(None if f is None else np.array(f, dtype=np.int16) for f in facts["functions_of_size"])
    sizes = np.array(facts["sizes"], dtype=np.int64)
    gap = gap_of_facts(facts["gap"], frame) if facts["gap"] else None
    return FlatCodes(schema, facts["record_entity"], households, persons, sizes, functions, gap)


def _curves(facts: Mapping[str, Any]) -> Curves:
    figures = {
        name: np.array([np.nan if v is None else v for v in values]) for name, values in facts["figures"].items()
    }
    return Curves(np.array(facts["steps"], dtype=np.int64), figures, int(facts["best_step"]), facts["ending"])


def refuse_other_schema(learnt: Schema, wanted: Schema, folder: Path) -> None:
    """Insist that a model's attributes are those wanted.

    Raises
    ------
    InputError
        Naming each attribute that differs, and how.
    """
    mine, theirs = ({(a.entity, a.name): a for a in s.attributes} for s in (learnt, wanted))
    problems = []
    for key in dict.fromkeys([*mine, *theirs]):
        entity, name = key
        if key in mine and key in theirs and mine[key] == theirs[key]:
            continue
        expected = _words(theirs[key]) if key in theirs else "no such attribute in the project"
        found = _words(mine[key]) if key in mine else "no such attribute in the model"
        action = "Train the model again for this project, or give the project that it was trained for."
        problems.append(Problem(str(folder), f"{entity}: {name}", expected, found, action, "other-schema"))
    if problems:
        raise InputError("The model was trained for another schema.", problems)


def _words(attribute: Any) -> str:
    inside = f"labels {', '.join(attribute.categories)}" if attribute.categories else f"bins {list(attribute.bins)}"
    return f"{attribute.kind} with {inside}" + (f", in {attribute.unit}" if attribute.unit else "")
