"""How long the judge counts: made-up tables of the size of a census extract, every counting family timed.

    python benchmarks/judge_speed.py [--rows 200000] [--tables 9] [--categories 40]
    python benchmarks/judge_speed.py --whole --tables 5    # the whole judge, yardsticks made and attacks tried

Nine tables are five synthetic ones and the four yardsticks. The rows come from 40 latent classes, so that attributes
hang together; each table redraws a growing share of its values at random. `--categories` gives every attribute so
many, for the case in which cells are many and thinly filled. The kernels are compiled before the clock starts.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Sequence

import numpy as np

from censemble.coding import code_columns, coding_of
from censemble.dataset import Dataset
from censemble.evaluation.comparison.associations import measure_associations
from censemble.evaluation.comparison.dependence_classes import measure_dependence
from censemble.evaluation.comparison.every_pair import measure_attributes, pair_figures
from censemble.evaluation.comparison.families import Questions
from censemble.evaluation.comparison.impossible_pairs import measure_impossible_pairs
from censemble.evaluation.comparison.joint_tables import measure_joints
from censemble.evaluation.comparison.measure import N_GROUPS, Ground, View
from censemble.evaluation.comparison.shapes import measure_shapes
from censemble.evaluation.comparison.support import measure_support
from censemble.judging import contest_of, judge
from censemble.schema import Attribute, Schema

N_CATEGORIES = (9, 17, 7, 24, 5, 2, 8, 6, 8, 7, 5)  # with two numeric attributes thirteen, as many as a census extract
N_CLASSES = 40
FAMILIES = {
    "margins and joints": measure_joints,
    "associations": measure_associations,
    "feasible and diverse": measure_support,
    "impossible pairs": measure_impossible_pairs,
    "shapes": measure_shapes,
    "dependence": measure_dependence,
    "every pair": pair_figures,
    "every attribute": measure_attributes,
}


def made_up_schema(n_categories: Sequence[int]) -> Schema:
    """Categorical attributes k0, k1, ... and two numeric ones in bins."""
    coded = [
        Attribute(f"k{i}", "persons", "categorical", tuple(map(str, range(n)))) for i, n in enumerate(n_categories)
    ]
    age = Attribute("age", "persons", "numeric", bins=tuple(range(0, 101, 10)))
    weeks = Attribute("weeks", "persons", "numeric", bins=(0.0, 1.0, 14.0, 27.0, 40.0, 48.0, 53.0))
    return Schema((*coded, age, weeks))


def made_up_view(schema: Schema, name: str, n: int, noise: float) -> View:
    """A table of the latent classes, a share of whose values is redrawn at random."""
    profiles = np.random.default_rng(0)
    rng = np.random.default_rng(sum(map(ord, name)))
    of_class = rng.choice(N_CLASSES, n, p=profiles.dirichlet(np.ones(N_CLASSES)))
    columns = {}
    for a in schema.attributes:
        if a.kind == "numeric":
            centre = profiles.uniform(a.bins[0], a.bins[-1], N_CLASSES)[of_class]
            values = np.clip(np.rint(rng.normal(centre, 6.0)), a.bins[0], a.bins[-1] - 1)
        else:
            steps = profiles.dirichlet(np.full(len(a.categories), 0.2), N_CLASSES).cumsum(axis=1)
            values = (rng.random(n)[:, None] > steps[of_class]).sum(axis=1).clip(max=len(a.categories) - 1)
        redrawn = rng.random(n) < noise
        values[redrawn] = rng.permutation(values[redrawn])
        columns[a.name] = values
    data = Dataset(name, schema, {}, columns, np.zeros(0), np.ones(n), dependence={("k0", "k1"): "constrained"})
    coded = code_columns(columns, [coding_of(a) for a in schema.attributes], np.ones(n))
    return View(data, "persons", coded, rng.integers(N_GROUPS, size=n))


def time_families(ground: Ground, views: Sequence[View]) -> dict[str, float]:
    """CPU seconds of each family over all tables; the same as wall-clock seconds on a machine that is not shared."""
    seconds = {}
    for title, family in FAMILIES.items():
        start = time.process_time()
        for view in views:
            family(ground, view)
        seconds[title] = time.process_time() - start
    return seconds


def time_whole(sides: Sequence[View], holdout: View, views: Sequence[View]) -> tuple[float, float]:
    """Wall-clock and CPU seconds of judging the tables, with every yardstick and attack but without classifiers."""
    contest = contest_of(
        sides[0].dataset, train=sides[1].dataset, holdout=holdout.dataset, questions=Questions(classifiers=False)
    )
    wall, cpu = time.perf_counter(), time.process_time()
    judge(contest, [view.dataset for view in views])
    return time.perf_counter() - wall, time.process_time() - cpu


def main(arguments: Sequence[str] | None = None) -> None:
    """Print CPU seconds by family, and the memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--tables", type=int, default=9)
    parser.add_argument("--categories", type=int, default=0)
    parser.add_argument("--whole", action="store_true", help="time the whole judge, without classifiers")
    chosen = parser.parse_args(arguments)
    schema = made_up_schema([chosen.categories or n for n in N_CATEGORIES])
    views = [made_up_view(schema, f"table {i}", chosen.rows, 0.02 * i) for i in range(chosen.tables)]
    sides = [
        made_up_view(schema, name, n, 0.0) for name, n in (("reference", chosen.rows), ("train", chosen.rows // 20))
    ]
    few = made_up_view(schema, "few", 100, 0.0)
    time_families(Ground(few, few), [few])
    print(f"{chosen.rows:,} rows x {len(schema.attributes)} attributes, {chosen.tables} tables against the reference")
    if chosen.whole:
        time_whole([few, few], few, [few])  # compiles the attacks
        wall, cpu = time_whole(sides, made_up_view(schema, "holdout", chosen.rows // 2, 0.0), views)
        print(f"the whole judge: {wall:.1f} s, {cpu:.1f} s of CPU time")
    else:
        seconds = time_families(Ground(*sides), views)
        for title, spent in seconds.items():
            print(f"{title:24}{spent:8.2f} s")
        print(f"{'all':24}{sum(seconds.values()):8.2f} s of CPU time")
    unit = 1 if sys.platform == "darwin" else 1024
    print(f"largest resident set {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
