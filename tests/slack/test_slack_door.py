"""Slack's one door: who may come in, what is stored before we say yes, and a yes to what nobody listens to."""

from __future__ import annotations

import functools
import json
import operator
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.models import Request
from app.slack.door import LARGEST_REQUEST, what_it_says
from sandbox import Sandbox
from sandbox.people import SlackUser
from tests.callers import FORM, Doors
from tests.service import SIGNING_SECRET, Service
from tests.slack.our_payloads import OURS, furnished
from tests.specs import CORPORA, missing

JSON = "application/json"
HELLO = json.dumps({"type": "url_verification", "challenge": "a-challenge"}).encode()


def option(value: Any) -> dict[str, Any]:
    return {"selected_option": {"text": {"type": "plain_text", "text": str(value)}, "value": value}}


def filled(**other: Any) -> dict[str, Any]:
    """`state.values` of a form in which everything is right, with *other* blocks instead."""
    return {
        "summary_b": {"summary_a": {"type": "plain_text_input", "value": "Refunds are stuck"}},
        "type_b": {"type_a": option("Payments and transactions")},
        "team_b": {"team_a": option("Operations")},
        "priority_b": {"priority_a": option("Critical")},
        **other,
    }


def submission(view: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """The form, sent; *view* and *values* say what is other than it should be."""
    good = {
        "id": "V0123",
        "type": "modal",
        "callback_id": "ops_intake_v1",
        "private_metadata": '{"v": 1, "channel": "C0OPS"}',
        "state": {"values": filled(**values)},
    }
    user = {"id": "U0RILEY", "username": "riley", "team_id": "T0001"}
    return {"type": "view_submission", "team": {"id": "T0001"}, "user": user, "view": good | (view or {})}


def stored(doors: Doors) -> list[dict[str, Any]]:
    with doors.db.reading() as session:
        return [row.asked for row in session.scalars(select(Request).order_by(Request.id))]


# Who may come in


def refused(doors: Doors, answer: TestResponse) -> str:
    """The reason in the log for the 401 that *answer* is."""
    assert answer.status_code == 401
    assert answer.json == {"error": "This call is not signed as it must be."}
    return (
        [line for line in doors.log.splitlines() if "call refused" in line][-1]
        .partition("reason='")[2]
        .partition("'")[0]
    )


def test_what_slack_signed_comes_in(doors: Doors) -> None:
    answer = doors.slack(HELLO, JSON)

    assert (answer.status_code, answer.json) == (200, {"challenge": "a-challenge"})


def test_a_signed_form_comes_in(doors: Doors) -> None:
    """Whatever reads the form before the signature is checked takes the text away that was signed."""
    assert doors.interact(submission()).status_code == 200
    assert len(stored(doors)) == 1


def test_the_log_says_why_a_request_was_refused(doors: Doors) -> None:
    now = int(time.time())
    signed = {"X-Slack-Request-Timestamp": str(now), "X-Slack-Signature": "v0=" + "a" * 64}
    assert refused(doors, doors.client.post("/slack/events", data=HELLO)) == "malformed signature"
    assert refused(doors, doors.slack(HELLO, JSON, secret="another")) == "wrong signature"
    assert refused(doors, doors.slack(HELLO, JSON, secret="")) == "wrong signature"
    assert refused(doors, doors.slack(HELLO, JSON, stamp=str(now - 301))) == "stale"
    assert refused(doors, doors.slack(HELLO, JSON, stamp=str(now + 302))) == "stale"
    assert refused(doors, doors.slack(HELLO, JSON, stamp="now")) == "malformed signature"
    assert refused(doors, doors.slack(HELLO, JSON, stamp="\xb2\xb2")) == "malformed signature"
    for signature in ("", "v0=", "v1=" + "a" * 64, "v0=" + "A" * 64, "v0=\xe9" + "a" * 63, "v0=" + "a" * 65):
        answer = doors.client.post("/slack/events", data=HELLO, headers=signed | {"X-Slack-Signature": signature})
        assert refused(doors, answer) == "malformed signature"
    assert refused(doors, doors.client.post("/slack/events", data=b"\xff\xfe", headers=signed)) == "not text"
    assert "Traceback" not in doors.log


def test_a_stranger_stores_nothing(doors: Doors) -> None:
    body = urlencode({"payload": json.dumps(submission())}).encode()

    assert doors.slack(body, FORM, secret="another").status_code == 401
    assert doors.client.post("/slack/events", data=body, content_type=FORM).status_code == 401
    assert doors.client.post("/slack/events", data=b"ssl_check=1&token=x", content_type=FORM).status_code == 401

    assert stored(doors) == []
    assert "Refunds" not in doors.log


def test_both_secrets_count_while_one_is_changed(world: Sandbox, tmp_path: Path, empty_database: Path) -> None:
    shutil.copy(empty_database, tmp_path / "solveonce.sqlite")
    doors = Doors(world, tmp_path, slack_signing_secret=f"the-new-one, {SIGNING_SECRET},")

    for secret, status in ((SIGNING_SECRET, 200), ("the-new-one", 200), ("another", 401), ("", 401)):
        assert doors.slack(HELLO, JSON, secret=secret).status_code == status


def test_without_a_secret_nobody_comes_in(world: Sandbox, tmp_path: Path, empty_database: Path) -> None:
    shutil.copy(empty_database, tmp_path / "solveonce.sqlite")
    doors = Doors(world, tmp_path, slack_signing_secret="")

    assert doors.slack(HELLO, JSON, secret="").status_code == 401


def test_without_a_bot_token_the_door_says_what_is_missing(
    world: Sandbox, tmp_path: Path, empty_database: Path
) -> None:
    shutil.copy(empty_database, tmp_path / "solveonce.sqlite")
    doors = Doors(world, tmp_path, slack_bot_token="")

    answer = doors.slack(HELLO, JSON)

    assert (answer.status_code, answer.json) == (
        503,
        {"error": "Slack is not set up here: SLACK_BOT_TOKEN is missing."},
    )


def test_a_request_too_large_for_slack_is_not_read(doors: Doors) -> None:
    """It is read before we know who sent it."""
    answer = doors.client.post("/slack/events", environ_overrides={"CONTENT_LENGTH": str(LARGEST_REQUEST + 1)})

    assert answer.status_code == 413


def test_the_wrong_method_finds_no_door(doors: Doors) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert doors.client.open("/slack/events", method=method).status_code == 405


# What is understood


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b'{"type": "x"}', JSON, {"type": "x"}),
        (b'{"type": "x"}', "", {"type": "x"}),
        (b"payload=%7B%22type%22%3A+%22x%22%7D", FORM, {"type": "x"}),
        (b"command=%2Fops&text=", FORM, {"command": "/ops", "text": ""}),
        (b"command=%2Fops&text=the+payload+is+lost", FORM, {"command": "/ops", "text": "the payload is lost"}),
        (b"command=%2Fops&text=%26payload%3D%7B%7D", FORM, {"command": "/ops", "text": "&payload={}"}),
        (b"command=%2Fops&text=%FF", FORM, {"command": "/ops", "text": "\N{REPLACEMENT CHARACTER}"}),
        (b"", FORM, None),
        (b"", JSON, None),
        (b"{", JSON, None),
        (b"{", FORM, None),
        (b"[]", JSON, None),
        (b"null", JSON, None),
        (b"5", JSON, None),
        (b"payload=", FORM, None),
        (b"payload=%7B", FORM, None),
        (b"payload=%5B%5D", FORM, None),
        (b"payload=null", FORM, None),
        (b"[" * 100_000, JSON, None),
        (b'{"a":' * 100_000, FORM, None),
    ],
    ids=[
        "JSON",
        "JSON without its type",
        "JSON in a form",
        "a command",
        "a command about a payload",
        "a command that holds a form",
        "a command that is no UTF-8",
        "an empty form",
        "empty JSON",
        "half JSON",
        "half JSON in place of a form",
        "a list",
        "null",
        "a number",
        "an empty payload",
        "half a payload",
        "a list for a payload",
        "null for a payload",
        "a very deep list",
        "a very deep object",
    ],
)
def test_what_a_request_says(body: bytes, kind: str, said: dict[str, Any] | None) -> None:
    assert what_it_says(body, kind) == said


