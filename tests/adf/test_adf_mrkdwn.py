"""Slack's mrkdwn: everything that a person would read is in the rich text, and in the document that comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adf.mrkdwn import to_rich_text
from app.adf.slack import to_adf
from app.adf.slack_input import for_input
from app.adf.text import plain_text
from sandbox import adf_check

BARE = ("*", "_", "~", "`", "```", "<", ">", "|", "\n", "\n\n", "&gt; ", "&amp;", "• ", "1. ", " ")
MARKUP = st.sampled_from([*BARE, "<@U1|riley>", "<https://x.io|x>", "<!here>"])


def elements(mrkdwn: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = to_rich_text(mrkdwn)["elements"]
    return found


@pytest.mark.parametrize(
    ("mrkdwn", "kinds"),
    [
        ("one line", ["rich_text_section"]),
        ("look:\n```a\nb```\nthanks", ["rich_text_section", "rich_text_preformatted", "rich_text_section"]),
        ("&gt; she said\n&gt; so", ["rich_text_quote"]),
        ("• one\n• two\n1. first\n2. second", ["rich_text_list", "rich_text_list"]),
        ("", []),
    ],
)
def test_lines_become_what_the_editor_would_have_made(mrkdwn: str, kinds: list[str]) -> None:
    assert [each["type"] for each in elements(mrkdwn)] == kinds


@pytest.mark.parametrize(
    ("mrkdwn", "leaf"),
    [
        ("*bold*", {"type": "text", "text": "bold", "style": {"bold": True}}),
        ("_very_", {"type": "text", "text": "very", "style": {"italic": True}}),
        ("~gone~", {"type": "text", "text": "gone", "style": {"strike": True}}),
        ("`x = 1`", {"type": "text", "text": "x = 1", "style": {"code": True}}),
        (
            "<https://x.io/a?b=1&amp;c=2|the page>",
            {"type": "link", "url": "https://x.io/a?b=1&c=2", "text": "the page"},
        ),
        ("<https://x.io>", {"type": "link", "url": "https://x.io"}),
        ("<@U07|riley>", {"type": "user", "user_id": "U07", "name": "riley"}),
        ("<#C07|ops>", {"type": "channel", "channel_id": "C07", "name": "ops"}),
        ("<!subteam^S1|@triage>", {"type": "text", "text": "@triage"}),
        ("<!here>", {"type": "text", "text": "@here"}),
        ("a &lt;b&gt; &amp; c", {"type": "text", "text": "a <b> & c"}),
        ("2 * 3 * 4 snake_case_name", {"type": "text", "text": "2 * 3 * 4 snake_case_name"}),
    ],
)
def test_what_stands_in_a_line(mrkdwn: str, leaf: dict[str, Any]) -> None:
    assert elements(mrkdwn)[0]["elements"] == [leaf]


@given(st.lists(st.one_of(MARKUP, st.from_regex(r"[a-z]{1,8}", fullmatch=True)), max_size=30))
def test_every_word_arrives_and_jira_takes_it(pieces: list[str]) -> None:
    # Words stand by themselves: glued together they might be a label's or an address's.
    written = " ".join(pieces)
    made = to_adf(to_rich_text(written))

    assert made is None or adf_check.is_valid(made)
    said = plain_text(made)
    outside = [word for word in pieces if word.isalpha() and written.count("<") == written.count("<@") == 0]
    assert [word for word in outside if word not in said] == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("4. pay\n5. see error", "4. pay\n5. see error"),
        ("1. pay\n1. see error", "1. pay\n1. see error"),
        ("7. pay\n3. see error", "7. pay\n3. see error"),
        ("0. pay", "0. pay"),
    ],
)
def test_typed_numbers_stay_as_they_were_typed(typed: str, told: str) -> None:
    """In the form, which knows no list that begins elsewhere than at one, and so on the ticket."""
    assert plain_text(to_adf(for_input(to_rich_text(typed)))) == told
    numbered = to_adf(to_rich_text("4. pay\n5. see error"))["content"][0]  # type: ignore[index]
    assert (numbered["type"], numbered["attrs"]) == ("orderedList", {"order": 4})
