"""The story in six steps, each ticked off by what is there to be seen: in Slack, on the boards, in the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.adf import same
from sandbox.world import HistoryEntry, Issue, Json, Message, Page, World

OPS, CLONES = "OPS", "clones"
SENT, NOTES_REQUIRED = "Sent to Engineering", "Resolution Notes Required"
RILEY, ERIN = "reporter@example.com", "engineer@example.com"
#: A place to look at: its name and address.
Place = tuple[str, str]


@dataclass(frozen=True)
class Go:
    """Where to click next, and as whom."""

    label: str
    email: str
    address: str


@dataclass(frozen=True)
class Step:
    title: str
    text: str
    done: bool
    go: Go
    #: What there is to see of it so far.
    seen: tuple[Place, ...] = ()
    #: Not part of the story of a ticket that stays with operations.
    skipped: bool = False
    is_next: bool = False


@dataclass(frozen=True)
class Ticket:
    """What the world holds about one Ops issue."""

    issue: Issue | None
    clone: Issue | None = None
    thread: Message | None = None
    alert: Message | None = None
    question: Message | None = None
    page: Page | None = None
    for_engineering: bool = True

    @property
    def key(self) -> str:
        return self.issue.key if self.issue else "the ticket"

    @property
    def clone_key(self) -> str:
        return self.clone.key if self.clone else "the clone"


def tickets(world: World) -> list[Issue]:
    """All Ops issues, newest first."""
    return [issue for issue in reversed(world.jira.issues.values()) if issue.project == OPS]


def followed(world: World, key: str | None) -> Issue | None:
    """The issue with *key*; else the newest for engineering that is not done, else the newest for it, else the newest."""
    ours = tickets(world)
    theirs = [issue for issue in ours if _is_for_engineering(world, issue)]
    under_way = [issue for issue in theirs if _category(world, issue) != "done"]
    wanted = [issue for issue in ours if issue.key == key]
    return next(iter([*wanted, *under_way, *theirs, *ours]), None)


def look(world: World, issue: Issue | None) -> Ticket:
    """Gather what there is about *issue*."""
    if issue is None:
        return Ticket(None)
    clone, thread = _clone(world, issue), _thread(world, issue)
    return Ticket(
        issue,
        clone,
        thread,
        _alert(world, clone, thread),
        _question(world, thread, issue),
        _log_page(world, issue),
        _is_for_engineering(world, issue),
    )


def steps(world: World, ticket: Ticket) -> list[Step]:
    """The six steps; the first that is neither done nor skipped is the next one."""
    found = [make(world, ticket) for make in STEPS]
    following = next((step for step in found if not step.done and not step.skipped), None)
    return [Step(**{**vars(step), "is_next": step is following}) for step in found]


def _ask(world: World, it: Ticket) -> Step:
    text = "Riley types /ops in #ops-exceptions and fills in the form. There is a ticket, it has a thread of its own, "
    text += "and each links to the other."
    seen = [_at(it.issue)] if it.issue else []
    seen += [("its thread", _address(world, it.thread))] if it.thread else []
    go = Go("Open #ops-exceptions as Riley", RILEY, "/slack/ops-exceptions")
    return Step("Ask in Slack", text, it.thread is not None, go, tuple(seen))


def _hand_over(world: World, it: Ticket) -> Step:
    go = Go("Watch the boards as Erin", ERIN, "/boards")
    if not it.for_engineering:
        text = f"Team Responsible of {it.key} is Operations: it stays in To Do, and nobody in engineering hears of it."
        return Step("Operations keeps it", text, it.thread is not None and it.clone is None, go, (_at(it.issue),))
    text = f"Team Responsible is Engineering: {it.clone_key} lies in the engineering backlog, linked; "
    text += f"#ops-exceptions-eng-triage is alerted; {it.key} goes to Sent to Engineering."
    seen = [_at(it.clone)] if it.clone else []
    seen += [("the alert", _address(world, it.alert))] if it.alert else []
    done = bool(it.clone and it.alert and _has_been(world, it.issue, SENT))
    return Step("Engineering gets a clone", text, done, go, tuple(seen))


def _follow(world: World, it: Ticket) -> Step:
    text = f"Erin writes into Description or Resolution Notes of {it.clone_key}: it stands in {it.key}, and the other "
    text += "way round. Comments stay where they are."
    seen = (_at(it.issue), _at(it.clone)) if it.clone else ()
    go = Go(f"Edit {it.clone_key} as Erin", ERIN, _at(it.clone)[1])
    return Step("One text, two tickets", text, _texts_followed(world, it), go, seen, skipped=not it.for_engineering)


def _refuse(world: World, it: Ticket) -> Step:
    empty = _without_notes(world, it)
    where = f"Move {empty.key}" if empty else "Empty the notes of a ticket, then move it"
    text = f"{where} to Done with empty Resolution Notes: Jira refuses, on both boards, and says what is missing "
    text += "and where to write it."
    place = empty or it.clone or it.issue
    go = Go(f"Try it with {place.key}" if place else "Open the boards", ERIN, _at(place)[1])
    refused = _refused_since(world, it)
    seen = tuple(_at(issue) for issue in map(world.issue, refused[-1:]) if issue)
    return Step("No Done without notes", text, bool(refused), go, seen)


def _finish(world: World, it: Ticket) -> Step:
    text = f"Erin moves {it.clone_key} to Done: {it.key} moves to Resolution Notes Required, and Riley is asked "
    text += "in the thread whether the notes are clear."
    done = bool(it.clone and it.question and _has_been(world, it.issue, NOTES_REQUIRED))
    seen = [("the question", _address(world, it.question))] if it.question else []
    go = Go(f"Finish {it.clone_key} as Erin", ERIN, _at(it.clone)[1])
    return Step("Engineering is done", text, done, go, tuple(seen), skipped=not it.for_engineering)


def _close(world: World, it: Ticket) -> Step:
    text = f"Riley moves {it.key} to Done: its row stands in the Ops Exception Log. Re-opened, edited and closed "
    text += "again, it is the same row with the new text."
    seen = [(it.page.title, _page_address(world, it.page))] if it.page else []
    go = Go(f"Close {it.key} as Riley", RILEY, _at(it.issue)[1])
    return Step("A row for the next one", text, it.page is not None, go, tuple(seen))


STEPS: tuple[Callable[[World, Ticket], Step], ...] = (_ask, _hand_over, _follow, _refuse, _finish, _close)


def _at(issue: Issue | None) -> Place:
    return (issue.key, f"/browse/{issue.key}") if issue else ("the boards", "/boards")


def _address(world: World, message: Message | None) -> str:
    """Where a message is to be read; a reply in its thread."""
    if message is None:
        return "/slack"
    room = world.slack.channels[message.channel]
    name, anchor = room.get("name") or "@solveonce", "m" + message.ts.replace(".", "")
    thread = message.thread_ts or (message.ts if _replies(world, message) else None)
    return f"/slack/{name}" + (f"?thread={thread}" if thread else "") + f"#{anchor}"


def _page_address(world: World, page: Page) -> str:
    return f"/wiki/spaces/{world.confluence.spaces[page.space_id]['key']}/pages/{page.id}"


def _replies(world: World, message: Message) -> list[Message]:
    return [m for m in world.slack.messages if m.thread_ts == message.ts and m.channel == message.channel]


def _field(world: World, name: str) -> str:
    return next(f.id for f in world.jira.fields.values() if f.name == name)


def _is_for_engineering(world: World, issue: Issue) -> bool:
    team: Json = issue.fields.get(_field(world, "Team Responsible")) or {}
    return bool(team.get("value") == "Engineering")


def _category(world: World, issue: Issue) -> str:
    return world.jira.statuses[issue.status].category


def _clone(world: World, issue: Issue) -> Issue | None:
    """The one that "clones" this; in Jira's words the clone is the inward end."""
    for link in world.jira.links:
        if link.outward == issue.id and world.jira.link_types[link.type_id]["outward"] == CLONES:
            return world.jira.issues.get(link.inward)
    return None


