"""The command `censemble`: thin, each command a few calls of the pipeline.

Exit status: 0 done, 1 other error, 2 something is wrong with the inputs, 3 tables that contradict each other,
4 calibration did not converge, 5 the outputs could not be written, 6 verification found differences.
"""

# Heavy modules are imported by the command that needs them, so that --help and --version are quick; \b is click's
# mark for lines that keep their breaks.

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from censemble import __version__
from censemble.errors import CensembleError, ConfigError, ConvergenceError, VerificationError

if TYPE_CHECKING:
    from censemble.inputs import Inputs
    from censemble.pipeline import Run

app = typer.Typer(
    name="censemble",
    help="Tables about a population in, people who add up to those tables out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ProjectArgument = Annotated[
    Path | None,
    typer.Argument(help="Project file, or its folder. Default: ./censemble.yaml", show_default=False),
]
PopulationSimOption = Annotated[
    Path | None,
    typer.Option("--populationsim", metavar="DIR", help="Read an existing PopulationSim folder instead."),
]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the outputs; made if absent.")]
AcceptOption = Annotated[
    bool,
    typer.Option(
        "--accept-relaxation",
        help="Where exact tables contradict each other, change targets as little as possible and go on; "
        "manifest and report list each change.",
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress display, no summary.")]


class _Stopped(CensembleError):
    """Ctrl-C; as an error of ours, because typer would end with status 1 and "Aborted"."""

    exit_status = 130


def main() -> None:
    """Run the command; every error made on purpose becomes a message and an exit status."""
    try:
        app()
    except CensembleError as error:
        typer.echo(f"censemble: {error}", err=True)
        sys.exit(error.exit_status)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)] = False,
) -> None:
    """Tables about a population in, people who add up to those tables out."""
    if version:
        typer.echo(f"censemble {__version__}")
        raise typer.Exit


@app.command()
def demo(
    out: OutOption = Path("demo"),
    quiet: QuietOption = False,
) -> None:
    """Make Knoxville, Tennessee, a case in the package.

    American Community Survey 2019-2023: 95 block groups, 39 tracts; takes less than a minute.

    \b
    Example:
      censemble demo --out demo
    """
    from censemble import pipeline

    _run(pipeline.demo_inputs, out, command="censemble demo", source={"kind": "demo", "path": ""}, quiet=quiet)