def test_what_says_nothing_is_refused_with_a_reason(doors: Doors) -> None:
    for body in (b"", b"{", b"payload=%7B", b"payload=null"):
        assert doors.slack(body, FORM).status_code == 400
    assert doors.log.count("event='call refused' reason='not readable'") == 4


def test_the_word_payload_in_a_command_does_not_make_it_unheard(
    world: Sandbox, service: Service, slack_reporter: SlackUser
) -> None:
    """A person complains about a payload."""
    view = slack_reporter.command(words="The payload of payment 17 is empty")["view"]

    assert view["blocks"][0]["element"]["initial_value"] == "The payload of payment 17 is empty"


def is_form(payload: Any) -> bool:
    """Whether it travels as a form."""
    return payload.get("type") in (
        "block_actions",
        "block_suggestion",
        "message_action",
        "shortcut",
        "view_closed",
        "view_submission",
    )


def send(doors: Doors, path: Path) -> TestResponse:
    if path.suffix == ".txt":
        return doors.slack(path.read_bytes().strip(), FORM)
    payload = json.loads(path.read_text())
    if "command" in payload:
        return doors.command(**payload)
    return doors.interact(payload) if is_form(payload) else doors.slack_event(payload)


def test_every_request_that_slack_is_known_to_send_gets_a_yes(doors: Doors) -> None:
    """Slack shows an error to the person for anything else, or sends it again and again."""
    folder = CORPORA / "slack/realistic"
    known = [path for path in sorted(folder.glob("*")) if "signature" not in path.name]
    if not known:
        pytest.skip(missing(folder))

    answers = {path.name: send(doors, path).status_code for path in known}

    assert {name: status for name, status in answers.items() if status != 200} == {}
    assert len(answers) > 50
    assert "Traceback" not in doors.log
    for words in ("verification_token", "xwfp-", "xoxb-", "https://hooks.slack.com", "riley"):
        assert words not in doors.log


