"""The path is the name: every module has its test file, modules stay short, words are the project's own."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCE = REPOSITORY / "src" / "censemble"
MODULES = sorted(p for p in SOURCE.rglob("*.py") if p.name not in ("__init__.py", "__main__.py"))
FORBIDDEN_NAMES = {"utils", "helpers", "core", "manager", "handler", "wrappers", "misc"}
PYTHON_FILES = sorted(
    path for folder in ("src", "tests", "benchmarks", "tools") for path in (REPOSITORY / folder).rglob("*.py")
)


def mirror_of(module: Path) -> Path:
    """Where the tests of a module are."""
    below = module.relative_to(SOURCE)
    return REPOSITORY / "tests" / below.parent / f"test_{below.name}"


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_every_module_has_its_test_file(module: Path) -> None:
    """The tests of src/censemble/a/b.py are in tests/a/test_b.py."""
    assert mirror_of(module).is_file(), f"write {mirror_of(module).relative_to(REPOSITORY)}"


@pytest.mark.parametrize("module", PYTHON_FILES, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_modules_are_short(module: Path) -> None:
    """No file grows into the one that does everything: 400 lines at most."""
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_module_names_say_what_they_hold(module: Path) -> None:
    """Names that could hold anything are not used."""
    assert not FORBIDDEN_NAMES & set(module.relative_to(SOURCE).with_suffix("").parts)


def functions_of(module: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods of a file."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("module", [p for p in PYTHON_FILES if p.name.startswith("test_")], ids=lambda p: p.name)
def test_every_test_says_what_it_shows(module: Path) -> None:
    """Each test has a sentence, so that a failure can be read."""
    silent = [f.name for f in functions_of(module) if f.name.startswith("test_") and not ast.get_docstring(f)]
    assert not silent


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_nothing_is_evaluated(module: Path) -> None:
    """Text from a user's file is never run as Python: no eval, exec or pickle in the package."""
    text = module.read_text(encoding="utf-8")
    tree = ast.parse(text)
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not called & {"eval", "exec", "compile", "__import__"}
    assert not re.search(r"^\s*(import|from) pickle", text, flags=re.MULTILINE)


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_error_is_swallowed(module: Path) -> None:
    """No bare `except` and no `except Exception`: they hide what went wrong."""
    handlers = [n for n in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(n, ast.ExceptHandler)]
    broad = [h.lineno for h in handlers if h.type is None or ast.unparse(h.type) in ("Exception", "BaseException")]
    assert not broad, f"lines {broad}"
