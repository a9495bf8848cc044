"""Who takes part in the arena, and how the peers' own environments are made."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import semapop_rows

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE / "peers"


@dataclass(frozen=True)
class Peer:
    """One generator of the arena.

    `environment` names its requirements file and the folder of its interpreter; "" runs in this one. `settings` says
    in words what it is given beyond its defaults, and why. `by_default` is false for those that take too long for a run
    of everything; they are asked for with --peer. One of our generators is `kind` (left out: the name itself), made
    with `options`; a baseline of others that is made of our parts is not `claimed` as ours.
    """

    name: str
    title: str
    script: str
    environment: str = ""
    settings: str = "defaults"
    by_default: bool = True
    kind: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    claimed: bool = True

    @property
    def runs_here(self) -> bool:
        """Whether this package makes it, in this environment."""
        return not self.environment

    @property
    def is_ours(self) -> bool:
        """Whether it is a generator of this package."""
        return self.runs_here and self.claimed


PEERS = {
    peer.name: peer
    for peer in (
        Peer("bayesian_network", "Bayesian network", "censemble_peer.py"),
        Peer("hot_deck", "hot-deck with perturbation", "censemble_peer.py"),
        Peer("bootstrap", "bootstrap of the sample", "censemble_peer.py"),
        Peer("independent", "independent margins", "censemble_peer.py"),
        Peer("maximum_entropy", "maximum entropy from two-way margins", "censemble_peer.py", "",
             "no sample; the margins of mbi's pairs"),
        Peer("mbi", "mbi (Private-PGM)", "mbi_peer.py", "mbi",
             "mirror descent, 1,000 iterations, 64-bit, as its manual recommends; pairs within 1,000,000 cells"),
        Peer("arf", "ARF (arfpy)", "arf_peer.py", "arfpy", "defaults: 30 trees, leaves of 5"),
        Peer("tvae", "TVAE", "tvae_peer.py", "ctgan", "defaults: 300 epochs, batches of 500"),
        Peer("ctgan", "CTGAN", "ctgan_peer.py", "ctgan", "defaults: 300 epochs, batches of 500"),
        Peer("mostlyai", "MOSTLY AI TabularARGN", "mostlyai_peer.py", "mostlyai",
             "defaults: medium model, early stopping; all columns declared categorical"),
        Peer("tabddpm", "TabDDPM (synthcity)", "tabddpm_peer.py", "synthcity",
             "5,000 iterations and 100 diffusion steps, the cheap end of its authors' grid", by_default=False),
    )
}  # fmt: skip
PEERS |= {
    row.name: Peer(
        row.name, row.title, "censemble_peer.py", "", row.says, not row.of, "semapop", row.options, row.is_ours
    )
    for row in semapop_rows.ROWS.values()
}


# Installed as dependencies, used by nothing here, and broken beside a torch built without CUDA.
NOT_NEEDED = {"mostlyai": ("torchvision", "torchaudio")}


def python_of(peer: Peer, environments: Path) -> Path:
    """The interpreter that runs a peer.

    Raises
    ------
    SystemExit
        The peer's environment is not there.
    """
    if peer.runs_here:
        return Path(sys.executable)
    python = environments / peer.environment / "bin" / "python"
    if not python.exists():
        raise SystemExit(f"{peer.name}: no {python}. Make it with: arena.py --make-environments {environments}")
    return python


def make_environments(folder: Path, python: Path) -> None:
    """One virtual environment for each requirements file, with the versions pinned there; ready ones are kept.

    `python` is the interpreter they are made of: the pinned versions want 3.11 to 3.13.
    """
    for requirements in sorted((SCRIPTS / "requirements").glob("*.txt")):
        environment = folder / requirements.stem
        done = environment / "installed.txt"
        if done.exists() and done.read_text() == requirements.read_text():
            continue
        print(f"making {environment}", flush=True)
        subprocess.run([python, "-m", "venv", environment], check=True)
        pip = [environment / "bin" / "python", "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "-r", requirements], check=True)
        if requirements.stem in NOT_NEEDED:
            subprocess.run([*pip[:3], "uninstall", "--quiet", "--yes", *NOT_NEEDED[requirements.stem]], check=True)
        done.write_text(requirements.read_text())
