"""What people are told about a pair."""

from __future__ import annotations

import pytest

from app.handoff import notices
from app.handoff.notices import FOR_ENGINEERING, FOR_OPS, Notice, sentence, stuck

OPS, ENGINEERING = "<https://jira/OPS-1|OPS-1>", "<https://jira/YAY-1|YAY-1>"


def told(kind: str, **about: str) -> str:
    return sentence(Notice(kind, about), OPS, ENGINEERING)


def test_no_way_names_both_statuses_and_where_to_add_the_transition() -> None:
    words = told(notices.STUCK_OPS, **stuck("In Progress", "Sent to Engineering", ""))

    assert f"{OPS} stays in *In Progress*: no transition leads from there to *Sent to Engineering*" in words
    assert "add a transition from *In Progress* to *Sent to Engineering* to the project's workflow" in words
    assert "the permission to transition issues" in words


def test_a_refusal_is_told_in_jira_s_own_words_and_nothing_in_them_rings() -> None:
    no = "POST /rest/api/3/issue/10001/transitions: 400 Ask <!channel> & wait"
    words = told(notices.STUCK_ENGINEERING, **stuck("Backlog", "Done", no))

    assert f"{ENGINEERING} stays in *Backlog*" in words
    assert "saying “Ask &lt;!channel&gt; &amp; wait”" in words
    assert "POST" not in words


def test_a_status_s_name_is_data() -> None:
    assert "*&lt;!here&gt;*" in told(notices.STUCK_OPS, **stuck("<!here>", "Done", ""))


@pytest.mark.parametrize(
    ("why", "said", "advice"),
    [
        ("engineering deleted", f"{ENGINEERING} was deleted", "no second clone is made"),
        ("ops deleted", f"{OPS} was deleted", f"{ENGINEERING} stays as it is: close it if nobody needs it"),
        ("engineering moved", f"{ENGINEERING} was moved to another project", "Move it back"),
        ("ops moved", f"{OPS} was moved to another project", "Move it back"),
        (
            "engineering gone",
            "or out of the app's sight (another project, a security level)",
            "Let the app's user see it again",
        ),
        ("ops closed", "lost the permission to browse its project", "Let the app's user see it again"),
    ],
)
def test_a_frozen_pair_says_why_and_what_to_do(why: str, said: str, advice: str) -> None:
    words = told(notices.FROZEN, why=why)

    assert said in words
    assert advice in words
    assert f"Nothing is carried between {OPS} and {ENGINEERING} any more." in words


@pytest.mark.parametrize(
    ("fate", "said"),
    [
        ("closed", f"Nobody had started {ENGINEERING}, so it is closed"),
        ("not started", f"Nobody has started {ENGINEERING}; it should be closed, and I could not"),
        ("started", f"{ENGINEERING} was started, so it stays open: finish it or close it."),
        ("done", f"{ENGINEERING} is done and stays so"),
    ],
)
def test_back_with_operations_tells_what_became_of_the_clone(fate: str, said: str) -> None:
    words = told(notices.RETURNED, clone=fate)

    assert words.startswith(f":leftwards_arrow_with_hook: {OPS} is back with Operations.")
    assert said in words


def test_every_kind_has_a_sentence_and_somebody_who_hears_it() -> None:
    plain = {notices.BACK, notices.UNLINKED, notices.AGAIN, notices.CLOSED_EARLY, notices.FINISHED_ANYWAY}

    for kind in plain:
        assert OPS in told(kind)
        assert ENGINEERING in told(kind)
    spoken = plain | {notices.STUCK_OPS, notices.STUCK_ENGINEERING, notices.FROZEN, notices.RETURNED}
    assert spoken == FOR_OPS | FOR_ENGINEERING