#: What stands in a payload where something else should.
FOREIGN: tuple[Any, ...] = (None, [], {}, "", "x", 7, True, [None], {"a": None}, "\u0000", "long " * 20_000)
FOREIGN += (-1, {"id": ["x"]}, "<!channel>", "1:²")


def test_a_signed_payload_with_anything_anywhere_is_answered_and_makes_nothing_up(doors: Doors) -> None:
    """Each place of each payload in turn: missing, null, foreign, oversized; what the presses are about is there."""
    furnished(doors)
    kinds = [
        submission(),
        *OURS.values(),
        *(json.loads(path.read_text()) for path in sorted((CORPORA / "slack/realistic").glob("*.json"))),
    ]
    dice = random.Random(1)
    # Everything of the form; of the others, of which there are many, some.
    changed = [each for n, kind in enumerate(kinds) for each in mutated(kind, dice, None if n == 0 else 12)]

    answers = [(doors.interact if is_form(each) else doors.slack_event)(each) for each in changed]

    assert [
        (status, each) for each, answer in zip(changed, answers, strict=True) if (status := answer.status_code) != 200
    ] == []
    assert len(changed) > 500
    assert "Traceback" not in doors.log


def mutated(payload: dict[str, Any], dice: random.Random, most: int | None) -> Iterator[dict[str, Any]]:
    places = list(places_in(payload))
    for place in places if most is None else dice.sample(places, min(most, len(places))):
        for value in (*FOREIGN, KeyError) if most is None else dice.sample([*FOREIGN, KeyError], 2):
            copied = json.loads(json.dumps(payload))
            within = functools.reduce(operator.getitem, place[:-1], copied)
            if value is KeyError:
                del within[place[-1]]
            else:
                within[place[-1]] = value
            if copied:
                yield copied


