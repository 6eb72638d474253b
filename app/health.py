"""/healthz: the process answers. /readyz: it can do its work, or says what is missing. /status: what it is doing."""

from __future__ import annotations

from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app import context, engine
from app.models import Installation

bp = Blueprint("health", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    return jsonify(alive=True)


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """200 when the database answers and, where this process runs flows, the engine runs; else 503 with the reason."""
    runtime = context.current()
    problems = []
    try:
        with runtime.db.reading() as session:
            installed = session.scalar(
                select(func.count()).select_from(Installation).where(Installation.state == "enabled")
            )
    except SQLAlchemyError as error:
        installed = None
        problems.append(f"database: {type(error).__name__}")
    if runtime.settings.engine == "embedded" and not engine.running():
        problems.append("engine: not started")
    return jsonify(ready=not problems, problems=problems, installations=installed), 503 if problems else 200


@bp.get("/status")
def status() -> ResponseReturnValue:
    """How many flows are under way, and the names of those put aside last: nothing of a site, so anybody may ask.

    A flow's id holds ids of a site and its reason the words of a neighbour; neither is told here.
    """
    pending, aside = engine.some("PENDING"), engine.some(engine.PUT_ASIDE)
    asleep = sum(engine.waits(each) for each in pending)
    counts = {"received": len(engine.some("ENQUEUED")), "running": len(pending) - asleep}
    counts["waiting"] = asleep + len(engine.some("DELAYED"))
    return jsonify(**counts, failed=len(aside), failed_last=[_name(each) for each in aside[:5]])


def _name(flow_id: str) -> str:
    """`publishing.publish` of `publishing.publish/1:…`."""
    return flow_id.partition("/")[0]
