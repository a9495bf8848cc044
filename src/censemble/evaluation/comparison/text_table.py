"""The figures to look at first as plain text, for the terminal and for logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from censemble.evaluation.comparison.judgement import Judgement, TableFacts
from censemble.evaluation.comparison.page import PageRow, ordered_tables, page_rows
from censemble.evaluation.comparison.scoreboard import part_of

MARKS = {"good": " ", "near": "+", "far": "!", "none": " "}
LEGEND = "value and its multiple of the floor (a fresh real sample of the same size); + near the floor, ! far from it"


def headline_text(judgement: Judgement, *, width: int = 100) -> str:
    """Write the headline figures: a row a metric, a column a table, in as many blocks as the width asks for.

    Parameters
    ----------
    judgement : Judgement
        From `censemble.compare`.
    width : int
        Characters of a line, >= 60.
    """
    tables = ordered_tables(judgement)
    rows = page_rows(judgement, judgement.headline(), tables)
    lines = [LEGEND, ""]
    names = [_name(row) for row in rows]
    stub = max((len(n) for n in names), default=6) + 2
    columns = [_column(i, table, rows) for i, table in enumerate(tables)]
    for block in _blocks(columns, width - stub):
        for k, name in enumerate(["", *names]):
            lines.append((name.ljust(stub) + "  ".join(column[k] for column in block)).rstrip())
        lines.append("")
    return "\n".join(lines + _standings(judgement))


def _name(row: PageRow) -> str:
    of = part_of(row.metric)
    return f"{row.title}, {of}" if of else row.title


def _column(i: int, table: TableFacts, rows: Sequence[PageRow]) -> list[str]:
    """Header and cells of one table, all of one width."""
    cells = []
    for row in rows:
        cell = row.cells[i]
        cells.append("" if cell is None else f"{cell.value} {cell.times:>6}{MARKS[cell.tone]}")
    wide = max(len(c) for c in (table.name, *cells))
    return [c.rjust(wide) for c in (table.name, *cells)]


def _blocks(columns: Sequence[list[str]], width: int) -> Iterator[list[list[str]]]:
    block: list[list[str]] = []
    used = 0
    for column in columns:
        if block and used + len(column[0]) + 2 > width:
            yield block
            block, used = [], 0
        block.append(column)
        used += len(column[0]) + 2
    if block:
        yield block


def _standings(judgement: Judgement) -> list[str]:
    shown = set(judgement.headline())
    won: dict[str, list[str]] = {}
    for standing in judgement.standings:
        if standing.winner and standing.metric in shown:
            won.setdefault(standing.winner, []).append(standing.metric)
    return [
        f"{table} is better than every other table by more than the noise in: {', '.join(m)}"
        for table, m in won.items()
    ]