def places_in(node: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, child in pairs:
        yield (*place, name)
        yield from places_in(child, (*place, name))


def test_who_sent_what_cannot_be_read_is_told_and_keeps_the_form(doors: Doors) -> None:
    broken = submission()
    del broken["user"]

    answer = doors.interact(broken)

    assert answer.json == {
        "response_action": "errors",
        "errors": {"summary_b": "SolveOnce could not read this, and nothing was stored. Please try again."},
    }
    assert stored(doors) == []
    assert "event='not understood'" in doors.log
    assert "Refunds" not in doors.log


def test_what_nobody_listens_to_gets_a_yes(doors: Doors) -> None:
    """Old messages keep their buttons for ever, and Slack adds kinds of requests."""
    payloads: list[dict[str, Any]] = [
        {"type": "shortcut", "callback_id": "a_former_one", "user": {"id": "U1"}},
        {"type": "message_action", "callback_id": "a_former_one", "user": {"id": "U1"}},
        submission(view={"callback_id": "a_former_one"}),
        {"type": "view_closed", "view": {"id": "V1", "callback_id": "ops_intake_v1"}, "user": {"id": "U1"}},
        {"type": "block_suggestion", "action_id": "a_former_one", "block_id": "b", "value": "x"},
        {"type": "block_actions", "actions": [{"action_id": "a_former_one", "block_id": "b", "type": "button"}]},
        {"type": "interactive_message", "callback_id": "x", "actions": [{"name": "x"}]},
        {"type": "dialog_submission", "callback_id": "x"},
        {"type": "dialog_cancellation", "callback_id": "x"},
        {"type": "something_new"},
        {"type": None},
        {"type": ["x"]},
    ]

    answers = [doors.interact(payload).status_code for payload in payloads]

    assert answers == [200] * len(payloads)
    assert "Traceback" not in doors.log


def test_what_nobody_listens_to_is_written_down(doors: Doors) -> None:
    doors.interact({"type": "shortcut", "callback_id": "a_former_one", "user": {"id": "U1"}})
    doors.slack_event({"type": "app_rate_limited", "team_id": "T1"})
    doors.command(command="/another", text="Riley's private words", team_id="T1")

    told = [line.partition("kind=")[2] for line in doors.log.splitlines() if "event='nobody listens'" in line]
    assert told == ["'shortcut'", "'app_rate_limited'", "'/another'"]
    assert "private" not in doors.log


# The form


def test_a_request_and_its_flow_are_stored_before_we_say_yes(doors: Doors) -> None:
    answer = doors.interact(submission())

    assert answer.status_code == 200
    assert answer.json
    assert answer.json["response_action"] == "update"
    (asked,) = stored(doors)
    assert (asked["summary"], asked["user"], asked["channel"]) == ("Refunds are stuck", "U0RILEY", "C0OPS")
    assert doors.flows() == ["intake.open_request/view:V0123"]


def test_the_same_form_again_is_one_request(doors: Doors) -> None:
    """Slack did not hear our yes in time, and the person pressed again."""
    answers = [doors.interact(submission()) for _ in range(3)]

    assert [answer.json["response_action"] for answer in answers if answer.json] == ["update"] * 3
    assert len(stored(doors)) == len(doors.flows()) == 1


def test_a_repetition_of_slacks_is_heard(doors: Doors) -> None:
    """If the first died before it was stored, it is the only one."""
    body = urlencode({"payload": json.dumps(submission())}).encode()
    repeated = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}

    assert doors.slack(body, FORM, **repeated).status_code == 200
    assert len(stored(doors)) == 1


def test_a_header_that_slack_did_not_sign_changes_nothing(doors: Doors) -> None:
    """The library listens to some; by them a request could get its yes and be lost."""
    body = urlencode({"payload": json.dumps(submission())}).encode()
    unsigned = {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "submitted"}

    assert doors.slack(body, FORM, **unsigned).status_code == 200
    assert len(stored(doors)) == 1


def test_no_yes_without_a_database(doors: Doors) -> None:
    """The form stays open, with everything in it, and the person presses again."""
    doors.lose_the_database()

    assert doors.interact(submission()).status_code == 503
    assert "event='database did not take it' error='OperationalError'" in doors.log
    assert "Refunds" not in doors.log


def test_neither_request_nor_flow_is_there_without_the_other(doors: Doors) -> None:
    with doors.db.writing() as session:
        session.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON workflow_status BEGIN SELECT RAISE(ABORT, 'no room'); END")
        )

    assert doors.interact(submission()).status_code >= 500
    assert stored(doors) == doors.flows() == []


def test_what_a_person_wrote_does_not_come_into_the_log_when_storing_fails(doors: Doors) -> None:
    """The database's error holds the whole row."""
    with doors.db.writing() as session:
        session.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON intake_requests BEGIN SELECT RAISE(ABORT, 'no room'); END")
        )

    assert doors.interact(submission()).status_code >= 500
    assert "Refunds" not in doors.log
    assert "U0RILEY" not in doors.log


