"""Personas of 320 travellers of the NHTS 2022 by a language model, beside the template's.

    python benchmarks/personas_llm.py                        # from the replay file, without any model
    python benchmarks/personas_llm.py --ask --store out-benchmark/personas.sqlite    # asks the environment's model
    python benchmarks/personas_llm.py --examples 3           # and prints some

Says how many answers were right at once, asked again, refused; what was false and what is invented; how many facts the
texts leave out; and how well each attribute is read back from their embeddings (the static embedder's), beside the
template's texts about the same travellers. Figures go to benchmarks/results/personas_llm.json.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nhts
import numpy as np
from numpy.typing import NDArray

from censemble.llm import Client, Spending, Store, configured_model, replayed_model
from censemble.llm.totals import totals_of
from censemble.personas.bank import PersonaBank
from censemble.personas.forgotten import all_facts, forgotten
from censemble.personas.leakage import leakage, mean_macro
from censemble.personas.llm_writer import Asking, LLMWriter
from censemble.personas.phrasing import Wording
from censemble.personas.spoken_values import shown_pool
from censemble.personas.static_embedder import StaticEmbedder
from censemble.personas.template import TemplateWriter
from censemble.personas.topics import read_topics
from censemble.pool import Pool, take_records

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
REPLAY = ROOT / "benchmarks/replay/personas_nhts.replay.gz"
RESULTS = ROOT / "benchmarks/results/personas_llm.json"
TRAVELLERS, RANDOM_SEED = 320, 2022
# Restated by label beside the text: what invented cars, children and bicycles would contradict. All would be slower.
RESTATED = ("work", "children", "vehicles", "cycling", "transit")


def travellers(pool: Pool, n: int = TRAVELLERS) -> Pool:
    """The first `n` of the travellers that are written about, drawn from all adults with equal chance."""
    chosen = np.random.default_rng(RANDOM_SEED).choice(pool.n_records, TRAVELLERS, replace=False)
    return take_records(pool, chosen[:n].astype(np.int64))


def writer_of(client: Client, *, shows_progress: bool = False) -> LLMWriter:
    """The writer, with the survey's phrases and topics."""
    table = nhts.words()
    asking = Asking(again=1, restated=RESTATED, topics=read_topics(table["topics"], source=nhts.WORDS.name))
    return LLMWriter(
        client, wording=Wording(table["words"]), asking=asking, on_progress=_tell if shows_progress else None
    )


@contextmanager
def client_of(arguments: argparse.Namespace) -> Iterator[Client]:
    """Answers of the environment's model, kept in a store; else of the replay file."""
    if arguments.ask:
        store = Store.open(arguments.store)
        client = Client(configured_model(os.environ, timeout=900.0), store=store, concurrency=1)
        yield client
        client.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / REPLAY.stem
        plain.write_bytes(gzip.decompress(arguments.replay.read_bytes()))
        store = Store.open_readonly(plain)
        yield Client(replayed_model(store), store=store)
        store.close()


def keep_replay(store: Store, path: Path) -> None:
    """Write a replay file, compressed: every question repeats the rules and the worked personas."""
    with tempfile.TemporaryDirectory() as folder:
        plain = store.export(Path(folder) / REPLAY.stem)
        path.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))


def figures(writer: LLMWriter, pool: Pool) -> dict[str, Any]:
    """Everything measured, in values of JSON."""
    everybody = np.arange(pool.n_records)
    texts = {
        "language model": writer.write(nhts.SCHEMA, pool, everybody),
        "template": TemplateWriter(writer.wording).write(nhts.SCHEMA, pool, everybody),
    }
    report = writer.report_
    per_hundred = {k: 100 * n / max(report.taken, 1) for k, n in sorted(report.inventions.items())}
    return {
        "writer": writer.name,
        "travellers": pool.n_records,
        **report.as_dict(),
        "inventions per 100 personas": per_hundred,
        "own words per 100 words": 100 * report.own_words / max(report.words, 1),
        "words per text": {name: float(np.mean([len(t.split()) for t in some])) for name, some in texts.items()},
        "distinct words": {name: len({w.lower() for t in some for w in t.split()}) for name, some in texts.items()},
        "facts left out per text": {name: _left_out(some, pool, writer.wording) for name, some in texts.items()},
        "read back": {name: _read_back(some, pool) for name, some in texts.items()},
        "asking": totals_of(writer.client),
    }


