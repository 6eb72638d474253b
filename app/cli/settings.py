"""The list of settings, as docs/settings.md shows it."""

from __future__ import annotations

from dataclasses import fields

import click

from app.settings import Settings


@click.command("settings")
def settings() -> None:
    """Print every setting with its default and what it is for, as a Markdown table."""
    click.echo(settings_table())


def settings_table() -> str:
    lines = ["| environment variable | default | what it is for |", "| --- | --- | --- |"]
    for each in fields(Settings):
        default = f"`{each.default}`" if each.default != "" else "none"
        lines.append(f"| `{each.name.upper()}` | {default} | {each.metadata['sentence']} |")
    return "\n".join(lines)
