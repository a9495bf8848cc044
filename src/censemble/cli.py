"""The command `censemble`: thin, each command a few calls of the pipeline.

Exit status: 0 done, 1 other error, 2 something is wrong with the inputs, 3 tables that contradict each other,
4 calibration did not converge, 5 the outputs could not be written, 6 verification found differences, 7 the language
model does not answer.
"""

# Heavy modules are imported by the command that needs them, so that --help and --version are quick; \b is click's
# mark for lines that keep their breaks.

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from censemble import __version__, arguments, model_commands, origins, steering_command, terminal
from censemble.errors import CensembleError, ConfigError, ConvergenceError, VerificationError
from censemble.plain_text import printable

app = typer.Typer(
    name="censemble",
    help="Tables about a population in, people who add up to those tables out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command; every error made on purpose becomes a message and an exit status."""
    try:
        app()
    except CensembleError as error:
        typer.echo(f"censemble: {printable(str(error))}", err=True)
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
    out: arguments.Out = Path("demo"),
    quiet: arguments.Quiet = False,
) -> None:
    """Make Knoxville, Tennessee, a case in the package.

    American Community Survey 2019-2023: 95 block groups, 39 tracts; takes less than a minute.

    \b
    Example:
      censemble demo --out demo
    """
    terminal.run_shown(origins.DEMO, out, quiet=quiet)


@app.command()
def run(
    project: arguments.Project = None,
    out: arguments.Out = Path("out"),
    populationsim: arguments.PopulationSim = None,
    accept_relaxation: arguments.AcceptRelaxation = False,
    scenario: arguments.Scenario = None,
    quiet: arguments.Quiet = False,
) -> None:
    """Make households and persons that meet the tables.

    Reads a project file or a PopulationSim folder; writes the population, a report and how well each table is met.

    \b
    Examples:
      censemble run censemble.yaml --out out
      censemble run --populationsim example_calm --out out --accept-relaxation
      censemble run censemble.yaml --scenario "The harbour closes." --out closed
    """
    origin = origins.origin_of(project, populationsim)
    terminal.run_shown(origin, out, accept_relaxation=accept_relaxation, scenario=scenario, quiet=quiet)


@app.command("scenario")
def compare_scenario(
    scenario: Annotated[str, typer.Option("--scenario", metavar="TEXT", help="What happens, in plain words.")],
    project: arguments.Project = None,
    out: arguments.Out = Path("scenario"),
    accept_relaxation: arguments.AcceptRelaxation = False,
    quiet: arguments.Quiet = False,
) -> None:
    """Make the population without and with a scenario, and compare them.

    A language model says what the scenario changes: how many records more or fewer, and which. The tables change by
    exactly these. Writes the folders `without` and `with`, each a run, scenario.html and scenario.json.

    \b
    Example:
      censemble scenario censemble.yaml --scenario "The plant with 800 night-shift workers opens." --out plant
    """
    terminal.scenario_shown(
        origins.origin_of(project, None), scenario, out, accept_relaxation=accept_relaxation, quiet=quiet
    )


