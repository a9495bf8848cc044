"""An output folder that is complete or says that it is not.

Files are written into a hidden folder inside the output folder and moved at the end, the manifest last: a folder
with a manifest is complete, and no file is ever half-written.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from censemble.errors import OutputError

PARTIAL = ".censemble-partial"
MANIFEST = "manifest.json"


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

    def table(self, name: str, table: pa.Table, formats: tuple[str, ...] = ("parquet",)) -> None:
        """Write a table in each format asked for."""
        if "parquet" in formats:
            pq.write_table(table, self.partial / f"{name}.parquet", compression="zstd")
        if "csv" in formats:
            pacsv.write_csv(table, self.partial / f"{name}.csv")

    def json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write JSON, keys in the given order, never NaN."""
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        self.text(name, text + "\n")

    def text(self, name: str, text: str) -> None:
        """Write UTF-8 text."""
        (self.partial / name).write_bytes(text.encode("utf-8"))

    def hashes(self) -> list[dict[str, str]]:
        """Names and SHA-256 of everything written so far, sorted by name."""
        files = sorted(p for p in self.partial.rglob("*") if p.is_file())
        return [
            {"path": p.relative_to(self.partial).as_posix(), "sha256": hashlib.sha256(p.read_bytes()).hexdigest()}
            for p in files
        ]

    def publish(self) -> None:
        """Move everything into place: the old manifest goes first, the new one comes last."""
        (self.final / MANIFEST).unlink(missing_ok=True)
        names = sorted(p.name for p in self.partial.iterdir() if p.name != MANIFEST)
        for name in [*names, MANIFEST]:
            if (self.partial / name).exists():
                (self.partial / name).replace(self.final / name)


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
    try:
        if final.exists() and not final.is_dir():
            raise OutputError(f"{final} is a file; give a folder with --out.")
        made = not final.exists()
        final.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder.partial, ignore_errors=True)
        folder.partial.mkdir()
        try:
            yield folder
            folder.publish()
        finally:
            shutil.rmtree(folder.partial, ignore_errors=True)
            if made and not any(final.iterdir()):
                final.rmdir()
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"{final}: the results could not be written ({reason}). Nothing half-written was left; "
            "free some space or choose another folder with --out, then run again."
        ) from error
