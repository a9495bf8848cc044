"""From what was written to what it means: names looked up in the schema, labels among the categories, kinds checked.

Every refusal quotes the part of the text that it is about and says what to write instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NoReturn

from censemble.errors import ExpressionError
from censemble.formula_nodes import (
    AnyMember,
    Arithmetic,
    Comparison,
    Condition,
    ConditionNumber,
    Constant,
    Count,
    Every,
    Function,
    GroupStatistic,
    HasLabel,
    LabelMissing,
    LabelNumbers,
    LabelOrder,
    MemberStatistic,
    Not,
    NumberMissing,
    NumericAttribute,
    Quantity,
)
from censemble.formula_text import (
    AGGREGATES,
    COMPARISONS,
    MEMBER_TESTS,
    STATISTICS,
    Call,
    Chain,
    Membership,
    Number,
    Operation,
    Tree,
    Word,
    tree_of,
)
from censemble.formula_tokens import nearest, refusal
from censemble.schema import Attribute, Entity, Schema

MAX_HEIGHT = 100  # operations inside operations, definitions written out
MAX_DEFINITIONS = 200  # definitions written out in one formula
SIZE = "size"
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass
class Needs:
    """What a formula reads, gathered while it is bound."""

    attributes: set[tuple[Entity, str]] = field(default_factory=set)
    members: bool = False
    n_definitions: int = 0


@dataclass(frozen=True, eq=False)
class Binder:
    """Looks names up for rows of one entity.

    Parameters
    ----------
    schema : Schema
    entity : {"households", "persons"}
        Rows that the part in hand is about; inside an aggregate, persons.
    text : str
        The formula, or the definition that is being written out, for quoting.
    groups : mapping of str to str
        Definitions: name and formula.
    inside : str
        The aggregate around the part in hand, or "".
    opened : tuple of str
        Definitions around the part in hand.
    needs : Needs
        Grows.
    height : int
        Operations around the part in hand.
    """

    schema: Schema
    entity: Entity
    text: str
    groups: Mapping[str, str]
    inside: str = ""
    opened: tuple[str, ...] = ()
    needs: Needs = field(default_factory=Needs)
    height: int = 0

    def bind(self, tree: Tree) -> Condition | Quantity:
        """Give the meaning of a tree.

        Raises
        ------
        ExpressionError
            A name, label or combination that has none.
        """
        if self.height > MAX_HEIGHT:
            self.refuse(tree, f"more than {MAX_HEIGHT} operations inside each other")
        below = replace(self, height=self.height + 1)
        if isinstance(tree, Number):
            return Constant(tree.value)
        if isinstance(tree, Word):
            return below.word(tree)
        if isinstance(tree, Chain):
            return below.chain(tree)
        if isinstance(tree, Operation):
            return below.operation(tree)
        if isinstance(tree, Membership):
            return below.membership(tree)
        return below.call(tree)

    def refuse(self, tree: Tree, reason: str) -> NoReturn:
        """Quote the part and say why it has no meaning."""
        error = refusal(self.text, tree.start, tree.end, reason)
        if self.opened:
            raise ExpressionError(f"definition {self.opened[-1]!r}: {error.message}")
        raise error

    def condition(self, tree: Tree) -> Condition:
        """Bind what has to be true or false."""
        found = self.bind(tree)
        if not isinstance(found, Condition):
            self.refuse(tree, "this is a number where a condition belongs; compare it, as in income > 0")
        return found

    def quantity(self, tree: Tree) -> Quantity:
        """Bind what has to be a number; a condition counts 0 or 1."""
        found = self.bind(tree)
        return ConditionNumber(found) if isinstance(found, Condition) else found

    # names -----------------------------------------------------------------------------------------------------------

    def visible(self) -> dict[str, Attribute]:
        """Attributes that rows of this entity have; persons also have those of their household."""
        found = {a.name: a for a in self.schema.of("households")}
        return found | {a.name: a for a in self.schema.of("persons")} if self.entity == "persons" else found

    def attribute(self, tree: Tree) -> Attribute | None:
        """The attribute that a word names, where it does."""
        if not isinstance(tree, Word) or tree.kind == "label" or (tree.kind == "word" and tree.text in self.groups):
            return None
        found = self.visible().get(tree.text)
        if found is not None:
            self.needs.attributes.add((self.entity, found.name))
        return found

    def word(self, tree: Word) -> Condition | Quantity:
        if tree.kind == "label":
            self.refuse(tree, "a label stands after 'is', 'in' or a comparison with an attribute")
        if tree.kind == "word" and tree.text in self.groups:
            return self.definition(tree)
        attribute = self.attribute(tree)
        if attribute is not None:
            return self.attribute_number(attribute, tree)
        if tree.text.lower() == SIZE:
            self.needs.members = True
            return Count()
        self.unknown(tree)

    def attribute_number(self, attribute: Attribute, tree: Tree) -> Quantity:
        if attribute.kind == "numeric":
            return NumericAttribute(attribute.name)
        numbers = numbers_of_labels(attribute)
        if numbers is not None:
            return LabelNumbers(attribute.name, numbers)
        if attribute.kind == "categorical" and _all_numbers(attribute):
            self.refuse(tree, "its categories have no order; declare it `kind: ordinal` to compare or add them")
        labels = ", ".join(attribute.categories[:5])
        hint = " The number of members is count()." if attribute.name == SIZE else ""
        self.refuse(
            tree, f"{attribute.name!r} has labels ({labels}), not numbers; write {tree_example(attribute)}.{hint}"
        )

    def definition(self, tree: Word) -> Condition | Quantity:
        if tree.text in self.opened:
            self.refuse(tree, f"the definition of {tree.text!r} needs itself")
        self.needs.n_definitions += 1
        if self.needs.n_definitions > MAX_DEFINITIONS:
            self.refuse(tree, f"more than {MAX_DEFINITIONS} definitions to write out")
        text, opened = self.groups[tree.text], (*self.opened, tree.text)
        try:
            inner = tree_of(text)
        except ExpressionError as error:
            raise ExpressionError(f"definition {tree.text!r}: {error.message}") from None
        return replace(self, text=text, opened=opened).bind(inner)

    def unknown(self, tree: Word) -> NoReturn:
        hidden = {a.name for a in self.schema.of("persons")} if self.entity == "households" else set()
        if tree.text in hidden:
            self.refuse(
                tree,
                f"{tree.text!r} belongs to persons, and this is about households; say of which members, as in "
                f"any({tree.text} ...), all(...), count(...), max({tree.text}), or make it a formula of persons",
            )
        known = [*self.visible(), *self.groups]
        self.refuse(tree, f"no attribute {tree.text!r} for {self.entity}; {nearest(tree.text, known)}")

    # labels ----------------------------------------------------------------------------------------------------------

    def code(self, attribute: Attribute, value: Word | Number) -> int:
        """Position of a label; a number may be a label in any spelling."""
        labels = attribute.categories
        if value.text in labels:
            return labels.index(value.text)
        if isinstance(value, Number):
            same = [i for i, number in enumerate(map(_number, labels)) if number == value.value]
            if same:
                return same[0]
        listed = nearest(value.text, labels)
        self.refuse(value, f"{attribute.name!r} has no label {value.text!r} (capitals count); {listed}")

    def membership(self, tree: Membership) -> Condition:
        attribute = self.attribute(tree.subject)
        if attribute is not None and attribute.kind != "numeric":
            return HasLabel(attribute.name, tuple(sorted({self.code(attribute, v) for v in tree.values})))
        subject = self.quantity(tree.subject)
        for value in tree.values:
            if isinstance(value, Word):
                self.refuse(value, "a number belongs here: what stands before 'is' is a number, without labels")
        equal = [Comparison("=", subject, Constant(v.value)) for v in tree.values if isinstance(v, Number)]
        return either(*equal)

    def compare(self, left: Tree, operator: str, right: Tree) -> Condition:
        for subject, other, sign in ((left, right, operator), (right, left, _MIRRORED[operator])):
            attribute = self.attribute(subject)
            if attribute is not None and attribute.kind != "numeric":
                found = self.compare_label(attribute, sign, other)
                if found is not None:
                    return found
        return Comparison(operator, self.quantity(left), self.quantity(right))

    def compare_label(self, attribute: Attribute, operator: str, other: Tree) -> Condition | None:
        """A test of labels, or None where both sides are numbers."""
        is_label = isinstance(other, Word | Number) and other.text in attribute.categories
        if not is_label and (numbers_of_labels(attribute) is not None or not isinstance(other, Word | Number)):
            return None
        if isinstance(other, Word) and not is_label and self.attribute(other) is not None:
            self.refuse(other, f"an attribute; {attribute.name!r} has labels and is compared with labels only")
        assert isinstance(other, Word | Number)
        code = self.code(attribute, other)
        if operator in ("=", "!="):
            test = HasLabel(attribute.name, (code,))
            return test if operator == "=" else Not(test)
        if attribute.kind != "ordinal":
            self.refuse(other, f"the categories of {attribute.name!r} have no order; declare it `kind: ordinal`")
        return LabelOrder(attribute.name, operator, code)

    # operations ------------------------------------------------------------------------------------------------------

    def chain(self, tree: Chain) -> Condition | Quantity:
        if tree.operators[0] not in COMPARISONS:
            return Arithmetic(tuple(self.quantity(o) for o in tree.operands), tree.operators)
        pairs = zip(pairwise(tree.operands), tree.operators, strict=True)
        return every(*(self.compare(left, operator, right) for (left, right), operator in pairs))

    def operation(self, tree: Operation) -> Condition | Quantity:
        if tree.name == "missing":
            return self.missing(tree.operands[0])
        if tree.name == "negative":
            return Function("negative", self.quantity(tree.operands[0]))
        if tree.name == "**":
            return Arithmetic(tuple(self.quantity(o) for o in tree.operands), ("**",))
        operands = [self.condition(operand) for operand in tree.operands]
        if tree.name == "not":
            return Not(operands[0])
        if tree.name == "if":
            return either(Not(operands[0]), operands[1])
        return every(*operands) if tree.name == "and" else either(*operands)

    def missing(self, subject: Tree) -> Condition:
        attribute = self.attribute(subject)
        if attribute is not None and attribute.kind != "numeric":
            return LabelMissing(attribute.name)
        return NumberMissing(self.quantity(subject))

    def call(self, tree: Call) -> Condition | Quantity:
        if tree.by:
            return self.group_statistic(tree)
        if tree.function not in AGGREGATES:
            return Function(tree.function, self.quantity(self.argument(tree)))
        if self.inside:
            self.refuse(tree, f"an aggregate inside {self.inside}(...); define one of them by a condition instead")
        self.needs.members = True
        members = replace(self, entity="persons", inside=tree.function)
        where = None if tree.where is None else members.condition(tree.where)
        if tree.function == "count":
            if tree.argument is None:
                return Count(where)
            return Count(_both(members.condition(tree.argument), where))
        if tree.function in MEMBER_TESTS:
            test = members.condition(self.argument(tree))
            if tree.function == "any":
                return AnyMember(_both(test, where))
            return Not(AnyMember(_both(Not(test), where)))
        return MemberStatistic(tree.function, members.quantity(self.argument(tree)), where)

    def argument(self, tree: Call) -> Tree:
        if tree.argument is None:
            self.refuse(tree, f"{tree.function} needs something in its parentheses")
        return tree.argument

    def group_statistic(self, tree: Call) -> Quantity:
        if tree.function not in STATISTICS:
            self.refuse(tree, f"'by' goes with {', '.join(STATISTICS)} only")
        for word in tree.by:
            if self.attribute(word) is None:
                self.unknown(word)
        where = None if tree.where is None else self.condition(tree.where)
        names = tuple(word.text for word in tree.by)
        return GroupStatistic(tree.function, self.quantity(self.argument(tree)), names, where)


def every(*conditions: Condition) -> Condition:
    """Join conditions by 'and'."""
    return conditions[0] if len(conditions) == 1 else Every(conditions)


def either(*conditions: Condition) -> Condition:
    """Join conditions by 'or' (De Morgan)."""
    return conditions[0] if len(conditions) == 1 else Not(Every(tuple(Not(c) for c in conditions)))


def numbers_of_labels(attribute: Attribute) -> tuple[float, ...] | None:
    """The labels of an ordinal attribute as numbers, where all are and they increase.

    Examples
    --------
    >>> numbers_of_labels(Attribute("cars", "households", "ordinal", ("0", "1", "2")))
    (0.0, 1.0, 2.0)
    """
    numbers = tuple(n for n in map(_number, attribute.categories) if n is not None)
    increasing = all(a < b for a, b in pairwise(numbers))
    return numbers if attribute.kind == "ordinal" and _all_numbers(attribute) and increasing else None


def tree_example(attribute: Attribute) -> str:
    """Spell a test of the attribute's first label."""
    label = attribute.categories[0]
    return f"{attribute.name} is {label if label.isidentifier() else repr(label)}"


def _both(condition: Condition, where: Condition | None) -> Condition:
    return condition if where is None else Every((condition, where))


def _all_numbers(attribute: Attribute) -> bool:
    return bool(attribute.categories) and all(_number(label) is not None for label in attribute.categories)


def _number(label: str) -> float | None:
    """What a label reads as, for labels made of digits only; no words such as 'nan'."""
    try:
        return float(label) if label.strip("+-.0123456789eE") == "" else None
    except ValueError:
        return None
