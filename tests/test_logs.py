"""A log line says what happened, in ids: no secret, no address, one line."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import logs

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzb2x2ZW9uY2UifQ.c2lnbmF0dXJl"


Lines = Callable[[], list[str]]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """The lines that were logged."""
    yield lambda: capsys.readouterr().err.splitlines()
    for handler in logging.root.handlers[:]:
        logging.root.removeHandler(handler)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"GET /rest/api/3/myself?jwt={TOKEN}&x=1", "GET /rest/api/3/myself?[secret]&x=1"),
        (f"Authorization: JWT {TOKEN}", "Authorization: [secret]"),
        ("Authorization: Bearer abc-123_x", "Authorization: [secret]"),
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: [secret]"),
        ("token xoxb-123-456-AbC", "token [secret]"),
        ("token xoxp-1-2", "token [secret]"),
        ("token xapp-1-A1-2-x", "token [secret]"),
        (f"a bare {TOKEN}", "a bare [secret]"),
        ("for rae.reporter+ops@example.co.uk.", "for [e-mail]"),
        ("one\r\ntwo\nthree", "one  two three"),
        ("issue=OPS-1 status=409", "issue=OPS-1 status=409"),
        ("a" * 400 + "b" * 400 + "c" * 700, "a" * 300 + " … " + "c" * 600),
        ("x" * 290 + " xoxb-123-456", "x" * 290 + " [secret]"),
    ],
    ids=range(13),
)
def test_secrets_addresses_and_line_ends_are_taken_out(text: str, clean: str) -> None:
    assert logs.scrub(text) == clean


@settings(max_examples=50, deadline=None)
@given(st.text(), st.sampled_from([f"JWT {TOKEN}", "xoxb-1-2-3", "rae@example.com", f"?jwt={TOKEN}"]), st.text())
def test_no_surroundings_let_a_secret_through(before: str, secret: str, after: str) -> None:
    cleaned = logs.scrub(f"{before} {secret} {after}")

    assert secret not in cleaned
    assert TOKEN not in cleaned
    assert not {"\n", "\r"} & set(cleaned)


def test_an_event_is_one_line_of_facts(printed: Lines) -> None:
    logs.configure()

    logs.event("row written", issue="OPS-12", took=0.41, fresh=True, site=None)

    [line] = printed()
    assert line.endswith("level='info' event='row written' issue='OPS-12' took=0.41 fresh=True site=None")


def test_nobody_forges_a_line(printed: Lines) -> None:
    logs.configure()

    logs.event("call refused", reason="bad\nlevel='info' event='row written'", path="/x\r\n\x1b[31m\x85")

    assert len(printed()) == 1


@pytest.mark.parametrize(
    "value",
    [f"JWT {TOKEN}", [TOKEN], {"Authorization": f"JWT {TOKEN}"}, ValueError(TOKEN), TOKEN.encode()],
    ids=["text", "a list", "a map", "an error", "bytes"],
)
def test_no_fact_of_any_kind_brings_a_secret(printed: Lines, value: object) -> None:
    logs.configure()

    logs.event("call refused", reason=value)

    [line] = printed()
    assert TOKEN not in line


def test_what_a_library_says_goes_through_the_same_cleaning(printed: Lines) -> None:
    logs.configure()
    library = logging.getLogger("some.library")

    library.warning("token %s of %s", TOKEN, "rae@example.com")
    try:
        raise ValueError(f"401 for\njwt={TOKEN}")
    except ValueError:
        library.exception("it broke")
    library.info("nobody asked")

    lines = printed()
    assert len(lines) == 2
    assert "event='token [secret] of [e-mail]'" in lines[0]
    assert TOKEN not in lines[1]
    assert "it broke" in lines[1]


@pytest.mark.parametrize(("level", "shown"), [("INFO", 2), ("WARNING", 1), ("ERROR", 0)])
def test_the_level_is_a_setting(printed: Lines, level: str, shown: int) -> None:
    logs.configure(level)

    logs.event("ordinary")
    logs.event("odd", level=logging.WARNING)

    assert len(printed()) == shown
