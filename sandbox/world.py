"""All state of the sandbox: people, issues, pages, messages, and what was called when.

Handlers change it under `world.lock` and never hold the lock while they call somebody.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Person:
    account_id: str
    email: str
    name: str
    slack_id: str
    #: Jira groups: "jira-admins", "ops", "engineering".
    groups: tuple[str, ...] = ()
    token: str = "sandbox"
    #: "atlassian" for people, "app" for an installed app.
    account_type: str = "atlassian"


@dataclass
class Option:
    id: str
    value: str


@dataclass
class Field:
    id: str
    name: str
    #: `summary`, `description`, `select`, `multiselect`, `textarea`, `priority`, `labels`, `user`, …
    kind: str
    options: list[Option] = field(default_factory=list)
    custom: bool = True


@dataclass
class Status:
    id: str
    name: str
    #: Jira's status category key: `new`, `indeterminate` or `done`.
    category: str


@dataclass
class Rule:
    """A validator or post-function that an app brought and an admin put on a transition."""

    app_key: str
    module_key: str
    config: str


@dataclass
class Transition:
    id: str
    name: str
    #: Status ids from which it can be used; empty means from any (a global transition). The `Create` transition has id "1".
    sources: tuple[str, ...]
    target: str
    #: Field ids on the transition's screen.
    screen: tuple[str, ...] = ()
    validators: list[Rule] = field(default_factory=list)
    post_functions: list[Rule] = field(default_factory=list)


@dataclass
class Project:
    id: str
    key: str
    name: str
    issue_type_id: str
    issue_type: str
    #: Status ids in the order of the board's columns.
    columns: tuple[str, ...]
    initial_status: str
    transitions: list[Transition]
    #: Field ids on the create screen, and which of them are required.
    create_screen: tuple[str, ...]
    required: tuple[str, ...]
    last_number: int = 0
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class Attachment:
    id: str
    filename: str
    mime_type: str
    content: bytes
    author: str
    created: float
    #: The id that a `media` node in a document carries; not the attachment's id.
    media_id: str


@dataclass
class HistoryEntry:
    id: str
    author: str
    created: float
    #: Jira's changelog items: field, fieldId, fieldtype, from, fromString, to, toString.
    items: list[Json]


@dataclass
class Issue:
    id: str
    key: str
    project: str
    status: str
    #: Values as REST v3 returns them, by field id (rich text is ADF).
    fields: Json
    creator: str
    created: float
    updated: float
    resolved: float | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    #: globalId → remote link as stored.
    remote_links: dict[str, Json] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    comments: list[Json] = field(default_factory=list)
    history: list[HistoryEntry] = field(default_factory=list)
    #: When the search index saw the last change; search shows the issue only after that moment.
    indexed: float = 0.0


@dataclass
class IssueLink:
    id: str
    type_id: str
    #: Jira's words: the inward issue is the actor ("CLONE clones ORIGINAL" has the clone here).
    inward: str
    outward: str


@dataclass
class Jira:
    projects: dict[str, Project] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)
    statuses: dict[str, Status] = field(default_factory=dict)
    link_types: dict[str, Json] = field(default_factory=dict)
    issues: dict[str, Issue] = field(default_factory=dict)
    links: list[IssueLink] = field(default_factory=list)
    #: What search knows: issue id → (from when on, the issue as it was; None once deleted), oldest first.
    index: dict[str, list[tuple[float, Issue | None]]] = field(default_factory=dict)


@dataclass
class App:
    """A Connect app as the site knows it."""

    key: str
    client_key: str
    shared_secret: str
    base_url: str
    product: str
    descriptor: Json
    #: Account of the app's own user, who is the author of its writes.
    account_id: str
    enabled: bool = True


@dataclass
class Page:
    id: str
    space_id: str
    title: str
    body: str
    version: int
    author: str
    created: float
    updated: float
    message: str = ""
    status: str = "current"
    parent_id: str | None = None
    labels: list[str] = field(default_factory=list)
    #: Property id → {"id", "key", "value", "version": {"number"}}.
    properties: dict[str, Json] = field(default_factory=dict)
    #: Earlier versions as REST v2 shows them, with their "title" and "body".
    history: list[Json] = field(default_factory=list)
    #: Who wrote the current version, when it was not the page's author.
    version_author: str | None = None
    minor: bool = False


@dataclass
class Confluence:
    #: Space id → {"id", "key", "name"}.
    spaces: dict[str, Json] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)


@dataclass
class Message:
    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    files: list[Json] = field(default_factory=list)
    bot_id: str | None = None
    edited: bool = False
    #: Set for an ephemeral message: the only user who sees it.
    only_for: str | None = None
    #: A reply that was "also sent to the channel".
    broadcast: bool = False
    #: Emoji name → the users who put it there.
    reactions: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class View:
    """A modal that somebody has open."""

    id: str
    user: str
    view: Json
    hash: str
    open: bool = True
    #: The channel the person was in when it opened, for `default_to_current_conversation`.
    channel: str | None = None


@dataclass
class SlackApp:
    """How Slack reaches the installed app."""

    request_url: str
    signing_secret: str
    bot_token: str
    app_id: str = "A0SOLVE"
    bot_id: str = "B0SOLVE"
    bot_user: str = "U0SOLVE"
    #: As in the app's manifest: {"name", "type": "global" or "message", "callback_id"}.
    shortcuts: list[Json] = field(default_factory=list)


@dataclass
class Slack:
    team_id: str = "T0SANDBOX"
    app: SlackApp | None = None
    #: Channel id → {"id", "name", "members": [user ids]}; direct messages have ids that start with D.
    channels: dict[str, Json] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)
    #: trigger id → {"user", "expires", "used"}.
    triggers: dict[str, Json] = field(default_factory=dict)
    #: response_url token → {"user", "channel", "uses", "expires"}.
    response_urls: dict[str, Json] = field(default_factory=dict)
    #: File id → {"id", "name", "mimetype", "content": bytes}.
    files: dict[str, Json] = field(default_factory=dict)
    #: User id → the view that the app published on this person's Home tab.
    homes: dict[str, Json] = field(default_factory=dict)
    last_ts: float = 0.0


@dataclass
class Settings:
    """What can be turned by `POST /_sandbox/settings`; times in seconds."""

    #: How long search does not see a change.
    search_lag: float = 1.0
    #: Pauses before a refused delivery is tried again (Jira: 5–15 minutes; here quick, so that one can watch).
    webhook_retries: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)
    #: Send every webhook and post-function twice, as after a yes that was lost on the way.
    deliver_twice: bool = False
    #: How long Slack waits for an answer to a command or a click, and how long a trigger id lives.
    slack_patience: float = 3.0


class World:
    """Everything there is, for one sandbox."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.lock = threading.RLock()
        #: Called with ("before" or "after", method, path) of each call to a neighbour; see `faults`.
        self.watchers: list[Callable[[str, str, str], None]] = []
        #: Counts the resets, so that what was under way before one is not delivered after it.
        self.generation = 0
        self.reset()

    def reset(self) -> None:
        """Forget everything, installed apps included. Seeding is the caller's."""
        with self.lock:
            self.generation += 1
            self.settings = Settings()
            self.people: dict[str, Person] = {}
            self.jira = Jira()
            self.apps: dict[str, App] = {}
            self.confluence = Confluence()
            self.slack = Slack()
            self.calls: list[Json] = []
            self.deliveries: list[Json] = []
            self.faults: list[Json] = []
            self._ids: dict[str, Iterator[int]] = {}

    def now(self) -> float:
        """Unix time of the one clock of this sandbox."""
        return time.time()

    def next_id(self, kind: str, start: int = 10001) -> str:
        """Ids count up from *start*, one line per kind, so that a run gives the same ids each time."""
        with self.lock:
            return str(next(self._ids.setdefault(kind, itertools.count(start))))

    def person(self, handle: str) -> Person | None:
        """By account id, e-mail or Slack user id."""
        with self.lock:
            return next((p for p in self.people.values() if handle in (p.account_id, p.email, p.slack_id)), None)

    def issue(self, id_or_key: str) -> Issue | None:
        with self.lock:
            issues = self.jira.issues
            return issues.get(id_or_key) or next((i for i in issues.values() if i.key == id_or_key), None)
