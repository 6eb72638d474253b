"""No special formatting: casual words become a line that says what it is about, and a description that reads well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adf.mrkdwn import to_rich_text
from app.adf.slack import to_adf
from app.adf.text import plain_text
from app.domain import Adf
from app.intake.structuring import LONG, summary, with_code
from sandbox import adf_check

JAVA = "java.lang.IllegalStateException: no lease\n    at com.acme.Queue.take(Queue.java:31)\nCaused by: x.Y: z"
PYTHON = 'Traceback (most recent call last):\n  File "a.py", line 3, in x\n    foo()\nValueError: bad'
LOG = "2026-11-22 10:00:01 ERROR worker died\n2026-11-22 10:00:02 INFO restarting"


def written(mrkdwn: str) -> Adf | None:
    return with_code(to_adf(to_rich_text(mrkdwn)))


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("Refunds are stuck", "Refunds are stuck"),
        ("hey team, refunds are stuck since 9. Please help!", "refunds are stuck since 9"),
        ("Hi all\nthe gate at venue 7 does not open", "the gate at venue 7 does not open"),
        ("<@U07> good morning! Badge printer is out of ribbons", "Badge printer is out of ribbons"),
        ("Help. The whole checkout is down.", "Help. The whole checkout is down"),
        (f"It fails with this:\n{JAVA}", "It fails with this:"),
        (PYTHON, "ValueError: bad"),
        ("word " * 60, ("word " * 24).strip() + "…"),
        ("", ""),
    ],
)
def test_the_first_sentence_that_says_something_is_the_summary(said: str, line: str) -> None:
    assert summary(written(said)) == line


@pytest.mark.parametrize("code", [JAVA, PYTHON, LOG, 'GET /orders HTTP/1.1\nHTTP/1.1 500\n{"error": "x"}'])
def test_pasted_logs_and_stack_traces_become_code_letter_by_letter(code: str) -> None:
    content = (written(f"look at this\n{code}\nthanks") or {})["content"]

    assert [node["type"] for node in content] == ["paragraph", "codeBlock", "paragraph"]
    assert content[1]["content"][0]["text"] == code


@pytest.mark.parametrize(
    "said",
    ["at the venue (gate 3)", "INFO desk is closed", "Error: it says so", "10:30 doors open", "GET /well soon", "a\nb"],
)
def test_what_only_looks_a_little_like_a_log_stays_prose(said: str) -> None:
    assert [node["type"] for node in (written(said) or {})["content"]] == ["paragraph"]


LINES = st.sampled_from(["Refunds are stuck", "hi", JAVA, PYTHON, LOG, "• one", "&gt; quoted", "", "*bold* `code`"])


@given(st.lists(LINES, max_size=8))
def test_no_word_is_lost_and_jira_takes_it(lines: list[str]) -> None:
    plain = to_adf(to_rich_text("\n".join(lines)))
    made = with_code(plain)

    assert plain_text(made).split() == plain_text(plain).split()
    assert made is None or adf_check.is_valid(made)
    assert len(summary(made)) <= LONG
