"""From Slack to an issue and its thread."""
