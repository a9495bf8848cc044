"""The command `steer`: its options, and what it shows.

A backslash before b is click's mark for lines that keep their breaks.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from censemble import arguments, origins
from censemble.plain_text import printable
from censemble.terminal import show_progress

if TYPE_CHECKING:
    from censemble.inputs import Inputs
    from censemble.steering_plan import Steering


def steer(
    project: arguments.Project = None,
    towards: Annotated[
        list[str] | None,
        typer.Option("--towards", metavar="TEXT", help="What people shall be more like; may be given again."),
    ] = None,
    away: Annotated[
        list[str] | None,
        typer.Option("--away", metavar="TEXT", help="What they shall be less like; may be given again."),
    ] = None,
    set_to: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="ATTRIBUTE=LABEL", help="Instead of a text: written into every persona."),
    ] = None,
    strength: Annotated[
        float, typer.Option("--strength", metavar="NUMBER", help="0 (no steering) to 1 (all the way).")
    ] = 1.0,
    reach: Annotated[
        float,
        typer.Option(
            "--reach",
            metavar="NUMBER",
            help="How far people are moved at strength 1: 2 is twice as far as the words say.",
        ),
    ] = 1.0,
    share: Annotated[
        float, typer.Option("--share", metavar="NUMBER", help="Share of the records that is steered, above 0 to 1.")
    ] = 1.0,
    release: Annotated[
        list[str] | None,
        typer.Option(
            "--release", metavar="MARGIN", help="A table that the steered population need not meet; may be given again."
        ),
    ] = None,
    watch: Annotated[
        str,
        typer.Option("--watch", metavar="ATTRIBUTE=LABEL", help="Whose share is followed; LOW..HIGH for a number."),
    ] = "",
    way: Annotated[
        str | None,
        typer.Option(
            "--way",
            metavar="WAY",
            help="From words to a direction: matched (default), found, told, bare, towards; docs/steering.md has them.",
        ),
    ] = None,
    closeness: arguments.Closeness = None,
    model: Annotated[
        Path | None, typer.Option("--model", metavar="DIR", help="A model that `censemble train` wrote.")
    ] = None,
    out: arguments.Out = Path("steered"),
    accept_relaxation: arguments.AcceptRelaxation = False,
    quiet: arguments.Quiet = False,
) -> None:
    """Lead a population in words, and report what that moves.

    For projects with `generator: {kind: semapop}`. Writes the runs `without` and `with`, counterfactual.html and
    counterfactual.json. What the data cannot support is made all the same, with a warning.

    \b
    Examples:
      censemble steer censemble.yaml --towards "cycles most days" --away "drives to everything" --out bikes
      censemble steer censemble.yaml --set vehicles=0 --share 0.2 --release vehicles --out car-free
    """
    from censemble.steering_plan import Steering, read_pairs

    steering = Steering(
        tuple(towards or ()),
        tuple(away or ()),
        read_pairs(set_to or (), what="--set"),
        way,  # type: ignore[arg-type]  # checked by Steering
        strength=strength,
        reach=reach,
        share=share,
        release=tuple(release or ()),
        watch=watch,
        closeness=closeness,
    )
    origin = origins.origin_of(project, None)
    steer_shown(origin, steering, out, model=model, accept_relaxation=accept_relaxation, quiet=quiet)


def steer_shown(
    origin: Mapping[str, str],
    steering: Steering,
    out: Path,
    *,
    model: Path | None,
    accept_relaxation: bool,
    quiet: bool,
) -> None:
    """Steer with the progress on the terminal; say what moved, and loudly what is not supported.

    Raises
    ------
    CensembleError
        As reading the inputs and `steering.steer` do.
    """
    from censemble import run_pairs
    from censemble import steering as steered
    from censemble.evaluation.counterfactual_support import says_of
    from censemble.evaluation.counterfactual_text import counterfactual_lines
    from censemble.model_client import asking

    with show_progress(quiet) as tell:
        tell("reading the inputs", 0.0)
        inputs = origins.read_origin(origin)
        inputs = inputs if model is None else _with_model(inputs, model)
        with asking(inputs, os.environ) as client:
            found = steered.steer(
                inputs, steering, out=out, accept_relaxation=accept_relaxation, progress=tell, client=client
            )
    support = found.facts["support"]
    if quiet and (support["reasons"] or support["cautions"]):
        typer.echo(f"WARNING: {printable(says_of(support))}", err=True)
    if quiet:
        return
    for line in counterfactual_lines(found.facts):
        typer.echo(printable(line))
    typer.echo(
        f"Wrote {out / steered.PAGE}, {out / steered.FACTS}, and the runs {out / run_pairs.WITHOUT} and "
        f"{out / run_pairs.WITH}."
    )


def _with_model(inputs: Inputs, folder: Path) -> Inputs:
    """The project with a model that was trained before; a project without one gets 50,000 records."""
    own = inputs.generator
    is_own = own.kind == "semapop"
    kept = {k: v for k, v in own.options.items() if k in ("choice", "bank", "closeness")} if is_own else {}
    settings = replace(
        own,
        kind="semapop",
        records=own.records if is_own else 50_000,
        options={**kept, "trained": str(folder)},
    )
    return replace(inputs, generator=settings)
