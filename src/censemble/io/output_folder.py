"""An output folder that is complete or says that it is not.

Files are written into a hidden folder inside the output folder and moved at the end, the manifest last: a folder
with a manifest is complete, and no file is ever half-written.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from censemble.errors import OutputError

PARTIAL = ".censemble-partial"
MANIFEST = "manifest.json"
PART = 2**17  # rows written at a time


class OutputFolder:
    """Collects files under temporary names; see `open_output`.

    Parameters
    ----------
    final : Path
        Where files end up.
    """

    def __init__(self, final: Path) -> None:
        self.final = final
        self.partial = final / PARTIAL
        self.writing = final  # what an error message names

    def table(self, name: str, table: pa.Table) -> None:
        """Write a table as Parquet, as it is."""
        self.writing = self.final / f"{name}.parquet"
        pq.write_table(table, self.partial / f"{name}.parquet", compression="zstd")

    def records(self, name: str, table: pa.Table, formats: tuple[str, ...]) -> None:
        """Write households or persons in each format asked for, labels as text, a part at a time."""
        schema = _as_text(table.slice(0, 0)).schema
        if "parquet" in formats:
            self.writing = self.final / f"{name}.parquet"
            with pq.ParquetWriter(self.partial / f"{name}.parquet", schema, compression="zstd") as parquet:
                for part in _parts(table):
                    parquet.write_table(part)
        if "csv" in formats:
            self.writing = self.final / f"{name}.csv"
            with pacsv.CSVWriter(self.partial / f"{name}.csv", schema) as csv:
                for part in _parts(table):
                    csv.write_table(part)

    def json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write JSON, keys in the given order, never NaN."""
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        self.text(name, text + "\n")

    def text(self, name: str, text: str) -> None:
        """Write UTF-8 text."""
        self.writing = self.final / name
        (self.partial / name).write_bytes(text.encode("utf-8"))

    def hashes(self) -> list[dict[str, str]]:
        """Names and SHA-256 of everything written so far, sorted by name."""
        files = sorted(p for p in self.partial.rglob("*") if p.is_file())
        return [
            {"path": p.relative_to(self.partial).as_posix(), "sha256": hashlib.sha256(p.read_bytes()).hexdigest()}
            for p in files
        ]

    def publish(self) -> None:
        """Move everything into place: the old manifest goes first, the new one comes last.

        Files of the earlier run that this one does not have go too, unless someone changed them.
        """
        names = sorted(p.name for p in self.partial.iterdir() if p.name != MANIFEST)
        outdated = [p for p in self._files_of_earlier_run() if p.name not in names]
        (self.final / MANIFEST).unlink(missing_ok=True)
        for path in outdated:
            path.unlink()
        for name in [*names, MANIFEST]:
            if (self.partial / name).exists():
                self.writing = self.final / name
                (self.partial / name).replace(self.final / name)

    def _files_of_earlier_run(self) -> list[Path]:
        """What the manifest in place lists, as it was written."""
        try:
            listed = json.loads((self.final / MANIFEST).read_bytes())["outputs"]
            hashes = {self.final / Path(entry["path"]).name: entry["sha256"] for entry in listed}
        except (OSError, ValueError, KeyError, TypeError):
            return []  # no manifest, or one of another program
        return [p for p in hashes if p.is_file() and hashlib.sha256(p.read_bytes()).hexdigest() == hashes[p]]


def write_text(path: Path, text: str) -> None:
    """Write one UTF-8 file under a temporary name, then move it; its folder must be there.

    Not for the files of a run: those belong together, see `open_output`.

    Raises
    ------
    OutputError
        Naming the file and the reason; a file that was there before is then as it was.
    """
    temporary = path.with_name(f".{path.name}.partial")
    try:
        temporary.write_bytes(text.encode("utf-8"))
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise _output_error(path, error) from error


def require_writable(final: Path) -> None:
    """Find out before a long run that an output folder cannot be made or written; leaves nothing behind.

    Raises
    ------
    OutputError
        As `open_output` would at the end.
    """
    made = _absent(final)
    try:
        with _partial_folder(final):
            pass
    except OSError as error:
        raise _output_error(final, error) from error
    finally:
        _remove_empty(made)


def require_replaceable(path: Path) -> None:
    """Find out before a long run that one file of a folder cannot be written because a folder has its name.

    Raises
    ------
    OutputError
    """
    if path.is_dir():
        raise _output_error(path, IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)))


def remove_file(path: Path) -> None:
    """Remove one file if it is there.

    Raises
    ------
    OutputError
        It cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _output_error(path, error) from error


def _as_text(table: pa.Table) -> pa.Table:
    """Dictionary-encoded columns as what they stand for."""
    fields = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def _parts(table: pa.Table) -> Iterator[pa.Table]:
    """Slices with labels as text: the text of all rows at once would be most of a large run's memory."""
    for start in range(0, max(table.num_rows, 1), PART):
        yield _as_text(table.slice(start, PART))


@contextmanager
def open_output(final: Path) -> Iterator[OutputFolder]:
    """Open an output folder; publish it if the body ends well, leave nothing of it otherwise.

    Raises
    ------
    OutputError
        The folder cannot be made or written, or the disk is full. Files of an earlier run are then still there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as temporary:
    ...     with open_output(Path(temporary) / "out") as out:
    ...         out.json("manifest.json", {"status": "converged"})
    ...     sorted(p.name for p in (Path(temporary) / "out").iterdir())
    ['manifest.json']
    """
    folder = OutputFolder(final)
    made = _absent(final)
    try:
        with _partial_folder(final):
            yield folder
            folder.publish()
    except OSError as error:
        raise _output_error(folder.writing, error) from error
    finally:
        _remove_empty(made)


@contextmanager
def _partial_folder(final: Path) -> Iterator[None]:
    """Make the hidden folder, without what a killed run left in it, and remove it at the end."""
    if final.exists() and not final.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "it is a file, not a folder")
    final.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(final / PARTIAL, ignore_errors=True)
    (final / PARTIAL).mkdir()
    try:
        yield
    finally:
        shutil.rmtree(final / PARTIAL, ignore_errors=True)


def _absent(final: Path) -> list[Path]:
    """Return the folders that do not exist yet, innermost first."""
    return [folder for folder in (final, *final.parents) if not os.path.lexists(folder)]


def _remove_empty(folders: list[Path]) -> None:
    """Remove folders made for nothing, innermost first, up to one that holds something."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _output_error(path: Path, error: OSError) -> OutputError:
    reason = (error.strerror or str(error)).splitlines()[0].rstrip(".")
    return OutputError(
        f"{path}: cannot be written ({reason}). Nothing half-written was left. "
        "Free some space or choose another place, then run again."
    )
