"""A ticket for a workflow: as for anybody else, and then the workflow goes on with its key, or hears why there is none."""

from __future__ import annotations

from typing import Any

from app import context
from app.engine import flow, step
from app.errors import Misconfigured, NotFound, Refused
from app.intake import steps, store
from app.intake.flow import create_issue, find_reporter, find_site, link_thread, open_thread, say_it_failed
from app.intake.flow_files import conversation
from app.intake.request import problems
from app.logs import event


@flow
def run_step(request_id: str) -> None:
    """Completed last: the token of the step is over when the step is."""
    site_id = find_site(request_id)
    problem = what_is_missing(request_id)
    if problem:
        fail_step(request_id, problem)
        return
    find_reporter(site_id, request_id)
    try:
        create_issue(site_id, request_id)
    except (Refused, Misconfigured, NotFound) as error:
        fail_step(request_id, f"Jira did not take the ticket: {error} The request is kept; it can be tried again.")
        say_it_failed(site_id, request_id, str(error))
        raise
    try:
        open_thread(site_id, request_id)
        link_thread(site_id, request_id)
    except (Refused, Misconfigured, NotFound) as error:
        fail_step(request_id, f"The ticket is in Jira, but its thread could not be opened: {error}")
        raise
    complete_step(site_id, request_id)


@step
def what_is_missing(request_id: str) -> str | None:
    with context.current().db.reading() as session:
        wrong = problems(store.request_of(store.get(session, request_id)))
    return " ".join(wrong.values()) or None


@step
def complete_step(site_id: int, request_id: str) -> None:
    at = context.at(site_id)
    with at.db.reading() as session:
        issue_id = store.get(session, request_id).issue_id
    assert issue_id, f"request {request_id} has no issue yet"
    at = context.at(site_id, issue_id)
    talk, issue = conversation(at, issue_id), at.issue(issue_id)
    link = at.slack.permalink(talk.card)
    place = (talk.thread.channel, talk.thread.ts)
    outputs = steps.outputs_of(issue.ref.key, at.browse(issue.ref.key), link, *place, issue.status.name)
    _end(request_id, {"outputs": outputs})


@step
def fail_step(request_id: str, reason: str) -> None:
    """*reason* is read by whoever looks at the workflow's activity."""
    _end(request_id, {"error": reason})


def _end(request_id: str, outcome: dict[str, Any]) -> None:
    """With the step's own token, and when that is over (fifteen minutes: Jira was away) with ours."""
    runtime = context.current()
    with runtime.db.reading() as session:
        row = store.get(session, request_id)
        execution, team = row.asked["execution"], store.team_of(row)
    if "token" not in execution:
        return
    tokens, slack = (runtime.vault.open(execution["token"]), context.slack_token(team)), context.slack(team)
    if not any(slack.end_step(execution["id"], token, outcome) for token in tokens if token):
        event("workflow not told", request=request_id)  # its time is over; the ticket is there all the same
    with runtime.db.writing() as session:
        row = store.get(session, request_id)
        row.asked = {**row.asked, "execution": {"id": execution["id"]}}
