"""The log as it stands in the sandbox: its pages, their rows, and what the service thinks of it."""

from __future__ import annotations

import re
from collections import Counter

from app import engine
from app.publishing import store
from sandbox import Sandbox
from sandbox.courier import Courier, Parcel
from sandbox.jira_act import Act
from sandbox.jira_issues import create
from sandbox.jira_transitions import available, transit
from sandbox.people import JiraUser, text
from sandbox.seed import DONE, EXCEPTION_TYPE, NOTES, TEAM
from sandbox.world import Issue, Page, Person
from tests import effects
from tests.service import Service

_KEY = re.compile(r"""<tr\b[^>]*>\s*<td\b[^>]*>.{0,80}?/browse/(OPS-\d+)""", re.DOTALL)


def solve(reporter: JiraUser, notes: str = "Restarted") -> str:
    """An issue of the operations team, done; its key."""
    key = reporter.new_issue(team="Operations")
    reporter.write_notes(key, notes)
    reporter.move(key, "Done")
    return key


class _Silent(Courier):
    """Nobody hears of what is done."""

    def post(self, parcel: Parcel) -> None:
        pass


def solved(world: Sandbox, service: Service, count: int) -> list[str]:
    """So many issues that are done, put there without a word to anybody, and their rows asked for; their keys."""
    act = Act(world.world, _Silent(world.world), world.world.person("reporter@example.com") or _nobody())
    made = [_solved(act) for _ in range(count)]
    with service.db.writing() as session:
        for issue in made:
            id = f"solved:{issue.id}"
            engine.enqueue(session, "publishing.publish", 1, issue.id, id=id, lane=f"1:log:{issue.id}")
    return [issue.key for issue in made]


def _solved(act: Act) -> Issue:
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Ops Exception"}, "summary": "Refunds are stuck"}
    fields |= {EXCEPTION_TYPE: {"value": "Payments and transactions"}, TEAM: {"value": "Operations"}}
    issue = create(act, {"fields": fields | {NOTES: text("Restarted")}})
    way = next(way for way in available(act, issue) if way.target == DONE)
    transit(act, issue, {"transition": {"id": way.id}})
    return issue


def _nobody() -> Person:
    raise LookupError("the sandbox has no reporter")


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
