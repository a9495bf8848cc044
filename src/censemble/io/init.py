"""Draft a project file from the files a user has: guesses, each marked as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from censemble.io.attribute_drafts import draft_attributes, labels_of, scalar
from censemble.io.file_facts import FileFacts, look_at
from censemble.io.guesses import Guess, column_groups, guess_files, total_column


def draft_project(files: Sequence[Path]) -> str:
    """Write a project file for the files given, as text with comments.

    What is guessed is marked ``# guess:`` with what to check. Target tables beyond the household total are written as
    comments, because what a column counts cannot be seen from its numbers.

    Parameters
    ----------
    files : sequence of Path
        Table files, or one folder that holds them; files in it are named relative to it.

    Returns
    -------
    str
        YAML that `censemble.io.project.load_project` reads where a crosswalk, households and a total were found.
    """
    facts, problems = look_at(files)
    guess = guess_files(facts)
    lines = [
        "# A first draft of a project file. Read every line marked `guess`, correct it, delete the mark.",
        "# What each key means: docs/project-file.md. Then: censemble check censemble.yaml",
        "name: My region",
        *_geography(guess),
        *_seed_sample(guess),
        *draft_attributes(guess, labels_of(facts)),
        *_margins(guess),
        "run: {random_seed: 1}",
        "outputs: {formats: [parquet]}",
    ]
    if guess.unused:
        lines += ["", "# Not used: " + ", ".join(f.name for f in guess.unused)]
    lines += [f"# Not readable: {problem}" for problem in problems]
    return "\n".join(lines) + "\n"


def _geography(guess: Guess) -> Iterator[str]:
    yield ""
    yield "geography:"
    if guess.crosswalk is None:
        yield "  # guess: none of the files looks like a crosswalk; it has one row a zone and a column for every level."
        yield "  levels: [region, zone]"
        yield "  crosswalk: {file: crosswalk.csv, columns: {region: REGION, zone: ZONE}}"
        return
    columns = ", ".join(f"{level}: {scalar(column)}" for level, column in guess.levels)
    yield f"  # guess: from {guess.crosswalk.name}; outermost first, the last is the zone."
    yield f"  levels: [{', '.join(level for level, _ in guess.levels)}]"
    yield f"  crosswalk: {{file: {scalar(guess.crosswalk.name)}, columns: {{{columns}}}}}"


def _seed_sample(guess: Guess) -> Iterator[str]:
    yield ""
    yield "seed_sample:"
    h = guess.households
    if h is None:
        yield "  # guess: no file has both an id and a design weight (WGTP, weight...)."
        yield "  households: {file: households.csv, id: ID, weight: WEIGHT}"
        return
    parts = [f"file: {scalar(h.name)}", f"id: {scalar(h.id)}", f"weight: {scalar(h.weight)}"]
    parts += [f"size: {scalar(h.size)}"] if h.size else []
    area = _area(guess)
    parts += [f"area: {{{area[0]}: {scalar(area[1])}}}"] if area else []
    sizes = h.values(h.size) if h.size else None
    if sizes is not None and (sizes == 0).any() and h.size.isidentifier():
        parts.append(f'keep: "{h.size} > 0"')
        yield f"  # guess: rows with {h.size} = 0 are vacant dwellings and are left out by `keep`."
    yield f"  # guess: {h.id} is the household id, {h.weight} the design weight."
    yield f"  households: {{{', '.join(parts)}}}"
    if guess.persons is not None:
        number = next((c for c in guess.persons.table.column_names if c.lower() in ("sporder", "per_num", "pnum")), "")
        own = f", id: {scalar(number)}" if number else ""
        yield f"  # guess: {guess.person_key} says which household a person belongs to."
        yield f"  persons: {{file: {scalar(guess.persons.name)}, household: {scalar(guess.person_key)}{own}}}"


def _area(guess: Guess) -> tuple[str, str] | None:
    """Level and column of households that say where they live: the innermost there is."""
    columns = guess.households.table.column_names if guess.households is not None else []
    found = [(level, column) for level, column in guess.levels if column in columns]
    return found[-1] if found else None


def _margins(guess: Guess) -> Iterator[str]:
    yield ""
    yield "margins:"
    zone_tables = [t for t in guess.tables if guess.levels and t[1] == guess.levels[-1][0]]
    found = [(f, zone, c) for f, _, zone in zone_tables if (c := total_column(f, zone, _n_households(guess)))]
    if found:
        facts, zone, column = found[0]
        yield "  # guess: this column counts all households of a zone (by its name, or by its sum)."
        yield "  - name: households"
        yield "    of: households"
        yield f"    level: {guess.levels[-1][0]}"
        yield "    total: true"
        yield f"    table: {{file: {scalar(facts.name)}, zone: {scalar(zone)}}}"
        yield f"    cells: [{{column: {scalar(column)}}}]"
    else:
        yield "  # guess: no column looks like the number of households. Name the one that is here."
        yield "  # - {name: households, of: households, level: zone, total: true,"
        yield "  #    table: {file: table.csv, zone: ZONE}, cells: [{column: HOUSEHOLDS}]}"
    seen: set[str] = set()
    for facts, level, zone in _zones_first(guess):
        groups = column_groups(facts, zone)
        for name in [name for name in groups if name not in seen]:  # the same table of an outer level adds nothing
            yield from _skeleton(guess, facts, level, zone, name, groups[name])
        seen |= set(groups)


def _zones_first(guess: Guess) -> list[tuple[FileFacts, str, str]]:
    levels = [level for level, _ in guess.levels]
    return sorted(guess.tables, key=lambda t: -levels.index(t[1]))


def _skeleton(
    guess: Guess, facts: FileFacts, level: str, zone: str, name: str, columns: Sequence[str]
) -> Iterator[str]:
    """A margin that the user completes: who is counted, and `where` for every cell."""
    partners = [f for f, of, key in guess.tables if (of, key) == (level, zone)]
    moe_file = next((f for f in partners if _partner(columns[0]) in f.table.column_names), None)
    other = f", moe_file: {scalar(moe_file.name)}" if moe_file is not None and moe_file is not facts else ""
    yield f"  # - name: {scalar(name)}"
    yield "  #   of: households                 # or persons"
    yield f"  #   level: {level}"
    yield f"  #   table: {{file: {scalar(facts.name)}, zone: {scalar(zone)}{other}}}"
    if moe_file is not None:
        yield "  #   uncertainty: moe"
    yield "  #   cells:                         # where: which attribute is what"
    for column in columns:
        partner = f", moe: {_partner(column)}" if moe_file is not None else ""
        yield f"  #     - {{column: {scalar(column)}{partner}, where: {{}}}}"


def _partner(column: str) -> str:
    """Name of the margin of error of an ACS estimate."""
    return column[:-1] + "M" if column.endswith("E") else ""


def _n_households(guess: Guess) -> float:
    h = guess.households
    weights = h.values(h.weight) if h is not None and h.weight else None
    if h is None or weights is None:
        return 0.0
    sizes = h.values(h.size) if h.size else None
    return float(np.nansum(weights if sizes is None else np.where(sizes > 0, weights, 0.0)))
