"""Copy files from the Ops issue to its clone."""

from __future__ import annotations

from app import audit, context
from app.engine import step
from app.handoff.clone import missing_files
from app.handoff.flow_pair import pair_at


@step
def files_to_copy(site_id: int, ops_id: str) -> list[str]:
    at = context.at(site_id)
    pair = pair_at(at, ops_id)
    return missing_files(at.issue(pair.ops.id), at.issue(pair.engineering.id))


@step
def copy_file(site_id: int, ops_id: str, attachment_id: str) -> None:
    """Looks again before it copies: the answer of an earlier try may have been lost, and Jira keeps two of one name."""
    at = context.at(site_id)
    pair = pair_at(at, ops_id)
    original = at.issue(pair.ops.id)
    if attachment_id not in missing_files(original, at.issue(pair.engineering.id)):
        return
    file = next(each for each in original.attachments if each.id == attachment_id)
    at.jira.copy_attachment(file, pair.engineering.id)
    with at.db.writing() as session:
        audit.record(session, site_id, f"copy_file {attachment_id}", pair.engineering.key)
