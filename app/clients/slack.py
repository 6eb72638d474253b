"""Slack's Web API: what we post, and what its answers mean."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from app.clients.http import seconds
from app.clients.slack_identity import TOKEN, SlackWhoami, code_of
from app.clients.slack_pace import Pace
from app.domain import SlackFile, Thread
from app.errors import TURN, NotFound, Refused, Unavailable

EVENT_TYPE = "solveonce"
#: Slack has no names for its limits.
TOO_FAST = "slack"
#: Slack's codes for "not now"; everything else is a no.
PASSING = {
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
}
#: A workflow's step that was completed before: by an earlier try of ours.
ENDED = {"execution_not_in_running_state", "function_execution_not_found"}
GONE = {
    "channel_not_found",
    "message_not_found",
    "thread_not_found",
    "users_not_found",
    "user_not_found",
    "not_found",
    "view_not_found",
    "file_not_found",
    "file_deleted",
}


@functools.cache
def tls() -> ssl.SSLContext:
    """Made once: the library would read all certificates of this machine for each call, which takes 40 ms of processor."""
    return ssl.create_default_context()


class SlackClient(SlackWhoami):
    def __init__(self, api_url: str, token: str, timeout: float, team_id: str = "", pace: Pace | None = None) -> None:
        """*team_id*: the workspace that is meant, with a token of a whole organisation. *pace*: this process's."""
        self._team_id = team_id
        self._pace = pace or Pace(burst=1)
        # No retry handlers: the library's own would repeat a message whose answer was lost.
        patience = int(timeout) or 1
        self._web = WebClient(token=token, base_url=api_url, timeout=patience, ssl=tls(), retry_handlers=[])

    def post(
        self, channel: str, text: str, blocks: list[dict[str, Any]], mark: str, thread_ts: str | None = None
    ) -> Thread:
        """Post a message that carries *mark* in its metadata. Slack has no idempotency key: call it through `once`.

        Raises Unavailable also while other messages go into the channel first (`slack_pace.py`).
        """
        self._pace.ask(channel, mark)
        try:
            answer = self._call(
                "chat.postMessage",
                channel=channel,
                text=text,
                blocks=blocks,
                thread_ts=thread_ts,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"mark": mark}},
                unfurl_links=False,
                unfurl_media=False,
            )
        except Unavailable as error:
            if error.limit != TOO_FAST:
                raise
            wait = error.retry_after or 1.0
            self._pace.refused(channel, mark, wait)
            raise Unavailable(str(error), wait, error.perhaps_done, limit=TURN) from error
        return Thread(answer["channel"], answer["ts"])

    def posted(self, channel: str, mark: str, since: float, thread_ts: str | None = None) -> Thread | None:
        """The message that carries *mark*, if it got through after all; *since* is Unix time."""
        where = {"channel": channel, "oldest": f"{since:.6f}", "include_all_metadata": True, "limit": 200}
        method = "conversations.replies" if thread_ts else "conversations.history"
        for page in self._pages(method, ts=thread_ts, **where):
            for message in page.get("messages") or []:
                if ((message.get("metadata") or {}).get("event_payload") or {}).get("mark") == mark:
                    return Thread(channel, message["ts"])
        return None

    def update(self, thread: Thread, text: str, blocks: list[dict[str, Any]]) -> None:
        """Replace a message of ours. Text without blocks would delete the blocks, so both are always sent."""
        self._call("chat.update", channel=thread.channel, ts=thread.ts, text=text, blocks=blocks)

    def permalink(self, thread: Thread) -> str:
        return str(self._call("chat.getPermalink", channel=thread.channel, message_ts=thread.ts)["permalink"])

    def channel_id(self, name: str) -> str:
        """Id of a channel by `#name`; an id is given back as it is. Raises NotFound."""
        if not name.startswith("#"):
            return name
        for page in self._pages("conversations.list", types="public_channel,private_channel", limit=200):
            for channel in page.get("channels") or []:
                if channel["name"] == name[1:]:
                    return str(channel["id"])
        raise NotFound(f"Slack has no channel {name}, or the bot is not in it.")

    def channel_name(self, channel: str) -> str:
        return str(self._call("conversations.info", channel=channel)["channel"].get("name") or channel)

    def message(self, channel: str, ts: str) -> dict[str, Any] | None:
        """A message in a channel or in a thread there, as it is now; None when it is gone."""
        # The only method that finds a reply without being told its thread.
        where = {"channel": channel, "ts": ts, "oldest": ts, "latest": ts, "inclusive": True, "limit": 10}
        found = self._call("conversations.replies", **where).get("messages") or []
        return next((dict(each) for each in found if each.get("ts") == ts), None)

    def replies(self, channel: str, thread: str, since: str) -> list[dict[str, Any]]:
        """The messages of a thread that stand below the one with the `ts` *since*."""
        pages = self._pages("conversations.replies", channel=channel, ts=thread, oldest=since, limit=200)
        found = [dict(each) for page in pages for each in page.get("messages") or []]
        return [each for each in found if each.get("ts") not in (thread, since)]  # Slack always gives the first

    def file(self, id: str) -> SlackFile:
        """Raises NotFound for one that was deleted, or that we may not see."""
        about = self._call("files.info", file=id)["file"]
        return SlackFile(
            str(about["id"]),
            str(about.get("name") or about.get("title") or about["id"]),
            str(about.get("mimetype") or ""),
            int(about.get("size") or 0),
            str(about.get("url_private_download") or about.get("url_private") or ""),
            str(about.get("mode") or ""),
            bool(about.get("is_external")),
        )

    def direct_channel(self, user: str) -> str:
        return str(self._call("conversations.open", users=user)["channel"]["id"])

    def person(self, user: str) -> dict[str, str]:
        """`{"name", "email"}`; the e-mail is empty when Slack does not show it."""
        profile = self._call("users.info", user=user)["user"]
        shown = profile.get("profile") or {}
        return {
            "name": shown.get("real_name") or profile.get("real_name") or profile.get("name") or user,
            "email": shown.get("email") or "",
        }

    def end_step(self, execution: str, token: str, outcome: dict[str, Any]) -> bool:
        """Tell a workflow how its step ended: *outcome* is `{"outputs": {…}}` or `{"error": words}`. One that has ended is fine.

        False when *token* is not good any more: that of the step lives fifteen minutes.
        """
        method = "functions.completeSuccess" if "outputs" in outcome else "functions.completeError"
        client = SlackClient(self._web.base_url, token, self._web.timeout)
        try:
            client._call(method, function_execution_id=execution, **outcome)
        except (Refused, Unavailable) as error:
            code = code_of(error)
            if code in ENDED:
                return True
            if code in TOKEN:
                return False
            raise
        return True

    def open_view(self, trigger_id: str, view: dict[str, Any]) -> str:
        """The id of the view that the person sees now."""
        return str((self._call("views.open", trigger_id=trigger_id, view=view).get("view") or {}).get("id") or "")

    def update_view(self, view_id: str, view: dict[str, Any]) -> None:
        self._call("views.update", view_id=view_id, view=view)

    def respond(self, response_url: str, text: str, blocks: list[dict[str, Any]]) -> None:
        """Answer a command or a click at the address that came with it, for that person's eyes alone.

        Raises Refused for an address that is not Slack's, Unavailable or NotFound when it does not take the answer.
        """
        if not self._is_slacks(response_url):
            raise Refused("This is no address of Slack's.")
        try:
            answer = WebhookClient(response_url, timeout=self._web.timeout, ssl=tls(), retry_handlers=[]).send(
                text=text, blocks=blocks, response_type="ephemeral"
            )
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise Unavailable(f"Slack's response_url: no answer ({type(error).__name__})") from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Unavailable(f"Slack's response_url: {answer.status_code}")
        if answer.status_code >= 300:
            raise NotFound(f"Slack's response_url: {answer.status_code}")

    def whisper(
        self,
        channel: str,
        user: str,
        text: str,
        blocks: list[dict[str, Any]] | None = None,
        thread_ts: str | None = None,
    ) -> None:
        """Words that only *user* sees, there; gone when she reloads, so nothing may depend on it. Said twice they stand twice."""
        self._call("chat.postEphemeral", channel=channel, user=user, text=text, blocks=blocks, thread_ts=thread_ts)

    def publish_home(self, user: str, view: dict[str, Any]) -> None:
        self._call("views.publish", user_id=user, view=view)

    def channel_members(self, name: str) -> frozenset[str]:
        """Ids of the users in a channel (`#name` or id). Raises NotFound."""
        pages = self._pages("conversations.members", channel=self.channel_id(name), limit=200)
        return frozenset(user for page in pages for user in page.get("members") or [])

    def group_members(self, name: str) -> frozenset[str]:
        """Ids of the users in a user group (`@handle` or id). Raises NotFound."""
        id = name
        if name.startswith("@"):
            groups = self._call("usergroups.list", include_disabled=False).get("usergroups") or []
            found = [str(group["id"]) for group in groups if group.get("handle") == name[1:]]
            if not found:
                raise NotFound(f"Slack has no user group {name}.")
            id = found[0]
        return frozenset(self._call("usergroups.users.list", usergroup=id).get("users") or [])

    def _is_slacks(self, address: str) -> bool:
        """Slack's own host for these, or in the sandbox the host of its API."""
        asked, api = urlsplit(address), urlsplit(self._web.base_url)
        if (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
            return True
        return asked.scheme == "https" and asked.netloc in ("hooks.slack.com", "hooks.slack-gov.com")

    def _pages(self, method: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        cursor = None
        while True:
            page = self._call(method, cursor=cursor, **arguments)
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        answer = self._answer(method, **arguments)
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    def _answer(self, method: str, **arguments: Any) -> SlackResponse:
        named = {"team_id": self._team_id} if self._team_id and method in _OF_A_TEAM else {}
        sent = named | {name: value for name, value in arguments.items() if value is not None}
        try:
            if _takes_json(method):
                return self._web.api_call(method, json=sent)
            return self._web.api_call(method, params=sent)
        except SlackApiError as error:
            raise _meaning(method, error) from error
        except (SlackRequestError, URLError, HTTPException, OSError, ValueError) as error:
            raise Unavailable(f"Slack {method}: no answer ({type(error).__name__})", perhaps_done=True) from error


#: What an organisation's token has to say for which of its workspaces it asks (docs.slack.dev, each method's page).
_OF_A_TEAM = ("conversations.list", "usergroups.list", "usergroups.users.list")


def _takes_json(method: str) -> bool:
    """Slack's reading methods take only form parameters."""
    return method.startswith(("chat.post", "chat.update", "views.", "conversations.open", "functions."))


def _meaning(method: str, error: SlackApiError) -> Exception:
    response = error.response
    status = getattr(response, "status_code", 200)
    code = str(response.get("error") or "") if isinstance(getattr(response, "data", None), dict) else ""
    if " " in code:  # none of Slack's: the library's words for an answer that is no JSON
        code = ""
    if status == 429 or (code in PASSING and status < 500):
        wait, limit = _retry_after(response), TOO_FAST if status == 429 or code.startswith("rate") else ""
        return Unavailable(f"Slack {method}: {code or status}", wait, perhaps_done=status != 429, limit=limit)
    if code in TOKEN:
        return Unavailable(f"Slack {method}: {code}; SLACK_BOT_TOKEN has to be changed, or the app installed anew")
    if status >= 500:
        return Unavailable(f"Slack {method}: {status}", _retry_after(response), perhaps_done=True)
    if not code and status < 400:
        return Unavailable(f"Slack {method}: the answer is no JSON", perhaps_done=True)
    if code in GONE:
        return NotFound(f"Slack {method}: {code}")
    needed = f" ({response['needed']})" if code == "missing_scope" and response.get("needed") else ""
    return Refused(f"Slack {method}: {code or status}{needed}", code)


def _retry_after(response: Any) -> float | None:
    headers = getattr(response, "headers", None) or {}
    return seconds(headers.get("Retry-After") or headers.get("retry-after") or "")
