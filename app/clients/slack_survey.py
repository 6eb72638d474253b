"""Looking over how the Slack app is set up: its token, the channels and groups that it sees, its manifest. It reads only."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from app.clients.slack import SlackClient
from app.domain_setup import SlackChannel, SlackGroup, SlackIdentity
from app.errors import NotFound, Refused


class SlackSurvey(SlackClient):
    """The same door, with the questions that only `doctor` asks."""

    def identity(self) -> SlackIdentity:
        """Whose token ours is, and what it may do. Raises Unavailable for a token that is good no more."""
        answer = self._answer("auth.test")
        headers = {str(name).lower(): str(value) for name, value in dict(answer.headers).items()}
        scopes = headers.get("x-oauth-scopes")
        bot = str(answer.get("bot_id") or "")
        app_id, name = self._app(bot) if bot else ("", "")
        return SlackIdentity(
            team_id=str(answer.get("team_id") or ""),
            team=str(answer.get("team") or ""),
            bot_id=bot,
            app_id=str(answer.get("app_id") or app_id),
            app_name=name,
            scopes=None if scopes is None else tuple(each.strip() for each in scopes.split(",") if each.strip()),
            clock=_seconds(headers.get("date", "")),
        )

    def _app(self, bot: str) -> tuple[str, str]:
        try:
            about = self._call("bots.info", bot=bot)["bot"]
        except (Refused, NotFound):
            return "", ""  # without users:read, which is told as missing
        return str(about.get("app_id") or ""), str(about.get("name") or "")

    def channels(self) -> dict[str, SlackChannel]:
        """Each channel that we see, by `#name` and by id; the archived ones too."""
        found: dict[str, SlackChannel] = {}
        for page in self._pages("conversations.list", types="public_channel,private_channel", limit=200):
            for each in page.get("channels") or []:
                # A name is free again when its channel is archived: the one that is in use counts.
                known = found.get("#" + each["name"])
                marks = (bool(each.get(f"is_{mark}")) for mark in ("member", "archived", "private"))
                about = SlackChannel(str(each["id"]), *marks)
                found[each["id"]] = about
                if known is None or known.is_archived:
                    found["#" + each["name"]] = about
        return found

    def groups(self) -> dict[str, SlackGroup]:
        """Each user group, by `@handle` and by id; the disabled ones too."""
        found: dict[str, SlackGroup] = {}
        for each in self._call("usergroups.list", include_disabled=True).get("usergroups") or []:
            about = SlackGroup(str(each["id"]), bool(each.get("date_delete")))
            found[about.id] = found[f"@{each.get('handle')}"] = about
        return found

    def manifest(self, app_id: str) -> Mapping[str, Any]:
        """The app's manifest as it is now. It takes an app configuration token instead of the bot's."""
        return dict(self._call("apps.manifest.export", app_id=app_id).get("manifest") or {})


def _seconds(date: str) -> float | None:
    """Unix time of a `Date` header."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return None
