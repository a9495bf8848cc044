"""`censemble compare`: files or frames in, a judgement out, two files written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from censemble.dataset import Dataset
from censemble.errors import ConfigError
from censemble.evaluation.comparison.copies import row_keys, seen_share
from censemble.evaluation.comparison.families import PLAIN_WORDS, SECTION_OF, Questions
from censemble.evaluation.comparison.judgement import Judgement
from censemble.evaluation.comparison.page import render_comparison
from censemble.evaluation.comparison.privacy import N_MIN
from censemble.evaluation.comparison.row_draws import shared_attributes
from censemble.io.comparison_tables import Comparison, read_comparison_frames
from censemble.io.output_folder import open_output
from censemble.io.queries_file import read_queries
from censemble.io.rules_file import read_rules
from censemble.judging import Contest, contest_of, judge
from censemble.yardsticks import fresh_size, n_records, yardstick_size

Progress = Callable[[str, float], None]
SEEN = 0.05  # excess of training records in a holdout above which the two are said to overlap
SEEN_KEY = 45  # spawn key of the halving that this takes


@dataclass(frozen=True)
class CompareOptions:
    """How a comparison is made.

    Parameters
    ----------
    classifiers : bool
        Train classifiers: the two-sample tests and the declared tasks. They take most of the time.
    random_seed : int
        Of everything random in the measuring, >= 0.
    progress : callable(str, float), optional
        Told what is measured.
    """

    classifiers: bool = True
    random_seed: int = 0
    progress: Progress | None = None


def compare(
    reference: Any,
    tables: Mapping[str, Any],
    *,
    train: Any = None,
    holdout: Any = None,
    schema: str | Path | None = None,
    rules: str | Path | None = None,
    queries: str | Path | None = None,
    options: CompareOptions = CompareOptions(),
) -> Judgement:
    """Measure any number of synthetic tables against one reference, with the yardsticks beside them.

    Not a proof of privacy, and no substitute for looking at the records. A table may be flat, or households with
    persons; all tables of a comparison have the same form.

    Parameters
    ----------
    reference : table
        The full population, or a weighted survey of it. A table is a path (CSV, CSV.gz, Parquet; a folder that holds
        households and persons; two paths joined by a comma), a frame (pandas, polars, pyarrow), or a pair of frames
        (households, persons).
    tables : mapping of str to table or list of tables
        By name; a list holds one generator's tables for several random seeds.
    train : table, optional
        The sample that generators learnt from; without it nothing is said about copying.
    holdout : table, optional
        Real records that no generator has seen: the fresh real sample.
    schema : path, optional
        Which columns are attributes, of which kind, and their bins; a project file will do. Left out, it is inferred
        from the reference.
    rules, queries : path, optional
        What must hold for a record; what the tables will be asked.
    options : CompareOptions
        Classifiers, random seed, progress.

    Returns
    -------
    Judgement
        ``.figures`` holds every metric of every table; `write_comparison` writes page and JSON.

    Raises
    ------
    InputError, ConfigError
        With all problems of all files; no table at all.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"sex": ["f", "m"] * 200, "work": ["none", "full", "full", "full"] * 100})
    >>> found = compare(people, {"mine": people.sample(200, random_state=1)}, options=CompareOptions(classifiers=False))
    >>> found.figure("mine", "precision").value
    1.0
    """
    if not tables:
        raise ConfigError("no table to judge; give at least one by its name")
    comparison = read_comparison_frames(
        reference, tables, train=train, holdout=holdout, schema=None if schema is None else Path(schema)
    )
    questions = Questions(
        rules=None if rules is None else read_rules(Path(rules), comparison.schema),
        queries=None if queries is None else read_queries(Path(queries), comparison.schema),
        classifiers=options.classifiers,
    )
    contest = contest_of(
        comparison.reference,
        train=comparison.train,
        holdout=comparison.holdout,
        questions=questions,
        random_seed=options.random_seed,
    )
    judgement = judge(contest, comparison.tables, progress=options.progress)
    return replace(judgement, about=_about(comparison, contest))


def write_comparison(judgement: Judgement, out: str | Path) -> None:
    """Write compare.html and compare.json into a folder, both or neither.

    Raises
    ------
    OutputError
        The folder cannot be made or written.
    """
    with open_output(Path(out)) as folder:
        folder.text("compare.html", render_comparison(judgement))
        folder.text("compare.json", json.dumps(judgement.lines(), indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _about(comparison: Comparison, contest: Contest) -> dict[str, Any]:
    """Everything that the page says about how it was made."""
    from censemble import __version__  # noqa: PLC0415 (the package loads this module when first used)

    names = list(dict.fromkeys(t.name for t in comparison.tables))
    return {
        "title": f"{_listed(names)} against {comparison.reference.name}",
        "lead": "How good is each synthetic table, measured like real samples of the same size?",
        "how": _how(comparison, contest),
        "notes": [*comparison.notes, *_floor_notes(comparison), *_seen_notes(contest)],
        "binning": dict(comparison.binning),
        "files": [asdict(f) for f in comparison.files],
        "version": __version__,
        "families": dict(SECTION_OF),
        "words": dict(PLAIN_WORDS),
    }


def _how(comparison: Comparison, contest: Contest) -> dict[str, str]:
    def size(data: Dataset | None, absent: str) -> str:
        if data is None:
            return absent
        parts = [f"{data.n_rows(e):,} {e}" for e in data.entities]
        return " with ".join(parts)

    fresh = "the holdout" if contest.holdout is not None else "the reference itself, drawn anew"
    return {
        "Reference": size(comparison.reference, ""),
        "Training sample": size(comparison.train, "Not given: nothing is said about copying or new combinations."),
        "Holdout": size(comparison.holdout, "Not given."),
        "Fresh sample": f"Real records from {fresh}: the noise floor.",
        "Raked training sample": "Weights for which every one-way table is the reference's; records drawn by them.",
        "Intervals": "95 %. One table: delete-a-group jackknife over twenty random groups of its rows, or the spread "
        "of repeated draws where the metric works by drawing. Several random seeds: Student's t over them.",
        "Better": "A table is called better than another one only if they differ by more than both intervals allow.",
        "Random seed": str(contest.random_seed),
        "Sizes": ", ".join(f"{t.name}: {n_records(t):,}" for t in comparison.tables),
    }


def _floor_notes(comparison: Comparison) -> list[str]:
    """Where the fresh sample is not what a fresh sample of the population would be."""
    if comparison.holdout is None:
        return [
            "Without a holdout the fresh sample is drawn from the reference itself: it has no tuple and no pair that "
            "the reference lacks, which flatters its precision and makes its impossible pairs 0. That is fair where "
            "the reference is the whole population; where it is a sample, give a holdout."
        ]
    n, n_fresh = max(yardstick_size(t, comparison.reference) for t in comparison.tables), fresh_size(comparison.holdout)
    if n_fresh >= n:
        return []
    times = (n / n_fresh) ** 0.5
    return [
        f"The holdout gives {n_fresh:,} records, the largest table has {n:,}: the floor of distances is that of the "
        f"smaller number, about {times:.1f} times too high for this table, which hides what is wrong with it. Judge by "
        "the other yardsticks, or give a larger holdout or smaller tables."
    ]


def _seen_notes(contest: Contest) -> Iterator[str]:
    """Where the holdout seems to hold training records, so that copies of these look like news."""
    for entity, ground in contest.grounds.items():
        views = [v for v in (ground.train, ground.holdout) if v is not None]
        lines = shared_attributes(*views)[0] if len(views) == 2 else ()
        if not lines or min(v.coded.n_rows for v in views) < N_MIN:
            continue
        train, holdout = (row_keys(v, lines) for v in views)
        of_train, natural, error = seen_share(train, holdout, ground.rng(SEEN_KEY))
        if of_train - natural > max(4 * error, SEEN):
            yield (
                f"{of_train:.0%} of the training sample's {entity} are in half of the holdout, but only {natural:.0%} "
                "of the other half's: the holdout seems to hold training records. Then no figure of privacy is right; "
                "give records that no generator has seen."
            )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
