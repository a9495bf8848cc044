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
Scenario = Annotated[
    str | None, typer.Option("--scenario", metavar="TEXT", help="A situation in plain words, by which tables change.")
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
Audited = Annotated[Path, typer.Argument(help="A finished run, a project, or a file of answers.")]
Answers = Annotated[Path | None, typer.Option("--answers", metavar="FILE", help="The file of answers, if it moved.")]
Calls = Annotated[bool, typer.Option("--calls", help="List all questions.")]
Call = Annotated[int | None, typer.Option("--call", metavar="N", help="One question: prompt, answers, faults.")]
Proposals = Annotated[bool, typer.Option("--proposals", help="List all proposals.")]
ProposalId = Annotated[str | None, typer.Option("--proposal", metavar="ID", help="One proposal, such as 3-2.")]
Refused = Annotated[bool, typer.Option("--refused", help="What was refused, why, and what the model said.")]
RecordId = Annotated[
    str | None,
    typer.Option("--record", metavar="ID", help="A household or person of the population, back to the prompt."),
]
AsJson = Annotated[bool, typer.Option("--json", help="The same as data.")]
ShowRequest = Annotated[bool, typer.Option("--show", help="The next question in full.")]
PersonaPreview = Annotated[
    bool, typer.Option("--preview", help="Show texts of a few records and how many there would be; write nothing.")
]
ScenarioText = Annotated[
    str | None,
    typer.Option("--scenario", metavar="TEXT", help="What `censemble scenario` would ask about a situation, too."),
]
Train = Annotated[
    str | None, typer.Option("--train", metavar="TRAIN", help="The sample that the generators learnt from.")
]
Holdout = Annotated[
    str | None, typer.Option("--holdout", metavar="HOLD", help="Real records that no generator has seen.")
]
SchemaFile = Annotated[
    Path | None,
    typer.Option("--schema", metavar="FILE", help="Attributes, kinds and bins; a project file will do. "
                 "Left out: inferred from the reference."),
]  # fmt: skip
RulesFile = Annotated[Path | None, typer.Option("--rules", metavar="FILE", help="What must hold for a record.")]
QueriesFile = Annotated[
    Path | None, typer.Option("--queries", metavar="FILE", help="Queries and tasks that the tables will be used for.")
]
Quick = Annotated[bool, typer.Option("--quick", help="Train no classifiers.")]
RandomSeed = Annotated[int, typer.Option("--random-seed", min=0, help="Of everything random in the measuring.")]
PersonaTexts = Annotated[
    list[str] | None,
    typer.Option("--text", metavar="TEXT", help="Who they are, in plain words; of several each record takes the next."),
]
Closeness = Annotated[
    float | None,
    typer.Option(
        "--closeness",
        metavar="NUMBER",
        help="How closely records follow their personas, 0 to 1. Default: 0.9 for texts, the model's own otherwise.",
    ),
]
