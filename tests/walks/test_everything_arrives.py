"""Nothing that a person typed or attached is missing from the ticket: compared word by word, over a table of messages."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.adf.slack_names import named, with_names
from app.domain import FieldIds, IntakeRequest
from app.intake import blocks, steps
from app.intake.assuming import request_from
from app.intake.drafting import draft, draft_from
from app.intake.fields import issue_fields
from app.intake.guessing import words_in
from app.intake.messages import said
from app.intake.overflow import fitting
from app.intake.request import problems, read
from sandbox import Sandbox
from sandbox.people import JiraUser, SlackUser
from sandbox.slack_rich_text import escaped, rich_text
from tests import effects
from tests.service import Service
from tests.waiting import eventually, quiet

TRACE = 'Traceback (most recent call last):\n  File "refund.py", line 12, in pay\n    charge(card)\nValueError: no card <none>'
JAVA = "java.lang.IllegalStateException: refund & retry\n\tat com.shop.Pay.refund(Pay.java:12)\n\tat com.shop.Main.main(Main.java)"
LONG = " ".join(f"word{n}" for n in range(900))
LOGS = (
    "Refunds fail:\n```"
    + "\n".join(f"2026-11-22 09:00:{n % 60:02} ERROR refund {n} <none>" for n in range(1500))
    + "```"
)
#: What it is about → what somebody types.
TYPED = {
    "one line": "Refunds are stuck since nine",
    "a greeting": "Hi all! The badge printer is out of ribbons. Can somebody help?",
    "only a greeting and a log": f"hello\n```{TRACE}```",
    "several paragraphs": "Refunds are stuck.\n\nIt began at nine.\n\nNobody touched the queue.",
    "line ends": "one\ntwo\nthree\n\n\nfour",
    "long": f"Refunds are stuck. {LONG}",
    "a long first sentence": f"Refunds {LONG} are stuck",
    "bold and italic": "*Refunds* are _really_ ~fine~ stuck",
    "bold within words": "2*3*4 and snake_case_name stay",
    "inline code": "run `kubectl get pods -n refunds` please",
    "code with marks": "see `a*b*c` and `<b>`",
    "a fence": "It says\n```HTTP/1.1 500\nrefund <id> & more```\nsince nine",
    "a python trace": TRACE,
    "a java trace": JAVA,
    "a log in prose": "It fails:\n2026-11-22 09:00:01 ERROR refund 12\n2026-11-22 09:00:02 ERROR refund 13\nwhy?",
    "json": '{"error": "refund", "id": [1, 2, {"a": null}]}',
    "sql": "select * from refunds where id > 3 and name <> 'x'",
    "a shell line": "$ curl -H 'X-A: b' https://shop.example.com/refund?id=1&retry=2",
    "a stack in one line": "at Pay.refund (pay.js:12:3)",
    "a link": "see https://shop.example.com/orders/12?tab=refunds#top for details",
    "a link in brackets": "see (https://shop.example.com/a_(b)) for details",
    "two links": "https://a.example.com/1 https://b.example.com/2",
    "a link alone": "https://shop.example.com/orders/12",
    "an address of mail": "guest anna.b+x@example.com cannot log in",
    "a mention": "<@U0ENGINEER> saw that refunds are stuck",
    "two mentions": "<@U0ENGINEER> and <@U0TRIAGE> saw it",
    "a channel": "it is in <#C0OPSRQ> already: refunds are stuck",
    "an id that nobody has": "<@U0NOBODY0> saw that refunds are stuck",
    "a call for everybody": "@channel @here refunds are stuck",
    "what looks like a call": "<!channel> refunds are stuck",
    "a list": "Broken:\n- refunds\n- payouts\n- *taxes*",
    "a numbered list": "Steps:\n1. open checkout\n2. pay\n3. see error",
    "a list only": "- refunds\n- payouts",
    "a quote": "> guest: I was charged twice\nwhat do we say?",
    "a quote of several lines": "> one\n> two\nthree",
    "quote, list and code": "> she said\n- first\n- second\n```code here```\nend",
    "emoji": "refunds are stuck :fire: :rotating_light:",
    "emoji of the keyboard": "refunds are stuck 🔥👩🏽‍💻🇩🇪",
    "right to left": "ההחזרים תקועים מאז תשע",
    "arabic and english": "المبالغ refund عالقة",
    "chinese": "退款从九点开始卡住了",
    "umlauts": "Rückerstattungen hängen seit neun Uhr für Käufer",
    "quotes and dashes": "“Refunds” – they’re stuck… aren't they?",
    "ampersands": "R&D & Ops <team> 5 > 3 && 2 < 4",
    "escaped already": "the page shows &lt;b&gt; &amp;amp; instead of text",
    "html": "<script>alert(1)</script> in the summary <img src=x onerror=y>",
    "wiki markup": "h1. Refunds {code}x{code} [link|https://a.example.com] *bold*",
    "markdown": "# Refunds\n**stuck** [here](https://a.example.com/x)\n| a | b |",
    "jql": 'project = OPS AND text ~ "refund" ORDER BY key',
    "numbers": "order 4711: 1.234,56 € instead of 1,234.56 $",
    "a date": "since 22/11/2026 09:00 UTC+1",
    "a path": r"C:\shop\refund\log.txt and /var/log/refund.log",
    "an ip": "10.0.0.12:8443 refuses since 09:00",
    "a question": "Why are refunds stuck?",
    "capitals": "REFUNDS ARE STUCK!!!",
    "tabs": "a\tb\tc\nd\te\tf",
    "zero width": "re\u200bfunds are stuck",
    "a backtick": "the ` key is broken",
    "an open fence": "it says ```refund 12",
    "percent": "100%s {0} ${HOME} %(x)s",
    "one word": "refunds",
    "help": "I need help with refunds, mine are stuck",
}
FILES = {
    "error.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "übersicht.pdf": b"%PDF-1.7 x",
    "empty.log": b"",
    "a b.csv": b"a,b\n1,2\n",
}
#: Signs that Slack's editor turns into something else: marks, what begins a list or a quote, a mention's brackets.
_SIGNS = re.compile(r"[\s*_~`>|<]+|^(?:[-•]|\d+\.)\s", re.MULTILINE)


def pieces(typed: str) -> list[str]:
    """What has to stand on the ticket, apart from signs of formatting."""
    for id, name in {
        "<@U0ENGINEER>": "Erin Engineer",
        "<@U0TRIAGE>": "Toni Triage",
        "<#C0OPSRQ>": "ops-requests",
    }.items():
        typed = typed.replace(id, name)
    return [piece for piece in _SIGNS.split(typed) if piece]


def squeezed(words: str) -> str:
    return re.sub(r"[\s*_~`>|<]+", "", words)


def told(issue: dict[str, Any]) -> str:
    """Every word of the ticket, addresses of links included."""

    def words(node: Any) -> str:
        if not isinstance(node, dict):
            return ""
        links = "".join(mark.get("attrs", {}).get("href", "") for mark in node.get("marks") or [])
        return str(node.get("text", "")) + links + "".join(words(each) for each in node.get("content") or []) + " "

    return squeezed(str(issue["summary"])) + "\n" + squeezed(words(issue["description"]))


@pytest.mark.settings(engine_threads=16, slack_burst=1000)
def test_every_word_of_every_message_stands_on_its_ticket(
    world: Sandbox, service: Service, slack_reporter: SlackUser, reporter: JiraUser
) -> None:
    world.world.settings.slack_burst = 1000
    sent = {slack_reporter.say("@solveonce", typed): kind for kind, typed in TYPED.items()}
    eventually(lambda: len(effects.issues(world, "OPS")) == len(TYPED), 120)
    quiet(world.url, 120)

    missing = {}
    for ts, kind in sent.items():
        card = slack_reporter.messages("@solveonce", ts)[1]["text"]
        on_ticket = told(reporter.issue(card.split(" ")[0]))
        lost = [piece for piece in pieces(TYPED[kind]) if squeezed(piece) not in on_ticket]
        if lost:
            missing[kind] = (lost, on_ticket[:200])
    assert missing == {}


def by_command(typed: str) -> IntakeRequest:
    """`/ops <typed>`: Slack sends it escaped; the form that it fills is sent as it stands."""
    return sent(blocks.form("C1", draft(escaped(typed), OURS)))


def by_form(typed: str) -> IntakeRequest:
    """Written into the form's description."""
    return sent(blocks.form("C1"), summary="See below", description=rich_text(typed))


