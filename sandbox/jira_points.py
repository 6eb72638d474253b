"""What a call costs of an app's quota: a point, and one or two more for each object that it reads.

Issues, projects and attachments cost one each, users and permissions two; a write costs its one point whatever it
changes (https://developer.atlassian.com/cloud/jira/platform/rate-limiting/).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

CALL, OBJECT, IDENTITY = 1, 1, 2
#: Method and address of the calls that read such objects, and the points for what stands in the answer.
READS: dict[str, Callable[[Any], int]] = {
    "GET /issue/<id_or_key>": lambda answer: OBJECT,
    "GET /search/jql": lambda answer: OBJECT * len(answer["issues"]),
    "POST /search/jql": lambda answer: OBJECT * len(answer["issues"]),
    "POST /issue/bulkfetch": lambda answer: OBJECT * len(answer["issues"]),
    "GET /project/<id_or_key>": lambda answer: OBJECT,
    "GET /attachment/<id_>": lambda answer: OBJECT,
    "GET /attachment/content/<id_>": lambda answer: OBJECT,
    "GET /myself": lambda answer: IDENTITY,
    "GET /user": lambda answer: IDENTITY,
    "GET /user/search": lambda answer: IDENTITY * len(answer),
    "GET /mypermissions": lambda answer: IDENTITY * len(answer["permissions"]),
}


def points_for(call: str, answer: Any) -> int:
    """What *call* (method and rule, below `/rest/api/3`) costs beside its own point; *answer* is its JSON, if any."""
    return READS[call](answer) if call in READS else 0
