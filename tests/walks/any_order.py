"""A pair of tickets that people and trouble handle at random, and what has to be so when all is quiet.

Each sequence is about one pair; sequences share a sandbox and a service. Every sentence that somebody writes has a word
that stands nowhere else, so that it can be looked for in the end.
"""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import select

from app import context, engine
from app.adf.canonical import digest
from app.adf.text import is_blank, plain_text
from app.models import utcnow
from app.models_handoff import ClashRow, Pair
from sandbox import Sandbox
from sandbox.people import NOTES, JiraUser, post
from sandbox.world import Issue
from tests.service import Service
from tests.waiting import quiet
from tests.walks.history import (
    TEAM,
    emptied_when_finished,
    named,
    saved_between,
    switches,
    taken_up_again,
    words_in,
    wrote_last,
)
from tests.walks.test_faults import CALLS, TROUBLE
from tests.walks.test_story import attach

OPS, YAY = "ops", "yay"
TEXTS = ("description", NOTES)
APP = "solveonce-jira"
#: A machine may be busy with other things.
LIMIT = 240.0
#: Ways in which a delivery is not what one would wish.
MOODS: dict[str, dict[str, Any]] = {
    "calm": {},
    "twice": {"deliver_twice": True},
    "late": {"webhook_late": 0.3},
    "overtaken": {"webhook_overtaken": 0.3},
    "every third lost": {"webhook_lost_every": 3},
}
CALM = {"deliver_twice": False, "webhook_late": 0.0, "webhook_overtaken": 0.0, "webhook_lost_every": 0}
JIRA_CALLS = tuple(call.split(" ", 1) for call in CALLS if "/rest/api/3/issue" in call or "search" in call)
_words = itertools.count(1)


