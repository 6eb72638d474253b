"""People who act in a sandbox over HTTP, through Jira's own REST API and Slack's screens: for the demo and the tests."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

NOTES = "customfield_10050"


def text(words: str) -> dict[str, Any]:
    """An ADF document of one paragraph."""
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": words}]}],
    }


def words(node: Any) -> str:
    """All words of an ADF document."""
    if not isinstance(node, dict):
        return ""
    return str(node.get("text", "")) + "".join(words(child) for child in node.get("content") or [])


@dataclass
class JiraUser:
    """A person at Jira."""

    url: str
    email: str

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Jira's answer; whoever is told to come again later comes again later."""
        url, auth = f"{self.url}/rest/api/3/{path}", (self.email, "sandbox")
        while True:
            answer = requests.request(method, url, json=body, auth=auth, timeout=20)
            if answer.status_code != 429:
                return answer
            time.sleep(float(answer.headers["Retry-After"]))

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def new_issue(self, team: str = "Engineering", **fields: Any) -> str:
        """A new Ops Exception; its key."""
        values = {
            "project": {"key": "OPS"},
            "issuetype": {"name": "Ops Exception"},
            "summary": "Refunds are stuck",
            "description": text("Since this morning."),
            "customfield_10047": {"value": "Payments and transactions"},
            "customfield_10048": {"value": team},
            **fields,
        }
        answer = self.call("POST", "issue", {"fields": values})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["key"])

    def issue(self, key: str) -> Any:
        return self.get(f"issue/{key}")["fields"]

    def status(self, key: str) -> str:
        return str(self.issue(key)["status"]["name"])

    def edit(self, key: str, **fields: Any) -> None:
        answer = self.call("PUT", f"issue/{key}", {"fields": fields})
        assert answer.ok, answer.text

    def write_notes(self, key: str, notes: str | None) -> None:
        self.edit(key, **{NOTES: text(notes) if notes else None})

    def try_to(self, key: str, status: str, **fields: Any) -> requests.Response:
        """Use the transition that leads to *status*; Jira's answer."""
        ways = [way for way in self.get(f"issue/{key}/transitions")["transitions"] if way["to"]["name"] == status]
        assert ways, f"{key} has no transition to {status}"
        body: dict[str, Any] = {"transition": {"id": ways[0]["id"]}}
        while True:
            answer = self.call("POST", f"issue/{key}/transitions", {**body, "fields": fields} if fields else body)
            if answer.status_code != 409:
                return answer
            # Somebody else is moving the issue at this moment: the person presses again.
            time.sleep(0.1)

    def move(self, key: str, status: str) -> None:
        answer = self.try_to(key, status)
        assert answer.status_code == 204, answer.text

    def clone_of(self, key: str) -> str | None:
        """Key of the issue that "clones" this one."""
        for link in self.issue(key)["issuelinks"]:
            if link["type"]["outward"] == "clones" and "inwardIssue" in link:
                return str(link["inwardIssue"]["key"])
        return None


@dataclass
class SlackUser:
    """A person in Slack."""

    url: str
    email: str

    def do(self, what: str, **body: Any) -> Any:
        return post(f"{self.url}/_sandbox/slack/{what}", {"user": self.email, **body})

    def command(self, channel: str = "#ops-exceptions", words: str = "") -> Any:
        return self.do("command", channel=channel, command="/ops", text=words)

    def submit(self, view_id: str, **values: Any) -> Any:
        """Fill the form: `summary`, `description`, `type`, `team`, `tags`, `priority`."""
        return self.do("submit", view_id=view_id, values={f"{name}_b": value for name, value in values.items()})

    def ask(self, channel: str = "#ops-exceptions", **values: Any) -> Any:
        """Open the form and submit it, with something in every field that has to be filled in."""
        view = self.command(channel)["view"]
        filled = {"summary": "Refunds are stuck", "type": "Payments and transactions", "team": "Engineering", **values}
        return self.submit(view["id"], **filled)

    def say(self, channel: str, words: str, **more: Any) -> str:
        """Write a message, with `files` and into a `thread_ts`; its ts."""
        return str(self.do("message", channel=channel, text=words, **more)["ts"])

    def triage(self, channel: str, ts: str) -> Any:
        """Use the shortcut *Triage this message*."""
        return self.do("shortcut", callback_id="ops_create_from_message", channel=channel, message_ts=ts)

    def react(self, channel: str, ts: str, emoji: str = "ticket") -> None:
        self.do("react", channel=channel, ts=ts, name=emoji)

    def run_workflow(self, **inputs: str) -> str:
        """Use a workflow with the step *Create Triage Ticket*; the id of its execution."""
        return str(self.do("workflow", callback_id="create_triage_ticket", inputs=inputs)["execution"])

    def workflow(self, execution: str) -> Any:
        """What became of it."""
        return requests.get(f"{self.url}/_sandbox/slack/workflow/{execution}", timeout=20).json()

    def messages(self, channel: str, thread_ts: str | None = None) -> list[dict[str, Any]]:
        query = {"channel": channel, "user": self.email, **({"thread_ts": thread_ts} if thread_ts else {})}
        return list(requests.get(f"{self.url}/_sandbox/slack/messages", params=query, timeout=20).json())


