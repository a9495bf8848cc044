"""Draft the attributes of a project file from the columns of the seed sample."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

import numpy as np

from censemble.io.file_facts import FileFacts
from censemble.io.guesses import Guess, coded_columns, measured_columns

MAX_ATTRIBUTES = 12
MANY_CODES = 30  # a column with more different whole numbers is hardly a list of codes
_PLAIN = re.compile(r"[A-Za-z_][\w./-]*( [\w./-]+)*")
_WORDS = {"true", "false", "null"}

Labels = dict[tuple[str, str], str]  # (column, code) to label


def scalar(text: str) -> str:
    """Quote a text where YAML would read it as something else.

    Examples
    --------
    >>> scalar("owned outright"), scalar("true"), scalar("01")
    ('owned outright', '"true"', '"01"')
    """
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)


def _code(text: str) -> str:
    text = text.removesuffix(".0")
    return text if re.fullmatch(r"-?(0|[1-9]\d*)", text) else json.dumps(text, ensure_ascii=False)


def labels_of(facts: Sequence[FileFacts]) -> Labels:
    """Take labels from a file with columns variable, code and label, where there is one.

    Examples
    --------
    >>> from pathlib import Path
    >>> import pyarrow as pa
    >>> table = pa.table({"variable": ["SEX"], "code": ["1"], "label": ["Male"]})
    >>> labels_of([FileFacts(Path("labels.csv"), "labels.csv", table)])
    {('SEX', '1'): 'Male'}
    """
    for f in facts:
        if {"variable", "code", "label"} <= set(f.table.column_names):
            rows = f.table.select(["variable", "code", "label"]).to_pylist()
            return {(str(r["variable"]), str(r["code"])): str(r["label"]) for r in rows}
    return {}


def draft_attributes(guess: Guess, labels: Labels) -> Iterator[str]:
    """Write the attributes that the columns of households and persons could be.

    Parameters
    ----------
    guess : Guess
        Which files are households and persons.
    labels : dict of (column, code) to label
        From `labels_of`; codes without a label are named after their column.
    """
    yield ""
    yield "attributes:"
    for entity, facts in (("households", guess.households), ("persons", guess.persons)):
        if facts is None:
            yield f"  {entity}: {{}}"
            continue
        levels = [column for _, column in guess.levels]
        own_id = facts.id if entity == "households" else ""  # the first unique column of persons may be their age
        skip = [*levels, own_id, facts.weight, guess.person_key]
        coded, measured = coded_columns(facts, skip), measured_columns(facts, [*skip, "SPORDER"])
        taken = sorted([*coded, *measured], key=facts.table.column_names.index)[:MAX_ATTRIBUTES]
        yield f"  {entity}:{'' if taken else ' {}'}"
        for column in taken:
            yield from _coded(facts, column, labels) if column in coded else _measured(facts, column)
        others = [c for c in [*coded, *measured] if c not in taken]
        if others:
            yield f"    # {len(others)} more columns could be attributes: {', '.join(others[:20])}"


def _coded(facts: FileFacts, column: str, labels: Labels) -> Iterator[str]:
    codes = [code for code in facts.distinct(column) if code != ""]
    names = {code: labels.get((column, code), f"{column} {code.removesuffix('.0')}") for code in codes}
    is_size = column == facts.size
    missing = [code for code in codes if names[code].startswith("N/A") or (is_size and code == "0")]
    grouped: dict[str, list[str]] = {}
    for code in codes:
        if code not in missing:
            grouped.setdefault(names[code], []).append(_code(code))
    kind = "kind: ordinal, " if is_size else ""
    parts = ", ".join(f"{scalar(n)}: {c[0] if len(c) == 1 else _listed(c)}" for n, c in grouped.items())
    own = f", missing: {_listed([_code(c) for c in missing])}" if missing else ""
    what = "labels from your label file" if (column, codes[0]) in labels else "give each code its label"
    yield f"    # guess: {what}; move codes that mean `no answer` to missing: [...]."
    yield f"    {scalar(_attribute_name(column))}: {{column: {scalar(column)}, {kind}categories: {{{parts}}}{own}}}"


def _listed(codes: Sequence[str]) -> str:
    return f"[{', '.join(codes)}]"


def _measured(facts: FileFacts, column: str) -> Iterator[str]:
    values = facts.values(column)
    known = values[np.isfinite(values)] if values is not None else np.zeros(0)
    inner = {float(f"{q:.2g}") for q in np.quantile(known, [0.2, 0.4, 0.6, 0.8])}
    low, high = float(np.floor(known.min())), float(np.floor(known.max())) + 1
    edges = [low, *sorted(edge for edge in inner if low < edge < high), high]
    bins = ", ".join(f"{e:.15g}" for e in edges)
    codes = facts.n_distinct[column] <= MANY_CODES and bool((known % 1 == 0).all())
    what = "a measurement, or codes (then list categories instead)" if codes else "a measurement"
    yield f"    # guess: {what}; give the unit, rounder bins, and missing: [...] for codes such as -1 or 0."
    name, source = scalar(_attribute_name(column)), scalar(column)
    yield f'    {name}: {{column: {source}, kind: numeric, unit: "", bins: [{bins}]}}'


def _attribute_name(column: str) -> str:
    return re.sub(r"\W+", "_", column.lower())
