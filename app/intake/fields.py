"""What the new Ops issue looks like: the form's answers as Jira's field values."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from app.adf.build import doc, paragraph, text
from app.adf.text import is_blank
from app.domain import Adf, FieldIds, IntakeRequest


def issue_fields(
    request: IntakeRequest,
    ids: FieldIds,
    project: str,
    issue_type: str,
    reporter: str | None,
    asked_by: str,
    settable: Collection[str],
    message: str | None = None,
) -> dict[str, Any]:
    """Field values for `POST /issue`; only such as may be set there (*settable*).

    *reporter* is a Jira account. Without one, or where it may not be set, the description says who asked.
    *message*: the address of the Slack message that it came from, which the description then names too.
    """
    known = reporter is not None and "reporter" in settable
    said = request.description
    if message or not known:
        said = with_message(said, asked_by, message) if message else with_reporter(said, asked_by)
    values: dict[str, Any] = {
        "summary": request.summary,
        "description": said,
        "priority": {"name": request.priority},
        ids.exception_type: {"value": request.exception_type},
        ids.team: {"value": request.team},
        ids.tags: [{"value": tag} for tag in request.tags],
        "reporter": {"id": reporter} if known else None,
    }
    wanted = {name: value for name, value in values.items() if value and name in settable}
    return {"project": {"key": project}, "issuetype": {"name": issue_type}, **wanted}


def with_reporter(description: Adf | None, asked_by: str) -> Adf:
    return _ending(description, [text(f"Reported by {asked_by} in Slack")])


def with_message(description: Adf | None, asked_by: str, message: str) -> Adf:
    see = text("see the message", [{"type": "link", "attrs": {"href": message}}])
    return _ending(description, [text(f"Asked by {asked_by} in Slack, "), see])


def _ending(description: Adf | None, line: list[dict[str, Any]]) -> Adf:
    content = [] if description is None or is_blank(description) else list(description["content"])
    return doc([*content, paragraph(line)])
