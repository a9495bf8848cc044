"""What every writer offers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.personas.phrasing import Wording
from censemble.personas.writer import Writer
from censemble.pool import Pool
from censemble.schema import Schema


class Numbering:
    """Writes a record's number."""

    name = "numbering"
    wording = Wording()

    def write(self, schema: Schema, pool: Pool, records: NDArray[np.int64]) -> list[str]:
        return [f"number {record}" for record in records]


def test_a_writer_is_what_has_a_name_and_writes() -> None:
    """Any such object serves: one text for each asked record, in the asked order."""
    writer: Writer = Numbering()
    none = pa.table({})
    pool = Pool({}, {}, np.arange(3), np.ones(2), pa.array([1, 2]), none, none, "", np.zeros(2, np.int32), "s")
    assert writer.write(Schema(), pool, np.array([1, 0])) == ["number 1", "number 0"]
