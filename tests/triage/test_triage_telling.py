"""What the thread is told: where the ticket is now, once."""

from __future__ import annotations

import pytest

from app.domain import Status, StatusCategory
from app.triage.telling import sentence
from tests.builders import CATEGORIES, a_status
from tests.slack_limits import HOSTILE, assert_mrkdwn


@pytest.mark.parametrize("name", CATEGORIES)
def test_every_column_of_both_boards_has_its_sentence(name: str) -> None:
    assert sentence("OPS-1", a_status(name)).endswith(f" OPS-1 is now *{name}*.")


def test_each_category_has_its_sign() -> None:
    assert len({sentence("OPS-1", Status("1", "x", category)) for category in StatusCategory}) == 3


@pytest.mark.parametrize("name", HOSTILE.values(), ids=list(HOSTILE))
def test_a_status_may_have_any_name(name: str) -> None:
    assert_mrkdwn(sentence("OPS-1", Status("1", name, StatusCategory.DONE)), may_ring=())
