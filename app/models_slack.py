"""The tables of Slack workspaces in which the app was installed by OAuth, and of installations under way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models import Base, UtcDateTime, utcnow


class SlackWorkspace(Base):
    """One installation: in a workspace, or in a whole organisation, whose one token serves all its workspaces."""

    __tablename__ = "slack_workspaces"
    #: `T0123`, or `E0123` of an organisation.
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: The organisation of a workspace on Enterprise Grid.
    enterprise_id: Mapped[str | None] = mapped_column(String(40))
    name: Mapped[str]
    #: Encrypted; empty once uninstalled.
    bot_token: Mapped[str] = mapped_column(Text)
    bot_user: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(40))
    #: What was granted, separated by commas.
    scopes: Mapped[str] = mapped_column(Text)
    #: `installed` or `uninstalled`.
    state: Mapped[str] = mapped_column(String(20))
    #: The site that its requests belong to; None where several have Jira and nobody has said which.
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    #: Of an organisation: the workspace in which it was heard of first. What belongs to no thread is told there.
    main_team: Mapped[str | None] = mapped_column(String(40))
    installed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class SlackInstallState(Base):
    """An installation that somebody has begun: good once, and not for long."""

    __tablename__ = "slack_install_states"
    state: Mapped[str] = mapped_column(String(80), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
