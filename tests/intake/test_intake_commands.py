"""`/ops …`: a few words have a meaning of their own; everything else is what somebody wants to report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake import blocks_lists
from app.intake.commands import Wish, solved_about, wish
from sandbox import jql_parser
from tests.builders import an_issue
from tests.slack_limits import HOSTILE, assert_message

PROJECTS = ("OPS", "YAY")
texts = pytest.mark.parametrize("words", HOSTILE.values(), ids=list(HOSTILE))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", (Wish.NEW, "")),
        (" Help ", (Wish.HELP, "")),
        ("?", (Wish.HELP, "")),
        ("mine", (Wish.MINE, "")),
        ("search  double refund", (Wish.SEARCH, "double refund")),
        ("search", (Wish.NEW, "search")),
        ("Hello team!", (Wish.HELP, "")),
        ("thanks a lot", (Wish.HELP, "")),
        ("ok but it still fails", (Wish.NEW, "ok but it still fails")),
        ("hello world page is down", (Wish.NEW, "hello world page is down")),
        ("searching for a fix", (Wish.NEW, "searching for a fix")),
        ("ops-12", (Wish.TICKET, "OPS-12")),
        ("YAY-7", (Wish.TICKET, "YAY-7")),
        ("HTTP-500", (Wish.NEW, "HTTP-500")),
        ("OPS-12 is stuck", (Wish.NEW, "OPS-12 is stuck")),
        ("help, refunds are stuck", (Wish.NEW, "help, refunds are stuck")),
        ("mine is broken", (Wish.NEW, "mine is broken")),
    ],
)
def test_what_is_meant(typed: str, meant: tuple[Wish, str]) -> None:
    assert wish(typed, PROJECTS) == meant


@pytest.mark.parametrize("words", ["", '"', "-- ??", "AND", "NOT OR"])
def test_without_a_word_there_is_nothing_to_look_for(words: str) -> None:
    assert solved_about(words, ("OPS",)) is None


@given(st.text(max_size=60))
def test_what_people_type_stays_a_text_in_the_query(words: str) -> None:
    jql = solved_about(words, ("OPS",))

    assert jql is None or (jql.count('"') == 4 and "\\" not in jql and jql_parser.read(jql))


@texts
def test_slack_takes_every_answer(words: str) -> None:
    issue = an_issue(summary=words, notes=words, team="Operations")
    some = [issue] * 12

    def browse(key: str) -> str:
        return f"https://team.atlassian.net/browse/{key}"

    for text, blocks in (
        blocks_lists.help_with("/ops"),
        blocks_lists.ticket(issue, browse),
        blocks_lists.mine(some, browse),
        blocks_lists.mine([], browse),
        blocks_lists.past_fixes(words, some, browse),
        blocks_lists.past_fixes(words, [], browse),
        blocks_lists.no_ticket("OPS-1"),
        blocks_lists.cannot(words),
    ):
        assert_message(text, blocks)
