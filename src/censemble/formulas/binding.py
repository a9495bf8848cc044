"""From what was written to what it means: every part becomes a condition or a quantity, or is refused.

A refusal quotes the part of the text that it is about and says what to write instead.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from censemble.formulas.aggregates import AnyMember, Count, GroupStatistic, MemberStatistic
from censemble.formulas.nodes import (
    Arithmetic,
    Comparison,
    Condition,
    ConditionNumber,
    Constant,
    Every,
    Function,
    HasLabel,
    LabelMissing,
    LabelNumbers,
    LabelOrder,
    Not,
    NumberMissing,
    NumericAttribute,
    Quantity,
)
from censemble.formulas.scope import SIZE, Scope, numbers_of_labels
from censemble.formulas.text import AGGREGATES, COMPARISONS, STATISTICS
from censemble.formulas.tree import Call, Chain, Membership, Number, Operation, Tree, Word
from censemble.schema import Attribute

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def bind(tree: Tree, scope: Scope) -> Condition | Quantity:
    """Give the meaning of a tree at a place.

    Raises
    ------
    ExpressionError
        A name, a label or a combination that has no meaning there.
    """
    below = scope.below(tree)
    if isinstance(tree, Word):
        return _word(tree, below)
    if isinstance(tree, Chain):
        return _chain(tree, below)
    if isinstance(tree, Operation):
        return _operation(tree, below)
    if isinstance(tree, Membership):
        return _membership(tree, below)
    return Constant(tree.value) if isinstance(tree, Number) else _call(tree, below)


def _condition(tree: Tree, scope: Scope) -> Condition:
    found = bind(tree, scope)
    if not isinstance(found, Condition):
        scope.refuse(tree, "this is a number where a condition belongs; compare it, as in income > 0")
    return found


def _quantity(tree: Tree, scope: Scope) -> Quantity:
    """What has to be a number; a condition counts 0 or 1."""
    found = bind(tree, scope)
    return ConditionNumber(found) if isinstance(found, Condition) else found


def _every(*conditions: Condition) -> Condition:
    return conditions[0] if len(conditions) == 1 else Every(conditions)


def _either(*conditions: Condition) -> Condition:
    """De Morgan's way to 'or'."""
    return conditions[0] if len(conditions) == 1 else Not(Every(tuple(Not(c) for c in conditions)))


def _word(tree: Word, scope: Scope) -> Condition | Quantity:
    if tree.kind == "label":
        scope.refuse(tree, "a label stands after 'is', 'in' or a comparison with an attribute")
    if scope.is_definition(tree):
        return bind(*scope.open(tree))
    attribute = scope.attribute(tree)
    if attribute is not None:
        return _attribute(attribute, tree, scope)
    if tree.text.lower() != SIZE:
        scope.refuse_name(tree)
    scope.needs.members = True
    return Count()


def _attribute(attribute: Attribute, tree: Word, scope: Scope) -> Quantity:
    if attribute.kind == "numeric":
        return NumericAttribute(attribute.name)
    numbers = numbers_of_labels(attribute)
    if numbers is None:
        scope.refuse_labels(attribute, tree)
    return LabelNumbers(attribute.name, numbers)


def _membership(tree: Membership, scope: Scope) -> Condition:
    attribute = scope.labelled(tree.subject)
    if attribute is not None:
        return HasLabel(attribute.name, tuple(sorted({scope.code(attribute, value) for value in tree.values})))
    subject, equal = _quantity(tree.subject, scope), []
    for value in tree.values:
        if isinstance(value, Word):
            scope.refuse(value, "a number belongs here: what stands before 'is' is a number, without labels")
        equal.append(Comparison("=", subject, Constant(value.value)))
    return _either(*equal)


def _chain(tree: Chain, scope: Scope) -> Condition | Quantity:
    if tree.operators[0] not in COMPARISONS:
        return Arithmetic(tuple(_quantity(o, scope) for o in tree.operands), tree.operators)
    pairs = zip(pairwise(tree.operands), tree.operators, strict=True)
    return _every(*(_comparison(left, operator, right, scope) for (left, right), operator in pairs))


def _comparison(left: Tree, operator: str, right: Tree, scope: Scope) -> Condition:
    for subject, other, sign in ((left, right, operator), (right, left, _MIRRORED[operator])):
        attribute = scope.labelled(subject)
        if attribute is None or not isinstance(other, Word | Number):
            continue
        if other.text in attribute.categories or numbers_of_labels(attribute) is None:
            return _label_comparison(attribute, sign, other, scope)
    return Comparison(operator, _quantity(left, scope), _quantity(right, scope))


def _label_comparison(attribute: Attribute, operator: str, label: Word | Number, scope: Scope) -> Condition:
    if label.text not in attribute.categories and scope.attribute(label) is not None:
        scope.refuse(label, f"an attribute; {attribute.name!r} has labels and can be compared with labels only")
    code = scope.code(attribute, label)
    if operator in ("=", "!="):
        test = HasLabel(attribute.name, (code,))
        return test if operator == "=" else Not(test)
    if attribute.kind != "ordinal":
        scope.refuse(label, f"the categories of {attribute.name!r} have no order; declare it `kind: ordinal`")
    return LabelOrder(attribute.name, operator, code)


def _operation(tree: Operation, scope: Scope) -> Condition | Quantity:
    if tree.name == "missing":
        return _missing(tree.operands[0], scope)
    if tree.name == "negative":
        return Function("negative", _quantity(tree.operands[0], scope))
    if tree.name == "**":
        return Arithmetic(tuple(_quantity(o, scope) for o in tree.operands), ("**",))
    operands = tuple(_condition(operand, scope) for operand in tree.operands)
    return _LOGIC[tree.name](*operands)


_LOGIC: dict[str, Callable[..., Condition]] = {
    "not": Not,
    "if": lambda premise, conclusion: Not(Every((premise, Not(conclusion)))),
    "and": _every,
    "or": _either,
}


def _missing(subject: Tree, scope: Scope) -> Condition:
    attribute = scope.labelled(subject)
    return NumberMissing(_quantity(subject, scope)) if attribute is None else LabelMissing(attribute.name)


def _call(tree: Call, scope: Scope) -> Condition | Quantity:
    if tree.by:
        return _group_statistic(tree, scope)
    if tree.function not in AGGREGATES:
        return Function(tree.function, _quantity(_argument(tree, scope), scope))
    members = scope.members(tree, tree.function)
    where = () if tree.where is None else (_condition(tree.where, members),)
    if tree.function == "count":
        counted = (*where, *([] if tree.argument is None else [_condition(tree.argument, members)]))
        return Count(_every(*counted) if counted else None)
    argument = _argument(tree, scope)
    if tree.function == "any":
        return AnyMember(_every(_condition(argument, members), *where))
    if tree.function == "all":
        return Not(AnyMember(_every(Not(_condition(argument, members)), *where)))
    return MemberStatistic(tree.function, _quantity(argument, members), where[0] if where else None)


def _argument(tree: Call, scope: Scope) -> Tree:
    if tree.argument is None:
        scope.refuse(tree, f"{tree.function} needs something in its parentheses")
    return tree.argument


def _group_statistic(tree: Call, scope: Scope) -> Quantity:
    if tree.function not in STATISTICS:
        scope.refuse(tree, f"'by' goes with {', '.join(STATISTICS)} only")
    for word in tree.by:
        if scope.attribute(word) is None:
            scope.refuse_name(word)
    where = None if tree.where is None else _condition(tree.where, scope)
    names = tuple(word.text for word in tree.by)
    return GroupStatistic(tree.function, _quantity(_argument(tree, scope), scope), names, where)
