"""What an audit reads: a run, a project, a file of answers, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_case
from audit_case import audited_run, project

import censemble
from censemble.auditing import read_audit
from censemble.errors import ConfigError, InputError


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run."""
    return audited_run(tmp_path_factory.mktemp("run"))[1]


def test_a_run_has_everything(out: Path) -> None:
    """Questions in the order asked, each with its entry; proposals, refusals, planning."""
    audit = read_audit(out)
    assert [q["number"] for q in audit.questions] == list(range(1, len(audit.questions) + 1))
    assert set(audit.entries) == {q["question"] for q in audit.questions}
    assert audit.proposals
    assert [row["reason"] for row in audit.refused] == ["range that ends before it begins"]
    assert audit.planning[0]["miss"] == 1.0


def test_a_project_and_its_file_of_answers_are_the_same(out: Path) -> None:
    """By its folder, its file or the file of answers: all questions, no proposals."""
    folder = out.parent / "p"
    found = [read_audit(path) for path in (folder, folder / "censemble.yaml", folder / "answers.sqlite")]
    assert all(audit.questions == found[0].questions and not audit.proposals for audit in found)
    assert len(found[0].questions) == len(read_audit(out).questions)


def test_answers_that_moved_are_named(out: Path, tmp_path: Path) -> None:
    """Without them the run's own tables remain; with --answers all is there."""
    kept = out.parent / "p" / "answers.sqlite"
    moved = tmp_path / "moved.sqlite"
    kept.rename(moved)
    try:
        audit = read_audit(out)
        assert (audit.answers, audit.entries) == ("", {})
        assert audit.questions
        assert read_audit(out, answers=moved).entries
    finally:
        moved.rename(kept)


def test_what_cannot_be_audited_is_said(tmp_path: Path) -> None:
    """A run without a model, a project that has not asked, something else."""
    censemble.run(small_case.inputs(), out=tmp_path / "out")
    with pytest.raises(ConfigError, match="asked no language model: its generator is seed_sample"):
        read_audit(tmp_path / "out")
    with pytest.raises(ConfigError, match="no language model has been asked yet"):
        read_audit(project(tmp_path))
    for path in (tmp_path, tmp_path / "none", tmp_path / "out" / "fit.parquet"):
        with pytest.raises(ConfigError, match="no finished run, no project and no file of answers"):
            read_audit(path)
    (tmp_path / "bad.sqlite").write_bytes(b"SQLite format 3\x00" + b"\x07" * 5000)
    with pytest.raises(InputError):
        read_audit(tmp_path / "bad.sqlite")