def post(url: str, body: dict[str, Any]) -> Any:
    answer = requests.post(url, json=body, timeout=30)
    assert answer.ok, f"{url}: {answer.status_code} {answer.text[:500]}"
    return answer.json() if answer.content else None


@dataclass
class Admin:
    """The admins of Jira, Confluence and Slack, who install a service that listens at *service_url*."""

    url: str
    service_url: str

    def install(self, product: str) -> Any:
        """Confirm the app in Jira or Confluence (`jira`, `confluence`), by the address of its descriptor."""
        descriptor = f"{self.service_url}/connect/{product}/atlassian-connect.json"
        return post(f"{self.url}/_sandbox/connect/install", {"descriptor_url": descriptor, "product": product})

    def install_slack(self, signing_secret: str, bot_token: str) -> None:
        """Make the app from its manifest, as an admin pastes it: with the service's address in it."""
        manifest = self.slack_manifest()
        app = {"signing_secret": signing_secret, "bot_token": bot_token, "verify": True, "manifest": manifest}
        post(f"{self.url}/_sandbox/slack/install", {"request_url": f"{self.service_url}/slack/events", **app})

    def slack_manifest(self) -> Any:
        text = (Path(__file__).parents[1] / "slack" / "manifest.json").read_text()
        return json.loads(text.replace("https://solveonce.example.com", self.service_url))

    def make_slack_app(self, signing_secret: str, client_id: str, client_secret: str) -> None:
        """The app, not installed anywhere yet: an admin of each workspace does that by OAuth."""
        manifest = json.loads((Path(__file__).parents[1] / "slack" / "manifest.json").read_text())
        back = {"redirect_urls": [f"{self.service_url}/slack/oauth_redirect"]}
        known = {"client_id": client_id, "client_secret": client_secret, "signing_secret": signing_secret}
        app = {"request_url": f"{self.service_url}/slack/events", "manifest": manifest, **known, **back}
        post(f"{self.url}/_sandbox/slack/app", app)

    def add_rule(self, project: str, kind: str, module: str, **where: str) -> None:
        """Put a validator or post-function of the app on transitions: `to_status="Done"` or `transition="Create"`."""
        config = json.dumps({"fieldId": NOTES, "fieldName": "Resolution Notes"})
        rule = {"project": project, "kind": kind, "app_key": "solveonce-jira", "module_key": module, "config": config}
        post(f"{self.url}/_sandbox/jira/rules", {**rule, **where})

    def set_up(self, signing_secret: str, bot_token: str) -> None:
        """Everything once: both apps, Slack, and the rules on both boards."""
        self.install("jira")
        self.install("confluence")
        self.install_slack(signing_secret, bot_token)
        self.add_rule("OPS", "post-function", "clone-and-link", transition="Create")
        self.add_rule("OPS", "post-function", "publish-log-row", to_status="Done")
        self.add_rule("OPS", "validator", "require-field", to_status="Done")
        self.add_rule("YAY", "validator", "require-field", to_status="Done")
