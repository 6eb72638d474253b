"""HTTP as the tests speak it: nothing waits for ever, and the machine's proxies are left out."""

from __future__ import annotations

from typing import Any

import requests

TIMEOUT = 10.0


class _Web(requests.Session):
    def request(self, *arguments: Any, **options: Any) -> requests.Response:
        return super().request(*arguments, **{"timeout": TIMEOUT, **options})


web = _Web()
web.trust_env = False
