"""Imports go one way: types, then stages, then publication, pipeline, command; stages never import each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "censemble"
SERVICES = ("personas", "llm")
STAGES = ("io", "generators", "calibration", "integerisation", "evaluation", "engines")
# each may import those before it
TOP = (
    "project_personas",
    "proposal",
    "publication",
    "yardsticks",
    "judging",
    "comparing",
    "pipeline",
    "run_pairs",
    "scenario",
    "steering_plan",
    "steering_readings",
    "steering_moves",
    "steering_model",
    "steering_watch",
    "steering_draws",
    "steering_pool",
    "steering",
    "model_client",
    "origins",
    "model_training",
    "model_sampling",
    "auditing",
    "audit_facts",
    "audit_text",
    "rehearsal_scenario",
    "rehearsal",
    "rehearsal_text",
    "persona_writers",
    "persona_study",
    "arguments",
    "terminal",
    "model_terminal",
    "model_commands",
    "steering_command",
    "cli",
    "__main__",
)
MODULES = sorted(SOURCE.rglob("*.py"))
HEAVY = {"matplotlib", "jinja2", "sklearn", "pandas", "polars", "narwhals", "yaml", "rich", "typer"}
TYPES_MAY_USE = {"numpy", "scipy", "pyarrow"}


def name_of(path: Path) -> str:
    """Dotted name below the package: `io.sources`; the package itself is empty."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """Dotted names of what a module imports, wherever in the module it does."""
    found: set[str] = set()
    package = ["censemble", *path.relative_to(SOURCE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            start = ".".join(part for part in (base, node.module) if part)
            found.update(f"{start}.{alias.name}" for alias in node.names)
    return found


def own_imports(path: Path) -> set[str]:
    """What a module imports of this package, below the package's name."""
    return {name.removeprefix("censemble.") for name in imported(path) if name.startswith("censemble.")}


def rank_of(name: str) -> int:
    """Types 0, services 1, stages 2, then the modules of TOP in their order."""
    first = name.split(".", maxsplit=1)[0]
    if first in SERVICES:
        return 1
    if first in STAGES:
        return 2
    return 3 + TOP.index(first) if first in TOP else 0


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    """No module imports from a layer above its own."""
    if not name_of(path):
        return  # the package's own namespace may offer the public functions of any layer
    above = {name for name in own_imports(path) if rank_of(name) > rank_of(name_of(path))}
    assert not above, f"{name_of(path)} imports {sorted(above)}"


@pytest.mark.parametrize("path", [p for p in MODULES if rank_of(name_of(p)) == 2], ids=name_of)
def test_stages_do_not_import_each_other(path: Path) -> None:
    """A stage uses the types and itself, so that each can be called and replaced alone."""
    stage = name_of(path).split(".")[0]
    others = {name for name in own_imports(path) if name.split(".")[0] in STAGES and name.split(".")[0] != stage}
    assert not others, f"{name_of(path)} imports {sorted(others)}"


@pytest.mark.parametrize("path", [p for p in MODULES if rank_of(name_of(p)) == 0], ids=name_of)
def test_types_stay_light(path: Path) -> None:
    """The types need arrays and tables only; nothing that is slow to load comes in through them."""
    if not name_of(path):
        return
    heavy = {name.split(".")[0] for name in imported(path)} & HEAVY
    assert not heavy, f"{name_of(path)} imports {sorted(heavy)}"


def heavy_at_load(path: Path) -> set[str]:
    """Slow libraries that a module imports as soon as it is loaded."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
    return found & {"matplotlib", "jinja2", "polars", "sklearn", "openai", "xllamacpp", "ray", "jax"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_are_imported_where_used(path: Path) -> None:
    """Loading any module does not load plotting, templates or optional libraries."""
    assert not heavy_at_load(path)


def test_relative_imports_are_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks above cannot be passed by writing an import in its relative form."""
    module = tmp_path / "calibration" / "dual.py"
    module.parent.mkdir()
    module.write_text("from ..integerisation import rounding\nfrom . import newton\nimport numpy as np\n")
    monkeypatch.setitem(globals(), "SOURCE", tmp_path)
    assert own_imports(module) == {"integerisation.rounding", "calibration.newton"}
