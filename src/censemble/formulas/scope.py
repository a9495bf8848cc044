"""What names and labels mean at some place of a formula: whose rows it is about, what they have, what was defined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NoReturn

from censemble.errors import ExpressionError
from censemble.formulas.text import tree_of
from censemble.formulas.tokens import nearest, refusal
from censemble.formulas.tree import Number, Tree, Word
from censemble.schema import Attribute, Entity, Schema

MAX_HEIGHT = 100  # operations inside operations, definitions written out
MAX_DEFINITIONS = 200  # definitions written out in one formula
SIZE = "size"
COUNT_HINT = "; the number of members is count()"


@dataclass
class Needs:
    """What a formula reads, gathered while its names are looked up."""

    attributes: set[tuple[Entity, str]] = field(default_factory=set)
    members: bool = False
    n_definitions: int = 0


@dataclass(frozen=True, eq=False)
class Scope:
    """Looks names up at one place.

    Parameters
    ----------
    schema : Schema
    entity : {"households", "persons"}
        Rows that this place is about; inside an aggregate, persons.
    text : str
        The formula, or the definition that is being written out, for quoting.
    groups : mapping of str to str
        Definitions: name and formula.
    inside : str
        The aggregate around this place, or "".
    opened : tuple of str
        Definitions around this place.
    needs : Needs
        Grows.
    height : int
        Operations around this place.
    """

    schema: Schema
    entity: Entity
    text: str
    groups: Mapping[str, str]
    inside: str = ""
    opened: tuple[str, ...] = ()
    needs: Needs = field(default_factory=Needs)
    height: int = 0

    def refuse(self, tree: Tree, reason: str) -> NoReturn:
        """Quote the part and say why it has no meaning."""
        error = refusal(self.text, tree.start, tree.end, reason)
        raise ExpressionError(f"definition {self.opened[-1]!r}: {error.message}") if self.opened else error

    def below(self, tree: Tree) -> Scope:
        """One operation deeper."""
        if self.height >= MAX_HEIGHT:
            self.refuse(tree, f"more than {MAX_HEIGHT} operations inside each other")
        return replace(self, height=self.height + 1)

    def members(self, tree: Tree, function: str) -> Scope:
        """Inside an aggregate: persons of the household."""
        if self.inside:
            self.refuse(tree, f"an aggregate inside {self.inside}(...); compare the two outside of it")
        self.needs.members = True
        return replace(self, entity="persons", inside=function)

    def is_definition(self, tree: Tree) -> bool:
        """Whether a word stands for a formula."""
        return isinstance(tree, Word) and tree.kind == "word" and tree.text in self.groups

    def open(self, tree: Word) -> tuple[Tree, Scope]:
        """Write a definition out: its tree, and the scope to read it in."""
        if tree.text in self.opened:
            self.refuse(tree, f"the definition of {tree.text!r} needs itself")
        self.needs.n_definitions += 1
        if self.needs.n_definitions > MAX_DEFINITIONS:
            self.refuse(tree, f"more than {MAX_DEFINITIONS} definitions to write out")
        text = self.groups[tree.text]
        try:
            inner = tree_of(text)
        except ExpressionError as error:
            raise ExpressionError(f"definition {tree.text!r}: {error.message}") from None
        return inner, replace(self, text=text, opened=(*self.opened, tree.text))

    def visible(self) -> dict[str, Attribute]:
        """Attributes that these rows have; persons also have those of their household."""
        found = {a.name: a for a in self.schema.of("households")}
        return found | {a.name: a for a in self.schema.of("persons")} if self.entity == "persons" else found

    def attribute(self, tree: Tree) -> Attribute | None:
        """The attribute that a word names, where it does."""
        if not isinstance(tree, Word) or tree.kind == "label" or self.is_definition(tree):
            return None
        found = self.visible().get(tree.text)
        if found is not None:
            self.needs.attributes.add((self.entity, found.name))
        return found

    def labelled(self, tree: Tree) -> Attribute | None:
        """The attribute with categories that a word names, where it does."""
        found = self.attribute(tree)
        return found if found is not None and found.kind != "numeric" else None

    def refuse_name(self, tree: Word) -> NoReturn:
        """Say that nothing has this name, and what may have been meant."""
        name = tree.text
        if self.entity == "households" and any(a.name == name for a in self.schema.of("persons")):
            self.refuse(
                tree,
                f"{name!r} belongs to persons, and this is about households; say of which members, as in "
                f"any({name} ...), all(...), count(...), max({name}), or make it a formula of persons",
            )
        known = [*self.visible(), *self.groups]
        self.refuse(tree, f"no attribute {name!r} for {self.entity}; {nearest(name, known)}")

    def code(self, attribute: Attribute, value: Word | Number) -> int:
        """Position of a label; a number may be a label in any spelling."""
        labels = attribute.categories
        if value.text in labels:
            return labels.index(value.text)
        same = [i for i, label in enumerate(labels) if isinstance(value, Number) and number_of(label) == value.value]
        if not same:
            listed = nearest(value.text, labels) + (COUNT_HINT if attribute.name == SIZE else "")
            self.refuse(value, f"{attribute.name!r} has no label {value.text!r} (capitals count); {listed}")
        return same[0]

    def refuse_labels(self, attribute: Attribute, tree: Tree) -> NoReturn:
        """Say why labels are no numbers, and how to test them."""
        label = attribute.categories[0]
        shown = label if label.isidentifier() or number_of(label) is not None else repr(label)
        hint = COUNT_HINT if attribute.name == SIZE else ""
        if attribute.kind == "categorical" and all(number_of(c) is not None for c in attribute.categories):
            hint = "; declare it `kind: ordinal` to use its labels as numbers"
        listed = ", ".join(attribute.categories[:5])
        reason = f"{attribute.name!r} has labels ({listed}), not numbers; write {attribute.name} is {shown}{hint}"
        self.refuse(tree, reason)


def numbers_of_labels(attribute: Attribute) -> tuple[float, ...] | None:
    """The labels of an ordinal attribute as numbers, where all are numbers and increase.

    Examples
    --------
    >>> numbers_of_labels(Attribute("cars", "households", "ordinal", ("0", "1", "2")))
    (0.0, 1.0, 2.0)
    >>> numbers_of_labels(Attribute("cars", "households", "ordinal", ("0", "1", "2 or more")))
    """
    numbers = tuple(n for n in map(number_of, attribute.categories) if n is not None)
    is_whole = attribute.kind == "ordinal" and len(numbers) == len(attribute.categories)
    return numbers if is_whole and all(a < b for a, b in pairwise(numbers)) else None


def number_of(label: str) -> float | None:
    """What a label reads as, where it is a plain number.

    Examples
    --------
    >>> number_of("03"), number_of("3 or more"), number_of("nan")
    (3.0, None, None)
    """
    try:
        return float(label) if label.strip("+-.0123456789eE") == "" else None
    except ValueError:
        return None
