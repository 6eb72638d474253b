"""Slack's one door, and how text from outside is shown there."""
