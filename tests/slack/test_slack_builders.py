"""Every message, form and tab that we can produce, with hostile words wherever words come from outside: Slack takes each."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.domain import Person, Status, StatusCategory
from app.domain_handoff import Choice, LeftOut
from app.handoff import blocks as alert
from app.handoff import blocks_clash as clash
from app.handoff import notices
from app.handoff.notices import Notice
from app.handoff.taking import Taking
from app.home import blocks as home
from app.home.lists import Lists
from app.intake import blocks as intake
from app.intake import blocks_files as files
from app.intake import blocks_lists as lists
from app.intake.drafting import draft
from app.intake.guessing import words_in
from app.intake.origin import Origin
from app.publishing import blocks as review
from app.slack.blocks import section
from app.slack.mrkdwn import escaped
from app.triage import blocks as triage
from app.triage.reading import FORMS, About
from app.triage.showing import shown_of
from app.triage.telling import Change, digest
from app.workflow import gate
from tests.builders import a_text, an_issue
from tests.slack_limits import HOSTILE, assert_message, assert_modal, assert_mrkdwn, walk
from tests.specs import complaints

ROOT = Path(__file__).parents[2]
URL, KEY, WHO = "https://team.atlassian.net/browse/OPS-1", "OPS-1", "U0RILEY"
WORDS = words_in((ROOT / "app/intake/words.toml").read_text())
ORIGIN = Origin("1.2", "1.1", WHO, ("F1", "F2"))


def browse(key: str) -> str:
    return f"https://team.atlassian.net/browse/{key}"


def issue(words: str) -> Any:
    person = Person("a", words)
    named = {"team": words, "exception_type": words, "priority": words, "tags": (words, words)}
    return an_issue(summary=words, assignee=person, reporter=person, notes=a_text(words, words), **named)


def asked(words: str) -> dict[str, Any]:
    guess = {"field": "team", "value": words, "because": [words[:40], words[:40]]}
    named = {"exception_type": words, "team": words, "priority": words[:255], "owner": words}
    return {"summary": words, "tags": [words] * 3, "user": WHO, "guessed": [guess], **named}


def card(words: str) -> clash.Card:
    ops, engineering = clash.Side(KEY, URL, words[:250], words), clash.Side("YAY-1", URL, words[:250], words)
    return clash.Card("c1", words[:250], ops, engineering, Choice.BOTH)


def shown(words: str, **more: Any) -> Any:
    return {**shown_of(issue(words)), **more}


def stuck(words: str) -> dict[str, str]:
    return notices.stuck(words[:60], words[:60], words[:500])


#: Room and builder → what it makes of hostile words.
BUILDERS: dict[str, Callable[[str], Any]] = {
    "intake.form": lambda w: intake.form("C1", draft(escaped(w), WORDS), ORIGIN),
    "intake.submitting": lambda w: intake.submitting(),
    "intake.already": lambda w: intake.already(KEY, URL),
    "intake.being_made": lambda w: intake.being_made(),
    "intake.created": lambda w: intake.created(KEY, URL, URL),
    "intake.not_created": lambda w: intake.not_created(asked(w), w),
    "intake.waits_for_pairing": lambda w: intake.waits_for_pairing("T0123"),
    "intake.not_read": lambda w: intake.not_read("ticket", w),
    "intake.card": lambda w: intake.card(KEY, URL, asked(w), w[:100]),
    "intake.withheld": lambda w: intake.withheld(KEY, URL),
    "intake.of_ours": lambda w: intake.of_ours(),
    "intake.queued": lambda w: intake.queued({"summary": w, "user": WHO}),
    "intake.not_queued": lambda w: intake.not_queued({"summary": w, "user": WHO}),
    "intake.unopened": lambda w: intake.unopened(escaped(w)),
    "files.not_copied": lambda w: files.not_copied(KEY, w, w, URL),
    "files.not_followed": lambda w: files.not_followed(KEY, URL, True),
    "lists.help_with": lambda w: lists.help_with("/ops"),
    "lists.ticket": lambda w: lists.ticket(issue(w), browse),
    "lists.mine": lambda w: lists.mine([issue(w)] * 40, browse),
    "lists.past_fixes": lambda w: lists.past_fixes(w, [issue(w)] * 40, browse),
    "lists.no_ticket": lambda w: lists.no_ticket(w[:100]),
    "lists.cannot": lambda w: lists.cannot(w),
    "triage.controls": lambda w: triage.controls(shown(w), URL, w, True, [escaped(w[:300])]),
    "triage.closed": lambda w: triage.closed(shown(w), URL, w[:250]),
    "triage.form": lambda w: [triage.form(About(1, "10001", what), KEY) for what in FORMS],
    "triage.ended": lambda w: triage.ended(WHO, KEY, URL, w[:250], triage.quoted_reason(w), w[:100]),
    "triage.question": lambda w: triage.question(WHO, KEY, w[:250], w),
    "triage.not_taken": lambda w: triage.not_taken(KEY, escaped(w[:500]), w * 9),
    "triage.note": lambda w: triage.note(escaped(w[:500])),
    "review.ask_notes": lambda w: review.ask_notes(WHO, KEY, URL, a_text(w, w), "1:10001"),
    "review.ask_elsewhere": lambda w: review.ask_elsewhere(WHO, KEY, URL),
    "review.answered": lambda w: review.answered(KEY, URL, a_text(w, w), escaped(w[:250])),
    "review.write_notes": lambda w: review.write_notes(escaped(w[:500]), "1:10001"),
    "review.not_taken": lambda w: review.not_taken(KEY, escaped(w[:500]), w * 9),
    "review.not_solved": lambda w: review.not_solved(w[:250], KEY, w),
    "review.loading": lambda w: review.loading(),
    "review.cannot_read": lambda w: review.cannot_read(w),
    "review.not_yours": lambda w: review.not_yours(escaped(w[:500])),
    "review.editor": lambda w: review.editor("1:10001", KEY, a_text(w, w), "x" * 64),
    "review.reason": lambda w: review.reason("1:10001"),
    "alert.alert": lambda w: [
        alert.alert(issue(w), "YAY-1", URL, URL, [LeftOut(w[:250], w[:250])], "1:10001", taken, [w[:250]] * 9)
        for taken in (None, WHO)
    ],
    "alert.not_alerted": lambda w: alert.not_alerted("YAY-1", w[:80], w),
    "alert.no_account": lambda w: alert.no_account(KEY, URL),
    "alert.problem": lambda w: [alert.problem(each, KEY, URL, w, w) for each in Taking],
    "clash.asking": lambda w: clash.asking(card(w)),
    "clash.settled": lambda w: clash.settled(card(w), Choice.OPS, WHO),
    "clash.too_late": lambda w: clash.too_late(card(w), WHO),
    "clash.not_written": lambda w: [clash.not_written(KEY, "YAY-1", each) for each in (None, "", WHO)],
    "home.home": lambda w: home.home(Lists((issue(w),) * 40, (issue(w),) * 40, (issue(w),) * 40), browse),
    "home.unconnected": lambda w: home.unconnected(),
    "home.unpaired": lambda w: home.unpaired(),
    "home.cannot": lambda w: home.cannot(w),
}
#: What makes sentences without a builder of blocks.
SENTENCES: dict[str, Callable[[str], str]] = {
    "a pair that is stuck": lambda w: notices.sentence(Notice(notices.STUCK_OPS, stuck(w)), KEY, "YAY-1"),
    "a clone that is stuck": lambda w: notices.stays(stuck(w), "YAY-1"),
    "sent back": lambda w: gate.sent_back(KEY, URL, w[:250], w[:60]),
    "not sent back": lambda w: gate.stays(KEY, URL, w[:100], w[:60], w[:500]),
    "news": lambda w: digest(
        KEY,
        Status("1", w[:100], StatusCategory.DONE),
        [Change("status", w[:60]), Change("owner", w[:120], w[:120]), Change("severity", w[:60], w[:120])],
    ),
}
#: Functions of those modules that are read from or written into buttons, and build nothing.
NO_BUILDERS = {"intake.as_it_is", "triage.quoted_reason", "alert.button_value", "alert.pressed"}
hostile = pytest.mark.parametrize("words", HOSTILE.values(), ids=list(HOSTILE))


@hostile
@pytest.mark.parametrize("builder", BUILDERS)
def test_slack_takes_whatever_we_say(builder: str, words: str) -> None:
    assert_taken(BUILDERS[builder](words))


@hostile
@pytest.mark.parametrize("sentence", SENTENCES)
def test_slack_takes_every_sentence(sentence: str, words: str) -> None:
    assert_taken(SENTENCES[sentence](words))


def assert_taken(made: Any) -> None:
    if isinstance(made, list):
        for each in made:
            assert_taken(each)
    elif isinstance(made, str):
        assert_message(made, [section(made)], may_ring=(WHO,))
    elif isinstance(made, tuple):
        assert_message(*made, may_ring=(WHO,))
    elif made["type"] == "modal":
        assert_modal(made, may_ring=(WHO,))
    else:
        for each in walk(made):
            if each.get("type") == "mrkdwn":
                assert_mrkdwn(each["text"], ())
        assert complaints(made, "schemas/slack/blockkit.home.schema.json") == []


def test_no_builder_is_left_out() -> None:
    """Whoever writes a new one puts it into the table above."""
    there = set()
    for path in sorted((ROOT / "app").glob("*/blocks*.py")):
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        if path.parent.name == "slack":
            continue  # the pieces
        name = next(short for short, known in MODULES.items() if known is module)
        functions = inspect.getmembers(module, inspect.isfunction)
        there |= {f"{name}.{each}" for each, made in functions if made.__module__ == module.__name__ and each[0] != "_"}

    assert there - NO_BUILDERS == set(BUILDERS)


MODULES = {
    "intake": intake,
    "files": files,
    "lists": lists,
    "triage": triage,
    "review": review,
    "alert": alert,
    "clash": clash,
    "home": home,
}
