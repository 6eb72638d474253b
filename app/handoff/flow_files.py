"""Files attached to either ticket are copied to the other one; then the texts show them."""

from __future__ import annotations

from app import context
from app.engine import flow, step
from app.handoff import store_files
from app.handoff.files import waiting
from app.handoff.flow_copy import both_issues, carry, copy_source, files_known
from app.handoff.flow_pair import pair_id
from app.handoff.flow_sync import sync_texts


@flow
def files(site_id: int, issue_id: str) -> None:
    """A file was attached to one of the two tickets."""
    ops_id = pair_id(site_id, issue_id)
    found = files_to_copy(site_id, ops_id) if ops_id else []
    if ops_id and found:
        for attachment_id in found:
            copy_file(site_id, ops_id, attachment_id)
        sync_texts(site_id, ops_id)


@flow
def pictures(site_id: int, ops_id: str) -> None:
    """A clone has its files now. Its texts were written without pictures: Jira takes only those of the issue's own files."""
    sync_texts(site_id, ops_id)


@step
def files_to_copy(site_id: int, ops_id: str) -> list[str]:
    """Of both tickets; first those that were tried and nobody knows: a copy of theirs looks like a person's file."""
    at = context.at(site_id)
    both = both_issues(at, ops_id)
    if both is None:
        return []
    known = files_known(at, *both)
    found = [file.id for issue in both for file in waiting(issue.attachments, known)]
    with at.db.reading() as session:
        tried = store_files.attempted(session, [copy_source(site_id, id) for id in found])
    return sorted(found, key=lambda id: copy_source(site_id, id) not in tried)


@step
def copy_file(site_id: int, ops_id: str, attachment_id: str) -> None:
    """Looks again before it copies: the file may be gone, or carried by now."""
    at = context.at(site_id)
    both = both_issues(at, ops_id)
    if both is None:
        return
    known = files_known(at, *both)
    for source, target in (both, both[::-1]):
        for file in waiting(source.attachments, known):
            if file.id == attachment_id:
                carry(at, ops_id, target, file)
