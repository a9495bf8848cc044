"""A small project of households whose model is a real one, made tiny: trained within seconds."""

from __future__ import annotations

from pathlib import Path

import command_case
import generator_projects

TINY = "{width: 16, depth: 1, noise: 4, batch: 64, steps: 60, run: 30}"
GENERATOR = f"{{kind: semapop, records: 400, model: vae, model_options: {TINY}}}"
N = 120
FILES = {
    **generator_projects.HOUSEHOLDS,
    "households.csv": "ID,WEIGHT,NP,TENURE\n"
    + "".join(f"h{i},{5 + i % 4},{1 + i % 3},{1 + i % 2 if i % 5 else 2}\n" for i in range(N)),
    "persons.csv": "ID,NO,SEX,AGE\n"
    + "".join(
        f"h{i},{k + 1},{'fm'[(i + k) % 2]},{(20 + (7 * i) % 60) if k < 2 else (3 * i + k) % 18}\n"
        for i in range(N)
        for k in range(1 + i % 3)
    ),
}


def write(folder: Path, generator: str = GENERATOR) -> Path:
    """Write the project; give its file."""
    text = FILES["censemble.yaml"].replace("GENERATOR", generator)
    return command_case.write_files(folder, {**FILES, "censemble.yaml": text}) / "censemble.yaml"