def by_shortcut(typed: str) -> IntakeRequest:
    """The form that a message fills is sent as it stands."""
    return sent(blocks.form("C1", draft_from(said(a_message(typed), "C1").rich, OURS)))


def by_emoji(typed: str) -> IntakeRequest:
    return request_from(draft_from(said(a_message(typed), "C1").rich, OURS))


def by_plain_message(typed: str) -> IntakeRequest:
    """As an app writes it, or an old client: text without blocks."""
    return request_from(draft_from(said(a_message(typed) | {"blocks": None}, "C1").rich, OURS))


def by_workflow(typed: str) -> IntakeRequest:
    """A workflow's variables carry text with Slack's marks."""
    line, _, text = typed.partition("\n")
    return steps.request_of({"summary": escaped(line), "description": escaped(text)}, OURS)[0]


OURS = words_in((Path(__file__).parents[2] / "app/intake/words.toml").read_text())
WAYS = (by_command, by_form, by_shortcut, by_emoji, by_plain_message, by_workflow)
FIELDS = FieldIds("type", "team", "tags", "notes")


def a_message(typed: str) -> dict[str, Any]:
    return {"user": "U1", "ts": "1.2", "text": escaped(typed), "blocks": [rich_text(typed)]}


def sent(form: dict[str, Any], **filled: Any) -> IntakeRequest:
    """What the app reads of *form* when it is sent with what stands in it, and with what was *filled* in."""
    values = {}
    for block in (each for each in form["blocks"] if "element" in each):
        element, name = block["element"], block["block_id"].removesuffix("_b")
        written = filled.get(name, element.get("initial_value"))
        kept = "rich_text_value" if element["type"] == "rich_text_input" else "value"
        values[block["block_id"]] = {element["action_id"]: {kept: written}}
    return read(values)


