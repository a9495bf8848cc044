"""Draft a project file from the files a user has: guesses, each marked as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from censemble.io.attribute_drafts import draft_attributes, labels_of, scalar
from censemble.io.file_facts import SUFFIXES, FileFacts, look_at
from censemble.io.guesses import Guess, column_groups, guess_files, n_households, other_columns, total_column

# Subjects of American Community Survey tables that count persons: the two digits after B or C.
_ACS_OF_PERSONS = (1, 2, 3, 5, 6, 7, 8, 12, 13, 14, 15, 17, 18, 20, 21, 23, 24, 27)


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
        *_populationsim(facts),
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


def _populationsim(facts: Sequence[FileFacts]) -> Iterator[str]:
    """Whoever has a folder of PopulationSim need not draft anything."""
    for f in facts:
        if {"control_field", "expression", "geography"} <= set(f.table.column_names):
            yield f"# {f.name} is a control file of PopulationSim. A folder that holds its settings.yaml too needs no"
            yield "# project file: censemble run --populationsim FOLDER reads it as it is."


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
        yield "  # If rows are persons (trips, transactions) without households, write this and `entity: person` above:"
        yield "  # persons: {file: persons.csv, id: ID, weight: WEIGHT}"
        yield "  # If there is no survey at all, delete seed_sample and write: generator: {kind: maximum_entropy}"
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
    expected = n_households(guess.households)
    found = [(f, zone, c) for f, _, zone in zone_tables if (c := total_column(f, zone, expected))]
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
        single = [c for c in other_columns(facts, [zone, *_spoken_for(guess, facts, found)]) if c not in seen]
        if single and not facts.name.endswith(tuple(f"_moe{s}" for s in SUFFIXES)):
            yield f"  # Other columns of {facts.name} that could be cells: {', '.join(single[:20])}"
            seen |= set(single)


def _spoken_for(guess: Guess, facts: FileFacts, totals: Sequence[tuple[FileFacts, str, str]]) -> list[str]:
    """Columns that are levels, the household total, or ids that the crosswalk has too."""
    crosswalk = guess.crosswalk.table.column_names if guess.crosswalk not in (None, facts) else []
    return [*crosswalk, *(column for _, column in guess.levels), *(column for _, _, column in totals[:1])]


def _zones_first(guess: Guess) -> list[tuple[FileFacts, str, str]]:
    levels = [level for level, _ in guess.levels]
    return sorted(guess.tables, key=lambda t: -levels.index(t[1]))


def _skeleton(
    guess: Guess, facts: FileFacts, level: str, zone: str, name: str, columns: Sequence[str]
) -> Iterator[str]:
    """A margin that the user completes: who is counted, and `where` for every cell."""
    partners = [f for f, its, key in guess.tables if (its, key) == (level, zone)]
    moe_file = next((f for f in partners if _partner(columns[0]) in f.table.column_names), None)
    errors = f", moe_file: {scalar(moe_file.name)}" if moe_file is not None and moe_file is not facts else ""
    yield f"  # - name: {scalar(name)}"
    of, other = ("persons", "households") if _counts_persons(name) else ("households", "persons")
    yield f"  #   of: {of:<26} # or {other}"
    yield f"  #   level: {level}"
    yield f"  #   table: {{file: {scalar(facts.name)}, zone: {scalar(zone)}{errors}}}"
    if moe_file is not None:
        yield "  #   uncertainty: moe"
    yield "  #   cells:                         # where: which attribute is what"
    for column in columns:
        partner = f", moe: {_partner(column)}" if moe_file is not None else ""
        yield f"  #     - {{column: {scalar(column)}{partner}, where: {{}}}}"


def _counts_persons(name: str) -> bool:
    """Whether a group of columns is an ACS table of persons, by its number."""
    acs = re.fullmatch(r"[BC](\d\d)\d{3}[A-Z]*", name)
    return acs is not None and int(acs[1]) in _ACS_OF_PERSONS


def _partner(column: str) -> str:
    """Name of the margin of error of an ACS estimate."""
    return column[:-1] + "M" if column.endswith("E") else ""
