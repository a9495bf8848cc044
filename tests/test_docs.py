"""The documentation keeps in step with the program: links, commands, codes, columns, keys, examples."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from typer.main import get_command

import censemble
from censemble import errors
from censemble.cli import app
from censemble.evaluation.fit import COLUMNS
from censemble.evaluation.verdict import METRICS

REPOSITORY = Path(__file__).resolve().parents[1]
DOCS = REPOSITORY / "docs"
PAGES = sorted(
    [
        *REPOSITORY.glob("*.md"),
        *DOCS.glob("*.md"),
        REPOSITORY / "examples/README.md",
        REPOSITORY / "benchmarks/README.md",
    ]
)
HYPHENATED = re.compile(r"[a-z]+(-[a-z]+)+")


def text_of(name: str) -> str:
    """A page by its path in the repository."""
    return (REPOSITORY / name).read_text(encoding="utf-8")


def links_of(page: Path, *, images: bool) -> list[str]:
    """Targets of relative links, outside code blocks."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    pattern = r"!\[[^\]]*\]\(([^)\s]+)\)" if images else r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)"
    return [link for link in re.findall(pattern, text) if "://" not in link]


def anchors_of(page: Path) -> set[str]:
    """Anchors of headings: lower case, punctuation dropped, blanks as hyphens."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_resolve(page: Path) -> None:
    """Every relative link leads to a file, and to a heading where it names one."""
    for link in links_of(page, images=False):
        name, _, anchor = link.partition("#")
        goal = (page.parent / name).resolve() if name else page
        assert goal.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in anchors_of(goal), f"{page.name}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_pictures_are_there(page: Path) -> None:
    """Every picture is in the repository."""
    missing = [link for link in links_of(page, images=True) if not (page.parent / link).is_file()]
    assert not missing


def test_every_page_is_on_the_map() -> None:
    """The index names each page of the documentation."""
    linked = set(links_of(DOCS / "index.md", images=False))
    assert {p.name for p in DOCS.glob("*.md")} - {"index.md"} <= linked


def commands() -> dict[str, object]:
    """The program's commands by name."""
    return dict(get_command(app).commands)  # type: ignore[attr-defined]


def test_every_command_is_documented() -> None:
    """The index lists each command, and no other."""
    listed = re.findall(r"^\| `censemble (\w+)", text_of("docs/index.md"), flags=re.MULTILINE)
    assert set(listed) == set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_has_an_example_in_its_help(name: str) -> None:
    """Help texts end with how to call the command."""
    assert f"censemble {name}" in str(getattr(commands()[name], "help", ""))


def test_the_readme_shows_the_examples() -> None:
    """The README's blocks of Python and YAML are the example files, which are run."""
    blocks = dict(re.findall(r"```(python|yaml)\n(.*?)```", text_of("README.md"), flags=re.DOTALL))
    assert blocks["python"] == text_of("examples/quickstart.py")
    assert blocks["yaml"] == text_of("examples/minimal/censemble.yaml")


def codes_in(module: Path, *, words: bool = True) -> set[str]:
    """Codes of problems in a module: what is passed as `code` to a problem, and all hyphenated words if asked."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if (
            words
            and isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and HYPHENATED.fullmatch(node.value)
        ):
            found.add(node.value)
        if isinstance(node, ast.Call):
            is_problem = isinstance(node.func, ast.Name) and node.func.id == "Problem" and len(node.args) == 6
            given = [k.value for k in node.keywords if k.arg == "code"] + (node.args[5:] if is_problem else [])
            found |= {v.value for v in given if isinstance(v, ast.Constant) and isinstance(v.value, str)}
    return found


def test_every_problem_code_is_explained() -> None:
    """docs/errors.md lists exactly the codes of the readers."""
    folders = ("io", "llm", "personas")
    used = set().union(*(codes_in(p) for f in folders for p in (REPOSITORY / "src/censemble" / f).glob("*.py")))
    models = (REPOSITORY / "src/censemble/generators/semapop").glob("*.py")
    used |= set().union(*(codes_in(p, words=False) for p in models))
    section = text_of("docs/errors.md").partition("## Codes of problems")[2]
    listed = re.findall(r"^\| `([a-z-]+)` \|", section, flags=re.MULTILINE)
    assert sorted(listed) == sorted(used)


def test_exit_statuses_are_those_of_the_errors() -> None:
    """The table of errors.md has every error with its status."""
    rows = re.findall(r"^\| (\d) \| `(\w+)` \|", text_of("docs/errors.md"), flags=re.MULTILINE)
    kinds = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, errors.CensembleError)]
    assert {name: int(status) for status, name in rows} == {e.__name__: e.exit_status for e in kinds}


def quoted(page: str) -> set[str]:
    """Everything that a page sets in code."""
    return set(re.findall(r"`([^`\n]+)`", text_of(page)))


def test_outputs_are_described(tmp_path: Path) -> None:
    """Files, columns, manifest keys and report keys of a run are all in outputs.md."""
    result = censemble.run(censemble.read_project(REPOSITORY / "examples/minimal"), out=tmp_path / "out")
    named = quoted("docs/outputs.md")
    files = {p.name for p in (tmp_path / "out").iterdir()}
    levels = {"region", "zone", "tenure", "age"}  # of this project: described as levels and attributes
    columns = {*result.households.column_names, *result.persons.column_names} - levels
    for expected in (files, columns, set(COLUMNS), set(result.manifest), set(result.facts)):
        assert expected <= named


def test_limits_are_described() -> None:
    """Every metric that can have a limit is in how-to-choose.md."""
    assert set(METRICS) <= quoted("docs/how-to-choose.md")


def test_the_python_page_names_every_call() -> None:
    """What `import censemble` offers is in python.md."""
    page = text_of("docs/python.md")
    assert [name for name in censemble.__all__ if name not in page] == []
