"""What people do in Slack, as Slack sends it to an app: recorded from the sandbox, so that it can be sent at its moment."""

from __future__ import annotations

import contextlib
import json
import queue
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import requests

from app.triage.reading import PREFIX
from sandbox.people import Admin, JiraUser, SlackUser
from tests.service import BOT_TOKEN, SIGNING_SECRET

TYPES, PRIORITIES = ("Payments and transactions", "Platform / app issue", "Event operations"), ("Major", "Critical")
TAGS = ("Finance - refunds", "Ops - reporting", "Platform - UI issue")
PEOPLE = ("reporter@example.com", "triage@example.com", "engineer@example.com", "lead@example.com")
#: As somebody pastes it: three thousand characters, most of them of a stack trace.
PASTED = "Refunds are stuck since this morning, please look at it, venue 7 waits.\n" + "\n".join(
    f'  File "/srv/refunds/worker_{n}.py", line {n * 7}, in settle\n    raise Timeout("lease {n} was lost")'
    for n in range(1, 32)
)


@dataclass(frozen=True)
class Payload:
    """One request of Slack's; it is signed when it is sent."""

    kind: str
    body: bytes
    content_type: str
    #: With it the app may open a form; empty where none shall be opened.
    trigger: str = ""
    #: Words of the ticket that it has to become, where it asks for one.
    asks: str = ""
    #: Whether it decides something about a ticket.
    decides: bool = False


@dataclass
class Stage:
    """Tickets to press on and forms to send: made by the service itself, before anything is measured."""

    url: str
    #: Channel and `ts` of each ticket's controls, and the `ts` of its thread.
    controls: list[tuple[str, str, str]] = field(default_factory=list)
    forms: list[tuple[SlackUser, str]] = field(default_factory=list)
    triage_forms: list[tuple[SlackUser, str]] = field(default_factory=list)

    def people(self) -> list[SlackUser]:
        return [SlackUser(self.url, each) for each in PEOPLE]


def tickets(url: str, number: int) -> None:
    """So many tickets with threads."""
    for n in range(number):
        SlackUser(url, PEOPLE[n % 4]).ask(summary=f"Old ticket {n}", team=("Operations", "Engineering")[n % 4 == 0])


def staged(url: str, forms: int, triage_forms: int) -> Stage:
    """Call it when the tickets are at rest."""
    stage = Stage(url)
    for message in stage.people()[0].messages("#ops-exceptions"):
        for reply in stage.people()[0].messages("#ops-exceptions", message["ts"]):
            if any(PREFIX in str(block) for block in reply.get("blocks") or []):
                stage.controls.append((reply["channel"], reply["ts"], message["ts"]))
    for n in range(forms):
        person = stage.people()[n % 4]
        stage.forms.append((person, person.command()["view"]["id"]))
    for n in range(triage_forms):
        person, (channel, ts, _) = stage.people()[n % 4], stage.controls[n % len(stage.controls)]
        pressed = person.do("click", channel=channel, ts=ts, action_id=f"{PREFIX}info", value="info")
        stage.triage_forms.append((person, pressed["view"]["id"]))
    return stage


