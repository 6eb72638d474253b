"""Addresses that Confluence no longer has, or that this sandbox never had.

v1's reading and writing of pages and spaces ended with v2: deprecated in CHANGE-864, removed since (CHANGE-2520;
https://github.com/atlassian-api/atlassian-python-api/issues/1560).
"""

from __future__ import annotations

import re

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue

from sandbox.confluence_door import EXCEPTIONS, ConfluenceError, refused, who

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
#: Method and path of what v2 has replaced; what is asked for as a list here stays in v1.
REPLACED = re.compile(
    r"(GET|POST) content$|(GET|PUT|DELETE) content/\d+$|\w+ content/\d+/property|GET content/\d+/(label|version|history)"
    r"|GET content/\d+/(child|descendant)|GET space(/\w+)?$|GET space/\w+/content"
)

blueprint = Blueprint("confluence_gone", __name__, url_prefix="/wiki")
blueprint.register_error_handler(ConfluenceError, refused)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.route("/rest/api/<path:rest>", methods=METHODS)
def in_v1(rest: str) -> ResponseReturnValue:
    """Every address of v1 that nothing else here answers."""
    who()
    if REPLACED.match(f"{request.method} {rest}"):
        raise ConfluenceError(410, f"{EXCEPTIONS}.GoneException: This deprecated endpoint has been removed.")
    raise ConfluenceError(404, f"null for uri: {request.path}")


@blueprint.route("/api/v2/<path:rest>", methods=METHODS)
def in_v2(rest: str) -> ResponseReturnValue:
    """Labels, restrictions, search and attachments, for instance, are written in v1 only."""
    who()
    raise ConfluenceError(404, f"No endpoint {request.method} /wiki/api/v2/{rest}")
