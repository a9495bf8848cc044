"""A bank of personas as a folder, and back: texts and vectors, each record's persona, and a manifest (version 1).

personas.parquet   text, weight, vector
records.parquet    persona of each record
personas.json      writer, embedder, width, counts, SHA-256 of the two files; written last

Texts are about respondents: keep the folder as you keep the survey.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from censemble.errors import InputError, OutputError, Problem, SchemaError
from censemble.personas.bank import PersonaBank

FORMAT, VERSION = "censemble personas", 1
PERSONAS, RECORDS, MANIFEST = "personas.parquet", "records.parquet", "personas.json"


def save_bank(bank: PersonaBank, folder: Path) -> None:
    """Write the three files, each under a temporary name first, the manifest last.

    Raises
    ------
    OutputError
        The disk or the folder said no.
    """
    personas = pa.table({"text": list(bank.texts), "weight": bank.weights, "vector": _lists(bank)})
    records = pa.table({"persona": bank.of_record})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        _replace(folder / PERSONAS, lambda path: pq.write_table(personas, path, compression="zstd"))
        _replace(folder / RECORDS, lambda path: pq.write_table(records, path, compression="zstd"))
        text = json.dumps(_described(bank, folder), indent=1, ensure_ascii=False) + "\n"
        _replace(folder / MANIFEST, lambda path: path.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise OutputError(f"Personas could not be written to {folder}: {error.strerror or error}.") from error


def load_bank(folder: Path) -> PersonaBank:
    """Read what `save_bank` wrote.

    Raises
    ------
    InputError
        A file is missing, damaged, of another version, or not the one that the manifest describes.

    Examples
    --------
    >>> import tempfile
    >>> bank = PersonaBank(("cycles",), np.ones((1, 2), np.float32), np.array([0, 0]), np.array([2.0]), "e", "w")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_bank(bank, Path(folder))
    ...     load_bank(Path(folder)).texts
    ('cycles',)
    """
    try:
        about = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if not isinstance(about, dict) or (about.get("format"), about.get("version")) != (FORMAT, VERSION):
            raise _unusable(folder / MANIFEST, f"{FORMAT}, version {VERSION}", "something else")
        for name in (PERSONAS, RECORDS):
            if _hash(folder / name) != about["sha256"][name]:
                raise _unusable(folder / name, "the file that the manifest describes", "another or a damaged one")
        personas, records = pq.read_table(folder / PERSONAS), pq.read_table(folder / RECORDS)
        flat = np.asarray(personas["vector"].combine_chunks().flatten(), dtype=np.float32)
        return PersonaBank(
            tuple(personas["text"].to_pylist()),
            flat.reshape(personas.num_rows, int(about["width"])),
            records["persona"].to_numpy().astype(np.int64),
            personas["weight"].to_numpy().astype(np.float64),
            str(about["embedder"]),
            str(about["writer"]),
        )
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException, SchemaError) as error:
        raise _unusable(folder, "a saved bank of personas", f"{type(error).__name__}: {error}") from error


def _lists(bank: PersonaBank) -> pa.Array:
    offsets = np.arange(bank.n_personas + 1, dtype=np.int32) * bank.width
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(bank.embeddings.reshape(-1)))


def _described(bank: PersonaBank, folder: Path) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "writer": bank.writer,
        "embedder": bank.embedder,
        "width": bank.width,
        "personas": bank.n_personas,
        "records": len(bank.of_record),
        "sha256": {name: _hash(folder / name) for name in (PERSONAS, RECORDS)},
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _replace(path: Path, write: Callable[[Path], Any]) -> None:
    temporary = path.with_name(f".{path.name}.part")
    write(temporary)
    temporary.replace(path)


def _unusable(path: Path, expected: str, found: str) -> InputError:
    problem = Problem(str(path), "", expected, found, "Write the personas again.", "damaged-personas")
    return InputError("the personas cannot be read", [problem])
