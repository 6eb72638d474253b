"""The customer's two pages, played by the sandbox's people; each step counts only when it is seen at its far end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import click
import requests

from app.cli.demo_processes import Failed
from sandbox.people import NOTES, Admin, JiraUser, SlackUser, post, text, words

T = TypeVar("T")
#: Seconds until a step counts as failed.
LIMIT, HOSTILE_LIMIT = 30.0, 180.0
INTAKE, REQUESTS, ENGINEERING = "#ops-exceptions", "#ops-requests", "#ops-exceptions-eng-triage"


class Story:
    def __init__(self, sandbox: str, service: str, hostile: bool = False) -> None:
        self.url, self.service = sandbox, service
        self._hostile, self._limit = hostile, HOSTILE_LIMIT if hostile else LIMIT
        self.riley, self.toni = JiraUser(sandbox, "reporter@example.com"), JiraUser(sandbox, "triage@example.com")
        self.erin = JiraUser(sandbox, "engineer@example.com")
        self.riley_in_slack = SlackUser(sandbox, "reporter@example.com")
        self._step = 0

    def play(self, signing_secret: str, bot_token: str) -> None:
        """Raises Failed at the first step whose effect is not seen."""
        try:
            self._play(signing_secret, bot_token)
        except (AssertionError, requests.RequestException) as error:
            raise Failed(f"Step {self._step + 1} did not work: {error}") from error

    def _play(self, signing_secret: str, bot_token: str) -> None:
        self.install(signing_secret, bot_token)
        if self._hostile:
            self.turn_hostile()
        self.ask()
        self.hand_over()
        self.ask_operations()
        self.follow_each_other()
        self.try_without_notes()
        self.finish_engineering()
        self.close()
        self.close_again()

    def install(self, signing_secret: str, bot_token: str) -> None:
        Admin(self.url, self.service).set_up(signing_secret, bot_token)
        self.tell(
            "Alex Admin installs SolveOnce into Jira, Confluence and Slack, and puts its rules on both boards", "/"
        )

    def turn_hostile(self) -> None:
        """Whatever goes wrong from here on, the story has to end right."""
        post(f"{self.url}/_sandbox/faults", {"preset": "hostile"})
        click.echo("    All three turn hostile: late, twice, out of order, lost, refused; and search finds nothing new")

    def ask(self) -> None:
        view = self.expect("the form", lambda: self.riley_in_slack.command(INTAKE)["view"])
        answers = {
            "type": "Payments and transactions",
            "team": "Engineering",
            "tags": ["Finance - refunds"],
            "priority": "Critical",
        }
        wrong = self.submit(view, summary="?", **answers)["errors"]
        self.expect("the error beside the field", lambda: wrong and wrong["summary_b"])
        self.tell(
            f"Riley Reporter types /ops, leaves the summary out and reads: “{wrong['summary_b']}”",
            "/slack/ops-exceptions",
        )
        description = "Refunds of last night's event are stuck since 09:00.\n\nThe queue shows 4,112 open jobs."
        self.submit(view, summary="Refunds are stuck", description=description, **answers)
        self.expect("the thread", lambda: self.thread(INTAKE))
        self.expect("the remote link", lambda: self.riley.get("issue/OPS-1/remotelink"))
        self.riley_in_slack.do("close", view_id=view["id"])
        self.tell("Submitted: ticket OPS-1 exists, its thread is open, and each links to the other", "/browse/OPS-1")

    def hand_over(self) -> None:
        self.expect("the clone", lambda: self.riley.clone_of("OPS-1") == "YAY-1")
        self.tell("Team Responsible is Engineering: the clone YAY-1 lies in the backlog, linked", "/browse/YAY-1")
        self.expect("the alert", lambda: self.riley_in_slack.messages(ENGINEERING))
        self.tell("Engineering is alerted in #ops-exceptions-eng-triage", "/slack/ops-exceptions-eng-triage")
        self.expect("the status", lambda: self.riley.status("OPS-1") == "Sent to Engineering")
        self.tell("OPS-1 lies in Sent to Engineering", "/boards")

    def ask_operations(self) -> None:
        open_form = {"callback_id": "ops_create_global"}
        view = self.expect("the form", lambda: self.riley_in_slack.do("shortcut", **open_form)["view"])
        answers = {"type": "Event operations", "team": "Operations"}
        self.submit(view, summary="Badge printer is out of ribbons", **answers)
        self.expect("the thread", lambda: self.thread(REQUESTS))
        self.expect("To Do", lambda: self.riley.status("OPS-2") == "To Do")
        self.riley_in_slack.do("close", view_id=view["id"])
        self.tell(
            "The shortcut “Create triage ticket” makes OPS-2 for Operations: To Do, and nothing in engineering",
            "/boards",
        )

    def follow_each_other(self) -> None:
        self.erin.write_notes("YAY-1", "The payment provider changed its certificate.")
        self.expect("the notes in OPS-1", lambda: "certificate" in words(self.riley.issue("OPS-1")[NOTES]))
        self.tell("Erin Engineer writes Resolution Notes in YAY-1: they stand in OPS-1", "/browse/OPS-1")
        self.riley.edit("OPS-1", description=text("Refunds are stuck since 09:00. Card payments too, since 09:40."))
        self.expect("the description", lambda: "09:40" in words(self.erin.issue("YAY-1")["description"]))
        self.toni.call("POST", "issue/OPS-1/comment", {"body": text("Not for engineering's eyes.")})
        self.expect("no comment", lambda: not self.erin.issue("YAY-1")["comment"]["comments"])
        self.tell(
            "Riley adds to the description in OPS-1: it stands in YAY-1. Toni's comment stays where it is",
            "/browse/YAY-1",
        )

    def try_without_notes(self) -> None:
        answer = self.toni.try_to("OPS-2", "Done")
        self.expect("the refusal", lambda: answer.status_code == 400)
        self.expect("OPS-2 still open", lambda: self.toni.status("OPS-2") == "To Do")
        said = answer.json()["errorMessages"][0]
        self.tell(f"Toni Triage moves OPS-2 to Done without notes. Jira says: “{said}”", "/browse/OPS-2")

    def finish_engineering(self) -> None:
        self.erin.write_notes(
            "YAY-1", "The payment provider changed its certificate. Installed the new one, re-ran the queue."
        )
        self.erin.move("YAY-1", "Done")
        self.expect("the review", lambda: self.riley.status("OPS-1") == "Resolution Notes Required")
        self.expect("the question in the thread", lambda: self.said(INTAKE, "needs your review"))
        self.tell(
            "Erin moves YAY-1 to Done: OPS-1 waits in Resolution Notes Required, Riley is asked in the thread",
            "/slack/ops-exceptions",
        )

    def close(self) -> None:
        self.expect("the last notes", lambda: "re-ran" in words(self.riley.issue("OPS-1")[NOTES]))
        self.riley.move("OPS-1", "Done")
        page = self.expect("the row", lambda: self.log("re-ran the queue"))
        self.expect("the thread's last word", lambda: self.said(INTAKE, "is now *Done*"))
        self.tell(
            "Riley moves OPS-1 to Done: its row stands in the Ops Exception Log",
            f"/wiki/spaces/OPSTEAM/pages/{page['id']}",
        )

    def close_again(self) -> None:
        self.riley.move("OPS-1", "In Progress")
        self.riley.write_notes("OPS-1", "New certificate installed; its expiry is now watched.")
        self.riley.move("OPS-1", "Done")
        page = self.expect("the new text", lambda: self.log("expiry is now watched"))
        self.expect("one row", lambda: page["body"]["storage"]["value"].count("/browse/OPS-1") == 1)
        self.tell(
            "Re-opened, edited and closed again: the same row, with the new text",
            f"/wiki/spaces/OPSTEAM/pages/{page['id']}",
        )

    def submit(self, view: Any, **answers: Any) -> Any:
        """What the form says; who sees Slack's own error presses the button again."""
        return self.expect(
            "an answer to the form",
            lambda: told if (told := self.riley_in_slack.submit(view["id"], **answers))["status"] == 200 else None,
        )

    def thread(self, channel: str) -> bool:
        return any(message["text"].startswith("OPS-") for message in self.riley_in_slack.messages(channel))

    def said(self, channel: str, what: str) -> bool:
        parent = self.riley_in_slack.messages(channel)[0]["ts"]
        return any(what in message["text"] for message in self.riley_in_slack.messages(channel, parent))

    def log(self, holds: str) -> Any:
        query = {"title": "Ops Exception Log", "body-format": "storage"}
        answer = requests.get(
            f"{self.url}/wiki/api/v2/pages", params=query, auth=(self.riley.email, "sandbox"), timeout=20
        )
        found = answer.json()["results"]
        return found[0] if found and holds in found[0]["body"]["storage"]["value"] else None

    def expect(self, what: str, look: Callable[[], T]) -> T:
        """What *look* finds, as soon as it finds it."""
        end = time.monotonic() + self._limit
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.05)
        raise Failed(
            f"Step {self._step + 1}: waited {self._limit:.0f} s for {what} and did not see it. Look at {self.url}/_sandbox/calls."
        )

    def tell(self, what: str, path: str) -> None:
        self._step += 1
        click.echo(f"{self._step:2}  {what}\n    {self.url}{path}")
