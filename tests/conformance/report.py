"""The table at the end of a run: which operations were used, how often, and that each call was held to something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.conformance.judge import Verdict
from tests.conformance.recorder import Call


@dataclass
class Report:
    calls: Counter[str] = field(default_factory=Counter)
    by_service: Counter[str] = field(default_factory=Counter)
    unvalidated: Counter[str] = field(default_factory=Counter)
    held_to: dict[str, str] = field(default_factory=dict)

    def add(self, call: Call, verdict: Verdict) -> None:
        self.calls[verdict.operation] += 1
        self.by_service[verdict.operation] += call.by_service
        if verdict.held_to:
            self.held_to[verdict.operation] = verdict.held_to
        else:
            self.unvalidated[verdict.operation] += 1

    def to_json(self) -> dict[str, dict[str, Any]]:
        return {name: dict(value) for name, value in vars(self).items()}

    def add_json(self, told: dict[str, dict[str, Any]]) -> None:
        """Add what the report of another process says."""
        for name, value in told.items():
            getattr(self, name).update(value)

    def lines(self) -> Iterator[str]:
        """One line an operation, by name, and the sum."""
        width = max(map(len, self.calls), default=0)
        yield f"{'operation':{width}}  calls  service's  unvalidated  held to"
        for name in sorted(self.calls):
            counts = f"{self.calls[name]:5}  {self.by_service[name]:9}  {self.unvalidated[name]:11}"
            yield f"{name:{width}}  {counts}  {self.held_to.get(name, '')}"
        calls, ours, open_ = (counter.total() for counter in (self.calls, self.by_service, self.unvalidated))
        yield f"{len(self.calls)} operations, {calls} calls ({ours} of them the service's), {open_} unvalidated"
