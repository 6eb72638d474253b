"""Who a token is, and to which workspace a person belongs, as Slack says it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from slack_sdk.errors import SlackApiError

from app.errors import Unavailable

#: Our token is not good (any more): somebody puts in a new one, and what waits goes on.
TOKEN = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"}


class SlackWhoami(ABC):
    @abstractmethod
    def _call(self, method: str, **arguments: Any) -> dict[str, Any]: ...

    def whoami(self) -> dict[str, str]:
        """The workspace that our token belongs to: `{"team", "team_id", …}`."""
        return {name: str(value) for name, value in self._call("auth.test").items() if isinstance(value, str)}

    def is_good(self) -> bool:
        """Whether Slack takes our token. Raises Unavailable while Slack does not say."""
        try:
            return bool(self.whoami())
        except Unavailable as error:
            if code_of(error) in TOKEN:
                return False
            raise

    def revoke(self) -> None:
        """Our token is good no more, and nobody has to wait for it."""
        self._call("auth.revoke")

    def homes_of(self, user: str) -> frozenset[str]:
        """Ids of the workspace and the organisation that a person belongs to."""
        about = self._call("users.info", user=user)["user"]
        organisation = (about.get("enterprise_user") or {}).get("enterprise_id")
        return frozenset(str(each) for each in (about.get("team_id"), organisation) if each)


def code_of(error: Exception) -> str:
    """Slack's own word for what was wrong."""
    cause = error.__cause__
    return str(cause.response.get("error") or "") if isinstance(cause, SlackApiError) else ""
