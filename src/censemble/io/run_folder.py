"""A finished run as a reader finds it: its JSON files, and the inputs that it was made from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from censemble.errors import ConfigError
from censemble.io.output_folder import MANIFEST


def read_manifest(out: Path) -> dict[str, Any]:
    """Read the manifest of a run, which is also the mark of a finished one.

    Raises
    ------
    ConfigError
        There is none, or it cannot be read.
    """
    if not (out / MANIFEST).is_file():
        found = "has no manifest.json" if out.is_dir() else "is not a folder"
        raise ConfigError(
            f"{out} is not a finished run: it {found}. Name the folder that was given to --out, or run again."
        )
    return read_json(out / MANIFEST)


def read_json(path: Path) -> dict[str, Any]:
    """Read one JSON object of a run.

    Raises
    ------
    ConfigError
        The file is missing or holds something else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}). Run again.") from None
    except ValueError as error:
        raise ConfigError(f"{path} cannot be read as JSON ({error}). Run again.") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{path} holds no JSON object. Run again.")
    return content


def read_fit(out: Path) -> pa.Table:
    """Read how well a run meets each cell: its fit.parquet.

    Raises
    ------
    ConfigError
        The file is missing or cannot be read.
    """
    try:
        return pq.read_table(out / "fit.parquet")
    except (OSError, pa.ArrowInvalid) as error:
        raise ConfigError(f"{out / 'fit.parquet'} cannot be read ({error}). Run again.") from None


def locate(recorded: str, *, out: Path, manifest: Mapping[str, Any]) -> Path:
    """Find an input whose path a manifest holds as the user wrote it, from whatever folder we are called in.

    A relative path is tried from the working folder, then from the output folder and each folder above it; a place
    where all input files of the run are found goes before one where only this path is.

    Parameters
    ----------
    recorded : str
        Path in the manifest.
    out : Path
        Folder of the run.
    manifest : mapping
        Its manifest; `inputs` lists the other files.

    Raises
    ------
    ConfigError
        It is nowhere.
    """
    files = [recorded, *(str(f["path"]) for f in manifest.get("inputs", ()))]
    places = list(_places(out))
    for wanted in (files, files[:1]):
        for place in places:
            if all((place / name).exists() for name in wanted):
                return place / recorded
    raise ConfigError(
        f"{recorded}, from which {out} was made, is found neither from here nor from the folders above {out}. "
        "Say where it is with --project FILE or --populationsim DIR."
    )


def _places(out: Path) -> Iterator[Path]:
    yield Path()
    yield out
    yield from out.resolve().parents
