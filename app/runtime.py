"""What one process has and remembers: its settings and database, and what it need not ask of a neighbour again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.auth.vault import Vault
from app.clients.slack_pace import Pace
from app.db import Database
from app.domain import FieldIds
from app.domain_handoff import SharedField
from app.settings import Settings


@dataclass
class Runtime:
    """Everything remembered is forgotten by a restart, which costs some calls."""

    settings: Settings
    db: Database
    vault: Vault
    #: Site id → (when read, ids).
    layouts: dict[int, tuple[float, FieldIds]] = field(default_factory=dict)
    #: Site id → (when read, the sync table with this site's ids).
    tables: dict[int, tuple[float, tuple[SharedField, ...]]] = field(default_factory=dict)
    #: Workspace, and channel or user group → (when read, its members): who may triage.
    members: dict[tuple[str, str], tuple[float, frozenset[str]]] = field(default_factory=dict)
    #: Workspace and `#name` → (when looked for, id of the channel).
    channels: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)
    #: Id of the workspace of SLACK_BOT_TOKEN, once we had to know it.
    own_team: str = ""
    #: Site id and issue id → when it had changed as its changelog was read.
    swept: dict[tuple[int, str], datetime] = field(default_factory=dict)
    #: Site id → (when read, largest file in bytes).
    upload_limits: dict[int, tuple[float, int | None]] = field(default_factory=dict)
    #: Which message may go into which channel when.
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        self.pace = Pace(self.settings.slack_burst)
