"""The commands of trained models: thin, each a few calls; `cli` has the others, and takes these in.

A backslash before b is click's mark for lines that keep their breaks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from censemble import arguments, origins


def train(
    project: arguments.Project = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the model.")] = Path("model"),
    quiet: arguments.Quiet = False,
) -> None:
    """Train a persona-conditioned model once, to draw from it again and again.

    For projects with `generator: {kind: semapop}`. A training that was stopped goes on where it was.

    \b
    Examples:
      censemble train censemble.yaml --out model
      then in the project file: generator: {kind: semapop, trained: model}
    """
    from censemble.model_terminal import train_shown

    train_shown(origins.origin_of(project, None), out, quiet=quiet)


def sample(
    folder: Annotated[Path, typer.Argument(help="A trained model: what `censemble train` wrote.")],
    n: Annotated[int, typer.Option("-n", min=1, help="Records to draw.")] = 1000,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="CSV or Parquet; households get two files, by its name.")
    ] = Path("people.csv"),
    text: arguments.PersonaTexts = None,
    closeness: arguments.Closeness = None,
    embedder: Annotated[
        str, typer.Option("--embedder", metavar="NAME", help="Of texts: as in the project it was trained for.")
    ] = "static",
    random_seed: Annotated[int, typer.Option("--random-seed", min=0, help="Another one, other records.")] = 0,
    quiet: arguments.Quiet = False,
) -> None:
    """Draw records from a trained model, or people as you describe them.

    They add up to no tables: `censemble run` does that.

    \b
    Examples:
      censemble sample model -n 1000 --out people.csv
      censemble sample model --text "She is retired and cycles everywhere." --out cyclists.parquet
    """
    from censemble.model_terminal import sample_shown

    options = {"closeness": closeness, "random_seed": random_seed}
    sample_shown(folder, n, out, texts=text or [], options=options, embedder=embedder, quiet=quiet)
