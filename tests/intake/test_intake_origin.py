"""What a form remembers comes back from it, and what is not understood is not known."""

from __future__ import annotations

import json

import pytest

from app.intake import blocks
from app.intake.origin import Origin, asked_in, noted, read


@pytest.mark.parametrize(
    ("metadata", "channel"),
    [
        (blocks.form("C1")["private_metadata"], "C1"),
        (blocks.form("#ops-requests")["private_metadata"], "#ops-requests"),
        ("", None),
        ("no json", None),
        ("[]", None),
        ("null", None),
        (json.dumps({"v": 1}), None),
        (json.dumps({"channel": ""}), None),
        (json.dumps({"channel": {"id": "C1"}}), None),
    ],
)
def test_the_channel_comes_back_from_the_form_or_is_not_known(metadata: str, channel: str | None) -> None:
    assert read(metadata)[0] == channel


def test_the_message_comes_back_within_slacks_limit() -> None:
    message = Origin("1732250000.000200", "1732250000.000100", "U0REPORTER", tuple(f"F{n:010}" for n in range(30)))

    metadata = noted("C1", message)

    assert read(metadata) == ("C1", message)
    assert len(metadata) < 3000


@pytest.mark.parametrize("message", [None, [], {"ts": "1.2"}, {"ts": 1.2, "thread": 1.2}, {"ts": "", "thread": "1.2"}])
def test_a_message_that_cannot_be_read_is_none(message: object) -> None:
    assert read(json.dumps({"channel": "C1", "message": message})) == ("C1", None)


def test_a_message_of_an_app_is_asked_for_by_whoever_used_it() -> None:
    assert asked_in(Origin("1.2", "1.2", ""), "U1")["user"] == "U1"
    assert asked_in(Origin("1.2", "1.2", "U2"), "U1") == {
        "user": "U2",
        "by": "U1",
        "thread": "1.2",
        "message": "1.2",
        "files": [],
    }
