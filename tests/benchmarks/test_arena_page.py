"""The page in docs/ is the one that the summary gives."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

Script = Callable[[str], ModuleType]


def test_page_in_docs_is_up_to_date(script: Script) -> None:
    """Nobody edits docs/arena.md by hand: it equals what is written from the committed summary."""
    arena = script("arena")
    assert arena.PAGE.read_text(encoding="utf-8") == script("arena_page").page(arena.RESULTS)


def test_table_in_the_readme_is_up_to_date(script: Script) -> None:
    """Nor the README's table: writing it again changes nothing."""
    arena = script("arena")
    readme = arena.README.read_text(encoding="utf-8")
    assert script("arena_page").with_table(readme, arena.RESULTS) == readme
