"""A bank of personas on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from censemble.errors import InputError, OutputError
from censemble.personas.bank import PersonaBank
from censemble.personas.bank_files import MANIFEST, PERSONAS, RECORDS, load_bank, save_bank


def bank(width: int = 3) -> PersonaBank:
    """Two personas of three records."""
    vectors = np.random.default_rng(1).random((2, width)).astype(np.float32)
    return PersonaBank(("f\u00e4hrt", "drives"), vectors, np.array([1, 0, 1]), np.array([0.1, 0.2]), "e", "w")


@pytest.mark.parametrize("width", [0, 3])
def test_a_bank_comes_back(tmp_path: Path, width: int) -> None:
    """To the last bit, also without vectors; nothing else is left in the folder."""
    made = bank(width)
    save_bank(made, tmp_path / "new" / "bank")
    found = load_bank(tmp_path / "new" / "bank")
    assert (found.texts, found.embedder, found.writer) == (made.texts, "e", "w")
    for name in ("embeddings", "of_record", "weights"):
        assert getattr(found, name).tobytes() == getattr(made, name).tobytes()
    assert {p.name for p in (tmp_path / "new" / "bank").iterdir()} == {PERSONAS, RECORDS, MANIFEST}


@pytest.mark.parametrize("name", [PERSONAS, RECORDS, MANIFEST])
@pytest.mark.parametrize("damage", ["absent", "cut"])
def test_damage_is_found(tmp_path: Path, name: str, damage: str) -> None:
    """Each file is needed, and is the one that was written."""
    save_bank(bank(), tmp_path)
    if damage == "absent":
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-9])
    with pytest.raises(InputError, match="personas cannot be read"):
        load_bank(tmp_path)


def test_another_version_is_refused(tmp_path: Path) -> None:
    """Rather than half understood."""
    save_bank(bank(), tmp_path)
    about = json.loads((tmp_path / MANIFEST).read_text())
    (tmp_path / MANIFEST).write_text(json.dumps(about | {"version": 2}))
    with pytest.raises(InputError, match="version 1"):
        load_bank(tmp_path)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    """The message names it."""
    (tmp_path / "bank").write_text("")
    with pytest.raises(OutputError, match="bank"):
        save_bank(bank(), tmp_path / "bank")
