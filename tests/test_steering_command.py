"""The command `steer`: what it refuses, what it says, and what it hands on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from command_case import command, write_files
from counterfactual_case import facts
from generator_projects import PERSONS, project_of

from censemble import steering
from censemble.steering_command import steer
from censemble.steering_plan import Steering


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Flat persons with a generator that knows no personas."""
    return write_files(tmp_path / "p", project_of(PERSONS, "{kind: bootstrap, records: 100}"))


def test_other_generators_are_refused(project: Path) -> None:
    """With what to write instead, status 2."""
    done = command("steer", project, "--towards", "cycles", "--out", project / "out")
    assert done.status == 2
    assert "generator is 'bootstrap', which knows no personas" in done.err
    assert "generator: {kind: semapop}" in done.err
    assert not (project / "out").exists()


def test_nothing_asked_is_refused(project: Path) -> None:
    """Before the project is read."""
    done = command("steer", project / "nowhere")
    assert done.status == 2
    assert "nothing says what people shall be like" in done.err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--towards", ""], "a text is empty (--towards); say in a sentence"),
        (["--towards", "cycles", "--strength", "1.5"], "the strength is 1.5, and lies between 0 and 1 (--strength)"),
        (["--towards", "cycles", "--share", "0"], "the share is 0, and lies above 0, up to 1 (--share)"),
        (["--towards", "cycles", "--closeness", "7"], "the closeness is 7, and lies between 0 and 1 (--closeness)"),
    ],
)
def test_what_is_out_of_range_is_said_with_what_was_found(project: Path, options: list[str], says: str) -> None:
    """Before the project is read: the option, its value, what it may be."""
    done = command("steer", project / "nowhere", *options)
    assert (done.status, says in done.err) == (2, True)


def test_what_is_asked_is_handed_on_and_told(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All options reach the steering; a trained model takes the place of the generator; a doubt is loud."""
    asked: dict[str, Any] = {}

    def fake(inputs: Any, wanted: Steering, **options: Any) -> Any:
        asked.update(inputs=inputs, steering=wanted, **options)
        return steering.Steered(None, None, facts())  # type: ignore[arg-type]

    monkeypatch.setattr(steering, "steer", fake)
    steer(
        project,
        ["cycles"],
        ["drives"],
        None,
        0.5,
        2.0,
        0.2,
        ["sex"],
        "sex=male",
        "found",
        0.8,
        project / "model",
        project / "out",
    )
    assert asked["steering"] == Steering(
        ("cycles",),
        ("drives",),
        way="found",
        strength=0.5,
        reach=2.0,
        share=0.2,
        release=("sex",),
        watch="sex=male",
        closeness=0.8,
    )
    generator = asked["inputs"].generator
    assert (generator.kind, generator.records) == ("semapop", 50_000)
    assert generator.options == {"trained": str(project / "model")}
    shown = capsys.readouterr().out
    assert shown.startswith("WARNING: The data do not support this steering")
    assert "counterfactual.html" in shown


def test_a_quiet_command_still_warns(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the other stream, and nothing else."""
    monkeypatch.setattr(steering, "steer", lambda *_a, **_k: steering.Steered(None, None, facts()))  # type: ignore[arg-type]
    steer(project, ["cycles"], out=project / "out", quiet=True)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("WARNING")
