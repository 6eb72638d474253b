"""What Jira holds: projects, fields, workflows, issues and their links."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Option:
    id: str
    value: str
    #: Laid aside by an admin: issues that have it keep it, and nobody can choose it any more.
    disabled: bool = False


@dataclass
class Field:
    id: str
    name: str
    #: `summary`, `description`, `select`, `multiselect`, `textarea`, `priority`, `labels`, `user`, …
    kind: str
    options: list[Option] = field(default_factory=list)
    custom: bool = True
    #: Keys of the projects that its contexts cover; empty is all.
    projects: tuple[str, ...] = ()
    #: Project key → the options of the context that this project has for itself; see `jira_contexts`.
    own_options: dict[str, list[Option]] = field(default_factory=dict)


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
class SystemRule:
    """A condition or validator of Jira's own; see `system_rules`."""

    key: str
    parameters: dict[str, str]


@dataclass
class Transition:
    id: str
    name: str
    #: Status ids from which it can be used; empty means from any (a global transition). The `Create` transition has id "1".
    sources: tuple[str, ...]
    target: str
    #: Field ids on the transition's screen.
    screen: tuple[str, ...] = ()
    conditions: list[SystemRule] = field(default_factory=list)
    validators: list[Rule | SystemRule] = field(default_factory=list)
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
    #: What an admin called it before; Jira goes on answering to these.
    former_keys: tuple[str, ...] = ()
    #: Account id of who is assigned when nobody is named, as a project's settings may say.
    default_assignee: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    #: Permission → the groups that have it; everybody has those that are not here.
    permissions: dict[str, tuple[str, ...]] = field(default_factory=dict)


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
    #: When its status became one of another category; None while it has the first.
    category_changed: float | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    #: globalId → remote link as stored.
    remote_links: dict[str, Json] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    comments: list[Json] = field(default_factory=list)
    history: list[HistoryEntry] = field(default_factory=list)
    #: The keys it had before it was moved; it still answers to them.
    old_keys: tuple[str, ...] = ()
    #: For these account ids and groups the issue does not exist: those whom its security level shuts out.
    hidden_from: tuple[str, ...] = ()
    #: Its issue security level, if somebody set one: id and name. Who sees the issue is `hidden_from`.
    security: Option | None = None
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
    #: Issue security levels by name; see `/_sandbox/jira/security`.
    security_levels: dict[str, Option] = field(default_factory=dict)
    #: Ids of issues that are being moved through their workflow right now.
    in_transition: set[str] = field(default_factory=set)
    #: Transitions that a validator refused: {"issue", "transition", "by", "time"}, oldest first.
    refusals: list[Json] = field(default_factory=list)
    #: What `jira_limits` counts: (app, hour) → points spent; caller and call → (calls left, when that was); issue id →
    #: moments of its last writes.
    points: dict[tuple[str, float], int] = field(default_factory=dict)
    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    writes: dict[str, list[float]] = field(default_factory=dict)
    #: Global permission → the groups that have it; everybody has those that are not here.
    permissions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: What search knows: issue id → (from when on, the issue as it was; None once deleted), oldest first.
    index: dict[str, list[tuple[float, Issue | None]]] = field(default_factory=dict)
