"""What a person finds on the app's Home tab in Slack."""
