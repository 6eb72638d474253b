"""Calls to a sandbox in another process: written there to a file, a line each, and read here."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.conformance.recorder import Call, Recorder

#: Where Python looks for what it does at its start.
ELSEWHERE = Path(__file__).parent / "elsewhere"
ROOT = Path(__file__).resolve().parents[2]
FOLDER = "CONFORMANCE_CALLS"


class FarRecorder(Recorder):
    """Keeps nothing in memory, because its process will be ended by a signal."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._file = (Path(folder) / f"{os.getpid()}.jsonl").open("a")

    def keep(self, call: Call) -> None:
        self._file.write(json.dumps(vars(call) | {"body": _text(call.body), "answer": _text(call.answer)}) + "\n")
        self._file.flush()


def environment() -> dict[str, str]:
    """What a process needs so that a sandbox in it, or in one of its own processes, is heard; nothing if none listens."""
    folder = os.environ.get(FOLDER)
    return {FOLDER: folder, "PYTHONPATH": f"{ELSEWHERE}{os.pathsep}{ROOT}"} if folder else {}


def taken(folder: Path) -> list[Call]:
    """The calls in the files of *folder*, which are gone afterwards."""
    files = sorted(folder.glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text().splitlines(keepends=True)]
    for file in files:
        file.unlink()
    # Whoever is killed while it writes leaves half a line.
    return [_call(line) for line in lines if line.endswith("\n")]


def _call(line: str) -> Call:
    read = json.loads(line)
    descriptor = read["descriptor"] and tuple(read["descriptor"])
    same = {"body": read["body"].encode("latin-1"), "answer": read["answer"].encode("latin-1")}
    return Call(**{**read, **same, "query": tuple(map(tuple, read["query"])), "descriptor": descriptor})


def _text(content: bytes) -> str:
    return content.decode("latin-1")
