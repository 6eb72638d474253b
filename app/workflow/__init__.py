"""What Jira's workflow editor offers: the validator and the post-functions."""
