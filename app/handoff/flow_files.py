"""Files attached to either ticket are copied to the other one; then the texts show them."""

from __future__ import annotations

from app import context
from app.engine import flow, step
from app.handoff import store_files
from app.handoff.files import waiting
from app.handoff.flow_copy import both_issues, carry, copy_source, files_known
from app.handoff.flow_pair import pair_at, pair_id
from app.handoff.flow_standing import stands_still, with_both
from app.handoff.flow_sync import keep_in_step
from app.handoff.standing import MISSING

COPIED = "copied"


@flow
def files(site_id: int, issue_id: str) -> None:
    """A file was attached to one of the two tickets."""
    ops_id = pair_id(site_id, issue_id)
    if ops_id and copy_files(site_id, ops_id) == COPIED:
        keep_in_step(site_id, ops_id)


@flow
def pictures(site_id: int, ops_id: str) -> None:
    """A clone has its files now. Its texts were written without pictures: Jira takes only those of the issue's own files."""
    keep_in_step(site_id, ops_id)


def copy_files(site_id: int, ops_id: str) -> str | None:
    """COPIED, if there was something to copy."""
    return with_both(site_id, ops_id, lambda: _copy_files(site_id, ops_id))


def _copy_files(site_id: int, ops_id: str) -> str | None:
    found = files_to_copy(site_id, ops_id)
    if found is None:
        return MISSING
    if any(copy_file(site_id, ops_id, each) == MISSING for each in found):
        return MISSING
    return COPIED if found else None


@step
def files_to_copy(site_id: int, ops_id: str) -> list[str] | None:
    """Of both tickets; None if one is not found.

    First those that were tried and nobody knows: a copy of theirs looks like a person's file.
    """
    at = context.at(site_id)
    if stands_still(at, pair_at(at, ops_id)):
        return []
    both = both_issues(at, ops_id)
    if both is None:
        return None
    known = files_known(at, *both)
    found = [file.id for issue in both for file in waiting(issue.attachments, known)]
    with at.db.reading() as session:
        tried = store_files.attempted(session, [copy_source(site_id, id) for id in found])
    return sorted(found, key=lambda id: copy_source(site_id, id) not in tried)


@step
def copy_file(site_id: int, ops_id: str, attachment_id: str) -> str | None:
    """Looks again before it copies: the file may be gone, or carried by now. MISSING where a ticket is; else None."""
    at = context.at(site_id)
    if pair_at(at, ops_id).frozen:
        return None
    both = both_issues(at, ops_id)
    if both is None:
        return MISSING
    known = files_known(at, *both)
    for source, target in (both, both[::-1]):
        for file in waiting(source.attachments, known):
            if file.id == attachment_id:
                carry(at, ops_id, target, file)
    return None
