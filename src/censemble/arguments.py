"""Arguments and options that commands share, with their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Project = Annotated[
    Path | None,
    typer.Argument(help="Project file, or its folder. Default: ./censemble.yaml", show_default=False),
]
PopulationSim = Annotated[
    Path | None,
    typer.Option("--populationsim", metavar="DIR", help="Read an existing PopulationSim folder instead."),
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the outputs; made if absent.")]
AcceptRelaxation = Annotated[
    bool,
    typer.Option(
        "--accept-relaxation",
        help="Where exact tables contradict each other, change targets as little as possible and go on; "
        "manifest and report list each change.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress display, no summary.")]
EarlierRun = Annotated[Path, typer.Argument(help="Folder of a finished run.")]
MovedProject = Annotated[Path | None, typer.Option("--project", help="Project file, if it moved.")]
MovedFolder = Annotated[
    Path | None, typer.Option("--populationsim", metavar="DIR", help="PopulationSim folder, if it moved.")
]
OutlinesProject = Annotated[Path | None, typer.Option("--project", help="Project file, if the zone outlines moved.")]
JsonFile = Annotated[
    Path | None, typer.Option("--json", metavar="FILE", help="Write the feasibility diagnosis as JSON.")
]
