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
) -> dict[str, Any]:
    """Field values for `POST /issue`; only such as may be set there (*settable*).

    *reporter* is a Jira account. Without one, or where it may not be set, the description says who asked.
    """
    known = reporter is not None and "reporter" in settable
    values: dict[str, Any] = {
        "summary": request.summary,
        "description": request.description if known else with_reporter(request.description, asked_by),
        "priority": {"name": request.priority},
        ids.exception_type: {"value": request.exception_type},
        ids.team: {"value": request.team},
        ids.tags: [{"value": tag} for tag in request.tags],
        "reporter": {"id": reporter} if known else None,
    }
    wanted = {name: value for name, value in values.items() if value and name in settable}
    return {"project": {"key": project}, "issuetype": {"name": issue_type}, **wanted}


def with_reporter(description: Adf | None, asked_by: str) -> Adf:
    line = paragraph([text(f"Reported by {asked_by} in Slack")])
    content = [] if description is None or is_blank(description) else list(description["content"])
    return doc([*content, line])
