"""Tell engineering of a new clone."""

from __future__ import annotations

from app import context
from app.engine import flow, step
from app.handoff import blocks, store_files
from app.handoff.clone import not_carried
from app.handoff.files import not_carried as files_not_carried
from app.handoff.flow_pair import pair_at


@flow
def alert(site_id: int, ops_id: str) -> None:
    """A flow of its own, in the lane for talking: while Slack is away the tickets go on."""
    alert_engineering(site_id, ops_id)


@step
def alert_engineering(site_id: int, ops_id: str) -> None:
    at = context.at(site_id)
    pair, original = pair_at(at, ops_id), at.issue(ops_id)
    settable = at.jira.settable_fields(at.settings.engineering_project, at.settings.engineering_issue_type)
    left_out = not_carried(original, at.fields, settable)
    with at.db.reading() as session:
        files = files_not_carried(original.attachments, store_files.files_of(session, site_id, ops_id))
    key = pair.engineering.key
    text, shown = blocks.alert(original, key, at.browse(key), at.browse(pair.ops.key), left_out, files)
    channel = at.slack.channel_id(at.settings.channel_engineering)
    at.post_once(f"handoff.alert:{site_id}:{ops_id}", channel, text, shown, None, "alert_engineering", pair.ops.key)
