"""Who said what: every question to a language model, its answers, what was made of them, and back from a record.

What is read is a finished run, a project (its file of answers) or a file of answers. Nothing is asked and nothing is
written. `audit_facts` draws the views from it, `audit_text` makes lines of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from censemble.errors import ConfigError
from censemble.generators.registry import ASKING
from censemble.io.project import load_project
from censemble.io.run_folder import locate, read_manifest, read_rows, refuse_comparison
from censemble.llm import Entry, Store

SQLITE = b"SQLite format 3\x00"
Facts = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Audit:
    """What there is to browse.

    Parameters
    ----------
    name : str
        What was named: a run, a project, a file of answers.
    answers : str
        The file of answers; "" where it is not found.
    questions : tuple of dict
        In the order asked: number, purpose, verdict, faults, tokens_in, tokens_out, question.
    entries : mapping of str to Entry
        Of the file of answers, by key of the question.
    failures : tuple of dict
        Calls that brought no answer: key, round, kind, message, happened.
    out : Path or None
        Folder of the run; without one there are no proposals and no records.
    manifest : mapping
    proposals, refused, planning : tuple of dict
        Rows of the run's tables; none where a scenario alone was asked about.
    """

    name: str
    answers: str
    questions: tuple[Facts, ...]
    entries: Mapping[str, Entry]
    failures: tuple[Facts, ...] = ()
    out: Path | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)
    proposals: tuple[Facts, ...] = ()
    refused: tuple[Facts, ...] = ()
    planning: tuple[Facts, ...] = ()


def read_audit(path: Path, *, answers: Path | None = None) -> Audit:
    """Read what a path holds of questions and answers.

    Parameters
    ----------
    path : Path
        Folder of a finished run; a project file or its folder; a file of answers or a replay file.
    answers : Path, optional
        The file of answers of a run, if it moved.

    Raises
    ------
    ConfigError
        The path is none of these, or the run asked no language model.
    InputError
        The file of answers is damaged.
    """
    if (path / "manifest.json").is_file():
        return _of_run(path, answers)
    if path.is_file() and path.read_bytes()[: len(SQLITE)] == SQLITE:
        return _of_answers(path, str(path))
    if path.suffix in (".yaml", ".yml") or (path / "censemble.yaml").is_file():
        project = load_project(path)
        kept = (path if path.is_dir() else path.parent) / project.language_model.answers
        if not kept.is_file():
            raise ConfigError(f"{path}: no language model has been asked yet: there is no {kept}. Run it first.")
        return _of_answers(kept, str(path))
    refuse_comparison(path)
    raise ConfigError(f"{path} is no finished run, no project and no file of answers. Name one of these.")


def _of_answers(path: Path, name: str) -> Audit:
    entries, failures = _stored(path)
    return Audit(
        name, str(path), tuple(map(_question, range(1, len(entries) + 1), entries)), _by_key(entries), failures
    )


def _stored(path: Path) -> tuple[list[Entry], tuple[Facts, ...]]:
    with Store.open_readonly(path) as store:
        return list(store.entries()), tuple(store.failures())


def _by_key(entries: Sequence[Entry]) -> dict[str, Entry]:
    return {entry.key: entry for entry in entries}


def _question(number: int, entry: Entry) -> Facts:
    """A question of the file as the table of a run has it."""
    return {
        "number": number,
        "purpose": entry.purpose,
        "verdict": entry.verdict or "open",
        "faults": [str(fault) for fault in entry.faults],
        "tokens_in": sum(call.raw.tokens_in or 0 for call in entry.calls),
        "tokens_out": sum(call.raw.tokens_out or 0 for call in entry.calls),
        "question": entry.key,
    }


def _of_run(out: Path, answers: Path | None) -> Audit:
    manifest = read_manifest(out)
    if "language_model" not in manifest:
        kind = manifest.get("generator", {}).get("kind", "unknown")
        raise ConfigError(f"{out} asked no language model: its generator is {kind}. There is nothing to audit.")
    if answers is None:
        with suppress(ConfigError):
            answers = locate(str(manifest["language_model"]["answers"]), out=out, manifest=manifest)
    questions = tuple(read_rows(out, "questions"))
    planned = manifest["generator"]["kind"] in ASKING  # others were asked for by a scenario alone
    entries, failures = _stored(answers) if answers is not None else ([], ())
    keys = {question["question"] for question in questions}
    return Audit(
        str(out),
        str(answers or ""),
        questions,
        _by_key([entry for entry in entries if entry.key in keys]),
        tuple(failure for failure in failures if failure["key"] in keys),
        out,
        manifest,
        *(tuple(read_rows(out, name)) if planned else () for name in ("proposals", "refused", "planning")),
    )
