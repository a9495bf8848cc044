"""What the command shows while it works and when it is done."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from censemble.errors import CensembleError, ConvergenceError
from censemble.origins import read_origin
from censemble.plain_text import counted, printable, wrapped

if TYPE_CHECKING:
    from censemble.pipeline import Run


class Stopped(CensembleError):
    """Ctrl-C; as an error of ours, because typer would end with status 1 and "Aborted"."""

    exit_status = 130


@contextmanager
def show_progress(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A spinner with the current step and its figure on a terminal; nothing elsewhere."""
    try:
        if quiet or not sys.stderr.isatty():
            yield lambda _phrase, _value: None
            return
        from rich.console import Console

        with Console(stderr=True).status("starting") as status:
            yield lambda phrase, value: status.update(f"{phrase} ({value:,.2f})" if value else phrase)
    except KeyboardInterrupt:
        raise Stopped("stopped; nothing half-written was left.") from None


def run_shown(
    origin: Mapping[str, str],
    out: Path,
    *,
    quiet: bool,
    accept_relaxation: bool = False,
    scenario: str | None = None,
) -> None:
    """Read and run, with a scenario if there is one, with the progress on the terminal; say what came of it.

    Raises
    ------
    ConvergenceError
        After the result was said: outputs are written although calibration did not converge.
    CensembleError
        As reading the inputs and `pipeline.run` do.
    """
    from censemble import pipeline
    from censemble.model_client import asking

    stalled: ConvergenceError | None = None
    with show_progress(quiet) as tell:
        tell("reading the inputs", 0.0)
        inputs = read_origin(origin)
        try:
            options: dict[str, Any] = {"out": out, "accept_relaxation": accept_relaxation, "progress": tell}
            with asking(inputs, os.environ, always=scenario is not None) as client:
                if scenario is None:
                    result = pipeline.run(inputs, client=client, **options)
                else:
                    from censemble.scenario import run

                    assert client is not None
                    result = run(inputs, scenario, client=client, **options)
        except ConvergenceError as error:
            stalled, result = error, error.result
    if not quiet:
        say_result(result, out)
    if stalled is not None:
        raise stalled


def scenario_shown(
    origin: Mapping[str, str], text: str, out: Path, *, quiet: bool, accept_relaxation: bool = False
) -> None:
    """Run without and with a scenario with the progress on the terminal; say what moved.

    Raises
    ------
    CensembleError
        As reading the inputs and `scenario.compare` do.
    """
    from censemble import run_pairs, scenario
    from censemble.evaluation.scenario_text import scenario_lines
    from censemble.model_client import asking

    with show_progress(quiet) as tell:
        tell("reading the inputs", 0.0)
        inputs = read_origin(origin)
        with asking(inputs, os.environ, always=True) as client:
            assert client is not None
            found = scenario.compare(
                inputs, text, client=client, out=out, accept_relaxation=accept_relaxation, progress=tell
            )
    if not quiet:
        for note in found.changed.manifest["notes"]:
            typer.echo(f"note: {printable(note)}")
        for line in scenario_lines(found.facts):
            typer.echo(printable(line))
        typer.echo(
            f"Wrote {out / scenario.PAGE}, {out / scenario.FACTS}, and the runs {out / run_pairs.WITHOUT} and "
            f"{out / run_pairs.WITH}."
        )


def say_result(result: Run, out: Path) -> None:
    """Print notes, verdict, what was written and what to do next."""
    for note in result.manifest["notes"]:
        typer.echo(f"note: {printable(note)}")
    say_verdict(result.facts)
    persons = f"{result.persons.num_rows:,} persons"
    made = f"{result.households.num_rows:,} households and {persons}" if result.households.num_columns else persons
    typer.echo(f"Wrote {made} to {out}: " + ", ".join(entry["path"] for entry in result.manifest["outputs"]))
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    typer.echo(f"Open the report: {opener} {shlex.quote(str(out / 'report.html'))}")
    typer.echo(f"Check every number in it: censemble verify {shlex.quote(str(out))}")


def say_verdict(facts: dict[str, Any]) -> None:
    """Print the report's verdict and its sentences."""
    verdict = facts["verdict"]
    typer.echo(f"Verdict: {verdict['status']}")
    for sentence in verdict["sentences"]:
        typer.echo(f"  {sentence}")


def compare_shown(
    tables: Sequence[str],
    reference: str,
    *,
    real: Mapping[str, str | None],
    files: Mapping[str, Path | None],
    out: Path,
    options: Mapping[str, Any],
    quiet: bool,
) -> None:
    """Compare with the progress on the terminal, print the figures to look at first, write page and JSON.

    Raises
    ------
    CensembleError
        As `comparing.compare` does; an unusable `out` is found before the work begins.
    """
    from censemble.comparing import CompareOptions, compare, write_comparison
    from censemble.evaluation.comparison.text_table import headline_text
    from censemble.io.comparison_tables import table_arguments
    from censemble.io.output_folder import require_writable

    named: dict[str, list[Any]] = {}
    for path in table_arguments(tables):
        named.setdefault(path.name, []).append(path)
    require_writable(out)
    with show_progress(quiet) as tell:
        tell("reading the tables", 0.0)
        judgement = compare(reference, named, **real, **files, options=CompareOptions(**options, progress=tell))
    write_comparison(judgement, out)
    if not quiet:
        for note in (*judgement.about["notes"], *(gap for t in judgement.tables for gap in t.gaps)):
            typer.echo(f"note: {note}")
        typer.echo(headline_text(judgement, width=shutil.get_terminal_size((100, 24)).columns))
    typer.echo(f"Wrote {out / 'compare.html'} and {out / 'compare.json'}")


def personas_shown(origin: Mapping[str, str], out: Path, *, quiet: bool) -> None:
    """Write personas with the progress on the terminal, print notes, examples and the leakage table.

    Raises
    ------
    CensembleError
        As reading the inputs and `persona_study.study` do; an unusable `out` is found before the work begins.
    """
    from censemble.io.output_folder import require_writable
    from censemble.persona_study import study, study_lines, write_study

    with show_progress(quiet) as tell:
        tell("reading the inputs", 0.0)
        inputs = read_origin(origin)
        require_writable(out)
        found = study(inputs, os.environ, progress=tell)
    write_study(found, out)
    if quiet:
        return
    for line in study_lines(found):
        typer.echo("\n".join(wrapped(line)) if len(line) > 100 else printable(line))
    made = counted(found.bank.n_personas, "persona")
    typer.echo(f"Wrote {made} to {out}: personas.parquet, embeddings.parquet, leakage.csv.")


def say_personas_preview(origin: Mapping[str, str]) -> None:
    """Print texts of a few records and how many personas there would be.

    Raises
    ------
    CensembleError
        As reading the inputs does.
    """
    from censemble.persona_study import preview

    texts, says = preview(read_origin(origin), os.environ)
    for line in (*(part for text in texts for part in (text, "")), *says):
        typer.echo("\n".join(wrapped(line)))
