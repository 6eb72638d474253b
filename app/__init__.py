"""SolveOnce: from a casual Slack message to a row in a searchable log of fixes."""

from __future__ import annotations

import logging

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from app import context, engine, health, logs
from app.events import flow as events_flow
from app.events import routes as events
from app.handoff import flow as handoff_flow
from app.handoff import (
    flow_alert,
    flow_clash,
    flow_files,
    flow_notice,
    flow_pair,
    flow_progress,
    flow_reopen,
    flow_standing,
    flow_sync,
    flow_take,
    flow_watch,
    listeners_clash,
)
from app.handoff import listeners as handoff
from app.home import flow as home_flow
from app.home import listeners as home
from app.intake import flow as intake_flow
from app.intake import flow_answers, flow_forms, flow_messages, flow_workflow, listeners_messages, listeners_workflow
from app.intake import flow_files as intake_files
from app.intake import listeners as intake
from app.publishing import flow as publishing_flow
from app.publishing import flow_notes, flow_rebuild, flow_review, flow_tend
from app.publishing import listeners as publishing
from app.settings import Settings
from app.sites import flow as sites_flow
from app.sites import listeners as removed_from_slack
from app.sites import routes as sites
from app.slack import door, door_installing
from app.triage import flow as triage_flow
from app.triage import flow_controls, flow_deciding, flow_hearing, flow_settling
from app.triage import listeners as triage
from app.workflow import flow as workflow_flow
from app.workflow import routes as workflow

#: Imported so that their flows are known by name.
FLOW_MODULES = (
    events_flow,
    handoff_flow,
    flow_alert,
    flow_files,
    flow_notice,
    flow_clash,
    flow_pair,
    flow_progress,
    flow_reopen,
    flow_standing,
    flow_sync,
    flow_take,
    flow_watch,
    home_flow,
    intake_flow,
    flow_answers,
    flow_forms,
    flow_messages,
    flow_workflow,
    intake_files,
    publishing_flow,
    flow_notes,
    flow_rebuild,
    flow_review,
    flow_tend,
    sites_flow,
    triage_flow,
    flow_controls,
    flow_deciding,
    flow_hearing,
    flow_settling,
    workflow_flow,
)
#: Jira sends at most 25 MB (facts: jira_api.md §13).
LARGEST_BODY = 25 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The service: the one place where things are put together. Raises Misconfigured, with a remedy."""
    settings = settings or Settings.from_env()
    logs.configure(settings.log_level)
    engine.connect(context.install(settings).db)
    app = Flask(__name__, template_folder="../templates")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    for room in (health, sites, workflow, events):
        room.register(app)
    tickets = [intake, listeners_messages, listeners_workflow, handoff, listeners_clash, triage, publishing]
    door.register(app, settings, [room.register for room in (*tickets, home, removed_from_slack)])
    door_installing.register(app, settings)
    app.register_error_handler(DBAPIError, _store_is_down)
    return app


def _store_is_down(error: DBAPIError) -> ResponseReturnValue:
    """503, not 500 or 400: Jira and Slack send it again."""
    logs.event("database did not take it", level=logging.ERROR, error=type(error.orig).__name__)
    return jsonify(error="The store does not answer; please send this again."), 503