@app.command()
def run(
    project: ProjectArgument = None,
    out: OutOption = Path("out"),
    populationsim: PopulationSimOption = None,
    accept_relaxation: AcceptOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make households and persons that meet the tables.

    Reads a project file or a PopulationSim folder; writes the population, a report and how well each table is met.

    \b
    Examples:
      censemble run censemble.yaml --out out
      censemble run --populationsim example_calm --out out --accept-relaxation
    """
    source = _source(project, populationsim)
    given = f"--populationsim {shlex.quote(source['path'])}" if populationsim else shlex.quote(source["path"])
    command = f"censemble run {given} --out OUT" + (" --accept-relaxation" if accept_relaxation else "")
    _run(lambda: _read(source), out, command=command, source=source, accept_relaxation=accept_relaxation, quiet=quiet)


@app.command()
def check(
    project: ProjectArgument = None,
    populationsim: PopulationSimOption = None,
    accept_relaxation: AcceptOption = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the feasibility diagnosis as JSON.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress display.")] = False,
) -> None:
    """Find what is wrong with the inputs before a run.

    First the files, then whether all tables can hold together, and the smallest change under which they would.

    \b
    Exit status: 0 all is well, 2 problems in the inputs, 3 tables contradict each other (0 with
    --accept-relaxation), 4 calibration does not converge.

    \b
    Examples:
      censemble check censemble.yaml
      censemble check --populationsim example_calm --json feasibility.json
    """
    from censemble import pipeline
    from censemble.io.feasibility_tables import feasibility_facts, feasibility_text
    from censemble.io.output_folder import write_text

    inputs = _read(_source(project, populationsim))
    for note in inputs.notes:
        typer.echo(f"note: {note}")
    with _progress(quiet) as tell:
        diagnosis = pipeline.check(inputs, progress=tell)
    typer.echo(feasibility_text(diagnosis, inputs))
    if json_file is not None:
        write_text(json_file, json.dumps(feasibility_facts(diagnosis, inputs), indent=2, allow_nan=False) + "\n")
    if not diagnosis.feasible and not accept_relaxation:
        typer.echo(
            "Correct these tables, or declare an uncertainty for them; to go on with that change: --accept-relaxation."
        )
        raise typer.Exit(3)
    if diagnosis.calibration.status.name != "CONVERGED":
        raise ConvergenceError(
            f"{diagnosis.calibration.status.value} Allow more iterations, or loosen the bound on expansion factors.",
            diagnosis.calibration,
        )


@app.command()
def report(
    out: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    project: Annotated[Path | None, typer.Option("--project", help="Project file, if the zone outlines moved.")] = None,
) -> None:
    """Write the report of a run anew, print its verdict.

    From report.json and fit.parquet; nothing is computed again.

    \b
    Example:
      censemble report out
    """
    import pyarrow.parquet as pq

    from censemble.evaluation.report import render
    from censemble.io.geojson import read_geojson
    from censemble.io.output_folder import write_text
    from censemble.io.run_folder import read_json, read_manifest

    manifest = read_manifest(out)
    facts = read_json(out / "report.json")
    path, geojson_id = _outlines(out, manifest, project)
    try:
        fit = pq.read_table(out / "fit.parquet")
    except OSError as error:  # pyarrow's errors of broken files are among them
        raise ConfigError(f"{out / 'fit.parquet'} cannot be read ({error}). Run again.") from None
    write_text(out / "report.html", render(facts, fit, geojson=read_geojson(path), geojson_id=geojson_id))
    _say_verdict(facts)
    typer.echo(f"Report: {out / 'report.html'}")


@app.command()
def verify(
    out: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    project: Annotated[Path | None, typer.Option("--project", help="Project file, if it moved.")] = None,
    populationsim: Annotated[
        Path | None, typer.Option("--populationsim", metavar="DIR", help="PopulationSim folder, if it moved.")
    ] = None,
) -> None:
    """Compute every published number of a run again.

    From the output files and the inputs alone, with other code than that which made them.

    \b
    Exit status 6 on any difference.

    \b
    Example:
      censemble verify out
    """
    from censemble.evaluation.verify import examine
    from censemble.io.run_folder import locate, read_manifest

    manifest = read_manifest(out)
    source = dict(manifest.get("source", {}))
    if project is not None or populationsim is not None:
        source = _source(project, populationsim)
    elif source.get("path"):
        source["path"] = str(locate(source["path"], out=out, manifest=manifest))
    found = examine(out, _read(source))
    for line in found.unverified:
        typer.echo(f"not verifiable: {line}")
    if found.differences:
        listed = "\n".join(f"  {d}" for d in found.differences)
        n = len(found.differences)
        raise VerificationError(f"{n:,} difference{'s' if n > 1 else ''} in {out}:\n{listed}")
    typer.echo(f"{found.n_compared:,} values compared, no difference.")


@app.command()
def init(
    files: Annotated[list[Path], typer.Argument(help="Your tables and survey files, or the folder that holds them.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Project file to write.")] = Path("censemble.yaml"),
) -> None:
    """Look at your files and draft a project file.

    The draft is commented, and each guess is marked as a guess.

    \b
    Example:
      censemble init data/ --out data/censemble.yaml
    """
    from censemble.io.init import draft_project
    from censemble.io.output_folder import write_text

    if out.exists():
        raise ConfigError(f"{out} exists already; give another name with --out, or move it away.")
    text = draft_project(files)
    write_text(out, text)
    typer.echo(f"Wrote {out} with {text.count('# guess')} guesses. Read them, then: censemble check {out}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of project files, for editors.

    \b
    Example:
      censemble schema > censemble.schema.json
    """
    from censemble.io.project import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


def _outlines(out: Path, manifest: dict[str, Any], project: Path | None) -> tuple[str, str]:
    """Path and id property of the zone outlines; "" where the run had none."""
    from censemble.io.project import load_project
    from censemble.io.run_folder import locate

    if project is not None:
        where = project / "censemble.yaml" if project.is_dir() else project
        polygons = load_project(where).geography.polygons
        return (str(where.parent / polygons.file), polygons.id) if polygons else ("", "")
    recorded = manifest.get("outlines", {})
    path = recorded.get("path", "")
    return str(locate(path, out=out, manifest=manifest)) if path else "", recorded.get("id", "")


def _source(project: Path | None, populationsim: Path | None) -> dict[str, str]:
    if project is not None and populationsim is not None:
        raise ConfigError("Give a project file or --populationsim DIR, not both.")
    if populationsim is not None:
        return {"kind": "populationsim", "path": str(populationsim)}
    return {"kind": "project", "path": str(project or Path("censemble.yaml"))}


def _read(source: dict[str, str]) -> Inputs:
    from censemble import pipeline

    if source.get("kind") == "populationsim":
        return pipeline.read_populationsim(Path(source["path"]))
    if source.get("kind") == "project":
        return pipeline.read_project(source["path"])
    if source.get("kind") == "demo":
        return pipeline.demo_inputs()
    raise ConfigError("This run does not say where its inputs are; give --project FILE or --populationsim DIR.")


def _run(
    read: Callable[[], Inputs],
    out: Path,
    *,
    command: str,
    source: dict[str, str],
    quiet: bool,
    accept_relaxation: bool = False,
) -> None:
    from censemble import pipeline

    stalled: ConvergenceError | None = None
    with _progress(quiet) as tell:
        tell("reading the inputs", 0.0)
        inputs = read()
        try:
            result = pipeline.run(
                inputs,
                out=out,
                accept_relaxation=accept_relaxation,
                command=command,
                source=source,
                progress=tell,
            )
        except ConvergenceError as error:
            stalled, result = error, error.result
    if not quiet:
        _say_result(result, out)
    if stalled is not None:
        raise stalled


def _say_result(result: Run, out: Path) -> None:
    for note in result.manifest["notes"]:
        typer.echo(f"note: {note}")
    _say_verdict(result.facts)
    typer.echo(
        f"Wrote {result.households.num_rows:,} households and {result.persons.num_rows:,} persons to {out}: "
        + ", ".join(entry["path"] for entry in result.manifest["outputs"])
    )
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    typer.echo(f"Open the report: {opener} {shlex.quote(str(out / 'report.html'))}")
    typer.echo(f"Check every number in it: censemble verify {shlex.quote(str(out))}")


def _say_verdict(facts: dict[str, Any]) -> None:
    verdict = facts["verdict"]
    typer.echo(f"Verdict: {verdict['status']}")
    for sentence in verdict["sentences"]:
        typer.echo(f"  {sentence}")


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A spinner with the current step and its figure on a terminal; nothing elsewhere."""
    try:
        if quiet or not sys.stderr.isatty():
            yield lambda _phrase, _value: None
            return
        from rich.console import Console

        with Console(stderr=True).status("starting") as status:
            yield lambda phrase, value: status.update(f"{phrase} ({value:,.2f})" if value else phrase)
    except KeyboardInterrupt:
        raise _Stopped("stopped; nothing half-written was left.") from None
