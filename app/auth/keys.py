"""Atlassian's public keys, fetched once for each key id: a key is replaced under a new id, never under the old one."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import requests

from app.auth.connect import Rejected
from app.clients.http import session
from app.errors import Unavailable

_KEEP = 64
_keys: dict[tuple[str, str], str] = {}
#: Until when (monotonic) a key id that nobody had is not asked for again: a stranger may send any number of them.
_unknown: dict[tuple[str, str], float] = {}
_lock = threading.Lock()


def public_key(key_id: str, addresses: Sequence[str]) -> str:
    """The key in PEM. Raises Rejected when nobody has it, Unavailable when nobody answers."""
    answered = False
    for address in addresses:
        with _lock:
            if (address, key_id) in _keys:
                return _keys[(address, key_id)]
            if _unknown.get((address, key_id), 0) > time.monotonic():
                answered = True
                continue
        try:
            # A redirect could lead anywhere; these hosts do not redirect.
            answer = session().get(f"{address.strip().rstrip('/')}/{key_id}", timeout=5, allow_redirects=False)
        except requests.RequestException:
            continue
        answered = answered or answer.status_code < 500
        if answer.status_code == 200 and answer.text.lstrip().startswith("-----BEGIN PUBLIC KEY-----"):
            _keep(address, key_id, answer.text)
            return answer.text
        if answer.status_code == 404:
            _keep_unknown(address, key_id)
    if not answered:
        raise Unavailable("Atlassian's key servers do not answer.")
    raise Rejected("unknown key id")


def _keep(address: str, key_id: str, key: str) -> None:
    with _lock:
        if len(_keys) >= _KEEP:
            _keys.clear()
        _keys[(address, key_id)] = key


def _keep_unknown(address: str, key_id: str) -> None:
    with _lock:
        if len(_unknown) >= _KEEP:
            _unknown.clear()
        _unknown[(address, key_id)] = time.monotonic() + 30
