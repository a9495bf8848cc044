"""Tables of one attribute each, summed out of joint ones: what independent margins know of the tables.

An attribute with tables of its own gets those; other tables that name it may count a part of the people only. An
attribute without is summed out of every joint table that names it in all its cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from censemble.errors import SchemaError
from censemble.expressions import Expression
from censemble.margins import Cell, Margin
from censemble.schema import Schema
from censemble.syntax import Column, Node, Operation


def one_way_margins(schema: Schema, margins: Sequence[Margin]) -> list[Margin]:
    """Sum margins out to one attribute each; those that count everybody stay as they are.

    Parameters
    ----------
    schema : Schema
        Only an entity's own attributes are looked at: persons by tenure say nothing of a person alone.
    margins : sequence of Margin
        Of households and of persons.

    Raises
    ------
    SchemaError
        A cell joins attributes by something else than "and", so that no one of them can be summed out.

    Examples
    --------
    >>> from censemble.expressions import all_of, is_in
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("sex", "persons", "categorical", ("f", "m")),
    ...                  Attribute("work", "persons", "categorical", ("no", "yes"))))
    >>> cells = tuple(Cell("", all_of(is_in("sex", [s]), is_in("work", [w])), "") for s in (0, 1) for w in (0, 1))
    >>> joint = Margin("both", "zone", "persons", cells, np.array([[1.0, 2, 3, 4]]), np.zeros((1, 4)), np.ones(4))
    >>> [(m.name, m.targets.tolist()) for m in one_way_margins(schema, [joint])]
    [('both, sex', [[3.0, 7.0]]), ('both, work', [[4.0, 6.0]])]
    """
    split = [(margin, [_by_column(c.where, margin) for c in margin.cells]) for margin in margins]
    found = [margin for margin, parts in split if not any(parts)]
    for entity in ("households", "persons"):
        for attribute in schema.of(entity):
            mine = [(m, parts) for m, parts in split if m.entity == entity and all(attribute.name in p for p in parts)]
            alone = [(m, parts) for m, parts in mine if all(len(p) == 1 for p in parts)]
            found += [_summed(m, parts, attribute.name) for m, parts in alone or mine]
    return found


def _summed(margin: Margin, parts: Sequence[dict[str, Node]], name: str) -> Margin:
    """The margin's counts by one attribute; errors of its cells are taken as independent."""
    if all(len(p) == 1 for p in parts):
        return margin
    nodes = list(dict.fromkeys(p[name] for p in parts))
    groups = [[k for k, p in enumerate(parts) if p[name] == node] for node in nodes]
    cells = tuple(Cell(name, Expression(name, frozenset([name]), node), "") for node in nodes)
    return Margin(
        name=f"{margin.name}, {name}",
        level=margin.level,
        entity=margin.entity,
        cells=cells,
        targets=np.stack([margin.targets[:, g].sum(axis=1) for g in groups], axis=1),
        sd=np.sqrt(np.stack([(margin.sd[:, g] ** 2).sum(axis=1) for g in groups], axis=1)),
        importance=np.ones(len(cells)),
        source=margin.source,
        attributes=(name,),
    )


def _by_column(where: Expression, margin: Margin) -> dict[str, Node]:
    """The condition on each attribute, where the cell is all of them together."""
    found: dict[str, Node] = {}
    for node in _joined(where.root):
        columns = _columns(node)
        if len(columns) > 1:
            raise SchemaError(
                f"margin {margin.name!r}: {where.text!r} joins {', '.join(sorted(columns))} by something else than "
                "'and', so that independent margins cannot be summed out of it. Leave this table out."
            )
        for name in columns:
            found[name] = Operation("&", (found[name], node)) if name in found else node
    return found


def _joined(node: Node) -> Iterator[Node]:
    if isinstance(node, Operation) and node.name == "&":
        for operand in node.operands:
            yield from _joined(operand)
    else:
        yield node


def _columns(node: Node) -> set[str]:
    if isinstance(node, Column):
        return {node.name}
    return set().union(*(_columns(o) for o in node.operands)) if isinstance(node, Operation) else set()
