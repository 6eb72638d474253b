"""By itself, every hour: do the pairs hold? No event tells of what was deleted while we were deaf, or hidden by a permission."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from app import context, engine
from app.domain_handoff import Handoff
from app.engine import flow, step
from app.engine_schedules import scheduled
from app.errors import Misconfigured, NotFound, Refused, Unavailable
from app.handoff import store
from app.handoff.standing import stands_otherwise
from app.logs import event


@scheduled("handoff.watch_pairs", "11 * * * *")
def watch_pairs(moment: str) -> None:
    """Each site's pairs are looked over."""
    look_at_sites(moment)


@step
def look_at_sites(moment: str) -> None:
    with context.current().db.writing() as session:
        context.start_at_each(session, context.sites(session), "handoff.watch", moment, "pairs")


@flow
def watch(site_id: int, moment: str) -> None:
    """Those that engineering works on, and those that are frozen. *moment*: when it was asked for."""
    look_over(site_id, moment)


@step
def look_over(site_id: int, moment: str) -> None:
    """A project that is closed to us, or renamed, would freeze all its pairs, and tell each of their threads.

    That is for the administrator: it stands in the log, and `doctor` says it.
    """
    at = context.at(site_id)
    with at.db.reading() as session:
        pairs = store.under_way(session, site_id)
    try:
        if not pairs or not _finds_projects(at):
            return
        changed = _changed(at, pairs)
    except (Misconfigured, Refused, NotFound, Unavailable) as error:
        # The next look tries again, and `doctor` says why; looks that waited for a Jira that is away would pile up.
        event("pairs not watched", level=logging.ERROR, site=site_id, reason=str(error))
        return
    with at.db.writing() as session:
        for each in changed:
            lane = f"{site_id}:{each.ops.id}"
            run = f"{site_id}:{moment}:{each.ops.id}"
            engine.enqueue(session, "handoff.progress", site_id, each.ops.id, id=run, lane=lane)


def _finds_projects(at: context.At) -> bool:
    amiss = [why for key in _projects(at) if (why := _amiss(at, key))]
    for why in amiss:
        event("pairs not watched", level=logging.ERROR, site=at.site_id, reason=why)
    return not amiss


def _amiss(at: context.At, project: str) -> str:
    """Why the project is not what its tickets can be measured by; empty if it is."""
    try:
        now = at.survey.project_key(project)
    except NotFound:
        return f"project {project} is closed to the app"
    return "" if now == project else f"project {project} is called {now} now, and the settings do not say so"


def _changed(at: context.At, pairs: Sequence[Handoff]) -> list[Handoff]:
    """Only candidates: whoever freezes or thaws a pair reads both of its tickets again."""
    places = at.survey.places([id for each in pairs for id in (each.ops.id, each.engineering.id)])
    ops_project, engineering_project = _projects(at)
    return [
        each
        for each in pairs
        if stands_otherwise(
            each, places.get(each.ops.id), places.get(each.engineering.id), ops_project, engineering_project
        )
    ]


def _projects(at: context.At) -> tuple[str, str]:
    return at.settings.ops_project, at.settings.engineering_project
