"""The setting HANDOFF_FIELDS: a line for each field, and a clear word about a line that is wrong."""

from __future__ import annotations

import pytest

from app.domain_handoff import FieldRule, OnClash, Way
from app.errors import Misconfigured
from app.handoff.sync_table import field_rules
from app.settings import Settings


def test_by_default_the_two_texts_follow_each_other_and_the_rest_is_carried_once() -> None:
    rules = field_rules(Settings().handoff_fields)

    assert [rule.ops for rule in rules if rule.way is Way.BOTH] == ["Description", "Resolution Notes"]
    assert {rule.way for rule in rules} == {Way.BOTH, Way.ONCE}


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Priority -> Severity", FieldRule("Priority", "Severity", Way.TO_ENGINEERING)),
        ("A <- B : newest", FieldRule("A", "B", Way.TO_OPS, OnClash.NEWEST)),
        ("customfield_1<->customfield_2:ops", FieldRule("customfield_1", "customfield_2", Way.BOTH, OnClash.OPS)),
        ("Who pays? => Who pays?", FieldRule("Who pays?", "Who pays?", Way.ONCE)),
    ],
)
def test_a_line_names_two_fields_a_way_and_who_wins(line: str, rule: FieldRule) -> None:
    assert field_rules(f" {line} ; ") == (rule,)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("Priority", "'Priority' is no rule"),
        ("-> B", "is no rule"),
        ("A -> B : loudest", "no way to settle"),
        ("Comment <-> Comment", "cannot travel"),
        ("status -> Status", "cannot travel"),
        ("A -> B; A -> C", "names 'a' twice"),
        ("A -> B; C -> b", "names 'b' twice"),
    ],
)
def test_a_line_that_is_wrong_is_named(setting: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        field_rules(setting)
