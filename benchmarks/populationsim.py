"""Censemble beside PopulationSim 0.10: cost, errors, fidelity, diversity, from both programs' output files.

    python benchmarks/populationsim.py [--case calm] [--peer-python PATH] [--skip-peer] [--out DIR]

Both run end to end as whole processes, one after the other. See README.md for the cases and the figures.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cases
import fidelity
import outcomes
import processes
import tables

REPOSITORY = Path(__file__).resolve().parents[1]
PEER = ("populationsim==0.10.0", "pandas<3")
BUILDERS = {
    "calm": cases.calm,
    "knoxville47": cases.knoxville47,
    "knoxville129": cases.knoxville129,
    "calm4": lambda data, folder: cases.calm_copies(data, folder, 4),
    "calm16": lambda data, folder: cases.calm_copies(data, folder, 16),
}
SCALING = ("calm4", "calm16")  # the peer is run on these only when asked: it needs many minutes and gigabytes


def peer_python(given: Path | None) -> Path:
    """The interpreter of the peer's own environment, made on first use."""
    if given:
        return given
    environment = REPOSITORY / ".peers" / "populationsim"
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEER], check=True)
    return python


def run_peer(case: cases.Case, python: Path, work: Path) -> processes.Cost:
    """PopulationSim as its manual runs it."""
    output = work / "populationsim"
    output.mkdir(parents=True, exist_ok=True)
    options = ["-c", case.folder / "configs", "-d", case.folder / "data", "-o", output]
    return processes.measure([python, "-m", "populationsim", *options], log=work / "populationsim.log", folder=work)


def run_ours(case: cases.Case, work: Path) -> processes.Cost:
    """The command as a user types it, from this checkout."""
    given = [case.project] if case.project else ["--populationsim", case.folder]
    command = [sys.executable, "-m", "censemble", "run", *given, "--out", work / "censemble", "--accept-relaxation"]
    environment = {"PYTHONPATH": str(REPOSITORY / "src")}
    return processes.measure(command, log=work / "censemble.log", folder=work, environment=environment)


def measure_case(name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Run one case with both programs and work out every figure."""
    work = (arguments.out / name).resolve()
    work.mkdir(parents=True, exist_ok=True)
    case = BUILDERS[name](arguments.data.resolve(), work / "case")
    inputs = outcomes.read_inputs(case)
    counts = outcomes.incidence(inputs)
    found: dict[str, Any] = {"case": name, "machine": platform.platform(), "seed_households": len(inputs.households)}
    with_peer = not arguments.skip_peer and (name not in SCALING or arguments.with_peer)
    if with_peer:
        cost = run_peer(case, peer_python(arguments.peer_python), work)
        found["populationsim"] = _described(case, inputs, counts, cost, work / "populationsim")
    if not arguments.skip_ours:
        first, again = run_ours(case, work), run_ours(case, work)
        found["censemble"] = _described(case, inputs, counts, again, work / "censemble")
        found["censemble"]["first_run"] = asdict(first)
    (work / "figures.json").write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    return found


def _described(
    case: cases.Case, inputs: outcomes.Inputs, counts: Any, cost: processes.Cost, output: Path
) -> dict[str, Any]:
    """Cost and figures; figures are left out where the program ended badly and left no population."""
    ours = output.name == "censemble"
    written = output / ("households.parquet" if ours else "synthetic_households.csv")
    if not written.exists() or (cost.exit_status and not ours):
        return {"cost": asdict(cost), "figures": None}
    placed = outcomes.placements_of_ours(case, output) if ours else outcomes.placements_of_peer(case, output)
    n_persons = outcomes.persons_of_ours(output) if ours else outcomes.persons_of_peer(output)
    result = fidelity.figures(case, inputs, counts, placed, n_persons)
    return {"cost": asdict(cost), "figures": fidelity.as_json(result)}


def read_command_line(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Options of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", choices=sorted(BUILDERS), help="default: calm and both of Knoxville")
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data", help="folder of the cases")
    parser.add_argument("--peer-python", type=Path, help="python of an environment that has PopulationSim 0.10")
    parser.add_argument("--skip-peer", action="store_true", help="run censemble alone")
    parser.add_argument("--skip-ours", action="store_true", help="run PopulationSim alone")
    parser.add_argument("--with-peer", action="store_true", help="run PopulationSim on calm4 and calm16 too")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "out-benchmark", help="where results go")
    return parser.parse_args(arguments)


def main() -> None:
    """Run the cases, print one table for each, and write `figures.json` beside the outputs."""
    arguments = read_command_line()
    found = [measure_case(name, arguments) for name in arguments.case or ("calm", "knoxville47", "knoxville129")]
    for case in found:
        print(tables.render(case), flush=True)
    print(tables.render_scaling(found))


if __name__ == "__main__":
    main()
