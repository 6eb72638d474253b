"""Jira expressions: the validator that apps bring, and what errs."""

from __future__ import annotations

from typing import Any

import pytest
from jira_client import a_document
from recording_app import NOT_EMPTY, REFUSAL

from sandbox.expressions import Entity, ExpressionError, RichText, evaluate

PICTURE = {"type": "mediaSingle", "content": [{"type": "media", "attrs": {"type": "file", "id": "x"}}]}


def a_list(text: str) -> dict[str, Any]:
    item = {"type": "listItem", "content": a_document(text)["content"]}
    return {"type": "doc", "version": 1, "content": [{"type": "bulletList", "content": [item]}]}


@pytest.mark.parametrize(
    ("value", "passes"),
    [
        (None, False),
        ("", False),
        ("  \n", False),
        ("Restarted", True),
        ({"type": "doc", "content": []}, False),
        (a_document(""), False),
        (a_document("   "), False),
        (a_document("", "Restarted"), True),
        (a_list("Restarted"), True),
        (a_list(" "), False),
        ({"type": "doc", "version": 1, "content": [PICTURE]}, False),
        ({"type": "doc", "version": 1, "content": [PICTURE, *a_document("see above")["content"]]}, True),
        (RichText(a_document("Restarted")), True),
        (RichText(a_document(" ")), False),
        (0, True),
        (3.5, True),
        (False, True),
        ([], False),
        ([{"id": "10209", "value": "Ops - ticketing"}], True),
        ({"id": "10207", "value": "Engineering"}, True),
    ],
    ids=str,
)
def test_the_validator_takes_text_and_nothing_that_only_looks_like_it(value: Any, passes: bool) -> None:
    issue = Entity("Issue", {"customfield_1": value})

    assert evaluate(NOT_EMPTY, {"issue": issue, "config": {"fieldId": "customfield_1"}}) is passes


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"fieldName": "Notes"}, "Notes must be filled in before this transition."),
        ({}, "The required field must be filled in before this transition."),
        (None, "The required field must be filled in before this transition."),
    ],
)
def test_the_refusal_names_the_field_if_it_can(config: Any, text: str) -> None:
    assert evaluate(REFUSAL, {"config": config}) == text


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("(1 + 2) * 3 % 4", 1),
        ("-2 < 1 && !(2 >= 3)", True),
        ("true || missing", True),
        ("false && missing", False),
        ("null ?? 'x'", "x"),
        ("'a' + 1", "a1"),
        ("1 == '1'", False),
        ("true == 1", False),
        ("null == null", True),
        ("'it\\'s'", "it's"),
        ("let a = 2; let b = a * a; a + b", 6),
        ("user?.name?.first", None),
        ("user?.name.first", None),
        ("user == null ? 'nobody' : user.name", "nobody"),
        ("false ? 1 : true ? 2 : 3", 2),
        ("[1, 'x'].length", 2),
        ("['a', 'b'].includes('b')", True),
        ("['a', 'b'][1]", "b"),
        ("' Ab '.trim().toLowerCase().length", 2),
        ("issue['key']", "OPS-1"),
        ("config.tags.join('-')", "a-b"),
        ("config.unknown", None),
        ("typeof null", "null"),
        ("typeof issue", "Issue"),
        ("typeof 1 + typeof 'x' + typeof true + typeof [] + typeof config", "NumberStringBooleanListMap"),
    ],
)
def test_an_expression_has_its_value(expression: str, value: Any) -> None:
    variables = {"user": None, "issue": Entity("Issue", {"key": "OPS-1"}), "config": {"tags": ["a", "b"]}}

    assert evaluate(expression, variables) == value


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "issue.nothing",
        "user.name",
        "missing",
        "1 +",
        "(1",
        "1 2",
        "let = 1; 2",
        "'open",
        "1 ? 2 : 3",
        "!'x'",
        "1 && true",
        "1 < 'x'",
        "null + 1",
        "1 / 0",
        "[1][5]",
        "'x'.explode()",
        "'x'.includes(1)",
        "new RichText('x')",
        "new RichText({})",
        "new Issue()",
        "[1, 2].map(x => x)",
        "a = 1",
        "# 1",
        "1 " + "+ 1" * 400,
    ],
)
def test_whatever_is_not_understood_is_an_error(expression: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(expression, {"user": None, "issue": Entity("Issue", {"key": "OPS-1"})})
