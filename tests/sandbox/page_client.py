"""Somebody with a browser that runs no scripts; each call gives the page that she sees in the end."""

from __future__ import annotations

import html
import re
from types import TracebackType
from typing import Any

import requests

from sandbox.server import Sandbox

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"


class Browser:
    def __init__(self, sandbox: Sandbox) -> None:
        self.url = sandbox.url
        self.session = requests.Session()
        self.session.trust_env = False

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def get(self, path: str, status: int = 200, **headers: str) -> str:
        answer = self.session.get(self.url + path, headers=headers, timeout=20)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.text

    def post(self, path: str, files: Any = None, **form: Any) -> str:
        answer = self.session.post(self.url + path, data=form, files=files, timeout=20)
        assert answer.status_code < 500, f"{path}: {answer.status_code}"
        return answer.text

    def refused(self, path: str, status: int, **form: Any) -> str:
        """What is shown when that does not work."""
        answer = self.session.post(self.url + path, data=form, timeout=20)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.text

    def become(self, email: str) -> None:
        self.post("/who", email=email, back="/boards")


def texts(page: str) -> str:
    """What is left of a page without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def part(page: str, id_: str) -> str:
    """What stands in the element with this id, and behind it."""
    return page.split(f'id="{id_}"', 1)[1].split(">", 1)[1]


def value_of(page: str, id_: str) -> str:
    """What stands in a text box."""
    found = re.search(rf'<textarea id="{id_}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found is not None, f"there is no box {id_}"
    return html.unescape(found[1])


def fields_of(page: str, address: str) -> dict[str, Any]:
    """What a browser would send for the form that leads to *address*, if nothing in it is changed."""
    found = re.search(rf'<form[^>]*action="{re.escape(address)}"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert found is not None, f"there is no form to {address}"
    form: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[1]):
        form.setdefault(html.unescape(name), []).append(html.unescape(value))
    for name, value in re.findall(r'<textarea id="[^"]*" name="([^"]+)"[^>]*>\n?(.*?)</textarea>', found[1], re.DOTALL):
        form[name] = html.unescape(value)
    for name, value in re.findall(r'<input id="[^"]*" name="([^"]+)" value="([^"]*)"', found[1]):
        form[name] = html.unescape(value)
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]+)">(.*?)</select>', found[1], re.DOTALL):
        form[name] = (re.findall(r'value="([^"]*)" selected', options) or [""])[0]
    return form
