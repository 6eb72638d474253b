"""What Jira tells us, read and passed on."""
