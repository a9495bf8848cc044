"""A learnt network as a folder of readable files, and back.

network.json     what was learnt about which attributes: labels, bins, order, parents (version 1)
tables.jsonl     conditional tables, one tree a line: splits by attribute and codes, weights of the codes in each leaf
values.parquet   values and weights of the sample in each bin of a numeric attribute

Numbers are written so that they come back to the last bit: a loaded network draws the same records. The values are
those of respondents: keep the folder as you keep the survey.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from censemble.errors import InputError, OutputError, Problem
from censemble.generators.forests import join_trees
from censemble.generators.household_persons import Household
from censemble.generators.network import Line, Network
from censemble.generators.network_model import Model
from censemble.generators.tree_growth import Tree
from censemble.generators.value_files import (
    attribute_facts,
    gap_facts,
    gap_of_facts,
    value_codes_of,
    value_frame,
    value_table,
)
from censemble.schema import Roles, Schema

FORMAT, VERSION = "censemble bayesian network", 1
NETWORK, TABLES, VALUES = "network.json", "tables.jsonl", "values.parquet"


def save_model(model: Model, folder: Path) -> None:
    """Write the three files, each under a temporary name first.

    Raises
    ------
    OutputError
        The disk or the folder said no.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / VALUES, lambda path: pq.write_table(_values(model), path))
        lines = "".join(f"{json.dumps(tree, separators=(',', ':'))}\n" for tree in _trees(model))
        _replace(folder / TABLES, lambda path: path.write_text(lines, encoding="utf-8"))
        text = json.dumps(_described(model), indent=1, ensure_ascii=False)
        _replace(folder / NETWORK, lambda path: path.write_text(text + "\n", encoding="utf-8"))
    except OSError as error:
        raise OutputError(f"The network could not be written to {folder}: {error.strerror or error}.") from error


def _replace(path: Path, write: Any) -> None:
    temporary = path.with_name(f".{path.name}.part")
    write(temporary)
    temporary.replace(path)


def _networks(model: Model) -> dict[str, Network]:
    """The networks by what their rows are."""
    if isinstance(model.network, Network):
        return {"persons": model.network}
    found = {"households": model.network.households}
    found |= {"first persons": model.network.first} if model.network.first else {}
    return found | ({"other persons": model.network.others} if model.network.others else {})


def _described(model: Model) -> dict[str, Any]:
    whole = model.network if isinstance(model.network, Household) else None
    return {
        "format": FORMAT,
        "version": VERSION,
        "record_entity": model.record_entity,
        "total_weight": model.total_weight,
        "concentration": model.concentration,
        "roles": asdict(model.schema.roles),
        "attributes": {e: [attribute_facts(v) for v in getattr(model, e)] for e in ("households", "persons")},
        "sizes": whole.sizes.tolist() if whole else [],
        "functions_of_size": [None if c is None else c.tolist() for c in whole.of_size] if whole else [],
        "gaps": [gap_facts(g) for g in whole.gaps] if whole else [],
        "networks": {name: _network(net) for name, net in _networks(model).items()},
    }


def _network(network: Network) -> dict[str, Any]:
    lines = network.lines
    return {
        "given": [line.name for line in lines[: network.n_given]],
        "lines": [asdict(line) for line in lines],
        "order": [lines[i].name for i in network.order],
        "n_classes": [forest.shares.shape[1] for forest in network.forests],
        "parents": {lines[i].name: list(network.parents(place)) for place, i in enumerate(network.order)},
    }


def _trees(model: Model) -> Iterator[dict[str, Any]]:
    for name, network in _networks(model).items():
        for place, line in enumerate(network.order):
            features = [network.lines[f].name for f in network.features(place)]
            for tree in network.forests[place].trees:
                nodes = [_node(tree, t, features) for t in range(len(tree.feature))]
                yield {"of": name, "attribute": network.lines[line].name, "nodes": nodes}


def _node(tree: Tree, node: int, features: Sequence[str]) -> dict[str, Any]:
    if tree.feature[node] >= 0:
        codes = np.flatnonzero(tree.goes_left[node]).tolist()
        return {"split": features[tree.feature[node]], "codes": codes, "then": int(tree.left[node])}
    held = np.flatnonzero(tree.counts[node])
    return {"counts": {str(j): float(tree.counts[node, j]) for j in held}}