@app.command()
def check(
    project: arguments.Project = None,
    populationsim: arguments.PopulationSim = None,
    accept_relaxation: arguments.AcceptRelaxation = False,
    json_file: arguments.JsonFile = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress display.")] = False,
) -> None:
    """Find what is wrong with the inputs before a run.

    First the files, then who in the survey breaks which rule, then whether all tables can hold together, and the
    smallest change under which they would.

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
    from censemble.io.rule_tables import rule_lines, rule_rows
    from censemble.model_client import asking

    inputs = origins.read_origin(origins.origin_of(project, populationsim))
    for line in [*(f"note: {note}" for note in inputs.notes), *rule_lines(inputs)]:
        typer.echo(line)
    with terminal.show_progress(quiet) as tell, asking(inputs, os.environ) as client:
        diagnosis = pipeline.check(inputs, progress=tell, client=client)
    typer.echo(feasibility_text(diagnosis, inputs))
    if json_file is not None:
        facts = feasibility_facts(diagnosis, inputs) | {"rules": rule_rows(inputs)}
        write_text(json_file, json.dumps(facts, indent=2, allow_nan=False) + "\n")
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
    out: arguments.EarlierRun,
    project: arguments.OutlinesProject = None,
) -> None:
    """Write the report of a run anew, print its verdict.

    From report.json and fit.parquet; nothing is computed again.

    \b
    Example:
      censemble report out
    """
    from censemble.evaluation.report import render
    from censemble.io.geojson import read_geojson
    from censemble.io.output_folder import write_text
    from censemble.io.run_folder import read_fit, read_json, read_manifest

    manifest = read_manifest(out)
    facts = read_json(out / "report.json")
    path, geojson_id = origins.outlines_of(out, manifest, project)
    fit = read_fit(out)
    write_text(out / "report.html", render(facts, fit, geojson=read_geojson(path), geojson_id=geojson_id))
    terminal.say_verdict(facts)
    typer.echo(f"Report: {out / 'report.html'}")


@app.command()
def verify(
    out: arguments.EarlierRun,
    project: arguments.MovedProject = None,
    populationsim: arguments.MovedFolder = None,
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
    from censemble.io.run_folder import read_manifest

    manifest = read_manifest(out)
    moved = project is not None or populationsim is not None
    origin = origins.origin_of(project, populationsim) if moved else origins.recorded_origin(out, manifest)
    found = examine(out, origins.read_origin(origin))
    for line in found.unverified:
        typer.echo(f"not verifiable: {line}")
    if found.differences:
        listed = "\n".join(f"  {d}" for d in found.differences)
        n = len(found.differences)
        raise VerificationError(f"{n:,} difference{'s' if n > 1 else ''} in {out}:\n{listed}")
    typer.echo(f"{found.n_compared:,} values compared, no difference.")


@app.command()
def compare(
    tables: Annotated[list[str], typer.Argument(metavar="NAME=TABLE...", help="Synthetic tables, by name.")],
    reference: Annotated[str, typer.Option("--reference", metavar="REF", help="The population, or a survey of it.")],
    train: arguments.Train = None,
    holdout: arguments.Holdout = None,
    schema: arguments.SchemaFile = None,
    rules: arguments.RulesFile = None,
    queries: arguments.QueriesFile = None,
    out: arguments.Out = Path("compare"),
    quick: arguments.Quick = False,
    random_seed: arguments.RandomSeed = 0,
    quiet: arguments.Quiet = False,
) -> None:
    """Judge synthetic tables against real ones, yardsticks beside them.

    A table is a Parquet or CSV file, or a folder (or two files joined by a comma) with households and persons.
    Writes compare.html and compare.json.

    \b
    Examples:
      censemble compare --reference population.parquet mine=synthetic.parquet --out compare
      censemble compare --reference survey.csv --train train.csv --holdout holdout.csv \\
        --schema schema.yaml --rules rules.yaml gan=a.csv network=b.csv
    """
    terminal.compare_shown(
        tables,
        reference,
        real={"train": train, "holdout": holdout},
        files={"schema": schema, "rules": rules, "queries": queries},
        out=out,
        options={"classifiers": not quick, "random_seed": random_seed},
        quiet=quiet,
    )


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
def preview(
    project: arguments.Project = None,
    show: arguments.ShowRequest = False,
    scenario: arguments.ScenarioText = None,
) -> None:
    """Say what a language model will be asked, before anything is sent.

    The next question, how many calls at most, tokens and cost, what is stored already, whether the budget allows it.
    Works without any model configured.

    \b
    Examples:
      censemble preview censemble.yaml
      censemble preview censemble.yaml --show
      censemble preview censemble.yaml --scenario "The harbour closes."
    """
    from censemble.rehearsal import rehearse
    from censemble.rehearsal_text import rehearsal_lines

    inputs = origins.read_origin(origins.origin_of(project, None))
    typer.echo("\n".join(rehearsal_lines(rehearse(inputs, os.environ, scenario=scenario), show=show)))


@app.command()
def audit(
    path: arguments.Audited,
    calls: arguments.Calls = False,
    call: arguments.Call = None,
    proposals: arguments.Proposals = False,
    proposal: arguments.ProposalId = None,
    refused: arguments.Refused = False,
    record: arguments.RecordId = None,
    answers: arguments.Answers = None,
    as_json: arguments.AsJson = False,
) -> None:
    """Browse what a language model was asked, and what became of it.

    Without an option a summary: questions, verdicts, tokens, cost, proposals, how the discrepancy fell.

    \b
    Examples:
      censemble audit out
      censemble audit out --record 17
      censemble audit answers.sqlite --call 3
    """
    from censemble import audit_text, auditing

    options: dict[str, bool | int | str | None] = {"calls": calls, "proposals": proposals, "refused": refused}
    options |= {"call": call, "proposal": proposal, "record": record}
    chosen = {name: value for name, value in options.items() if value is not None and value is not False}
    if len(chosen) > 1:
        raise ConfigError(f"Give one of {', '.join(f'--{name}' for name in chosen)}, not several.")
    name, value = next(iter(chosen.items()), ("summary", True))
    facts, lines = audit_text.view(auditing.read_audit(path, answers=answers), name, value)
    if as_json:
        typer.echo(json.dumps(facts, indent=2, allow_nan=False))
    else:
        typer.echo("\n".join(lines))


app.command()(model_commands.train)
app.command()(model_commands.sample)
app.command()(steering_command.steer)


@app.command()
def personas(
    project: arguments.Project = None,
    out: arguments.Out = Path("personas"),
    only_preview: arguments.PersonaPreview = False,
    quiet: arguments.Quiet = False,
) -> None:
    """Write the personas of a survey, and measure what they give away.

    A persona is a text about a survey record and its embedding. Writes texts, vectors, and how well each attribute can
    be read back from them, beside controls that have no text.

    \b
    Examples:
      censemble personas censemble.yaml --preview
      censemble personas censemble.yaml --out personas
    """
    origin = origins.origin_of(project, None)
    if only_preview:
        terminal.say_personas_preview(origin)
    else:
        terminal.personas_shown(origin, out, quiet=quiet)


@app.command()
def schema() -> None:
    """Print the JSON Schema of project files, for editors.

    \b
    Example:
      censemble schema > censemble.schema.json
    """
    from censemble.io.project import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))
