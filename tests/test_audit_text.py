"""An audit on a terminal: at most 100 columns, nothing in it steers the terminal."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from audit_case import audited_run
from command_case import command

from censemble.audit_text import VIEWS, view
from censemble.auditing import read_audit
from censemble.plain_text import SPELT

VALUES = {"call": 1, "proposal": "1-1", "record": "3"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run."""
    return audited_run(tmp_path_factory.mktemp("run"))[1]


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_view_is_short_and_safe(name: str, out: Path) -> None:
    """In lines, through the command, and as data."""
    facts, lines = view(read_audit(out), name, VALUES.get(name, True))
    listed = list(lines)
    assert listed
    assert max(map(len, listed)) <= 100
    option = [] if name == "summary" else [f"--{name}", *([str(VALUES[name])] if name in VALUES else [])]
    shown, data = command("audit", out, *option), command("audit", out, *option, "--json")
    assert (shown.status, data.status) == (0, 0)
    for text in (shown.out, data.out):
        assert not [c for c in text if c != "\n" and unicodedata.category(c) in SPELT]
    assert json.loads(data.out) == json.loads(json.dumps(facts))


def test_the_summary_says_what_matters(out: Path) -> None:
    """Verdicts, proposals, refusals, and how the discrepancy fell."""
    shown = command("audit", out).out
    for words in ("to rude", "repaired 1", "range that ends before it begins 1", "100.0 %", "wrong cells"):
        assert words in shown


def test_a_record_shows_the_whole_way(out: Path) -> None:
    """Record, proposal, discrepancy, prompt and answer on one page."""
    shown = command("audit", out, "--record", "3").out
    for words in ("person_id 3", "asked for by", "sent (system)", "gaps", "answered by"):
        assert words in shown


def test_one_view_at_a_time(out: Path) -> None:
    """Two are refused with their names."""
    done = command("audit", out, "--calls", "--refused")
    assert (done.status, "Give one of --calls, --refused" in done.err) == (2, True)