def _left_out(texts: Sequence[str], pool: Pool, wording: Wording) -> float:
    shown = shown_pool(nhts.SCHEMA, pool, wording)
    return float(np.mean([len(forgotten(text, all_facts(shown, pool, i))) for i, text in enumerate(texts)]))


def _read_back(texts: Sequence[str], pool: Pool) -> dict[str, Any]:
    """Share of travellers whose attribute is read back from the text's embedding, with guessing beside it."""
    of_record: NDArray[np.int64] = np.arange(pool.n_records, dtype=np.int64)
    embedder = StaticEmbedder()
    bank = PersonaBank(tuple(texts), embedder.embed(texts), of_record, pool.prior_weights, embedder.name, "")
    leaks = leakage(bank, nhts.SCHEMA, pool)
    rows = {leak.attribute: [leak.majority, leak.accuracy, leak.macro] for leak in leaks}
    return {"mean over categories": mean_macro(leaks), "guessing, accuracy, macro": rows}


def lines_of(found: dict[str, Any]) -> list[str]:
    """The figures as a page shows them."""
    asked, taken = found["asked"], found["valid"] + found["repaired"]
    model, template = found["read back"]["language model"], found["read back"]["template"]
    lines = [
        f"{found['travellers']} travellers, {found['writer']}: {found['asking']['calls']} calls",
        f"right at once {found['valid']} of {asked}, right when asked again {found['repaired']}, "
        f"refused and taken from the template {found['refused']}",
        f"faults of answers by kind: {_listed(found['faults'])}",
        f"texts with an invention {found['with_inventions']} of {taken}; per 100 personas: "
        + _listed({k: round(v, 1) for k, v in found["inventions per 100 personas"].items()}),
        f"words of its own per 100 words: {found['own words per 100 words']:.1f}",
        *(
            f"{name}: {_listed({k: round(v, 1) for k, v in found[name].items()})}"
            for name in ("words per text", "distinct words", "facts left out per text")
        ),
        f"{'read back':<16}{'guessing':>9}{'model':>7}{'template':>9}",
    ]
    rows = zip(model["guessing, accuracy, macro"].items(), template["guessing, accuracy, macro"].values(), strict=True)
    lines += [f"{name:<16}{of[0]:>9.2f}{of[1]:>7.2f}{other[1]:>9.2f}" for (name, of), other in rows]
    means = (model["mean over categories"], template["mean over categories"])
    return [*lines, f"{'mean, categories':<16}{'':>9}{means[0]:>7.2f}{means[1]:>9.2f}"]


def _listed(table: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in table.items()) or "none"


def _tell(answered: int, asked: int, _spent: Spending) -> None:
    print(f"{answered} of {asked}", flush=True)


def main() -> None:
    """Ask or repeat, measure, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CENSEMBLE_DATA") or DATA))
    parser.add_argument("--ask", action="store_true", help="ask the model of the environment, write the replay file")
    parser.add_argument("--store", type=Path, default=Path("out-benchmark/personas.sqlite"))
    parser.add_argument("--replay", type=Path, default=REPLAY)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--travellers", type=int, default=TRAVELLERS, help="only the first of them")
    parser.add_argument("--examples", type=int, default=0)
    arguments = parser.parse_args()
    pool = travellers(nhts.load(arguments.data), arguments.travellers)
    with client_of(arguments) as client:
        writer = writer_of(client, shows_progress=arguments.ask)
        found = figures(writer, pool)
        if arguments.ask:
            keep_replay(client.store, arguments.replay)
    arguments.results.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print("\n".join(lines_of(found)))
    for one in writer.written_[: arguments.examples]:
        print(f"\n[{one.outcome}] {one.text}")


if __name__ == "__main__":
    main()
