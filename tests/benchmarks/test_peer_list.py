"""Who takes part, and where their interpreters are."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Script = Callable[[str], ModuleType]


def test_every_peer_has_script_and_environment(script: Script) -> None:
    """Scripts exist, and every environment that is not ours has its requirements."""
    module = script("peer_list")
    for peer in module.PEERS.values():
        assert (module.SCRIPTS / peer.script).is_file()
        assert peer.runs_here or (module.SCRIPTS / "requirements" / f"{peer.environment}.txt").is_file()


def test_versions_are_pinned(script: Script) -> None:
    """Every line of a requirements file names one version, and no index."""
    for path in (script("peer_list").SCRIPTS / "requirements").glob("*.txt"):
        for line in path.read_text().splitlines():
            assert re.fullmatch(r"[A-Za-z0-9_.\-]+==[0-9][A-Za-z0-9.]*", line), f"{path.name}: {line}"


def test_missing_environment_says_how_to_make_it(script: Script, tmp_path: Path) -> None:
    """A peer without an environment ends with the command that makes it; ours need none."""
    module = script("peer_list")
    with pytest.raises(SystemExit, match="--make-environments"):
        module.python_of(module.PEERS["ctgan"], tmp_path)
    assert module.python_of(module.PEERS["bayesian_network"], tmp_path) == Path(sys.executable)
