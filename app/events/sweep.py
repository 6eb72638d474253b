"""Which events never came: what an issue's changelog tells and no delivery told, and from when on to look.

Jira repeats a delivery five times at most, within about an hour, and then never again (facts: traps.md, 28).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain import Edit, IssueEvent, StatusCategory, Touched
from app.settings import Settings

#: How far the first look of all reaches back.
FIRST = timedelta(days=1)
#: Where nothing changes for long, the next look begins this much before the last one: our clock is not Jira's.
CLOCKS = timedelta(hours=1)
#: An offset is between -12 and +14 hours; in the zone furthest west a moment has the earliest wall clock.
_FURTHEST_WEST = timedelta(hours=12)


def is_covered(moment: str, last: datetime | None) -> bool:
    """Whether a sweep asked for at *moment* has nothing to add: the *last* whole one began after that."""
    asked = datetime.fromisoformat(moment)
    return last is not None and (asked if asked.tzinfo else asked.replace(tzinfo=UTC)) < last


def since(seen: datetime | None, now: datetime, overlap: int) -> datetime:
    """From when on to look: the search index lags, so it is *overlap* minutes before what was *seen* last."""
    return seen - timedelta(minutes=overlap) if seen else now - FIRST


def query(settings: Settings, moment: datetime, zone: str) -> str:
    """JQL for what changed in both projects since *moment*, oldest first."""
    projects = f'"{settings.ops_project}", "{settings.engineering_project}"'
    return f'project in ({projects}) AND updated >= "{wall_clock(moment, zone)}" ORDER BY updated ASC, key ASC'


def wall_clock(moment: datetime, zone: str) -> str:
    """*moment* as JQL reads it: a wall clock in the caller's *zone*, in whole minutes; rather too early than too late.

    An hour that comes twice, when summer time ends, may be read as the second: then it is the hour before.
    """
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):  # a zone that is newer than our list of them
        return _minutes(moment.astimezone(UTC) - _FURTHEST_WEST)
    gap = (local.utcoffset() or timedelta()) - (local.replace(fold=1).utcoffset() or timedelta())
    return _minutes((moment - gap).astimezone(ZoneInfo(zone)) if gap > timedelta() else local)


def _minutes(local: datetime) -> str:
    return local.strftime("%Y-%m-%d %H:%M")


def missed(
    touched: Touched, edits: Iterable[Edit], told: Collection[str], created_since: datetime
) -> Iterator[IssueEvent]:
    """An event for each thing that happened and was not told. *told*: changelog ids of deliveries, and their kinds."""
    done = touched.status.category is StatusCategory.DONE
    if touched.created >= created_since and "issue_created" not in told:
        yield IssueEvent("issue_created", touched.issue, touched.project, "", "", done=done)
    for edit in edits:
        if edit.id not in told:
            yield IssueEvent(
                "issue_updated", touched.issue, touched.project, edit.actor, "", edit.changes, done, change_id=edit.id
            )


def identifier(event: IssueEvent) -> str:
    """Under which it is stored; Jira's own identifiers are UUIDs."""
    return f"sweep:{event.issue.id}:{event.change_id or event.kind}"