WRONG: dict[str, dict[str, Any]] = {
    "no summary": {"summary_b": {"summary_a": {"value": None}}},
    "null for the summary": {"summary_b": {"summary_a": None}},
    "null for its block": {"summary_b": None},
    "a list for its block": {"summary_b": []},
    "another element in its block": {"summary_b": {"another_a": {"value": "Refunds"}}},
    "a summary that says nothing": {"summary_b": {"summary_a": {"value": "?!"}}},
    "a summary too long": {"summary_b": {"summary_a": {"value": "x" * 256}}},
    "no type": {"type_b": {"type_a": {"selected_option": None}}},
    "a type that is no option": {"type_b": {"type_a": {"selected_option": "Payments and transactions"}}},
    "a former type": {"type_b": {"type_a": option("A former type")}},
    "a foreign team": {"team_b": {"team_a": option("HR")}},
    "null for a team": {"team_b": {"team_a": option(None)}},
    "a former tag": {"tags_b": {"tags_a": {"selected_options": [{"value": "A former tag"}]}}},
    "null for a tag": {"tags_b": {"tags_a": {"selected_options": [None]}}},
    "a foreign priority": {"priority_b": {"priority_a": option("Whatever")}},
}


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_stored(doors: Doors) -> None:
    """The lists in the form are no protection: what comes back may say anything."""
    for what, values in WRONG.items():
        answer = doors.interact(submission(**values))

        assert answer.status_code == 200, what
        assert answer.json
        assert answer.json["response_action"] == "errors", what
        assert list(answer.json["errors"]) == list(values), what
    assert stored(doors) == doors.flows() == []


def test_a_form_without_its_fields_is_answered_beside_them(doors: Doors) -> None:
    for state in (None, {}, {"values": None}, {"values": []}, {"values": {}}):
        answer = doors.interact(submission(view={"state": state}))

        assert answer.status_code == 200
        assert answer.json
        assert set(answer.json["errors"]) == {"summary_b", "type_b", "team_b"}
    assert stored(doors) == []


def test_what_the_form_does_not_have_is_left_out(doors: Doors) -> None:
    doors.interact(submission(reporter_b={"reporter_a": {"value": "somebody else"}}, project_b={"x": option("HR")}))

    (asked,) = stored(doors)
    assert "somebody else" not in str(asked)
    assert "HR" not in str(asked)


def test_an_org_wide_installation_names_no_team(doors: Doors) -> None:
    assert doors.interact(submission() | {"team": None, "is_enterprise_install": True}).status_code == 200
    assert len(stored(doors)) == 1


def test_a_channel_that_cannot_be_read_is_the_one_for_requests_from_nowhere(doors: Doors) -> None:
    """It went through a client and came back."""
    wishes = (
        None,
        "",
        "no JSON",
        "5",
        5,
        "[]",
        '{"channel": null}',
        '{"channel": ["C1"]}',
        '{"channel": {}}',
        "[" * 3000,
    )

    for number, wish in enumerate(wishes):
        view = {"id": f"V{number}", "private_metadata": wish}
        assert doors.interact(submission(view=view)).status_code == 200

    assert [asked["channel"] for asked in stored(doors)] == ["#ops-exceptions"] * len(wishes)


def test_the_one_who_asks_is_the_one_whom_slack_names(doors: Doors) -> None:
    """Nothing in the form can speak for somebody else."""
    forged = {"private_metadata": '{"v": 1, "channel": "C0OPS", "user": "U0BOSS"}'}

    doors.interact(submission(view=forged))

    (asked,) = stored(doors)
    assert asked["user"] == "U0RILEY"


def test_a_form_that_slack_does_not_open_is_said_to_who_typed_the_command(doors: Doors) -> None:
    answer = doors.command(command="/ops", text="", channel_id="C1", user_id="U1", team_id="T1", trigger_id="too.late")

    assert (answer.status_code, answer.text) == (200, "Slack did not let me open the form. Please try again.")
    assert "form not opened" in doors.log


def test_a_shortcut_whose_form_slack_does_not_open_gets_a_yes(doors: Doors) -> None:
    shortcut = {"type": "shortcut", "callback_id": "ops_create_global", "user": {"id": "U1"}, "trigger_id": "too.late"}

    assert doors.interact(shortcut).status_code == 200
