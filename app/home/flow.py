"""Draw somebody's Home tab, as her tickets are now."""

from __future__ import annotations

from itertools import islice

from app import context, decisions, threads
from app.domain import Issue
from app.engine import flow, step
from app.errors import NotFound, Refused, SolveOnceError
from app.home import blocks, store
from app.home.lists import Lists, lists
from app.logs import event


@flow
def publish(site_id: int, user: str, team: str = "") -> None:
    draw(site_id, user, team)


@flow
def publish_unconnected(user: str, team: str = "") -> None:
    """Jira is installed nowhere yet, or nobody has said to which one this workspace belongs."""
    draw_unconnected(user, team)


@step
def draw_unconnected(user: str, team: str = "") -> None:
    with context.current().db.reading() as session:
        has_jira = bool(context.sites(session))
    context.slack(team).publish_home(user, blocks.unpaired() if has_jira else blocks.unconnected())


@step
def draw(site_id: int, user: str, team: str = "") -> None:
    """Somebody looks at it: a Jira that does not answer now is said at once. Who opens the tab again sees it anew."""
    at = context.at(site_id).within(team)
    try:
        view = blocks.home(_found(at, user), at.browse)
    except SolveOnceError as problem:
        event("home not drawn", error=problem.code, reason=str(problem))
        view = blocks.cannot(str(problem))
    at.slack.publish_home(user, view)


def _found(at: context.At, user: str) -> Lists:
    names = at.names_of_team
    with at.db.reading() as session:
        ids = threads.asked_by(session, at.site_id, user, names)
        questioned = {id for id in ids if _has_question(decisions.ended(session, at.site_id, id))}
    by_id = at.jira.issues(ids, at.fields)
    asked_for = [by_id[id] for id in ids if id in by_id]
    return lists(asked_for, _assigned(at, user), questioned, at.settings.status_needs_notes)


def _has_question(decided: list[decisions.Decision]) -> bool:
    """Whoever triages goes on when she has her answer, so a question is open until something else was decided."""
    return bool(decided) and decided[-1].what == "info"


def _assigned(at: context.At, user: str) -> list[Issue]:
    try:
        email = at.slack.person(user)["email"]
    except (Refused, NotFound):
        return []  # a scope is missing, or the person is gone
    account = at.jira.account_of(email) if email else None
    if account is None:
        return []
    ops, engineering = at.settings.ops_project, at.settings.engineering_project
    jql = (
        f'project in ("{ops}", "{engineering}") AND assignee = "{account}" AND statusCategory != Done ORDER BY key DESC'
    )
    found = list(islice(at.jira.search(jql, at.fields), MOST_ASSIGNED))
    with at.db.reading() as session:
        clones = store.clones_among(session, at.site_id, [issue.ref.id for issue in found])
    # Engineering's own tickets are none of ours.
    return [issue for issue in found if issue.ref.key.startswith(f"{ops}-") or issue.ref.id in clones]


#: Two pages of Jira's: whoever has more assigned than that looks at the board.
MOST_ASSIGNED = 200