class TwoTickets(RuleBasedStateMachine):
    """One pair, from its creation on."""

    world: ClassVar[Sandbox]
    service: ClassVar[Service]

    def __init__(self) -> None:
        super().__init__()
        self.people = {
            OPS: JiraUser(self.world.url, "reporter@example.com"),
            YAY: JiraUser(self.world.url, "engineer@example.com"),
        }
        self.key = ""
        self.written: set[str] = set()
        #: Words that somebody took away.
        self.gone: set[str] = set()
        self.edits = self.comments = 0

    @initialize(team=st.sampled_from(["Engineering", "Operations"]), notes=st.booleans())
    def somebody_reports(self, team: str, notes: bool) -> None:
        description, said = document([self.sentence()]), document([self.sentence()] if notes else [])
        self.written |= words_in([description, said])
        self.key = self.people[OPS].new_issue(team, description=description, **({NOTES: said} if notes else {}))

    # What people do

    @rule(
        side=st.sampled_from([OPS, YAY]),
        field=st.sampled_from(TEXTS),
        how=st.sampled_from(["append", "prepend", "change", "remove", "clear"]),
        where=st.integers(0, 3),
    )
    def somebody_writes(self, side: str, field: str, how: str, where: int) -> None:
        key = self.key_of(side)
        before = paragraphs(self.people[side].issue(key)[field])
        after = changed(before, how, where, self.sentence())
        answer = self.people[side].call("PUT", f"issue/{key}", {"fields": {field: document(after) if after else None}})
        assert answer.ok, answer.text
        self.written |= words_in(after) - words_in(before)
        self.note_change(key, field)

    @rule(side=st.sampled_from([OPS, YAY]), way=st.integers(0, 5))
    def somebody_moves_it(self, side: str, way: int) -> None:
        """Jira may refuse, as one does without notes, or when another transition runs."""
        key, person = self.key_of(side), self.people[side]
        ways = person.get(f"issue/{key}/transitions")["transitions"]
        person.call("POST", f"issue/{key}/transitions", {"transition": {"id": ways[way % len(ways)]["id"]}})

    @rule(team=st.sampled_from(["Engineering", "Operations"]))
    def somebody_sets_the_team(self, team: str) -> None:
        self.people[OPS].edit(self.key, **{TEAM: {"value": team}})

    @rule(side=st.sampled_from([OPS, YAY]))
    def somebody_attaches_a_file(self, side: str) -> None:
        attach(self.people[side], self.key_of(side), f"file-{next(_words)}.txt", b"evidence")

    @rule(side=st.sampled_from([OPS, YAY]))
    def somebody_comments(self, side: str) -> None:
        body = {"body": document(["between us"])}
        assert self.people[side].call("POST", f"issue/{self.key_of(side)}/comment", body).ok
        self.comments += 1

    @rule(call=st.sampled_from(JIRA_CALLS), trouble=st.sampled_from(list(TROUBLE)), times=st.integers(1, 2))
    def something_fails(self, call: tuple[str, str], trouble: str, times: int) -> None:
        fault = {"method": call[0], "path": call[1], "times": times, "by": "solveonce", **TROUBLE[trouble]}
        post(f"{self.world.url}/_sandbox/faults", [fault])

    @rule(mood=st.sampled_from(list(MOODS)))
    def deliveries_change(self, mood: str) -> None:
        post(f"{self.world.url}/_sandbox/settings", CALM | MOODS[mood])

    @precondition(lambda self: self.key)
    @rule()
    def it_settles(self) -> None:
        quiet(self.world.url, LIMIT)

    # What has to be so when all is quiet

    def teardown(self) -> None:
        if not self.key:
            return
        post(f"{self.world.url}/_sandbox/settings", CALM)
        self.world.world.faults = []
        quiet(self.world.url, LIMIT)
        sweep(self.service)
        quiet(self.world.url, LIMIT)
        clone = self.the_clone()
        if clone:
            self.assert_the_same(self.ops, clone)
            self.assert_no_echo(self.ops, clone)
        self.assert_nothing_lost(clone)
        self.assert_gate_holds(clone)

    def the_clone(self) -> Issue | None:
        """The only one, linked once. There has to be one while engineering is asked."""
        made = [each for each in self.world.world.jira.issues.values() if origin(each) == self.ops.id]
        waits = self.ops.fields[TEAM]["value"] == "Engineering" and category(self.world, self.ops) != "done"
        assert len(made) <= 1, [each.key for each in made]
        assert made or not waits, f"{self.key} waits for engineering and has no clone"
        links = [link for link in self.world.world.jira.links if self.ops.id in (link.inward, link.outward)]
        assert len(links) == len(made)
        return made[0] if made else None

    def assert_the_same(self, ops: Issue, clone: Issue) -> None:
        finished = "done" in (category(self.world, ops), category(self.world, clone))
        emptied = emptied_when_finished((ops, clone), self.us)
        for field in TEXTS:
            one, other = ops.fields.get(field), clone.fields.get(field)
            if finished and (is_blank(one) or is_blank(other) or wrote_last(clone, field, self.us)):
                continue  # a finished ticket is not emptied; one that went back to Operations says so
            if field == NOTES and is_blank(one) != is_blank(other) and emptied:
                continue  # and what was emptied then stays so until somebody writes there again
            assert digest(one) == digest(other), f"{field} of {ops.key} and {clone.key} differ: {one} {other}"
        names = [Counter(file.filename for file in issue.attachments) for issue in (ops, clone)]
        assert names[0] == names[1], f"files of {ops.key} and {clone.key}"

    def assert_no_echo(self, ops: Issue, clone: Issue) -> None:
        """At most one write of ours for each change of a person."""
        mine = [
            entry
            for issue in (ops, clone)
            for entry in issue.history
            if entry.author == self.us and any(named(item, field) for item in entry.items for field in TEXTS)
        ]
        told = [(entry.id, [item["toString"] for item in entry.items]) for entry in mine]
        allowed = self.edits + switches(ops) + taken_up_again(clone, self.us)
        allowed += sum(saved_between(issue, field, self.us) for issue in (ops, clone) for field in TEXTS)
        assert len(mine) <= allowed, f"{len(mine)} writes for {self.edits} edits, {allowed} allowed: {told}"
        assert sum(len(issue.comments) for issue in (ops, clone)) == self.comments

    def assert_nothing_lost(self, clone: Issue | None) -> None:
        texts = [issue.fields.get(field) for issue in filter(None, (self.ops, clone)) for field in TEXTS]
        kept = " ".join(map(plain_text, texts)) + " " + clash_texts(self.service, self.ops.id)
        lost = {word for word in self.written - self.gone if word not in kept}
        assert not lost, f"{lost} of {self.key} stand nowhere: {kept}"

    def assert_gate_holds(self, clone: Issue | None) -> None:
        for issue in filter(None, (self.ops, clone)):
            done = category(self.world, issue) == "done"
            assert not (done and is_blank(issue.fields.get(NOTES))), f"{issue.key} is done without notes"

    # Small things

    @property
    def us(self) -> str:
        return str(self.world.world.apps[APP].account_id)

    @property
    def ops(self) -> Issue:
        found = self.world.world.issue(self.key)
        assert found
        return found

    def key_of(self, side: str) -> str:
        """The clone's, once there is one; everybody else works on the Ops issue meanwhile."""
        if side == OPS:
            return self.key
        with self.service.db.reading() as session:
            found = session.scalar(select(Pair.engineering_key).where(Pair.ops_id == self.ops.id))
        return found or self.key

    def sentence(self) -> str:
        return f"Somebody saw w{next(_words)}w today"

    def note_change(self, key: str, field: str) -> None:
        """What the edit took away, seen or not: Jira keeps what stood there before."""
        self.edits += 1
        issue = self.world.world.issue(key)
        assert issue
        entry = next(
            (
                (item["fromString"], item["toString"])
                for entry in reversed(issue.history)
                if entry.author != self.us
                for item in entry.items
                if named(item, field)
            ),
            ("", ""),
        )
        self.gone |= words_in(entry[0]) - words_in(entry[1])


