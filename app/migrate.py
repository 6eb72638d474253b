"""Bring the database up to date: our tables by Alembic, the job library's by itself. Run before each release."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from app import engine


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(url: str) -> None:
    """Safe to run again, and while the service runs."""
    command.upgrade(alembic_config(url), "head")
    engine.migrate(url)
