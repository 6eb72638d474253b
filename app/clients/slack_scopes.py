"""Which scopes our calls to Slack need: the manifest asks for these and no more (docs.slack.dev, each method's page)."""

from __future__ import annotations

#: Every kind of conversation has scopes of its own.
_HISTORY = ("channels:history", "groups:history", "im:history")

#: Method → scopes.
METHODS: dict[str, tuple[str, ...]] = {
    "apps.manifest.export": (),  # takes an app configuration token
    "auth.revoke": (),
    "auth.test": (),
    "bots.info": ("users:read",),
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
#: Scope → what people miss without it.
WITHOUT: dict[str, str] = {
    "channels:history": "the emoji makes no ticket in public channels, and files in threads there are not taken along",
    "channels:read": "channels are not found by their names, so no thread is opened",
    "chat:write": "nothing is posted: no card, no thread, no alert",
    "commands": "neither the command nor the shortcuts are there",
    "files:read": "files are not copied to the tickets",
    "groups:history": "the emoji makes no ticket in private channels, and files in threads there are not taken along",
    "groups:read": "channels are not found by their names, so no thread is opened",
    "im:history": "direct messages to the app are not heard",
    "im:write": "nobody is written to directly: no question for the notes, no word of a request that Jira refused",
    "reactions:read": "the emoji makes no ticket",
    "usergroups:read": "nobody knows who is in TRIAGE_GROUP, so nobody may triage",
    "users:read": "people have no names, and none is found in Jira",
    "users:read.email": "nobody is found in Jira: the app is the reporter of every ticket",
}


def scopes() -> list[str]:
    needed = {scope for each in (*METHODS.values(), *EVENTS.values(), COMMANDS) for scope in each}
    return sorted(needed)


def needing(scope: str) -> list[str]:
    """The methods, events and features that need *scope*."""
    asking = {**METHODS, **EVENTS, "commands and shortcuts": COMMANDS}
    return [name for name, scopes in asking.items() if scope in scopes]
