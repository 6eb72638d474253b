"""What Slack puts around a request and only the library reads: if it is not what it should be, nobody's request is lost for it."""

from __future__ import annotations

import json
from typing import Any

#: Name → what the library can read there; it raises at anything else.
_READABLE: dict[str, tuple[type, ...]] = {
    "enterprise": (dict, str),
    "team": (dict, str),
    "authorizations": (list,),
    "response_urls": (list,),
}
#: Where the same stands again.
_WITHIN = ("event", "view", "message")


def for_the_library(said: dict[str, Any]) -> str:
    """*said* as JSON, without such parts."""
    return json.dumps(_readable(said))


def _readable(said: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in said.items() if _can_be_read(name, value)}
    if isinstance(kept.get("view"), dict):
        kept["view"] = {"type": "modal", **kept["view"]}  # the library asks for it
    return kept | {name: _readable(kept[name]) for name in _WITHIN if isinstance(kept.get(name), dict)}


def _can_be_read(name: str, value: Any) -> bool:
    if name not in _READABLE or value is None:
        return True
    parts = value if isinstance(value, list) else []
    return isinstance(value, _READABLE[name]) and all(isinstance(part, dict) for part in parts)
