"""What the commands `train` and `sample` show."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from censemble.origins import read_origin
from censemble.plain_text import printable
from censemble.terminal import show_progress

N_POINTS = 8  # of the curves


def train_shown(origin: Mapping[str, str], out: Path, *, quiet: bool) -> None:
    """Train with the progress on the terminal; say how it went and what to do next.

    Raises
    ------
    CensembleError
        As reading the inputs and `model_training.train` do.
    """
    from censemble.model_client import asking
    from censemble.model_training import train

    with show_progress(quiet) as tell:
        tell("reading the inputs", 0.0)
        inputs = read_origin(origin)
        with asking(inputs, os.environ) as client:
            model = train(inputs, out, client=client, progress=tell)
    if quiet:
        return
    for note in model.notes_:
        typer.echo(f"note: {printable(note)}")
    curves = model.curves_
    for line in curve_lines(curves.steps.tolist(), {k: v.tolist() for k, v in curves.figures.items()}):
        typer.echo(line)
    typer.echo(
        f"Wrote the model to {out}. It holds values and personas of respondents: keep it as you keep the survey."
    )
    typer.echo(f"Draw from it: censemble sample {shlex.quote(str(out))} -n 1000 --out people.csv")
    typer.echo(f"Use it in a project: generator: {{kind: semapop, trained: {out}}}")


def curve_lines(steps: Sequence[int], figures: Mapping[str, Sequence[float]]) -> list[str]:
    """Training curves as a small table: at most eight points, the last one among them.

    Examples
    --------
    >>> curve_lines([100, 200], {"loss": [1.5, 1.25]})
    ['  step  loss', '   100   1.5', '   200  1.25']
    """
    if not steps:
        return []
    shown = sorted({round(i * (len(steps) - 1) / (N_POINTS - 1)) for i in range(N_POINTS)})
    columns = [["step", *(f"{steps[i]:,}" for i in shown)]]
    columns += [[name, *(f"{values[i]:.4g}" for i in shown)] for name, values in figures.items()]
    widths = [max(map(len, column)) for column in columns]
    return [
        "  " + "  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)) for row in zip(*columns, strict=True)
    ]


def sample_shown(
    folder: Path,
    n: int,
    out: Path,
    *,
    texts: Sequence[str],
    options: Mapping[str, Any],
    embedder: str,
    quiet: bool,
) -> None:
    """Draw records of a trained model and write them.

    Raises
    ------
    CensembleError
        As `SemaPop.load`, `model_sampling.draw_tables` and `model_sampling.write_tables` do.
    """
    from censemble.generators.semapop.persona_maker import StandardMaker
    from censemble.generators.semapop.population_model import SemaPop
    from censemble.generators.semapop.services import Outside
    from censemble.model_sampling import draw_tables, paths_of, write_tables
    from censemble.personas.by_name import embedder_of

    paths_of(out, ["persons"])
    with show_progress(quiet) as tell:
        tell("reading the model", 0.0)
        outside = Outside(StandardMaker(embedder=embedder_of(embedder, os.environ))) if texts else None
        model = SemaPop.load(folder, outside=outside)
        tell(f"drawing {n:,} records", 0.0)
        drawn = draw_tables(model, n, texts=texts, **options)
    written = write_tables(drawn, out)
    if quiet:
        return
    for note in drawn.notes:
        typer.echo(f"note: {note}")
    made = " and ".join(f"{table.num_rows:,} {entity}" for entity, table in drawn.tables.items())
    typer.echo(f"Wrote {made} to {' and '.join(map(str, written))}.")