class Recorder:
    """In the app's place: it writes down what Slack sends, and says yes."""

    def __init__(self) -> None:
        self.heard: queue.Queue[tuple[bytes, str]] = queue.Queue()
        heard = self.heard

        class Ear(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.put((self.rfile.read(int(self.headers["Content-Length"])), self.headers["Content-Type"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def listening_in(url: str, service_url: str) -> Iterator[Recorder]:
    """For this while Slack's requests reach us and not the service, and their triggers live long."""
    recorder, patience = Recorder(), {"slack_patience": 3.0}
    app = {"signing_secret": SIGNING_SECRET, "bot_token": BOT_TOKEN}
    requests.post(f"{url}/_sandbox/slack/install", json={"request_url": recorder.url, **app}, timeout=20)
    requests.post(f"{url}/_sandbox/settings", json={"slack_patience": 1800.0}, timeout=20)
    try:
        yield recorder
    finally:
        requests.post(f"{url}/_sandbox/settings", json=patience, timeout=20)
        Admin(url, service_url).install_slack(SIGNING_SECRET, BOT_TOKEN)
        recorder.close()


Act = Callable[["Actors", SlackUser, int], dict[str, Any]]


@dataclass
class Actors:
    """Does each thing at the sandbox; what it returns is what is said about its payload."""

    stage: Stage

    def _control(self, person: SlackUser, n: int, action: str, value: Any) -> dict[str, Any]:
        channel, ts, _ = self.stage.controls[n % len(self.stage.controls)]
        person.do("click", channel=channel, ts=ts, action_id=PREFIX + action, value=value)
        return {"decides": True}

    def help(self, person: SlackUser, n: int) -> dict[str, Any]:
        person.command(words="help")
        return {}

    def look(self, person: SlackUser, n: int) -> dict[str, Any]:
        person.command(words=("mine", "search refunds stuck", "OPS-1")[n % 3])
        return {}

    def form(self, person: SlackUser, n: int) -> dict[str, Any]:
        person.command()
        return {"opens": True}

    def filled_form(self, person: SlackUser, n: int) -> dict[str, Any]:
        person.command(words=PASTED)
        return {"opens": True}

    def shortcut(self, person: SlackUser, n: int) -> dict[str, Any]:
        person.do("shortcut", callback_id="ops_create_global")
        return {"opens": True}

    def send_form(self, person: SlackUser, n: int) -> dict[str, Any]:
        words = f"load form {n}"
        who, view = self.stage.forms.pop()
        chosen = {"type": TYPES[n % 3], "team": ("Operations", "Operations", "Engineering")[n % 3]}
        who.submit(view, summary=words, description=PASTED, tags=[TAGS[n % 3]], priority=PRIORITIES[n % 2], **chosen)
        return {"asks": words}

    def send_triage_form(self, person: SlackUser, n: int) -> dict[str, Any]:
        who, view = self.stage.triage_forms.pop()
        who.do("submit", view_id=view, values={"answer_b": f"Which order is it, {n}?"})
        return {"decides": True}

    def button(self, person: SlackUser, n: int) -> dict[str, Any]:
        return self._control(person, n, "take", "take")

    def button_with_form(self, person: SlackUser, n: int) -> dict[str, Any]:
        name = ("decline", "duplicate")[n % 2]
        self._control(person, n, name, name)
        return {"opens": True}

    def menu(self, person: SlackUser, n: int) -> dict[str, Any]:
        choices = ("severity", PRIORITIES[n % 2]), ("type", TYPES[n % 3]), ("tags", [TAGS[n % 3]])
        return self._control(person, n, *choices[n % 3])

    def talk(self, person: SlackUser, n: int) -> dict[str, Any]:
        person.say("#ops-requests", f"Lunch at {n}?")
        return {}

    def talk_in_thread(self, person: SlackUser, n: int) -> dict[str, Any]:
        channel, _, thread = self.stage.controls[n % len(self.stage.controls)]
        person.say(channel, f"Any news, {n}?", thread_ts=thread)
        return {}

    def direct(self, person: SlackUser, n: int) -> dict[str, Any]:
        words = f"load direct {n}"
        person.say("@solveonce", f"{words}\n{PASTED}")
        return {"asks": words}

    def home(self, person: SlackUser, n: int) -> dict[str, Any]:
        person.do("home")
        return {}


@dataclass
class Messages:
    """Messages to put an emoji on or to triage: said before, so that only the act itself is recorded."""

    recorder: Recorder

    def said(self, person: SlackUser, words: str) -> str:
        ts = person.say("#ops-requests", words)
        self.recorder.heard.get(timeout=20)
        return ts

    def triage(self, actors: Actors, person: SlackUser, n: int) -> dict[str, Any]:
        person.triage("#ops-requests", self.said(person, f"load shortcut {n}\n{PASTED}"))
        return {"opens": True}

    def emoji(self, actors: Actors, person: SlackUser, n: int) -> dict[str, Any]:
        words = f"load emoji {n}"
        person.react("#ops-requests", self.said(person, words), ("ticket", "eyes")[n % 2])
        return {} if n % 2 else {"asks": words}


def mix(messages: Messages) -> tuple[tuple[str, int, Act], ...]:
    """Kind, how many of forty, and the act."""
    return (
        ("command answered at once", 1, Actors.help),
        ("command answered later", 3, Actors.look),
        ("command, opens the form", 3, Actors.form),
        ("command with a long text", 3, Actors.filled_form),
        ("shortcut", 2, Actors.shortcut),
        ("shortcut on a message", 3, messages.triage),
        ("form sent", 4, Actors.send_form),
        ("triage form sent", 2, Actors.send_triage_form),
        ("button", 3, Actors.button),
        ("button, opens a form", 3, Actors.button_with_form),
        ("menu", 4, Actors.menu),
        ("message in a channel", 3, Actors.talk),
        ("message in a ticket's thread", 2, Actors.talk_in_thread),
        ("direct message", 1, Actors.direct),
        ("emoji", 2, messages.emoji),
        ("Home tab opened", 1, Actors.home),
    )


def recorded(stage: Stage, recorder: Recorder, number: int) -> list[Payload]:
    """So many payloads of the whole mix, in the same order each time."""
    wheel: Sequence[tuple[str, Act]] = [
        (kind, act) for kind, share, act in mix(Messages(recorder)) for _ in range(share)
    ]
    chance, actors, found = random.Random(6), Actors(stage), []  # noqa: S311 - the same in each run
    for n in range(number):
        if n % len(wheel) == 0:
            turn = chance.sample(wheel, len(wheel))
        kind, act = turn[n % len(wheel)]
        about = act(actors, stage.people()[n % 4], n)
        found.append(payload(kind, *recorder.heard.get(timeout=20), **about))
    return found


def payload(kind: str, body: bytes, content_type: str, opens: bool = False, **about: Any) -> Payload:
    return Payload(kind, body, content_type, trigger=_trigger(body) if opens else "", **about)


def _trigger(body: bytes) -> str:
    form = parse_qs(body.decode())
    return str(json.loads(form["payload"][0])["trigger_id"] if "payload" in form else form["trigger_id"][0])


def summaries(url: str) -> list[str]:
    """Of all tickets in the Ops project."""
    riley = JiraUser(url, PEOPLE[0])
    found: list[str] = []
    token: str | None = ""
    while token is not None:
        more = f"&nextPageToken={token}" if token else ""
        page = riley.get(f"search/jql?jql=project=OPS&fields=summary&maxResults=100{more}")
        found += [each["fields"]["summary"] for each in page["issues"]]
        token = page.get("nextPageToken")
    return found
