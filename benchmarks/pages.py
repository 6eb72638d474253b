"""How long the sandbox's pages take with five hundred issues: `python benchmarks/pages.py`. Loopback only, nothing is kept."""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sandbox import Sandbox, ui_source, ui_storage
from sandbox.courier import Courier
from sandbox.jira_act import Act
from sandbox.jira_issues import create, edit
from sandbox.jira_transitions import available, transit
from sandbox.seed import HOME_PAGE_ID, NOTES, SPACE_ID
from sandbox.world import Issue, IssueLink, Message, Page, World

ISSUES, ROUNDS = 500, 30
#: What the sandbox promises (docs: issue "The sandbox becomes a place").
LIMIT_MS = 150.0
ROW = '<tr><td><p><a href="{url}">{key}</a></p></td>' + "<td><p>{text}</p></td>" * 6 + "<td><p>2026-09-27</p></td></tr>"
#: What stands in two cells of a row whose ticket was written with care.
RICH = (
    "<p>Since <strong>09:00</strong> refunds are <em>stuck</em>, see <a href='https://example.com/'>the graph</a>:</p>"
    "<ul><li><p>cards</p></li><li><p>vouchers, <code>queue=7</code></p></li></ul>"
    '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">text</ac:parameter>'
    "<ac:plain-text-body><![CDATA[09:00:01 ERROR refund 4112 <no answer>\n09:00:02 ERROR refund 4113]]>"
    "</ac:plain-text-body></ac:structured-macro>"
    '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>The provider changed its certificate.</p>'
    "</ac:rich-text-body></ac:structured-macro>"
)
RICH_ROWS = 300
PAGES = (
    "/",
    "/boards",
    "/boards?all=OPS",
    "/boards/OPS/new",
    "/boards/OPS/workflow",
    "/browse/OPS-1",
    "/browse/OPS-1/transition/51",
    "/wiki/spaces/OPSTEAM",
    "/wiki/spaces/OPSTEAM/pages/98305",
    "/wiki/spaces/OPSTEAM/pages/98306",
    "/wiki/spaces/OPSTEAM/pages/98305/edit",
    "/wiki/spaces/OPSTEAM/pages/98305/history",
    "/slack/ops-exceptions",
    "/slack/ops-exceptions?thread=1732250000.000001",
    "/slack/home",
    "/strip",
)


def fill(world: World, issues: int) -> None:
    """Two boards full of issues with texts and histories, a channel full of cards and threads, and a long log."""
    # A day passes while they work: nobody writes so much at once.
    act = Act(world, Courier(world), world.person("reporter@example.com") or next(iter(world.people.values())))
    for number in range(issues):
        world.clock.advance(60)
        _work_on(act, _new_issue(act, number), number)
    world.clock.make_real()
    _link(world)
    _talk(world)
    _write_log(world)


def _new_issue(act: Act, number: int) -> Issue:
    text = [
        f"Since this morning the queue {number} is stuck.",
        "It shows more open jobs each minute.",
        "Twice already.",
    ]
    blocks = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in text]
    project = act.world.jira.projects["YAY" if number % 3 == 2 else "OPS"]
    fields = {"project": {"key": project.key}, "issuetype": {"id": project.issue_type_id}}
    fields |= {"summary": f"Refunds of event {number} are stuck", "customfield_10047": {"id": "10201"}}
    fields |= {"description": {"type": "doc", "version": 1, "content": blocks}, "customfield_10048": {"id": "10207"}}
    return create(act, {"fields": fields})


def _work_on(act: Act, issue: Issue, number: int) -> None:
    """Some steps along the board, and notes."""
    notes = {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Fixed."}]}],
    }
    edit(act, issue, {"fields": {NOTES: notes}})
    for step in range(number % 4):
        ways = available(act, issue)
        transit(act, issue, {"transition": {"id": ways[(number + step) % len(ways)].id}})


def _link(world: World) -> None:
    clones = [i for i in world.jira.issues.values() if i.project == "YAY"]
    for clone, original in zip(clones, (i for i in world.jira.issues.values() if i.project == "OPS"), strict=False):
        world.jira.links.append(IssueLink(world.next_id("link"), "10001", clone.id, original.id))


