"""The log as it stands in the sandbox: its pages, their rows, and what the service thinks of it."""

from __future__ import annotations

import re
from collections import Counter

from app import engine
from app.publishing import store
from sandbox import Sandbox
from sandbox.people import JiraUser
from sandbox.world import Page
from tests import effects
from tests.service import Service

_KEY = re.compile(r"""<tr\b[^>]*>\s*<td\b[^>]*>.{0,80}?/browse/(OPS-\d+)""", re.DOTALL)


def solve(reporter: JiraUser, notes: str = "Restarted") -> str:
    """An issue of the operations team, done; its key."""
    key = reporter.new_issue(team="Operations")
    reporter.write_notes(key, notes)
    reporter.move(key, "Done")
    return key


def pages(world: Sandbox, log: str = effects.LOG) -> list[Page]:
    """The log's pages, the head first, then in the order in which they were made."""
    own = [page for page in world.world.confluence.pages.values() if page.title.startswith(log)]
    return sorted(
        (page for page in own if page.status == "current"), key=lambda page: (page.title != log, int(page.id))
    )


def head(world: Sandbox) -> Page:
    return pages(world)[0]


def archives(world: Sandbox) -> list[Page]:
    return [page for page in pages(world) if re.search(r" – \d{5} \(", page.title)]


def keys(page: Page) -> list[str]:
    return _KEY.findall(page.body)


def rows(world: Sandbox) -> Counter[str]:
    """How many rows each issue has on all of the log's pages."""
    return Counter(key for page in pages(world) for key in keys(page))


def paused(service: Service) -> str:
    """Why nothing is written, or nothing."""
    with service.db.reading() as session:
        log = store.peek(session, 1)
    return (log and log.paused) or ""


def waiting(service: Service) -> int:
    with service.db.reading() as session:
        return store.count_waiting(session, 1)


def look_again(service: Service, run: str = "again") -> None:
    """What happens with each new row, and by itself every hour."""
    with service.db.writing() as session:
        engine.enqueue(session, "publishing.flush", 1, id=run, lane="1:log")
