"""Which flows an event starts, by name. This table is the whole of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.domain import IssueEvent
from app.settings import Settings

OPS, ENGINEERING, ANYWHERE = "ops", "engineering", "anywhere"
PAIR, OWN, TALK, LOG = "pair", "own", "talk", "log"


@dataclass(frozen=True)
class Subscription:
    flow: str
    #: In which of the two projects the issue must lie; None for either, ANYWHERE for any project of the site.
    side: str | None
    when: Callable[[IssueEvent, Settings], bool]
    #: Whether an echo of our own write counts: only where somebody has to hear of it.
    echoes: bool
    #: `pair`: all about an Ops issue and its clone runs one at a time, in order; what is neither starts nothing.
    #: `own`: the same, but one of engineering's own tickets counts too, by itself. `talk`: what people are told about an
    #: Ops issue is in order too, and apart, so that Slack does not hold up the tickets. `log`: that a row waits to be
    #: written; the log's one writer has a lane of its own.
    lane: str = PAIR
    #: Only for an issue that has a clone or is one; the hand-off itself looks after what was there before.
    paired: bool = False


def _created(event: IssueEvent, settings: Settings) -> bool:
    return event.kind == "issue_created"


def _team_changed(event: IssueEvent, settings: Settings) -> bool:
    return event.changed(settings.field_team)


def _shared_changed(event: IssueEvent, settings: Settings) -> bool:
    return event.changed(*settings.followed_fields)


def _files_changed(event: IssueEvent, settings: Settings) -> bool:
    return event.changed("Attachment")


def _perhaps_slipped(event: IssueEvent, settings: Settings) -> bool:
    """Done, and perhaps without Resolution Notes: the validator sees transitions alone."""
    return event.done and (event.kind == "issue_created" or event.changed("status", settings.field_notes))


def _row_changed(event: IssueEvent, settings: Settings) -> bool:
    """A finished issue, and something that its row in the log shows."""
    shown = (settings.field_exception_type, settings.field_tags, settings.field_notes)
    told = event.changed("status", "summary", "description", "reporter", *shown)
    return event.done and told and event.project in settings.logged_projects


def _seen_by_others(event: IssueEvent, settings: Settings) -> bool:
    """Whether done or not: its row may not be for everybody's eyes any more."""
    return event.changed("security")


def _stands_otherwise(event: IssueEvent, settings: Settings) -> bool:
    """Its status, or who may see it."""
    return event.changed("status", "security")


def _deleted(event: IssueEvent, settings: Settings) -> bool:
    return event.kind == "issue_deleted"


def _linked(event: IssueEvent, settings: Settings) -> bool:
    """A link was made or taken away."""
    return event.changed("Link")


def _left(event: IssueEvent, settings: Settings) -> bool:
    """The issue was moved and has another key: its row shows the new one, or may not stand in the log any more."""
    return event.changed("Key")


def _told_changed(event: IssueEvent, settings: Settings) -> bool:
    """What the thread is told of."""
    return event.changed("status", "assignee", "priority")


def _shown_changed(event: IssueEvent, settings: Settings) -> bool:
    """What the ticket's card and its triage controls show, or may show."""
    shown = (settings.field_exception_type, settings.field_team, settings.field_tags)
    return event.changed("status", "assignee", "priority", "summary", "security", *shown)


SUBSCRIPTIONS = (
    Subscription("handoff.route", OPS, _created, echoes=True),
    Subscription("handoff.route", OPS, _team_changed, echoes=False),
    Subscription("handoff.sync", None, _shared_changed, echoes=False),
    Subscription("handoff.files", None, _files_changed, echoes=False, paired=True),
    # Before the clone's progress is followed, and after the texts are the same again.
    Subscription("workflow.send_back", None, _perhaps_slipped, echoes=True, lane=OWN),
    Subscription("handoff.progress", None, _stands_otherwise, echoes=False),
    # Wherever it went: the event tells the project in which the issue lies now.
    Subscription("handoff.progress", ANYWHERE, _left, echoes=False),
    # What people did to it elsewhere concerned nobody there.
    Subscription("handoff.files", ANYWHERE, _left, echoes=False, paired=True),
    Subscription("handoff.sync", ANYWHERE, _left, echoes=False, paired=True),
    Subscription("handoff.deleted", ANYWHERE, _deleted, echoes=False),
    Subscription("handoff.check_link", None, _linked, echoes=False),
    Subscription("triage.tell", OPS, _told_changed, echoes=True, lane=TALK),
    Subscription("intake.refresh_card", OPS, _shown_changed, echoes=True, lane=TALK),
    Subscription("triage.refresh", OPS, _shown_changed, echoes=True, lane=TALK),
    Subscription("publishing.publish", ANYWHERE, _row_changed, echoes=True, lane=LOG),
    Subscription("publishing.publish", ANYWHERE, _left, echoes=True, lane=LOG),
    Subscription("publishing.publish", ANYWHERE, _seen_by_others, echoes=True, lane=LOG),
)


def subscribed(event: IssueEvent, echo: bool, settings: Settings) -> Iterator[Subscription]:
    """What *event* starts; for an issue of neither project only what concerns the log."""
    sides = {settings.ops_project: OPS, settings.engineering_project: ENGINEERING}
    side = sides.get(event.project)
    for each in SUBSCRIPTIONS:
        placed = each.side == ANYWHERE or (side and each.side in (None, side))
        if placed and (each.echoes or not echo) and each.when(event, settings):
            yield each


@dataclass(frozen=True)
class Start:
    flow: str
    args: tuple[str, ...]
    lane: str


def placed(each: Subscription, event: IssueEvent, clone_of: str | None, settings: Settings) -> Start:
    """The flow with its lane. *clone_of* is the Ops issue whose clone the event's issue is known to be.

    An issue of the engineering project without one is mostly engineering's own, but it may be a clone whose
    hand-off is being remembered this moment; whoever finds that out starts the flow in the right lane.
    """
    id = event.issue.id
    if each.lane == LOG:
        return Start(each.flow, (id,), f"{LOG}:{id}")
    if each.lane == TALK:
        return Start(each.flow, (id,), f"{TALK}:{id}")
    # A clone may lie in any project now.
    if clone_of or each.lane == OWN or event.project == settings.ops_project:
        return Start(each.flow, (id,), clone_of or id)
    return Start("handoff.await_pair", (id, each.flow), id)