def _talk(world: World) -> None:
    """A card for each Ops issue, with two replies; the first is the thread that is looked at."""
    for number, issue in enumerate(i for i in world.jira.issues.values() if i.project == "OPS"):
        ts = f"{1732250000 + number * 60}.000001"
        link = f"<{world.base_url}/browse/{issue.key}|{issue.key}>"
        card = [
            {"type": "section", "text": {"type": "mrkdwn", "text": f":ticket: *{link}*  {issue.fields['summary']}"}}
        ]
        fields = [{"type": "mrkdwn", "text": f"*Field {n}*\nValue {n}"} for n in range(6)]
        card.append({"type": "section", "fields": fields})
        world.slack.messages.append(Message(ts, "C0OPSEX", "U0SOLVE", issue.key, card, bot_id="B0SOLVE"))
        for reply in (1, 2):
            said = Message(f"{ts[:-1]}{reply + 1}", "C0OPSEX", "U0REPORTER", "Is *anybody* looking?", thread_ts=ts)
            world.slack.messages.append(said)


def _write_log(world: World) -> None:
    """A row for each Ops issue: what fits on one page of the log (docs/architecture.md)."""
    keys = [i.key for i in world.jira.issues.values() if i.project == "OPS"]
    rows = [
        ROW.format(url=f"{world.base_url}/browse/{key}", key=key, text="Restarted the queue, twice.") for key in keys
    ]
    rich = [row.replace("<td><p>Restarted the queue, twice.</p>", f"<td>{RICH}", 2) for row in rows[:RICH_ROWS]]
    author, now = next(iter(world.people)), world.now()
    before, after, careful = (f"<table><tbody>{''.join(some)}</tbody></table>" for some in (rows[1:], rows, rich))
    page = Page("98305", SPACE_ID, "Ops Exception Log", after, 2, author, now, now, parent_id=HOME_PAGE_ID)
    world.confluence.pages["98306"] = replace(page, id="98306", title="Ops Exception Log, with care", body=careful)
    old = {"number": 1, "message": "", "authorId": author, "createdAt": "2026-09-27T10:00:00.000Z"}
    page.history.append(old | {"minorEdit": False, "title": page.title, "body": before})
    world.confluence.pages[page.id] = page


def measured(url: str, rounds: int) -> Iterator[tuple[str, int, list[float], list[float]]]:
    """Each page: bytes, and for each look the milliseconds that passed and those of the processor, client included.

    The first look is not counted: it compiles the template. What the sandbox remembers of pages is forgotten before
    each look, as if nobody had looked yet.
    """
    with requests.Session() as session:
        session.trust_env = False
        for path in PAGES:
            session.get(url + path).raise_for_status()
            passed, busy = [], []
            for _ in range(rounds):
                _forget()
                began, worked = time.perf_counter(), time.process_time()
                answer = session.get(url + path)
                passed.append((time.perf_counter() - began) * 1000)
                busy.append((time.process_time() - worked) * 1000)
                answer.raise_for_status()
            yield path, len(answer.content), passed, busy


def _forget() -> None:
    ui_source.readable.cache_clear()
    ui_storage.rows.forget()


def table(url: str, rounds: int = ROUNDS) -> list[str]:
    """Lines of a table; the spread is that of nine looks in ten."""
    lines = ["| page | KB | median ms | spread ms | processor ms |", "| --- | ---: | ---: | ---: | ---: |"]
    for path, size, passed, busy in measured(url, rounds):
        cuts = statistics.quantiles(passed, n=20, method="inclusive") if len(passed) > 1 else passed
        told = f"{statistics.median(passed):.0f} | {cuts[0]:.0f}–{cuts[-1]:.0f} | {statistics.median(busy):.0f}"
        lines.append(f"| `{path}` | {size / 1000:.0f} | {told} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=ISSUES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with Sandbox() as sandbox:
        fill(sandbox.world, options.issues)
        print(f"{options.issues} issues, {options.rounds} looks at each page; the limit is {LIMIT_MS:.0f} ms\n")
        print("\n".join(table(sandbox.url, options.rounds)))


if __name__ == "__main__":
    main()
