"""Whose rows a formula is about, where nobody says it."""

from __future__ import annotations

from collections.abc import Mapping

from censemble.formulas.scope import SIZE
from censemble.formulas.text import AGGREGATES, tree_of
from censemble.formulas.tree import Call, Word, parts_of
from censemble.schema import Entity, Schema


def entity_of(text: str, schema: Schema, *, groups: Mapping[str, str] | None = None) -> Entity:
    """Guess whose rows a formula is about: persons where it names one of their attributes and uses no aggregate.

    Raises
    ------
    ExpressionError
        The text, or a definition that it uses, is not in the language.

    Examples
    --------
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("age", "persons", "numeric"), Attribute("income", "households", "numeric")))
    >>> entity_of("age < 120", schema), entity_of("any(age < 120)", schema), entity_of("income > 0", schema)
    ('persons', 'households', 'households')
    """
    of_persons = {a.name for a in schema.of("persons")}
    of_households = {a.name for a in schema.of("households")} - of_persons
    if not of_persons:
        return "households"
    words: set[str] = set()
    definitions, opened, unread = dict(groups or {}), {SIZE} - of_persons, [tree_of(text)]
    while unread:
        tree = unread.pop()
        if isinstance(tree, Call) and tree.function in AGGREGATES and not tree.by:
            return "households"
        if not isinstance(tree, Word):
            unread.extend(parts_of(tree))
        elif tree.kind == "word" and tree.text in definitions and tree.text not in opened:
            opened.add(tree.text)
            unread.append(tree_of(definitions[tree.text]))
        elif tree.kind != "label" and tree.text not in opened:
            words.add(tree.text)
    # Bare labels are among the words; a name that nothing has is told best where all names are visible: with persons.
    return "persons" if words & of_persons or (words and not words & of_households) else "households"
