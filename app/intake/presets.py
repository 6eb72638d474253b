"""What a channel presets: below what somebody typed and what her words are guessed to mean, above the form's own defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from app.domain_choices import EXCEPTION_TYPES, PRIORITIES, TAGS, TEAMS
from app.errors import Misconfigured

#: Table 1's name of a field → ours, and what can be chosen there.
FIELDS = {
    "Exception Type": ("type", EXCEPTION_TYPES),
    "Team Responsible": ("team", TEAMS),
    "Context Tags": ("tags", TAGS),
    "Priority": ("priority", PRIORITIES),
}
#: Our name of a field with one value → its name in a request.
VALUES = {"type": "exception_type", "team": "team", "priority": "priority"}
LIKE = "Write it like `#ops-requests: Team Responsible = Operations, Priority = Major; #ops-exceptions: …`."


@dataclass(frozen=True)
class Preset:
    """*channel*: as the setting names it, for people."""

    channel: str
    values: Mapping[str, tuple[str, ...]]

    def of(self, field: str) -> tuple[str, ...]:
        return self.values.get(field, ())


@lru_cache(maxsize=4)
def presets_in(setting: str) -> Mapping[str, Preset]:
    """Channel (`#name` or id) → its preset, from INTAKE_PRESETS. Raises Misconfigured, with the place that is wrong."""
    found: dict[str, Preset] = {}
    for part in setting.split(";"):
        channel, colon, assignments = (piece.strip() for piece in part.partition(":"))
        if not part.strip():
            continue
        if not colon or not _names_a_channel(channel):
            raise Misconfigured(f"INTAKE_PRESETS: {part.strip()!r} does not begin with a channel.", LIKE)
        if channel in found:
            raise Misconfigured(f"INTAKE_PRESETS names {channel} twice.", "Put all its fields behind one.")
        found[channel] = Preset(channel, _values(channel, assignments))
    return MappingProxyType(found)


def _names_a_channel(said: str) -> bool:
    return " " not in said and (len(said) > 1 if said.startswith("#") else said.isalnum() and said.isupper())


def _values(channel: str, assignments: str) -> Mapping[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for assignment in assignments.split(","):
        name, equals, value = (piece.strip() for piece in assignment.partition("="))
        place = f"INTAKE_PRESETS, {channel}: {assignment.strip()!r}"
        if not equals:
            raise Misconfigured(f"{place} is no field with its value.", LIKE)
        field, allowed = _among(name, FIELDS, f"{place} names no field of the form.")
        value = _allowed(value, allowed, place)
        if field in values and field != "tags":
            raise Misconfigured(
                f"{place} is the second value of one field.", "Only Context Tags may stand there again."
            )
        values[field] = tuple(dict.fromkeys((*values.get(field, ()), value)))
    return MappingProxyType(values)


def _among(name: str, fields: Mapping[str, Any], finding: str) -> Any:
    for known, about in fields.items():
        if known.casefold() == " ".join(name.split()).casefold():
            return about
    raise Misconfigured(finding, f"Name one of: {', '.join(fields)}.")


def _allowed(value: str, allowed: tuple[str, ...], place: str) -> str:
    wanted = " ".join(value.split()).casefold()
    for each in allowed:
        if each.casefold() == wanted:
            return each
    raise Misconfigured(f"{place} cannot be chosen there.", f"Choose one of: {', '.join(allowed)}.")


def preset_for(presets: Mapping[str, Preset], channel: str, name: str = "") -> Preset | None:
    """*channel*: an id, or `#name` as a setting has it. *name*: as Slack tells it, which for a private channel it may not."""
    return presets.get(channel) or (presets.get(f"#{name}") if name else None)


def needs_names(presets: Mapping[str, Preset]) -> bool:
    """Whether a channel's name has to be known, and not its id alone."""
    return any(each.startswith("#") for each in presets)


def with_preset(asked: Mapping[str, Any], preset: Preset | None) -> dict[str, Any]:
    """A request that came without a form: what nobody chose and no word spoke for is what its channel presets.

    The same again when it is done twice.
    """
    if preset is None or "guessed" not in asked:
        return dict(asked)
    guessed = [_preset(guess, preset) for guess in asked["guessed"]]
    changed = {
        VALUES[each["field"]]: each["value"] for each in guessed if each.get("preset") and each["field"] in VALUES
    }
    tags = preset.of("tags") if not asked["tags"] else ()
    told = [{"field": "tags", "value": tag, "because": [], "preset": preset.channel} for tag in tags]
    return {**asked, **changed, **({"tags": list(tags)} if tags else {}), "guessed": guessed + told}


def _preset(guess: Mapping[str, Any], preset: Preset) -> dict[str, Any]:
    value = preset.of(guess["field"]) if not guess["because"] and guess["field"] in VALUES else ()
    return {**guess, "value": value[0], "preset": preset.channel} if value else dict(guess)
