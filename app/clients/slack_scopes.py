"""Which scopes our calls to Slack need: the manifest asks for these and no more (docs.slack.dev, each method's page)."""

from __future__ import annotations

#: Every kind of conversation has scopes of its own.
_HISTORY = ("channels:history", "groups:history", "im:history")

#: Method → scopes.
METHODS: dict[str, tuple[str, ...]] = {
    "auth.revoke": (),
    "auth.test": (),
    "chat.getPermalink": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": _HISTORY,
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.members": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": _HISTORY,
    "files.info": ("files:read",),
    "functions.completeError": (),
    "functions.completeSuccess": (),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "users.info": ("users:read", "users:read.email"),
    "views.open": (),
    "views.publish": (),
    "views.update": (),
}
#: Event of the manifest → scopes.
EVENTS: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_uninstalled": (),
    "function_executed": (),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "reaction_added": ("reactions:read",),
    "tokens_revoked": (),
}
#: Slash commands and shortcuts.
COMMANDS = ("commands",)


def scopes() -> list[str]:
    needed = {scope for each in (*METHODS.values(), *EVENTS.values(), COMMANDS) for scope in each}
    return sorted(needed)
