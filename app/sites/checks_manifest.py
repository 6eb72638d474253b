"""How the Slack app as it is differs from the manifest that it should have: addresses, events, commands, scopes, switches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.domain import Check
from app.sites.checks import right, wrong
from app.sites.checks_slack import REINSTALL, note

NAME = "Slack manifest"
Manifest = Mapping[str, Any]
#: Where a switch stands → what it must be, and what is amiss otherwise.
SWITCHES: dict[tuple[str, ...], tuple[bool, str]] = {
    ("settings", "socket_mode_enabled"): (False, "socket mode is on: Slack sends nothing to BASE_URL"),
    ("settings", "token_rotation_enabled"): (False, "token rotation is on: the token is good for twelve hours"),
    ("settings", "interactivity", "is_enabled"): (True, "interactivity is off: no button, form or shortcut arrives"),
    ("features", "app_home", "home_tab_enabled"): (True, "the Home tab is off"),
    ("features", "app_home", "messages_tab_enabled"): (True, "the Messages tab is off: nobody can write to the app"),
    ("features", "app_home", "messages_tab_read_only_enabled"): (
        False,
        "the Messages tab is read-only: nobody can write to the app",
    ),
}


def differences(wanted: Manifest, there: Manifest) -> list[Check]:
    """*wanted*: as `python -m app manifest` prints it; *there*: as Slack has it."""
    amiss = [*_addresses(wanted, there), *_lacking(wanted, there), *_switches(there)]
    found = [wrong(NAME, each, REINSTALL) for each in amiss]
    if not _escapes(there):
        what = "the command does not escape names (`should_escape`): mentions stay as they were typed"
        found.append(note(NAME, what, REINSTALL))
    return found or [right(NAME, "is as `python -m app manifest` prints it")]


def _addresses(wanted: Manifest, there: Manifest) -> Iterable[str]:
    for what, path in {
        "events": ("settings", "event_subscriptions", "request_url"),
        "buttons and forms": ("settings", "interactivity", "request_url"),
    }.items():
        ours, theirs = _at(wanted, path), _at(there, path)
        if ours != theirs:
            yield f"{what} go to {theirs or 'no address'}, not to {ours}"
    ours, theirs = _commands(wanted), _commands(there)
    for command, url in ours.items():
        if command in theirs and theirs[command] != url:
            yield f"{command} goes to {theirs[command] or 'no address'}, not to {url}"


def _lacking(wanted: Manifest, there: Manifest) -> Iterable[str]:
    kinds: dict[str, Callable[[Manifest], list[str]]] = {
        "event": _events,
        "command": lambda one: list(_commands(one)),
        "shortcut": _shortcuts,
        "scope": lambda one: _strings(_at(one, ("oauth_config", "scopes", "bot"))),
        "workflow step": lambda one: list(_at(one, ("functions",)) or {}),
    }
    for kind, listed in kinds.items():
        has = listed(there)
        for each in listed(wanted):
            if each not in has:
                yield f"the {kind} {each} is missing"


def _switches(there: Manifest) -> Iterable[str]:
    for path, (right_way, amiss) in SWITCHES.items():
        if bool(_at(there, path)) is not right_way:
            yield amiss


def _escapes(there: Manifest) -> bool:
    return all(each.get("should_escape") for each in _objects(_at(there, ("features", "slash_commands"))))


def _commands(manifest: Manifest) -> dict[str, str]:
    listed = _objects(_at(manifest, ("features", "slash_commands")))
    return {str(each.get("command")): str(each.get("url") or "") for each in listed}


def _shortcuts(manifest: Manifest) -> list[str]:
    listed = _objects(_at(manifest, ("features", "shortcuts")))
    return [f"{each.get('callback_id')} ({each.get('type')})" for each in listed]


def _events(manifest: Manifest) -> list[str]:
    return _strings(_at(manifest, ("settings", "event_subscriptions", "bot_events")))


def _at(manifest: Manifest, path: tuple[str, ...]) -> Any:
    """What stands there; None where anything on the way is missing."""
    found: Any = manifest
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _strings(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
