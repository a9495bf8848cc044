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
        refuse_comparison(out)
        found = "has no manifest.json" if out.is_dir() else "is not a folder"
        raise ConfigError(
            f"{out} is not a finished run: it {found}. Name the folder that was given to --out, or run again."
        )
    return read_json(out / MANIFEST)


def refuse_comparison(folder: Path) -> None:
    """Say of the folder of a scenario that the runs are inside it.

    Raises
    ------
    ConfigError
    """
    if (folder / "scenario.json").is_file():
        raise ConfigError(f"{folder} compares two runs. Name one of them: {folder / 'without'} or {folder / 'with'}.")


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
    return _read(out / "fit.parquet")


def count_values(out: Path, name: str, column: str) -> dict[str, int]:
    """Count the rows of one table of a run by the text in a column, the most frequent first.

    Raises
    ------
    ConfigError
        The file is missing or cannot be read, or has no such column.
    """
    counted = _read(out / f"{name}.parquet", columns=[column])[column].value_counts().to_pylist()
    return {str(row["values"]): row["counts"] for row in sorted(counted, key=lambda row: -row["counts"])}


def read_rows(out: Path, name: str, *, where: tuple[str, int] | None = None) -> Iterator[dict[str, Any]]:
    """Read the rows of one table of a run.

    Parameters
    ----------
    out : Path
        Folder of the run.
    name : str
        Of the table: "proposals".
    where : (column, number), optional
        Only rows in which a column has this number.

    Raises
    ------
    ConfigError
        The file is missing or cannot be read.
    """
    filters = [(where[0], "==", where[1])] if where else None
    yield from _read(out / f"{name}.parquet", filters=filters).to_pylist()


def _read(path: Path, **options: Any) -> pa.Table:
    try:
        return pq.read_table(path, **options)
    except (OSError, KeyError, pa.ArrowInvalid) as error:
        raise ConfigError(f"{path} cannot be read ({error}). Run again.") from None


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
