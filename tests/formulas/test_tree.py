"""Trees of what was written."""

from __future__ import annotations

from censemble.formulas.text import tree_of
from censemble.formulas.tree import Word, parts_of


def words_in(text: str) -> list[str]:
    """All words that can be names."""
    found, unread = [], [tree_of(text)]
    while unread:
        tree = unread.pop()
        found += [tree.text] if isinstance(tree, Word) else []
        unread.extend(parts_of(tree))
    return sorted(found)


def test_parts_reach_every_name_and_no_label() -> None:
    """Operands, subjects, arguments, conditions and groups are parts; labels after `is` are not."""
    text = "if a is b then mean(c by d where e > 1) - 2 >= f or not g is missing"
    assert words_in(text) == ["a", "c", "d", "e", "f", "g"]