def on_ticket(request: IntakeRequest) -> str:
    """Every word that Jira is given, a file with the whole text included."""
    names = {"U0ENGINEER": "Erin Engineer", "U0TRIAGE": "Toni Triage", "C0OPSRQ": "ops-requests"}
    kept, whole = fitting(with_names(request.description, names))
    named_request = replace(request, summary=named(request.summary, names), description=kept)
    settable = {"summary", "description"}
    return told(
        {"summary": "", "description": None} | issue_fields(named_request, FIELDS, "OPS", "X", None, "R", settable)
    ) + squeezed(whole or "")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("typed", [*TYPED.values(), LOGS], ids=[*TYPED, "a log longer than Jira's field"])
def test_every_word_is_given_to_jira_whichever_way_it_comes(way: Callable[[str], IntakeRequest], typed: str) -> None:
    if way is by_form and typed is LOGS:
        assert "description_b" in problems(way(typed))  # said beside the field; the form stays open
        return
    given = on_ticket(way(typed))

    assert [piece for piece in pieces(typed) if squeezed(piece) not in given] == []


def test_every_file_stands_on_the_ticket_byte_by_byte(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    given = [{"name": name, "content": base64.b64encode(content).decode()} for name, content in FILES.items()]
    slack_reporter.say("@solveonce", "", files=given)
    eventually(lambda: effects.issues(world, "OPS"))
    quiet(world.url)

    issue = world.world.issue("OPS-1")
    assert issue
    assert {each.filename: each.content for each in issue.attachments} == FILES


def test_the_comparison_sees_what_is_missing() -> None:
    issue = {"summary": "Refunds are", "description": None}

    assert [piece for piece in pieces("Refunds are *stuck*") if squeezed(piece) not in told(issue)] == ["stuck"]
