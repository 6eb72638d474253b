"""Slack as a test speaks to it: the app's Web API, and people who do things."""

from __future__ import annotations

from typing import Any

from slack_app import SECRET, TOKEN, SlackApp
from web import web

from sandbox.server import Sandbox
from sandbox.slack import FORM_ONLY

RILEY, TONI, ERIN = "reporter@example.com", "triage@example.com", "engineer@example.com"
OPS = "#ops-exceptions"


def a_modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A modal with *blocks*, by default one line to fill in."""
    return {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": "New exception"},
        "submit": {"type": "plain_text", "text": "Create"},
        "blocks": list(blocks) or [an_input("summary", type="plain_text_input")],
        **more,
    }


def an_input(name: str, optional: bool = False, **element: Any) -> dict[str, Any]:
    label = {"type": "plain_text", "text": name.capitalize()}
    block = {"type": "input", "block_id": name, "label": label, "optional": optional}
    return block | {"element": {"action_id": f"{name}_a", **element}}


def options(*values: str) -> list[dict[str, Any]]:
    return [{"text": {"type": "plain_text", "text": v.capitalize()}, "value": v} for v in values]


def a_section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def buttons(**values: str) -> dict[str, Any]:
    """An actions block with a button for each action id."""
    elements = [
        {"type": "button", "action_id": name, "value": value, "text": {"type": "plain_text", "text": name}}
        for name, value in values.items()
    ]
    return {"type": "actions", "block_id": "buttons", "elements": elements}


class SlackClient:
    """`call` is the app's Web API, `do` is what a person does."""

    def __init__(self, sandbox: Sandbox, app: SlackApp) -> None:
        self.sandbox = sandbox
        self.app = app

    def install(self) -> None:
        about = {"request_url": self.app.url, "signing_secret": SECRET, "bot_token": TOKEN}
        assert web.post(self.sandbox.url + "/_sandbox/slack/install", json=about).status_code == 204

    def call(self, method: str, token: str = TOKEN, **args: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        # The methods that read take only forms.
        kind = "data" if method in FORM_ONLY else "json"
        answer = web.post(f"{self.sandbox.url}/slack/api/{method}", headers=headers, **{kind: args})
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    def ok(self, method: str, **args: Any) -> dict[str, Any]:
        found = self.call(method, **args)
        assert found["ok"], found
        return found

    def error(self, method: str, **args: Any) -> str:
        found = self.call(method, **args)
        assert not found["ok"]
        return str(found["error"])

    def post(self, text: str = "Hello", **more: Any) -> str:
        """The ts of a message by the app in #ops-exceptions."""
        return str(self.ok("chat.postMessage", **{"channel": "C0OPSEX", "text": text, **more})["ts"])

    def do(self, what: str, user: str = RILEY, **body: Any) -> dict[str, Any]:
        answer = web.post(f"{self.sandbox.url}/_sandbox/slack/{what}", json={"user": user, **body})
        assert answer.ok, answer.text
        done: dict[str, Any] = answer.json() if answer.content else {}
        return done

    def cannot(self, what: str, user: str = RILEY, **body: Any) -> str:
        """Why *user* cannot do this."""
        answer = web.post(f"{self.sandbox.url}/_sandbox/slack/{what}", json={"user": user, **body})
        assert answer.status_code == 400, answer.text
        return str(answer.json()["error"])

    def command(self, text: str = "", **more: Any) -> dict[str, Any]:
        return self.do("command", **{"channel": OPS, "command": "/ops", "text": text, **more})

    def say(self, text: str = "", **more: Any) -> dict[str, Any]:
        return self.do("message", **{"channel": OPS, "text": text, **more})

    def seen(self, user: str = RILEY, **where: str) -> list[dict[str, Any]]:
        """The messages that *user* sees."""
        query = {"channel": OPS, "user": user, **where}
        shown: list[dict[str, Any]] = web.get(f"{self.sandbox.url}/_sandbox/slack/messages", params=query).json()
        return shown

    def views(self, user: str = RILEY) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = web.get(f"{self.sandbox.url}/_sandbox/slack/views", params={"user": user}).json()
        return shown

    def opens(self, view: dict[str, Any], kind: str = "command") -> None:
        """From now on the app answers requests of *kind* by opening *view*."""

        def open_it(payload: dict[str, Any]) -> None:
            self.ok("views.open", trigger_id=payload["trigger_id"], view=view)

        self.app.answers[kind] = open_it

    def opened(self, *blocks: dict[str, Any], **more: Any) -> str:
        """The id of a modal that Riley has open."""
        self.opens(a_modal(*blocks, **more))
        return str(self.command()["view"]["id"])

    def answers(self, kind: str, body: Any, status: int = 200) -> None:
        self.app.answers[kind] = lambda payload: (status, body)
