"""A sandbox full of solved issues, in a process of its own: what the benchmarks of the log write about."""

from __future__ import annotations

import logging
import multiprocessing
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from sandbox import Sandbox, jira_index
from sandbox.courier import Courier
from sandbox.jira_act import Act
from sandbox.jira_issues import create
from sandbox.jira_transitions import available, transit
from sandbox.seed import DONE, EXCEPTION_TYPE, NOTES, TAGS, TEAM
from sandbox.workflow_rules import tell_post_functions
from sandbox.world import Issue, Json, World

#: So many different tickets are made as people make them; all others are like one of these, with a number.
PATTERNS = 20
SENTENCE = (
    "the refund of one ticket was booked twice because a worker of the queue had lost its lease – it’s known since May "
    "café orders at venue seven stayed open after midnight so the report showed them on the wrong day and somebody "
    "restarted it by hand with an older version whose time zone was not set"
)
LENGTH = 190
_ROW = re.compile(r"""<tr\b[^>]*>\s*<td\b[^>]*>.{0,90}?/browse/(OPS-\d+)["'](.*?)</tr>""", re.DOTALL)
_NUMBER = re.compile(r"ticket number (\d+)")


class Neighbours:
    """`with Neighbours(1000) as them:` the sandbox is at `them.url`, and its issues OPS-1 to OPS-1000 are done.

    *length*: so many words of *sentence*, again and again, are in the two texts of each.
    """

    def __init__(self, issues: int, sentence: str = SENTENCE, length: int = LENGTH) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, far = context.Pipe()
        self._process = context.Process(target=_serve, args=(far, issues, sentence, length), daemon=True)
        self.url = ""
        #: Ids in the order of their keys.
        self.ids: list[str] = []

    def __enter__(self) -> Neighbours:
        self._process.start()
        self.url, self.ids = self._pipe.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join()

    def call_post_functions(self, ids: list[str]) -> None:
        """As when somebody has moved these issues to Done this moment."""
        self._ask("call_post_functions", ids)

    def rows(self) -> Counter[str]:
        """How many rows each issue has on all of the log's pages. Raises ValueError for a row with another issue's words."""
        found: Counter[str] = self._ask("rows", None)
        return found

    def _ask(self, what: str, argument: Any) -> Any:
        self._pipe.send((what, argument))
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def _serve(pipe: Connection, issues: int, sentence: str, length: int) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with Sandbox() as sandbox:
        ids = list(fill(sandbox.world, issues, sentence, length))
        pipe.send((sandbox.url, ids))
        known = {"call_post_functions": _call_post_functions, "rows": _rows}
        while True:
            what, argument = pipe.recv()
            try:
                pipe.send(known[what](sandbox, argument))
            except ValueError as problem:
                pipe.send(problem)


def fill(world: World, issues: int, sentence: str = SENTENCE, length: int = LENGTH) -> Iterator[str]:
    """Solved issues, with a row of about 1,600 bytes each unless *sentence* and *length* are others; their ids."""
    act = Act(world, Courier(world), world.person("reporter@example.com") or next(iter(world.people.values())))
    patterns = [_solved(act, number, sentence, length) for number in range(min(PATTERNS, issues))]
    project, now = world.jira.projects["OPS"], world.now()
    for number in range(issues):
        pattern = patterns[number % PATTERNS]
        when = now - (issues - number) * 60.0
        issue = replace(pattern, created=when - 3600, updated=when, resolved=when)
        if number >= PATTERNS:
            project.last_number += 1
            issue.id, issue.key = world.next_id("issue"), f"OPS-{project.last_number}"
        issue.fields = pattern.fields | {"summary": f"Refunds are stuck, ticket number {issue.key.partition('-')[2]}"}
        world.jira.issues[issue.id] = issue
        jira_index.note(world, issue)
        yield issue.id


def _solved(act: Act, number: int, sentence: str, length: int) -> Issue:
    """One that goes the way of all: asked for, noted, done."""
    fields: Json = {"project": {"key": "OPS"}, "issuetype": {"name": "Ops Exception"}, "summary": "Refunds are stuck"}
    fields |= {EXCEPTION_TYPE: {"value": "Payments and transactions"}, TEAM: {"value": "Operations"}}
    fields |= {TAGS: [{"value": "Finance - refunds"}, {"value": "Ops - reporting"}]}
    words = sentence.split()
    some = [words[(number + n) % len(words)] for n in range(length)]
    fields |= {"description": _text(some[: length // 2]), NOTES: _text(some[length // 2 :])}
    issue = create(act, {"fields": fields})
    way = next(way for way in available(act, issue) if way.target == DONE)
    transit(act, issue, {"transition": {"id": way.id}})
    return issue


def _text(words: list[str]) -> Json:
    """A paragraph with a word in bold, and a list of two."""
    half, most = len(words) // 2, len(words) * 3 // 4
    first = [_words(words[:half]), _words(["twice"]) | {"marks": [{"type": "strong"}]}]
    items = [words[half:most], words[most:]]
    listed = [{"type": "listItem", "content": [{"type": "paragraph", "content": [_words(item)]}]} for item in items]
    content = [{"type": "paragraph", "content": first}, {"type": "bulletList", "content": listed}]
    return {"type": "doc", "version": 1, "content": content}


def _words(words: list[str]) -> Json:
    return {"type": "text", "text": " ".join(words) + " "}


def _call_post_functions(sandbox: Sandbox, ids: list[str]) -> None:
    world = sandbox.world
    act = Act(world, sandbox.app.extensions["courier"], next(iter(world.people.values())))
    done = next(way for way in world.jira.projects["OPS"].transitions if way.target == DONE)
    with world.lock:
        for id in ids:
            tell_post_functions(act, world.jira.issues[id], done, done.sources[0])


def _rows(sandbox: Sandbox, _: None) -> Counter[str]:
    counted: Counter[str] = Counter()
    for page in sandbox.world.confluence.pages.values():
        for key, rest in _ROW.findall(page.body):
            number = _NUMBER.search(rest)
            if page.status != "current" or not number or key != f"OPS-{number.group(1)}":
                raise ValueError(f"The page {page.title!r} has a row of {key} that says something else.")
            counted[key] += 1
    return counted
