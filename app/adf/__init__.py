"""The rich text that travels between Slack, Jira and Confluence."""
