"""All state of the sandbox: people, issues, pages, messages, and what was called when.

Handlers change it under `world.lock` and never hold the lock while they call somebody.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.clock import Clock
from sandbox.world_jira import (
    Attachment,
    Field,
    HistoryEntry,
    Issue,
    IssueLink,
    Jira,
    Option,
    Project,
    Rule,
    Status,
    SystemRule,
    Transition,
)
from sandbox.world_slack import BOT_SCOPES, FIRST, Message, Slack, SlackApp, View

__all__ = [
    "App",
    "Attachment",
    "Confluence",
    "Field",
    "HistoryEntry",
    "Issue",
    "IssueLink",
    "Jira",
    "Json",
    "Message",
    "Option",
    "Page",
    "Person",
    "Project",
    "Rule",
    "Settings",
    "Slack",
    "SlackApp",
    "Status",
    "SystemRule",
    "Transition",
    "View",
    "World",
]

Json = dict[str, Any]


@dataclass
class Person:
    account_id: str
    email: str
    name: str
    slack_id: str
    #: Jira groups: "jira-admins", "ops", "engineering"; of an app its key.
    groups: tuple[str, ...] = ()
    token: str = "sandbox"
    #: "atlassian" for people, "app" for an installed app.
    account_type: str = "atlassian"
    #: The zone in the profile, in which JQL reads dates; None is the site's.
    time_zone: str | None = None
    #: The workspace in which the Slack id is one.
    slack_team: str = FIRST
    #: The workspace of another organisation to which somebody belongs who is only in shared channels here.
    stranger_of: str | None = None


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
    #: Among the children of its parent the one with the lowest comes first.
    position: int = 0
    labels: list[str] = field(default_factory=list)
    #: Property id → {"id", "key", "value", "version": {"number"}}.
    properties: dict[str, Json] = field(default_factory=dict)
    #: Earlier versions as REST v2 shows them, with their "title" and "body".
    history: list[Json] = field(default_factory=list)
    #: Who wrote the current version, when it was not the page's author.
    version_author: str | None = None
    minor: bool = False
    #: Operation (`read`, `update`) → {"user": account ids, "group": names}; without an entry everybody may.
    restrictions: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    #: Account id → the body that this person has open in the editor and has not published.
    drafts: dict[str, str] = field(default_factory=dict)
    #: Inline comments: {"ref", "text", "author"}; where they stand is marked in the body.
    comments: list[Json] = field(default_factory=list)


@dataclass
class Confluence:
    #: Space id → {"id", "key", "name"}.
    spaces: dict[str, Json] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    #: What search knows: page id → (from when on, the page as it was; None once purged), oldest first.
    index: dict[str, list[tuple[float, Page | None]]] = field(default_factory=dict)
    #: (page id, number) of the earlier versions that can still be read, oldest first; see `confluence_history`.
    past: OrderedDict[tuple[str, int], Page] = field(default_factory=OrderedDict)
    past_letters: int = 0
    #: Page id → a body that search knows, its text, and the words of that as search compares them.
    words: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    #: How many updates of pages and properties there were, those that became a conflict included.
    updates: int = 0


@dataclass
class Settings:
    """What can be turned by `POST /_sandbox/settings`; times in seconds."""

    #: How long search does not see a change; None is for ever.
    search_lag: float | None = 1.0
    #: Pauses before a refused delivery is tried again; quick, so that one can watch. "real" is Jira's 5–15 minutes.
    webhook_retries: tuple[float, ...] | Literal["real"] = (0.5, 1.0, 2.0, 4.0, 8.0)
    #: Webhooks and post-functions leave so much later.
    webhook_late: float = 0.0
    #: Every second of them is held back that much more, so that what happened after it arrives before it.
    webhook_overtaken: float = 0.0
    #: The last of so many webhooks and post-functions never comes, as when Jira has given up; 0: each comes.
    webhook_lost_every: int = 0
    #: Send every webhook and post-function twice, as after a yes that was lost on the way.
    deliver_twice: bool = False
    #: How long a transition takes; another one of the same issue meanwhile is a conflict.
    transition_time: float = 0.0
    #: Whether the workflows set a resolution on the way to Done; where none does, Jira calls nothing resolved.
    resolution_on_done: bool = True
    #: The zone of the site's timestamps, and of whoever has not chosen one in the profile.
    time_zone: str = "Etc/UTC"
    #: Whether the engineering project has a context of its own for each select field, and so options with other ids.
    own_contexts: bool = False
    #: The largest file that an issue takes, in bytes.
    attachment_limit: int = 100 * 1024 * 1024
    #: Whether Jira deletes a file when its picture is taken out of a text; on sites it does
    #: (https://github.com/ankitpokhrel/jira-cli/issues/1005, https://github.com/sooperset/mcp-atlassian/issues/1192).
    dropped_media_deleted: bool = False
    #: The part of Jira's burst limits that the site's other integrations leave.
    burst_share: float = 1.0
    #: Points an hour that an app may spend on Jira's REST API.
    quota: int = 65_000
    #: How long Confluence's search does not see a change.
    confluence_search_lag: float = 30.0
    #: How long a page that was just created answers 404 to its id; on a site it is a moment, and seldom.
    confluence_page_lag: float = 0.0
    #: Whether a page in the trash is found by its id, with 200 and `status: trashed`. On sites it is common
    #: (measured: https://github.com/gkoos/confluence2md/issues/64); the document says neither yes nor no.
    confluence_trash_found: bool = False
    #: Whether Confluence gives a new page the property `editor` before an app does.
    confluence_own_properties: bool = False
    #: The first of so many updates of pages and properties answers 409 although nobody else wrote; 0 is never.
    confluence_conflict_every: int = 0
    #: How long Slack waits for an answer to a command or a click, and how long a trigger id lives.
    slack_patience: float = 3.0
    #: Pauses before an event is tried again; quick, so that one can watch. "real" is Slack's: at once, 1 and 5 minutes.
    slack_retries: tuple[float, ...] | Literal["real"] = (0.0, 1.0, 2.0)
    #: Send every event twice, as after a yes that came a little too late.
    slack_events_twice: bool = False
    #: Messages that the app may post into a channel in a row; after that it is one a second. 1 is strict.
    slack_burst: int = 10
    #: Give a page to sign in, with status 200, instead of any file: as where a right is missing.
    slack_sign_in_pages: bool = False
    #: What the app was granted when it was installed.
    slack_scopes: tuple[str, ...] = BOT_SCOPES


#: The workspace in which this thread acts; see `slack_workspaces`.
acting_in: ContextVar[str] = ContextVar("acting_in", default=FIRST)


class World:
    """Everything there is, for one sandbox."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.lock = threading.RLock()
        #: Called with ("before" or "after", method, path) of each call to a neighbour; see `faults`.
        self.watchers: list[Callable[[str, str, str], None]] = []
        #: Counts the resets, so that what was under way before one is not delivered after it.
        self.generation = 0
        self.clock = Clock()
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
            self.workspaces = {FIRST: Slack()}
            #: What Slack knows of the app besides its installations: its credentials, codes and dead tokens.
            self.slack_app: Json = {"codes": {}, "dead": {}}
            self.calls: list[Json] = []
            self.deliveries: list[Json] = []
            self.faults: list[Json] = []
            #: The preset in force, and the settings as they were before it.
            self.preset: tuple[str, Settings] | None = None
            self._ids: dict[str, Iterator[int]] = {}
        self.clock.reset()

    @property
    def slack(self) -> Slack:
        """The workspace in which is acted at this moment: that of a call's token, or of the person who does something."""
        return self.workspaces.get(acting_in.get()) or self.workspaces[FIRST]

    def now(self) -> float:
        """Unix time of the one clock of this sandbox."""
        return self.clock.now()

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
            by_key = (i for i in issues.values() if id_or_key == i.key or id_or_key in i.old_keys)
            return issues.get(id_or_key) or next(by_key, None)
