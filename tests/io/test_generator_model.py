"""The section `generator` of the project file."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_case import write_files
from generator_projects import HOUSEHOLDS, KINDS, project_of

from censemble.errors import ConfigError
from censemble.io.generator_model import KINDS as KNOWN
from censemble.io.project import load_project


def problems(folder: Path, generator: str) -> list[tuple[str, str]]:
    """Codes of what is wrong, and the messages."""
    with pytest.raises(ConfigError) as caught:
        load_project(write_files(folder, project_of(HOUSEHOLDS, generator)))
    return [(p.code, str(p)) for p in caught.value.problems]


@pytest.mark.parametrize("kind", [*KINDS, "llmsynthor", "semapop"])
def test_every_kind_is_read(kind: str, tmp_path: Path) -> None:
    """A kind alone is enough; records have a default where there are any to ask for."""
    read = load_project(write_files(tmp_path, project_of(HOUSEHOLDS, f"{{kind: {kind}}}"))).generator
    assert read.kind == kind
    assert getattr(read, "records", 50_000) == 50_000
    assert set(KNOWN) == {*KINDS, "llmsynthor", "semapop"}


def test_a_wrong_kind_lists_the_right_ones(tmp_path: Path) -> None:
    """The nearest is named first, with the line of the key."""
    ((code, message),) = problems(tmp_path, "{kind: bayes_network}")
    assert code == "unknown-choice"
    assert "generator.kind" in message
    assert "Did you mean 'bayesian_network'?" in message


def test_a_kind_is_needed(tmp_path: Path) -> None:
    """Options without a kind: it is asked for, with the choices."""
    ((code, message),) = problems(tmp_path, "{records: 10}")
    assert (code, "maximum_entropy" in message) == ("missing-key", True)


@pytest.mark.parametrize(
    ("generator", "code", "says"),
    [
        ("{kind: maximum_entropy, sise: size}", "unknown-key", "Did you mean 'size'?"),
        ("{kind: bootstrap, size: size}", "unknown-key", "kind, records"),
        ("{kind: bootstrap, records: 0}", "wrong-value", "a number of at least 1"),
        ("{kind: maximum_entropy, size: sise}", "unknown-attribute", "Did you mean 'size'?"),
    ],
)
def test_options_of_the_kind_only(generator: str, code: str, says: str, tmp_path: Path) -> None:
    """Unknown options name those of this kind, not of another."""
    found = problems(tmp_path, generator)
    assert found[0][0] == code
    assert says in found[0][1]