def origin(issue: Issue) -> str | None:
    mark = issue.properties.get("solveonce") or {}
    return mark.get("origin") if mark.get("role") == "clone" else None


def category(world: Sandbox, issue: Issue) -> str:
    return str(world.world.jira.statuses[issue.status].category)


def paragraphs(doc: dict[str, Any] | None) -> list[dict[str, Any]]:
    return list(doc["content"]) if doc else []


def document(content: list[Any]) -> dict[str, Any]:
    """Sentences become paragraphs; what is a node already stays."""
    nodes = [
        each if isinstance(each, dict) else {"type": "paragraph", "content": [{"type": "text", "text": each}]}
        for each in content
    ]
    return {"type": "doc", "version": 1, "content": nodes}


def changed(before: list[Any], how: str, where: int, sentence: str) -> list[Any]:
    """The paragraphs as somebody leaves them."""
    at = where % len(before) if before else 0
    if how == "clear":
        return []
    if how == "prepend":
        return [sentence, *before]
    if how == "remove" and before:
        return before[:at] + before[at + 1 :]
    if how == "change" and before:
        return [*before[:at], sentence, *before[at + 1 :]]
    return [*before, sentence]


def clash_texts(service: Service, ops_id: str) -> str:
    """What stands in neither ticket any more, and is kept all the same."""
    with service.db.reading() as session:
        kept = session.scalars(select(ClashRow).where(ClashRow.ops_id == ops_id)).all()
    return " ".join(plain_text(text) for each in kept for text in (each.ops_text, each.engineering_text))


def sweep(service: Service) -> None:
    """What never came is looked for, as every five minutes."""
    moment = utcnow().isoformat()
    with service.db.writing() as session:
        for site_id in context.sites(session):
            engine.enqueue(session, "events.sweep_site", site_id, moment, id=f"{site_id}:{moment}", lane="sweep")
