"""Who is looking: one chooses it on every page, and a cookie remembers."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue

from sandbox.world import Person, World

COOKIE = "sandbox_who"

blueprint = Blueprint("ui_who", __name__)


def viewer() -> Person:
    """The person who looks at the page; the first one until somebody is chosen."""
    people = everybody()
    chosen = request.cookies.get(COOKIE)
    return next((p for p in people if p.email == chosen), people[0])


def everybody() -> list[Person]:
    world: World = current_app.extensions["world"]
    return [p for p in world.people.values() if p.account_type == "atlassian" and p.slack_id]


@blueprint.post("/who")
def choose() -> ResponseReturnValue:
    answer = back_to(request.form.get("back"))
    answer.set_cookie(COOKIE, request.form.get("email", ""), samesite="Lax", httponly=True)
    return answer


def back_to(address: str | None) -> Response:
    """Back to the page from which a form was sent, and only to one of this site: two slashes would be another's."""
    inside = address and address.startswith("/") and not address.startswith(("//", "/\\"))
    return cast(Response, redirect(address if address and inside else "/", 303))
