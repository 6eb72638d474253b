"""Two people changed the same: whose text stands, what a choice makes of it later, and the card that asks."""

from __future__ import annotations

import pytest

from app.adf.build import doc
from app.adf.canonical import canonical
from app.domain import Adf
from app.domain_handoff import Choice
from app.handoff.blocks_clash import ACTION, Card, Side, asking, settled, too_late
from app.handoff.clash import Clash, chosen, clash_id, excerpt, overlaps, standing
from tests.builders import a_text

BASE = a_text("first", "it broke at noon", "last")
CLASH = Clash(BASE, a_text("first", "it broke at one", "last"), a_text("first", "it broke at two", "last"), Choice.OPS)
UNKNOWN = Clash(None, a_text("ours"), a_text("theirs"), Choice.BOTH)


def test_what_stands_is_what_the_rule_says() -> None:
    assert canonical(standing(CLASH)) == canonical(CLASH.ops)
    assert [excerpt(part.theirs) for part in overlaps(CLASH)] == ["it broke at two"]
    assert canonical(standing(UNKNOWN)) == canonical(a_text("ours", "theirs"))


@pytest.mark.parametrize(
    ("choice", "lines"),
    [
        (Choice.OPS, ["first, edited since", "it broke at one", "last"]),
        (Choice.ENGINEERING, ["first, edited since", "it broke at two", "last"]),
        (Choice.BOTH, ["first, edited since", "it broke at one", "it broke at two", "last"]),
    ],
)
def test_a_choice_changes_only_what_clashed(choice: Choice, lines: list[str]) -> None:
    now = a_text("first, edited since", "it broke at one", "last")

    found = chosen(CLASH, choice, now)

    assert canonical(found) == canonical(a_text(*lines))
    # Once more, after a crash between the two writes:
    assert canonical(chosen(CLASH, choice, found)) == canonical(found)


@pytest.mark.parametrize("now", [a_text("first", "it broke at three", "last"), a_text("first", "last"), None])
@pytest.mark.parametrize("choice", Choice)
def test_a_choice_comes_too_late_when_the_text_was_edited_there(choice: Choice, now: Adf | None) -> None:
    assert chosen(CLASH, choice, now) is None


@pytest.mark.parametrize(("choice", "text"), [(Choice.OPS, "ours"), (Choice.ENGINEERING, "theirs")])
def test_where_nobody_knows_what_it_was_the_choice_is_a_whole_text(choice: Choice, text: str) -> None:
    assert canonical(chosen(UNKNOWN, choice, standing(UNKNOWN))) == canonical(a_text(text))


def test_the_same_clash_has_the_same_name() -> None:
    names = {clash_id(1, "10001", "notes", each) for each in (CLASH, CLASH, UNKNOWN)}
    names |= {clash_id(2, "10001", "notes", CLASH), clash_id(1, "10001", "description", CLASH)}

    assert len(names) == 4


OPS = Side("OPS-12", "https://a.example/browse/OPS-12", "Ann <!channel>", "it broke at one & <b>")
CARD = Card("c1", "Description", OPS, Side("YAY-7", "https://a.example/browse/YAY-7", "", "x" * 5000), Choice.OPS)


def test_the_buttons_say_by_ticket_whose_text_is_kept() -> None:
    _, blocks = asking(CARD)

    buttons = blocks[-1]["elements"]
    assert [each["text"]["text"] for each in buttons] == ["Keep OPS-12's", "Keep YAY-7's", "Keep both"]
    assert [each["action_id"] for each in buttons] == [ACTION + choice for choice in ("ops", "engineering", "both")]
    assert {each["value"] for each in buttons} == {"c1"}


def test_what_people_wrote_is_data_on_the_card() -> None:
    _, blocks = asking(CARD)

    said = str(blocks)
    assert "<!channel>" not in said
    assert "it broke at one &amp; &lt;b&gt;" in said
    assert "somebody" in said
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks if block["type"] == "section")


def test_a_settled_card_has_no_buttons_and_says_who_chose() -> None:
    for _, blocks in (settled(CARD, Choice.BOTH, "U0ANN"), too_late(CARD, "U0ANN")):
        assert "actions" not in {block["type"] for block in blocks}
        assert "<@U0ANN>" in str(blocks[-1])


def test_a_side_without_words_is_shown_as_such() -> None:
    _, blocks = asking(Card("c1", "Description", OPS, Side("YAY-7", "u", "Bob", ""), Choice.OPS))

    assert "something without words" in str(blocks)
    assert excerpt(doc([{"type": "rule"}])["content"]) == ""
