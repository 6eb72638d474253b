"""Which requests are Slack's: the rule, without a server."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.auth.slack import why_refused
from tests.specs import CORPORA, missing

SECRET, FORMER = "8f742231b10e8888abcd99yyyzzz85a5", "the-secret-before-it-was-changed"
NOW = 1_790_000_000.0
STAMP = str(int(NOW))


def signature(body: bytes, stamp: str = STAMP, secret: str = SECRET) -> str:
    text = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def test_slacks_own_example_is_good() -> None:
    path = CORPORA / "slack/realistic/signature_golden_vector.json"
    if not path.is_file():
        pytest.skip(missing(path))
    given = json.loads(path.read_text())
    stamp, signed = given["x-slack-request-timestamp"], given["expected_x-slack-signature"]

    def why(body: str) -> str | None:
        return why_refused(body.encode(), stamp, signed, [given["signing_secret"]], float(stamp) + 1)

    assert why(given["body"]) is None
    assert why(given["body"].replace("roadrunner", "coyote")) == "wrong signature"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_that_slack_signs_is_good(text: str) -> None:
    body = text.encode()

    assert why_refused(body, STAMP, signature(body), [SECRET], NOW) is None


@pytest.mark.parametrize(
    ("seconds", "why"), [(0, None), (300, None), (301, "stale"), (-300, None), (-301, "stale"), (10**9, "stale")]
)
def test_a_request_is_good_for_five_minutes(seconds: int, why: str | None) -> None:
    """One from the future too: somebody may keep it until then."""
    assert why_refused(b"a=b", STAMP, signature(b"a=b"), [SECRET], NOW + seconds) == why


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        "now",
        "-1790000000",
        "1790000000.5",
        " 1790000000",
        "1790000000\n",
        "1e9",
        "٠١",
        "²",
        "1" * 13,
        "1_790_000_000",
    ],
    ids=ascii,
)
def test_a_time_that_is_none_is_a_no_and_not_an_exception(stamp: str) -> None:
    assert why_refused(b"a=b", stamp, signature(b"a=b"), [SECRET], NOW) == "malformed signature"


GOOD = signature(b"a=b")


@pytest.mark.parametrize(
    "signed",
    [
        "",
        "v0=",
        GOOD[3:],
        "v1" + GOOD[2:],
        GOOD[:-1],
        GOOD + "0",
        GOOD + "\n",
        " " + GOOD,
        GOOD.upper(),
        "v0=é" + "a" * 63,
    ],
    ids=ascii,
)
def test_a_signature_that_is_none_is_a_no_and_not_an_exception(signed: str) -> None:
    assert why_refused(b"a=b", STAMP, signed, [SECRET], NOW) == "malformed signature"


def test_a_body_that_is_no_text_is_a_no_and_not_an_exception() -> None:
    """Anybody can send it, with a signature that only looks like one."""
    assert why_refused(b"\xff\xfe", STAMP, "v0=" + "a" * 64, [SECRET], NOW) == "not text"


@pytest.mark.parametrize("body", [b"", b"a=c", b"a=b ", b"a=b&a=b"])
def test_another_body_under_the_same_signature_is_refused(body: bytes) -> None:
    assert why_refused(body, STAMP, GOOD, [SECRET], NOW) == "wrong signature"


def test_another_time_under_the_same_signature_is_refused() -> None:
    assert why_refused(b"a=b", str(int(NOW) + 1), GOOD, [SECRET], NOW) == "wrong signature"


def test_two_secrets_count_while_one_is_changed() -> None:
    former = signature(b"a=b", secret=FORMER)

    assert why_refused(b"a=b", STAMP, former, [SECRET], NOW) == "wrong signature"
    assert why_refused(b"a=b", STAMP, former, [SECRET, FORMER], NOW) is None
    assert why_refused(b"a=b", STAMP, GOOD, [SECRET, FORMER], NOW) is None


def test_without_a_secret_nobody_comes_in() -> None:
    assert why_refused(b"a=b", STAMP, signature(b"a=b", secret=""), [], NOW) == "wrong signature"