def _thread(world: World, issue: Issue) -> Message | None:
    """The message that the issue links to."""
    urls = [str(link["object"].get("url")) for link in issue.remote_links.values()]
    for message in world.slack.messages:
        if message.bot_id and any(message.ts.replace(".", "") in url for url in urls):
            return message
    return None


def _alert(world: World, clone: Issue | None, thread: Message | None) -> Message | None:
    """A message of the app elsewhere that leads to the clone."""
    where = thread.channel if thread else None
    for message in world.slack.messages if clone else ():
        said_by_app = message.bot_id and message.channel != where and not message.thread_ts
        if said_by_app and clone and f"/browse/{clone.key}" in f"{message.blocks} {message.text}":
            return message
    return None


def _question(world: World, thread: Message | None, issue: Issue) -> Message | None:
    """The app's last reply that speaks to a person by name."""
    replies = _replies(world, thread) if thread else []
    asked = [m for m in replies if m.bot_id and "<@" in m.text and issue.key in m.text]
    return asked[-1] if asked else None


def _log_page(world: World, issue: Issue) -> Page | None:
    pages = [p for p in world.confluence.pages.values() if p.status == "current"]
    return next((p for p in pages if f'/browse/{issue.key}"' in p.body), None)


def _has_been(world: World, issue: Issue | None, status: str) -> bool:
    now = issue is not None and world.jira.statuses[issue.status].name == status
    return now or any(item["toString"] == status for entry in _entries(issue) for item in entry.items)


def _entries(issue: Issue | None) -> list[HistoryEntry]:
    return issue.history if issue else []


def _texts_followed(world: World, it: Ticket) -> bool:
    """The app has carried a text over, and both are the same now."""
    texts = (_field(world, "Description"), _field(world, "Resolution Notes"))
    if it.issue is None or it.clone is None:
        return False
    for text in texts:
        if _was_carried(world, it.issue, text) or _was_carried(world, it.clone, text):
            return all(same(it.issue.fields.get(each), it.clone.fields.get(each)) for each in texts)
    return False


def _was_carried(world: World, issue: Issue, field: str) -> bool:
    by_app = [e for e in issue.history if world.people[e.author].account_type == "app"]
    return any(item.get("fieldId") == field for entry in by_app for item in entry.items)


def _refused_since(world: World, it: Ticket) -> list[str]:
    """Ids of the issues that a validator has refused, with this ticket in the world: on it or on another."""
    began = it.issue.created if it.issue else world.now()
    return [each["issue"] for each in world.jira.refusals if each["time"] >= began]


def _without_notes(world: World, it: Ticket) -> Issue | None:
    """An open issue on which the refusal can be tried, best of all one of this story."""
    notes = _field(world, "Resolution Notes")
    candidates = [each for each in (it.clone, it.issue, *tickets(world)) if each is not None]
    sent = next(s.id for s in world.jira.statuses.values() if s.name == SENT)
    for issue in candidates:
        # There is no way from Sent to Engineering to Done.
        if not issue.fields.get(notes) and _category(world, issue) != "done" and issue.status != sent:
            return issue
    return None
