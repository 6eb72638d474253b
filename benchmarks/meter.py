"""What a piece of work costs us: processor time, bytes and calls at each neighbour; and the tables in which it is told."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests


@dataclass
class Cost:
    """Of one write: seconds of our processor; bytes of bodies both ways, and calls, by neighbour."""

    rows: int
    seconds: float = 0.0
    moved: dict[str, int] = field(default_factory=lambda: {"jira": 0, "confluence": 0})
    calls: dict[str, int] = field(default_factory=lambda: {"jira": 0, "confluence": 0})


class Meter:
    """Sees every call of this process to a neighbour."""

    def __init__(self) -> None:
        self._cost = Cost(0)
        send = requests.Session.send

        def counted(session: requests.Session, request: requests.PreparedRequest, **how: Any) -> requests.Response:
            answer = send(session, request, **how)
            name = "confluence" if urlsplit(request.url or "").path.startswith("/wiki/") else "jira"
            self._cost.calls[name] += 1
            self._cost.moved[name] += len(request.body or b"") + len(answer.content)
            return answer

        requests.Session.send = counted  # type: ignore[method-assign]

    @contextmanager
    def measure(self, rows: int) -> Iterator[Cost]:
        self._cost = Cost(rows)
        began = time.process_time()
        yield self._cost
        self._cost.seconds = time.process_time() - began


def spread(values: Sequence[float], form: str = ".1f") -> str:
    """The median, and between what nine in ten lie."""
    if len(values) < 2:
        return f"{values[0]:{form}}"
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return f"{statistics.median(values):{form}} ({cuts[0]:{form}}–{cuts[-1]:{form}})"


def heading(*heads: str) -> None:
    told("")
    row(*heads)
    row("---", *["---:"] * (len(heads) - 1))


def row(*cells: str) -> None:
    told(f"| {' | '.join(cells)} |")


def told(text: str) -> None:
    print(text, flush=True)
