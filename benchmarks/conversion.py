"""What it costs to bring a document into a cell of the log: `python benchmarks/conversion.py`. No network, nothing is kept.

The floor is what everybody pays who looks at a document at all: `json.loads`, and a walk over its nodes. In each round
floor and converters take turns at each document, so that what else the machine does weighs on all of them; what is told are
ratios within a round.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.adf.storage import to_storage
from benchmarks.documents import Json, compact, document

ROOT = Path(__file__).resolve().parents[1]
Convert = Callable[[bytes], object]
#: Of a converter: for each round, what each document took in µs.
Costs = list[list[float]]
ROUNDS = 9
#: Processor time that one measurement takes at least.
ENOUGH_NS = 3_000_000
#: What is promised: so many times the floor, and so much more for each KB of a long document than of a short one.
MOST_TIMES_THE_FLOOR, MOST_GROWTH, LONG_KILOBYTES = 2.5, 1.5, 44
KILOBYTES: list[float] = [0.8, 1.2, 2, 3, 4, 5, 6, 8, 10, 13, 20, 27, 36, 50]
#: The last of them hold nodes that not every converter knows: expands, tasks, decisions, pictures.
KILOBYTES += [2, 5, 9, 15, 25, 45]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--peers", help="a folder into which `pip install --target` has put the peers")
    options = parser.parse_args()
    sys.path += [options.peers] if options.peers else []
    made = [document(size, seed, full=seed > 13) for seed, size in enumerate(KILOBYTES)]
    tell("made here", list(map(compact, made)), peers(), options.rounds)
    tell_growth(made, options.rounds)
    if found := corpus():
        tell("of the corpus", found, {}, options.rounds)
    else:
        print("\nThe collection corpora/adf is not here: tests/specs.py says where it is looked for.")


def tell(whose: str, documents: list[bytes], others: dict[str, Convert], rounds: int) -> None:
    sizes = [len(each) / 1024 for each in documents]
    print(f"\n{len(documents)} documents {whose}: {min(sizes):.1f} to {max(sizes):.1f} KB, {rounds} rounds.")
    print(f"Promised is at most {MOST_TIMES_THE_FLOOR} times the floor, at the median of the documents.\n")
    print("| converter | documents | µs a document | times the floor | spread |")
    print("| --- | ---: | ---: | ---: | ---: |")
    done = measured({"json.loads and a walk (the floor)": floor, "to_storage": storage} | others, documents, rounds)
    base = next(iter(done.values()))
    for name, costs in done.items():
        print(f"| {name} {row(costs, base)}")


def tell_growth(documents: list[Json], rounds: int) -> None:
    """A long document against the same blocks in documents of a tenth: the same work, in another size."""
    long = [each for each in documents if len(compact(each)) > LONG_KILOBYTES * 1024]
    growth = []
    for _ in range(rounds):
        parts = [compact(part) for each in long for part in tenths(each)]
        growth.append(sum(cost(storage, compact(each)) for each in long) / sum(cost(storage, part) for part in parts))
    print(
        f"\nA document of {LONG_KILOBYTES} KB and more takes {median(growth):.2f} times what its blocks take in ten",
        end=" ",
    )
    print(f"documents (spread {min(growth):.2f}–{max(growth):.2f}; promised are {MOST_GROWTH}).")


def tenths(long: Json) -> list[Json]:
    blocks = long["content"]
    step = len(blocks) // 10 + 1
    return [long | {"content": blocks[start : start + step]} for start in range(0, len(blocks), step)]


def row(costs: Costs, base: Costs) -> str:
    """Of the documents that the converter and the floor can do; what it fails at costs nothing and counts nowhere."""
    could = [number for number, (cost, least) in enumerate(zip(costs[0], base[0], strict=True)) if cost and least]
    if not could:
        return "| 0 | | | |"
    times = sorted(median(each[n] / least[n] for n in could) for each, least in zip(costs, base, strict=True))
    spent = median(sum(each[n] for n in could) / len(could) for each in costs)
    return f"| {len(could)} | {spent:,.0f} | {median(times):.2f} | {times[0]:.2f}–{times[-1]:.2f} |"


def measured(converters: dict[str, Convert], documents: list[bytes], rounds: int) -> dict[str, Costs]:
    """µs of processor time; 0 for a document at which a converter fails. Every other round goes backwards."""
    done: dict[str, Costs] = {name: [[0.0] * len(documents) for _ in range(rounds)] for name in converters}
    for number, source in enumerate(documents):
        able = [(name, convert) for name, convert in converters.items() if can(convert, source)]
        for turn in range(rounds):
            for name, convert in able if turn % 2 else able[::-1]:
                done[name][turn][number] = cost(convert, source)
    return done


def can(convert: Convert, source: bytes) -> bool:
    try:
        convert(source)
    except Exception:
        return False
    return True


def cost(convert: Convert, source: bytes) -> float:
    began = time.process_time_ns()
    convert(source)
    times = 1 + ENOUGH_NS // max(time.process_time_ns() - began, 1)
    began = time.process_time_ns()
    for _ in range(times):
        convert(source)
    return (time.process_time_ns() - began) / times / 1000


def floor(source: bytes) -> int:
    return walked(json.loads(source))


def walked(node: Json) -> int:
    """How many nodes and marks there are."""
    count = 1
    for child in node.get("content", ()):
        count += walked(child)
    for _ in node.get("marks", ()):
        count += 1
    return count


def storage(source: bytes) -> object:
    return to_storage(json.loads(source), "https://team.atlassian.net")


def peers() -> dict[str, Convert]:
    """Others' converters, all to Markdown, as far as they are installed."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    found: dict[str, Convert] = {}
    for package, converter in PEERS.items():
        try:
            found[package] = converter(import_module(package))
        except ImportError:
            print(f"{package} is not installed, so it is left out: `pip install --target DIR …` and `--peers DIR`")
    return found


#: Package → what converts with it.
PEERS: dict[str, Callable[[Any], Convert]] = {
    "pyadf": lambda package: lambda source: package.Document(source.decode()).to_markdown(),
    "marklas": lambda package: lambda source: package.to_md(json.loads(source), plain=True),
    "atlas_doc_parser.api": lambda package: lambda source: package.NodeDoc.from_dict(json.loads(source)).to_markdown(),
    "adf_bridge": lambda package: lambda source: package.adf_to_markdown(json.loads(source), strict=False),
}


def corpus() -> list[bytes]:
    """Other people's documents, where tests/specs.py finds them too."""
    beside = Path(os.environ.get("ATLASSIAN_SPECS", ROOT.parent / "shared/contracts/openapi"))
    return [path.read_bytes() for path in sorted((beside.parents[1] / "corpora/adf").rglob("*.json"))]


if __name__ == "__main__":
    main()
