"""What the app was granted when it was installed, and what each method needs of it.

Scopes: the page of each method in Slack's reference (facts: slack.md §2.7).
"""

from __future__ import annotations

from sandbox.slack_checks import SlackError
from sandbox.world import Json, World

NEEDED = {
    "bots.info": ("users:read",),
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.join": ("channels:join",),
    "conversations.open": ("im:write",),
    "files.info": ("files:read",),
    "reactions.add": ("reactions:write",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
}
#: Each kind of conversation has scopes of its own: this method needs `channels:…`, `groups:…` or `im:…`.
BY_KIND = {
    "conversations.history": "history",
    "conversations.replies": "history",
    "conversations.info": "read",
    "conversations.members": "read",
    "conversations.list": "read",
}
FAMILIES = {"public_channel": "channels", "private_channel": "groups", "im": "im"}


def granted(world: World, scope: str) -> bool:
    return scope in world.settings.slack_scopes


def kind_of(room: Json) -> str:
    if room.get("is_im"):
        return "im"
    return "private_channel" if room.get("is_private") else "public_channel"


def kinds_asked(args: Json) -> set[str]:
    """The kinds of conversation that `conversations.list` is asked for."""
    return set(str(args.get("types") or "public_channel").replace(" ", "").split(","))


def needed_for(world: World, method: str, args: Json) -> tuple[str, ...]:
    """The scopes that *method* needs for what *args* ask of it."""
    if method not in BY_KIND:
        return NEEDED.get(method, ())
    if method == "conversations.list":
        kinds = kinds_asked(args)
    else:
        kinds = {kind_of(world.slack.channels.get(str(args.get("channel")), {}))}
    return tuple(f"{family}:{BY_KIND[method]}" for kind, family in FAMILIES.items() if kind in kinds)


def require(world: World, method: str, args: Json) -> None:
    needed = needed_for(world, method, args)
    if not all(granted(world, scope) for scope in needed):
        provided = ",".join(world.settings.slack_scopes)
        raise SlackError("missing_scope", needed=",".join(needed), provided=provided)
