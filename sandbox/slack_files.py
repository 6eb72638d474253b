"""Files in Slack: what the app is told about them, and how it gets the bytes."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath
from urllib.parse import quote

from sandbox.slack_checks import SlackError
from sandbox.world import Json, World


def store_file(world: World, user: str, name: str, mimetype: str | None, content: bytes) -> Json:
    """Keep an uploaded file and return the object that messages and views carry."""
    kind = mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream"
    with world.lock:
        file_id = "F0" + world.next_id("slack file")
        now = int(world.now())
        kept = {"id": file_id, "name": name, "mimetype": kind, "content": content, "user": user, "created": now}
        world.slack.files[file_id] = kept
    return file_json(world, kept)


def file_json(world: World, kept: Json) -> Json:
    url = f"{world.base_url}/slack/files/{kept['id']}/{quote(kept['name'])}"
    ending = PurePath(kept["name"]).suffix.lstrip(".") or "binary"
    return {
        "id": kept["id"],
        "created": kept["created"],
        "timestamp": kept["created"],
        "name": kept["name"],
        "title": kept["name"],
        "mimetype": kept["mimetype"],
        "filetype": ending,
        "pretty_type": ending.upper(),
        "user": kept["user"],
        "editable": False,
        "size": len(kept["content"]),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": url,
        "url_private_download": url,
        "permalink": url,
        "has_rich_preview": False,
        "file_access": "visible",
    }


def files_info(world: World, args: Json) -> Json:
    kept = world.slack.files.get(str(args.get("file") or ""))
    if kept is None:
        raise SlackError("file_not_found")
    return {"file": file_json(world, kept), "comments": []}


METHODS = {"files.info": files_info}