def _values(model: Model) -> pa.Table:
    gaps = [g.gaps for g in model.network.gaps] if isinstance(model.network, Household) else []
    return value_table((*model.households, *model.persons, *gaps))


def load_model(folder: Path) -> Model:
    """Read the three files.

    Raises
    ------
    InputError
        A file is missing, damaged, or of another format or version.
    """
    try:
        facts = json.loads((folder / NETWORK).read_text(encoding="utf-8"))
        if (facts.get("format"), facts.get("version")) != (FORMAT, VERSION):
            raise _unreadable(folder / NETWORK, f"{facts.get('format')!r} version {facts.get('version')}")
        trees = [json.loads(line) for line in (folder / TABLES).read_text(encoding="utf-8").splitlines()]
        return _model(facts, trees, pq.read_table(folder / VALUES))
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise _unreadable(folder, f"{type(error).__name__}: {error}") from error


def _unreadable(path: Path, found: str) -> InputError:
    problem = Problem(
        str(path), "", f"{FORMAT} version {VERSION}", found, "Save the network again.", "unreadable-network"
    )
    return InputError("The network cannot be read.", [problem])


def _model(facts: Mapping[str, Any], trees: Sequence[Mapping[str, Any]], values: pa.Table) -> Model:
    frame = value_frame(values)
    known = {e: tuple(value_codes_of(a, frame) for a in facts["attributes"][e]) for e in ("households", "persons")}
    concentration = float(facts["concentration"])
    networks = {
        name: _loaded(net, [t for t in trees if t["of"] == name], concentration)
        for name, net in facts["networks"].items()
    }
    network: Network | Household
    if facts["record_entity"] == "persons":
        network = networks["persons"]
    else:
        network = Household(
            networks["households"],
            networks.get("first persons"),
            networks.get("other persons"),
            np.array(facts["sizes"], dtype=np.int64),
            tuple(None if c is None else np.array(c, dtype=np.int16) for c in facts["functions_of_size"]),
            tuple(gap_of_facts(g, frame) for g in facts["gaps"]),
        )
    named = facts["roles"]
    roles = Roles(named["age"], named["relationship"], *(tuple(named[k]) for k in ("head", "partner", "child")))
    schema = Schema(tuple(v.attribute for e in ("households", "persons") for v in known[e]), roles)
    total = float(facts["total_weight"])
    return Model(schema, facts["record_entity"], known["households"], known["persons"], network, total, concentration)


def _loaded(facts: Mapping[str, Any], trees: Sequence[Mapping[str, Any]], concentration: float) -> Network:
    lines = tuple(Line(**line) for line in facts["lines"])
    place_of = {line.name: i for i, line in enumerate(lines)}
    order, n_given = tuple(place_of[name] for name in facts["order"]), len(facts["given"])
    forests = []
    for place, line in enumerate(order):
        features = {lines[f].name: k for k, f in enumerate((*range(n_given), *order[:place]))}
        sizes = [lines[place_of[name]].n_codes for name in features]
        mine = [t["nodes"] for t in trees if t["attribute"] == lines[line].name]
        shape = (max(sizes, default=1), int(facts["n_classes"][place]))
        forests.append(join_trees(tuple(_tree(nodes, features, shape) for nodes in mine), concentration))
    return Network(lines, n_given, order, tuple(forests))


def _tree(nodes: Sequence[Mapping[str, Any]], features: Mapping[str, int], shape: tuple[int, int]) -> Tree:
    feature, left = np.full(len(nodes), -1, np.int32), np.zeros(len(nodes), np.int32)
    goes_left, counts = np.zeros((len(nodes), shape[0]), np.bool_), np.zeros((len(nodes), shape[1]))
    for t, node in enumerate(nodes):
        if "split" in node:
            feature[t], left[t] = features[node["split"]], node["then"]
            goes_left[t, node["codes"]] = True
        else:
            counts[t, [int(j) for j in node["counts"]]] = list(node["counts"].values())
    return Tree(feature, left, goes_left, counts)
