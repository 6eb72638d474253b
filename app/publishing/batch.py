"""What is done about the rows that wait: written, taken out or left alone, page by page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.domain_log import LogEntry
from app.errors import Misconfigured
from app.publishing.edits import Verdict
from app.publishing.page import Put, Wanted


@dataclass(frozen=True)
class Item:
    """One issue's row: its text by column, rich and plain, and what we knew of it."""

    entry: LogEntry
    wanted: Wanted
    #: The same without markup, for a page that refuses it.
    plain: Mapping[str, str]
    digest: str
    #: Of the asking for it: the same while nobody has asked again.
    mark: str = ""
    is_plain: bool = False

    def made_plain(self) -> Item:
        return replace(self, wanted=replace(self.wanted, cells=self.plain), is_plain=True)


@dataclass(frozen=True)
class Work:
    """What has to be done on one page."""

    page_id: str
    items: tuple[Item, ...] = ()
    #: Issue id → key of a row that must go.
    withdrawn: Mapping[str, str] = field(default_factory=dict)
    #: Marks of those.
    marks: tuple[str, ...] = ()

    def parts(self, reason: str) -> Iterator[Work]:
        """Smaller pieces of work that Confluence refused as a whole, down to one row in plain text.

        Raises Misconfigured when not even that was taken: then it is not the row that is wrong, but the page.
        """
        half = len(self.items) // 2
        if half:
            yield replace(self, items=self.items[:half])
            yield Work(self.page_id, self.items[half:])
        elif self.items and not self.items[0].is_plain:
            yield replace(self, items=(self.items[0].made_plain(),))
        else:
            raise Misconfigured(
                f"Confluence refuses the page {self.page_id} of the log: {reason}",
                "See whether it can be edited by hand, or is too large; then run `python -m app log repair`.",
            )


def keys(entry: LogEntry, earlier: str | None) -> tuple[str, ...]:
    """Under which keys the row may stand: the issue's, and the one that it had before it was moved."""
    return (entry.issue.key, earlier) if earlier and earlier != entry.issue.key else (entry.issue.key,)


def oldest_first(items: Iterable[Item]) -> tuple[Item, ...]:
    """So that the newest ends on top."""
    return tuple(sorted(items, key=lambda each: (each.entry.resolved, each.entry.issue.id)))


def name_of(work: Work) -> str:
    """The same work has the same name: a write whose answer was lost is known by it in the page's version."""
    said = [f"{each.mark}:{each.digest}:{each.is_plain}" for each in work.items]
    said += sorted(work.marks)
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]


def message(work: Work, put: Put) -> str:
    """For the page's history; never a text of a person. All readers see it (facts: trap 35)."""
    added = len(put.added)
    changed = len(work.items) - added
    return f"SolveOnce {name_of(work)}: +{added} ~{changed} -{len(work.withdrawn)}"


def outcome(each: Item, put: Put) -> str:
    """For the audit: what was done to the row, and where a person's words were met."""
    verdicts = put.verdicts.get(each.wanted.keys[0], {})
    met = {Verdict.KEPT: "kept a person's words", Verdict.BOTH: "a person's words and the ticket's"}
    met[Verdict.OVERWRITTEN] = "over a person's words"
    said = [f"{met[verdict]} in {name}" for name, verdict in verdicts.items() if verdict in met]
    said += ["a second row taken out"] if each.wanted.keys[0] in put.doubled else []
    said += ["in plain text: Confluence refused its markup"] if each.is_plain else []
    return "; ".join([f"done {each.digest[:8]}", *said])
