"""What Slack holds: channels, messages, open views, and how it reaches the app."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

#: What a bot asks for that listens, posts, looks people up and reads files.
BOT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "reactions:write",
    "usergroups:read",
    "users:read",
    "users:read.email",
)


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
    #: Slack's word for a token that is good no more: `token_revoked`, `token_expired`, `account_inactive`.
    token_is: str = ""
    #: An app configuration token of whoever made the app: it reads manifests and nothing else.
    config_token: str = "xoxe.xoxp-sandbox"
    #: What the app was made from, as an admin sees it on the page *App Manifest*.
    manifest: Json = field(default_factory=dict)
    #: As in the app's manifest: {"name", "type": "global" or "message", "callback_id"}.
    shortcuts: list[Json] = field(default_factory=list)
    #: As in the manifest: {"command", "description", "usage_hint"}.
    commands: list[Json] = field(default_factory=list)
    #: The manifest's `bot_events`; None for an app that hears everything, which no real one does.
    events: list[str] | None = None
    #: The manifest's steps for Workflow Builder, by callback id.
    functions: Json = field(default_factory=dict)

    def hears(self, event: Json) -> bool:
        """Whether the app has subscribed to *event*; messages are subscribed to by the kind of their channel."""
        kinds = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
        name = kinds.get(event.get("channel_type", ""), "") if event["type"] == "message" else event["type"]
        return self.events is None or name in self.events


#: The workspace that is always there.
FIRST = "T0SANDBOX"


@dataclass
class Slack:
    """One workspace."""

    team_id: str = FIRST
    name: str = "Sandbox"
    app: SlackApp | None = None
    #: Channel id → {"id", "name", "members": [user ids]}; direct messages have ids that start with D.
    channels: dict[str, Json] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)
    #: trigger id → {"user", "expires", "used"}.
    triggers: dict[str, Json] = field(default_factory=dict)
    #: response_url token → {"user", "channel", "uses", "expires"}.
    response_urls: dict[str, Json] = field(default_factory=dict)
    #: User group id → {"id", "handle", "users": [user ids]}, and {"disabled": True} for one that is laid aside.
    usergroups: dict[str, Json] = field(default_factory=dict)
    #: File id → {"id", "name", "mimetype", "content": bytes}.
    files: dict[str, Json] = field(default_factory=dict)
    #: User id → the view that the app published on this person's Home tab.
    homes: dict[str, Json] = field(default_factory=dict)
    #: Execution id of a workflow's step → {"callback_id", "token", "expires", "state", "outputs" or "error"}.
    executions: dict[str, Json] = field(default_factory=dict)
    last_ts: float = 0.0
    #: Channel id or method → (messages or calls that may still come at once, when that was counted).
    allowances: dict[str, tuple[float, float]] = field(default_factory=dict)
