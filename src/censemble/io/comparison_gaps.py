"""The sentences about what one table lacks or holds beside what is declared."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

import numpy as np

from censemble.dataset import Gap
from censemble.io.column_codes import ReadColumn
from censemble.schema import Attribute, Entity, Schema

_SHOWN_COLUMNS = 5


def missing_column(attribute: Attribute, column: str, unread: Sequence[str]) -> Gap:
    """Say that an attribute's column is not there, and which unused one may be it.

    Examples
    --------
    >>> sex = Attribute("sex", "persons", "categorical", ("f", "m"))
    >>> missing_column(sex, "SEX", ["Sex.", "id"]).says
    "No column 'SEX' or 'sex'; 'Sex.' looks like it and is not read."
    """
    named = f"{column!r}" if column == attribute.name else f"{column!r} or {attribute.name!r}"
    folded = {name.casefold(): name for name in reversed(unread)}
    wanted = [column.casefold(), attribute.name.casefold()]
    close = next((c for w in wanted for c in difflib.get_close_matches(w, folded, n=1, cutoff=0.5)), "")
    hint = f"; {folded[close]!r} looks like it and is not read" if close else ""
    return Gap(attribute.entity, attribute.name, f"No column {named}{hint}.", whole_attribute=True)


def column_gaps(attribute: Attribute, read: ReadColumn, column: str) -> Iterator[Gap]:
    """Say what of a column is no value of the attribute: all of it, some texts, infinities, numbers outside the bins.

    Examples
    --------
    >>> sex = Attribute("sex", "persons", "categorical", ("f", "m"))
    >>> read = ReadColumn(np.array([0, -2, -2]), "codes", 0, 2, shown=(("x", 2),))
    >>> next(column_gaps(sex, read, "sex")).says
    "2 of 3 rows of column 'sex' hold no declared category: 'x' (2)."
    """
    n, name, entity = len(read.values), attribute.name, attribute.entity
    what = "number" if attribute.kind == "numeric" else "declared category"
    shown = ", ".join(f"{text!r} ({times:,})" for text, times in read.shown)
    if read.n_missing == n:
        yield Gap(entity, name, f"Column {column!r} holds no value in any row.", whole_attribute=True)
    elif not read.n_known:
        holds = f"it holds {shown}" if shown else "it holds infinities"
        yield Gap(entity, name, f"No value of column {column!r} is a {what}: {holds}.", whole_attribute=True)
    elif (n_other := read.n_undeclared - (read.n_infinite if attribute.kind == "numeric" else 0)) > 0:
        yield Gap(entity, name, f"{n_other:,} of {n:,} rows of column {column!r} hold no {what}: {shown}.")
    if attribute.kind == "numeric" and read.n_infinite and read.n_known:
        yield Gap(entity, name, f"{read.n_infinite:,} of {n:,} rows of column {column!r} hold an infinite number.")
    if attribute.kind == "numeric" and attribute.bins:
        known = read.values[np.isfinite(read.values)]
        n_outside = int(((known < attribute.bins[0]) | (known >= attribute.bins[-1])).sum())
        if n_outside:
            yield Gap(entity, name, f"{n_outside:,} of {n:,} rows of column {column!r} lie outside the declared bins.")


def extra_gap(entity: Entity, extra: Sequence[str]) -> list[Gap]:
    """Say which columns nothing reads.

    Examples
    --------
    >>> [g.says for g in extra_gap("persons", ["x", "y"])]
    ["2 columns are not compared, because the reference has none of that name: 'x', 'y'."]
    """
    if not extra:
        return []
    more = f" and {len(extra) - _SHOWN_COLUMNS} more" if len(extra) > _SHOWN_COLUMNS else ""
    listed = ", ".join(repr(name) for name in extra[:_SHOWN_COLUMNS]) + more
    count = "1 column is" if len(extra) == 1 else f"{len(extra)} columns are"
    return [Gap(entity, "", f"{count} not compared, because the reference has none of that name: {listed}.")]


def row_gap(entity: Entity, n_rows: int) -> list[Gap]:
    """Say that one row is no distribution.

    Examples
    --------
    >>> row_gap("persons", 2)
    []
    """
    return [Gap(entity, "", f"The table has one row of {entity}: its figures say next to nothing.")] * (n_rows == 1)


def shared_nothing(gaps: Sequence[Gap], schema: Schema) -> bool:
    """Whether every attribute is absent as a whole, so that nothing can be compared.

    Examples
    --------
    >>> sex = Attribute("sex", "persons", "categorical", ("f", "m"))
    >>> shared_nothing([missing_column(sex, "sex", [])], Schema((sex,)))
    True
    """
    absent = {(gap.entity, gap.attribute) for gap in gaps if gap.whole_attribute}
    return all((a.entity, a.name) in absent for a in schema.attributes)
