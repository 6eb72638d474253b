"""The pages of an app inside Jira: a frame with a signed address, and the script through which it speaks with us.

https://developer.atlassian.com/cloud/jira/platform/about-the-connect-javascript-api/
"""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue

from sandbox.courier import app_url
from sandbox.jwt_qsh import host_claims, signed
from sandbox.ui_who import viewer
from sandbox.world import App, Json, World

blueprint = Blueprint("ui_connect", __name__)


@blueprint.get("/atlassian-connect/all.js")
def all_js() -> ResponseReturnValue:
    """What `connect-cdn.atl-paas.net/all.js` is on the real net, as far as our app needs it."""
    return current_app.send_static_file("all.js")


def frame(app: App, path: str, variables: dict[str, str]) -> Json:
    """Address and channel of a frame that shows *path* of *app* to the viewer; the page may show that frame."""
    world: World = current_app.extensions["world"]
    channel = "channel-" + world.next_id("frame", 1)
    filled = path
    for name, value in variables.items():
        filled = filled.replace("{" + name + "}", quote(value, safe=""))
    told = {"xdm_e": world.base_url, "xdm_c": channel, "cp": "", "lic": "none", "cv": "1001.0.0-SNAPSHOT"}
    address = app_url(app, filled)
    address += ("&" if urlsplit(address).query else "?") + urlencode(told)
    claims = host_claims(app.client_key, "GET", address, app.base_url, viewer().account_id)
    g.frames = origin(app)
    return {"src": f"{address}&jwt={signed(claims, app.shared_secret)}", "channel": channel, "origin": origin(app)}


def origin(app: App) -> str:
    parts = urlsplit(app.base_url)
    return f"{parts.scheme}://{parts.netloc}"
