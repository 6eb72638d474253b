"""Words from outside in a message: shown, and nothing more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.slack.blocks import LONGEST_FIELD, LONGEST_SECTION, context, fields, option, section
from app.slack.mrkdwn import escaped, link, quoted, shortened
from tests.adf.documents import quick
from tests.slack_limits import HOSTILE, assert_mrkdwn

WORDS = st.text(st.sampled_from("ab <>&|;\n🔥"), max_size=30)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("&lt;", "&amp;lt;"),
        ("", ""),
    ],
)
def test_what_slack_would_read_is_escaped(words: str, shown: str) -> None:
    assert escaped(words) == shown


@quick
@given(WORDS, WORDS)
def test_a_link_is_one_link_whatever_its_words(path: str, words: str) -> None:
    made = link("https://a.example/" + path, words)

    assert made.count("<") == made.count(">") == made.count("|") == 1
    assert_mrkdwn(made, may_ring=())


@pytest.mark.parametrize(
    ("words", "longest", "shown"),
    [
        ("Queue", 5, "Queue"),
        ("Queue stuck", 8, "Queue s…"),
        ("Queue stuck", 7, "Queue…"),
        ("🔥🔥🔥", 2, "🔥…"),
        ("", 5, ""),
    ],
)
def test_what_is_too_long_ends_in_dots(words: str, longest: int, shown: str) -> None:
    assert shortened(words, longest) == shown


def test_every_line_of_a_quotation_is_quoted() -> None:
    assert quoted("one\n\ntwo") == "> one\n> \n> two"
    assert quoted("") == ""


@pytest.mark.parametrize("words", HOSTILE.values(), ids=list(HOSTILE))
def test_a_block_is_cut_at_slack_s_limit_and_never_within_an_entity(words: str) -> None:
    for shift in range(7):
        shown = escaped("x" * shift + words * 3)

        for text, longest in (
            (section(shown)["text"]["text"], LONGEST_SECTION),
            (context(shown)["elements"][0]["text"], LONGEST_FIELD),
            (fields([("Tags", shown)])["fields"][0]["text"], LONGEST_FIELD),
        ):
            assert len(text) <= longest
            assert_mrkdwn(text, may_ring=())


def test_ten_facts_fit_and_an_option_has_75_letters() -> None:
    assert len(fields([("label", "value")] * 12)["fields"]) == 10
    assert option("x" * 80)["value"] == "x" * 75
