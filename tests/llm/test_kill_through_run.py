"""`censemble run` ended at any point: the next run pays at most the call under way again, and ends the same."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from asked_project import N_CALLS, Project, good, population, undisturbed_run
from command_case import start
from fault_server import Exchange, faulty

from censemble.io.output_folder import PARTIAL
from censemble.llm import Store


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project, its server not chosen yet."""
    return Project(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The files of a run that nothing disturbs."""
    return undisturbed_run(tmp_path_factory.mktemp("whole"), "run").content


class Killed(BaseException):
    """Ends a run as a signal would: nothing of ours catches it."""


@pytest.mark.parametrize(("point", "n_paid_again"), [("before", 1), ("after", 0)])
@pytest.mark.parametrize("number", range(1, N_CALLS + 1))
def test_a_run_ended_at_any_point_goes_on(
    point: str, n_paid_again: int, number: int, project: Project, undisturbed: dict[str, Any]
) -> None:
    """Before or after an answer is kept: at most the call under way is paid again, and the bytes are the same."""
    kept, n_kept = Store.keep_call, 0

    def watched(*values: Any, **named: Any) -> Any:
        nonlocal n_kept
        n_kept += 1
        if (point, n_kept) == ("before", number):
            raise Killed
        made = kept(*values, **named)
        if (point, n_kept) == ("after", number):
            raise Killed
        return made

    begun = time.monotonic()
    with faulty(good) as server:
        with project.monkeypatch.context() as patched:
            patched.setattr(Store, "keep_call", watched)
            with pytest.raises(Killed):
                project.run(server)
        assert not (project.out / PARTIAL).exists()
        assert project.nothing_is_left()
        assert project.run(server).status == 0
        assert len(server.requests) == N_CALLS + n_paid_again
    assert population(project.content()) == population(undisturbed)
    assert time.monotonic() - begun < 8


@pytest.mark.parametrize("number", range(1, N_CALLS + 1))
def test_a_killed_run_goes_on(number: int, project: Project, undisturbed: dict[str, Any]) -> None:
    """Killed while a call is under way: that call is paid again and no other, and the bytes are the same."""

    def deadly(exchange: Exchange) -> None:
        if len(exchange.server.requests) == number:
            process.kill()
        else:
            good(exchange)

    with faulty(deadly) as server:
        project.monkeypatch.setenv("CENSEMBLE_LLM_BASE_URL", server.base_url)
        process = start("run", ".", "--out", "../out", "-q", cwd=project.folder)
        process.communicate(timeout=30)
        assert process.returncode < 0
    assert project.nothing_is_left()
    with faulty(good) as healed:
        assert project.run(healed).status == 0
        assert len(healed.requests) == N_CALLS - number + 1
    assert population(project.content()) == population(undisturbed)
